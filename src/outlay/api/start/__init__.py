"""Verbs to begin with: a first study, written from a few options."""
