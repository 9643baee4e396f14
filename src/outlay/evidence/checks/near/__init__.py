"""Figures that stand near each other in words: said again, taken as parts, steps and products."""
