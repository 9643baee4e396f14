"""Pages of the web: their text, their tables, what their elements say."""
