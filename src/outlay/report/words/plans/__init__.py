"""What a plan says, answer by answer."""
