"""Paths of a series, and their record on its past."""
