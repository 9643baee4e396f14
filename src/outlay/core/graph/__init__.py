"""The calculation graph: formulas that compute, explain themselves and become live Excel."""
