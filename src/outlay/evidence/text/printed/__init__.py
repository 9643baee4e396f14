"""Text whose parts are told by where its words stand: pages of a PDF, columns of a typed text."""
