"""One face for questions of pools that several models share."""
