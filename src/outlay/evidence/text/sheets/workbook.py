"""An XLSX workbook to text: what people see on its sheets, and notes of what they do not."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from outlay.evidence.text.parsed import (
    MOST_CHARACTERS,
    Mark,
    Parsed,
    ParsedCell,
    ParsedTable,
    UnreadError,
    Written,
    counted,
    listed,
    out_of_time,
)
from outlay.evidence.text.sheets.cells import Cells, Sheet
from outlay.evidence.text.sheets.spreadsheet import cell_name

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

__all__ = ["workbook"]

_MOST_UNPACKED = 400_000_000
_RATIO, _SMALL = 200, 20_000_000
_MOST_AREA = 40_000_000
"""Cells from the first to the last of a sheet, which its reader keeps all."""
_OTHERS = (
    ("word/document.xml", "a Word document", "save it as PDF or as text"),
    ("ppt/presentation.xml", "a presentation", "save it as PDF"),
    ("xl/workbook.bin", "a binary workbook", "save it as .xlsx"),
    ("content.xml", "an OpenDocument file", "save it as .xlsx or as PDF"),
)  # fmt: skip


def workbook(data: bytes) -> Parsed:
    """The cells of the visible sheets, a line a row. Macros are not run, links not followed.

    Raises UnreadError for what is no workbook, has a password or unpacks to too much.
    """
    from python_calamine import CalamineWorkbook, PasswordError

    names, cells = _opened(data)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    except PasswordError:
        raise UnreadError("the workbook has a password", "save it without one") from None
    notes = list(_of_book(names))
    sheets = {m.name: m for m in book.sheets_metadata}
    made = _Text()
    for name in book.sheet_names:
        kind = str(sheets[name].typ).rpartition(".")[2]
        state = str(sheets[name].visible).rpartition(".")[2]
        if kind != "WorkSheet":
            notes.append(f"sheet {name}: not read, as it is no sheet of cells")
            continue
        if state != "Visible":
            notes.append(f"sheet {name}: hidden, left out")
            continue
        sheet = cells.of(name)
        notes += _of_sheet(name, sheet)
        if (sheet.rows + 1) * (sheet.columns + 1) > _MOST_AREA:
            extent = f"{sheet.rows + 1:,} rows by {sheet.columns + 1:,} columns"
            notes.append(f"sheet {name}: not read, as it goes over {extent}")
            continue
        if made.size > MOST_CHARACTERS or out_of_time():
            notes.append(f"sheet {name}: not read, as the workbook is too large")
            continue
        made.sheet(name)
        for number, row in _rows(book.get_sheet_by_name(name), sheet):
            if made.size > MOST_CHARACTERS or out_of_time():
                rows = f"{number:,} of {sheet.rows + 1:,} rows"
                notes.append(f"sheet {name}: only the first {rows} were read")
                break
            made.row(number, row, sheet)
        made.end_of_table()
    if not made.size:
        raise UnreadError("no sheet of this workbook can be read", "; ".join(notes))
    return Parsed(made.text(), "", tuple(notes), tuple(made.marks), tuple(made.tables))


class _Text(Written):
    """Sheets as a text, a line a row, and the tables in it: rows with more than one cell, one
    under another. What stands alone above them is their title."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[list[ParsedCell]] = []
        self._last = -1

    def sheet(self, name: str) -> None:
        """A sheet begins: its name heads it."""
        start = self.put("\n\n") if self.size else 0
        self.marks.append(Mark("heading", start, self.put(name), 2))
        self._last = -1

    def row(self, number: int, row: Sequence[tuple[int, str]], sheet: Sheet) -> None:
        """A row that is seen, each cell with its column."""
        filled = sum(bool(text) for _, text in row)
        if self._rows and (number > self._last + 1 + self._hidden(number, sheet) or not filled):
            self.end_of_table()
        if not filled:
            return
        self._last = number
        self.put("\n")
        cells = []
        for n, (column, text) in enumerate(row):
            start = self.put("\t") if n else self.size
            if text:
                row_end, column_end = sheet.merged.get((number, column), (number, column))
                cells.append(
                    ParsedCell(
                        start, self.put(text), len(self._rows), column,
                        row_end - number + 1, column_end - column + 1,
                    )
                )  # fmt: skip
        if filled > 1 or self._rows:
            self._rows.append(cells)

    def _hidden(self, number: int, sheet: Sheet) -> int:
        return sum(r in sheet.hidden_rows for r in range(self._last + 1, number))

    def end_of_table(self) -> None:
        """The rows so far are a table, if they are more than one; notes below it are none of it."""
        rows, self._rows = self._rows, []
        while rows and len(rows[-1]) < 2:
            rows.pop()
        if len(rows) > 1:
            cells = tuple(tuple(row) for row in rows)
            self.tables.append(ParsedTable(rows[0][0].start, rows[-1][-1].end, cells))


