"""Dates and periods as documents write them."""
