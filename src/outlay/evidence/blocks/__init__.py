"""A document as sections, paragraphs and tables, each with the scope that it inherits."""
