"""Verbs about studies and plans."""
