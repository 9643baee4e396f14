"""Thousands of cases of one study: drawn, worked on by processes that may die, and journalled."""
