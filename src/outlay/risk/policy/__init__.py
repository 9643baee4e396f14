"""The plan's policy, lived through in a world."""
