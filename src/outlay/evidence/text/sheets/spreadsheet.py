"""Formulas and errors of spreadsheets, which are no numbers."""

from __future__ import annotations

import re

from outlay.evidence.text.parsed import counted, listed

__all__ = ["ERROR", "cell_name", "plain_cells"]

ERROR = re.compile(
    r"#(?:REF!|N/A|DIV/0!|VALUE!|NAME\?|NUM!|NULL!|SPILL!|CALC!|BLOCKED!|CONNECT!|FIELD!|UNKNOWN!|"
    r"BUSY!|GETTING_DATA|PYTHON!)",
    re.IGNORECASE,
)
_ODD = re.compile(
    rf"(?:^|(?<=[,;\t|])) *(?:\"(?P<quoted>=(?:[^\"]|\"\")*)\"|(?P<bare>=[^,;\t|\n]*)"
    rf"|\"?(?P<error>{ERROR.pattern})\"?) *(?=[,;\t|\n]|$)",
    re.IGNORECASE | re.MULTILINE,
)


def cell_name(row: int, column: int) -> str:
    """The name that a spreadsheet gives a cell; both count from nought."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"


def plain_cells(text: str) -> tuple[str, list[str]]:
    """The text of a CSV file with formulas and errors blanked, and notes of where they stood.

    A formula's value is not in the file, and an error has none; no letter moves.
    """
    formulas = errors = 0
    formula_lines: dict[str, None] = {}
    error_lines: dict[str, None] = {}
    line, last = 1, 0

    def blank(found: re.Match[str]) -> str:
        nonlocal line, last, formulas, errors
        start = found.start()
        line += text.count("\n", last, start)
        last = start
        if error := found["error"]:
            errors += 1
            error_lines[f"{error} in line {line:,}"] = None
        else:
            formulas += 1
            formula_lines[f"line {line:,}"] = None
        whole = found[0]
        return re.sub(r"[^\n]", " ", whole) if "\n" in whole else " " * len(whole)

    made = _ODD.sub(blank, text)
    notes = []
    if formulas:
        few = counted(formulas, "formula")
        notes.append(f"{few} without a value in the file, not read: {listed(list(formula_lines))}")
    if errors:
        notes.append(f"{counted(errors, 'error')}, not read: {listed(list(error_lines))}")
    return made, notes
