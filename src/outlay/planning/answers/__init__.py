"""What a solved plan is worth, and what would change it."""
