"""Facts of the questions that follow what a study holds: whether it pays, when training is done."""
