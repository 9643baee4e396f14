"""Workers of a sweep on other machines, through Ray."""
