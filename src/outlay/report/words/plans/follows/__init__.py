"""Words of the questions that follow what a study holds, and which of all questions stand."""