def _opened(data: bytes) -> tuple[list[str], Cells]:
    """The names of its parts, and who tells what is odd on a sheet."""
    archive = zipfile.ZipFile(io.BytesIO(data))
    parts = archive.infolist()
    total = sum(i.file_size for i in parts)
    packed = sum(i.compress_size for i in parts) or 1
    if total > _MOST_UNPACKED or (total > _SMALL and total / packed > _RATIO):
        raise UnreadError(
            "the workbook unpacks to far more than its size", f"{total:,} bytes from {packed:,}"
        )
    if any(i.flag_bits & 1 for i in parts):
        raise UnreadError("the workbook has a password", "save it without one")
    names = [i.filename for i in parts]
    for part, what, hint in _OTHERS:
        if part in names:
            raise UnreadError(f"{what}, not a workbook", hint)
    if "[Content_Types].xml" not in names:
        raise UnreadError("an archive, not a workbook", "unpack it and name the files in it")
    return names, Cells(archive, _MOST_UNPACKED)


def _of_book(names: list[str]) -> Iterator[str]:
    if any(n.lower().endswith("vbaproject.bin") or "macrosheets/" in n for n in names):
        yield "the workbook holds macros, which are not run"
    if any(n.startswith("xl/externalLinks/") for n in names):
        yield "cells that are linked to other workbooks have the values saved with this one"


def _of_sheet(name: str, sheet: Sheet) -> Iterator[str]:
    rows = sorted(r for r in sheet.hidden_rows if r <= sheet.rows)
    columns = sorted(c for c in sheet.hidden_columns if c <= sheet.columns)
    if rows:
        names = listed([str(r + 1) for r in rows])
        yield f"sheet {name}: {counted(len(rows), 'hidden row')} left out: {names}"
    if columns:
        names = listed([cell_name(0, c)[:-1] for c in columns])
        yield f"sheet {name}: {counted(len(columns), 'hidden column')} left out: {names}"
    if sheet.formulas:
        formulas = counted(sheet.formulas, "formula")
        yield f"sheet {name}: {formulas} read as the value saved with the file"
    if sheet.bare:
        names = listed([cell_name(*at) for at in sheet.bare])
        formulas = counted(len(sheet.bare), "formula")
        yield f"sheet {name}: {formulas} without a saved value, not read: {names}"
    if sheet.errors:
        names = listed([f"{cell_name(*at)} {what}" for at, what in sheet.errors.items()])
        yield f"sheet {name}: {counted(len(sheet.errors), 'error')}, not read: {names}"
    if sheet.merged:
        merged = counted(len(sheet.merged), "merged range")
        yield f"sheet {name}: {merged} of cells, whose value stands in the first one"


def _rows(cells: CalamineSheet, sheet: Sheet) -> Iterator[tuple[int, list[tuple[int, str]]]]:
    """The rows that are seen, by number: each cell with its column."""
    unread = {*sheet.bare, *sheet.errors}
    first = (cells.start or (0, 0))[1]
    for r, row in enumerate(cells.iter_rows()):
        if r in sheet.hidden_rows:
            continue
        yield (
            r,
            [
                (c, "" if (r, c) in unread else _text(value))
                for c, value in enumerate(row, first)
                if c not in sheet.hidden_columns
            ],
        )


def _text(value: object) -> str:
    if isinstance(value, float) and value == int(value) and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, float):
        return f"{value:.12g}"
    return re.sub(r"[\t\n\r]+", " ", str(value)).strip()
