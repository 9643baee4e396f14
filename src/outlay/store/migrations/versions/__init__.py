"""One file a revision; none is changed once a release had it."""
