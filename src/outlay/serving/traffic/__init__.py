"""Requests: read, drawn or recorded."""
