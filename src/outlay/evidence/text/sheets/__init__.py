"""Workbooks and files of cells to text: formulas, errors and what is hidden are told."""
