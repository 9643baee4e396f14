"""Facts of the first lines: what is decided beside chips, whose money it is, what goes unserved."""
