"""What the answers of one model say."""
