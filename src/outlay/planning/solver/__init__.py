"""Solving, and certifying what was found."""
