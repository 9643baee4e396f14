"""Facts of each question that a plan answers."""
