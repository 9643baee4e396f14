"""Measured rows: reading them, and saying what they measured."""
