"""The forms of traces that are read: what each is told by, what its columns mean, what it drops."""
