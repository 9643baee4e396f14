"""What the store does, one kind of thing a file."""
