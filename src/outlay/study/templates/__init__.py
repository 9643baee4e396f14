"""Studies to begin with, written from what is asked and from the catalogue."""
