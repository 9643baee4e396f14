"""What a transformer is made of: a row per operator, counted exactly."""
