"""The pipeline from a study to a checked result, and the record that lets it be repeated."""
