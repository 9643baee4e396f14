"""Processes that solve and read, as the server holds them."""
