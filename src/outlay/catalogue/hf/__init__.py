"""Configurations of published models as the catalogue knows models."""
