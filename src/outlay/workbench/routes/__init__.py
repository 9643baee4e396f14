"""The interface for programs and the page: one module a group of addresses."""
