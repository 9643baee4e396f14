"""The accounts as a live workbook: a cover to read, and sheets of formulas to change."""
