"""Fitting to measurements, and scoring what was fitted."""
