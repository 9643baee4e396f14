"""Commands about studies and plans."""
