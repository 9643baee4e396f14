"""Sizes without a trace: requests drawn at a rate, or sent by so many users."""
