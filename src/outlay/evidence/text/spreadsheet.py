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
    formulas: list[int] = []
    errors: list[str] = []
    line, last = 1, 0

    def blank(found: re.Match[str]) -> str:
        nonlocal line, last
        line += text.count("\n", last, found.start())
        last = found.start()
        if found["error"]:
            errors.append(f"{found['error']} in line {line:,}")
        else:
            formulas.append(line)
        return re.sub(r"[^\n]", " ", found[0])

    made = _ODD.sub(blank, text)
    notes = []
    if formulas:
        lines = listed([f"line {n:,}" for n in formulas])
        few = counted(len(formulas), "formula")
        notes.append(f"{few} without a value in the file, not read: {lines}")
    if errors:
        notes.append(f"{counted(len(errors), 'error')}, not read: {listed(errors)}")
    return made, notes
