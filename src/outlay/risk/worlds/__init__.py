"""Sampled worlds: what is uncertain, and what it acts on."""
