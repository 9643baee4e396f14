"""Verbs that ask one model."""
