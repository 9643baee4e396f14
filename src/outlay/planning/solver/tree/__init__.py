"""A tree taken apart: its branches solved, each from one that is like it."""
