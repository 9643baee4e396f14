"""The result of a study, part by part."""
