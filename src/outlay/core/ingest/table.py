"""A table as CSV text: a header whose names stand once, rows as long as it, each with its line.

A quoted cell ends in the line where it began unless the table's notes may go over lines: one stray
quote must not make three rows one.
"""

from __future__ import annotations

import csv
import difflib
import io
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from outlay.core.errors import Problem, TableError, nearest

__all__ = [
    "MOST_PROBLEMS", "Columns", "Row", "collected", "header_problems", "named", "plain_number",
    "rows_of",
]  # fmt: skip

MOST_PROBLEMS = 20
"""Problems of one table that are told."""
_NUMBER = re.compile(r"[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
_OTHERS = {";": "semicolons", "\t": "tabs", "|": "bars"}


@dataclass(frozen=True, slots=True)
class Row:
    """Cells by column, without the spaces around them, and the line where they begin."""

    line: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Columns:
    """What a table may hold: needed, and known beside it; others are refused, or let pass.

    fold: whether case does not count in names. over_lines: whether a quoted cell may go over lines.
    """

    needed: Sequence[str]
    known: Sequence[str] = ()
    others: bool = False
    fold: bool = True
    over_lines: bool = False

    @property
    def all(self) -> list[str]:
        """Names that mean something, needed ones first."""
        return [*self.needed, *self.known]


def rows_of(
    text: str, where: str, columns: Columns, *, separator: str = ",", most: int = 10_000_000
) -> Iterator[Row]:
    """The rows of a table under its checked header, one by one.

    Raises TableError with every problem of header and rows (up to MOST_PROBLEMS) when it comes to
    the end; rows before it have been given by then. Empty lines are no rows.
    """
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    problems: list[Problem] = []
    count, begins = 0, 0
    try:
        names = named(next(reader, []), fold=columns.fold)
        if found := header_problems(names, columns, f"{where}:1", separator):
            raise TableError(found)
        begins = reader.line_num
        for cells in reader:
            first, begins = begins + 1, reader.line_num
            if not any(c.strip() for c in cells):
                continue
            problem = _row_problem(cells, names, f"{where}:{first}", over=begins > first and not
                                   columns.over_lines)  # fmt: skip
            if problem is not None:
                problems.append(problem)
                if len(problems) >= MOST_PROBLEMS:
                    break
                continue
            count += 1
            if count > most:
                raise TableError("too many rows", where=where, allowed=f"up to {most:,}")
            if not problems:
                yield Row(first, dict(zip(names, (c.strip() for c in cells), strict=True)))
    except csv.Error as error:
        over = reader.line_num > begins + 1  # what went wrong began where a quote was opened
        hint = "a quote is opened there that does not close in its line" if over else ""
        problems.append(Problem(f"not CSV: {error}", f"{where}:{begins + 1}", hint=hint))
    if problems:
        raise TableError(problems)


def collected(rows: Iterable[Row], problems: list[Problem]) -> Iterator[Row]:
    """The rows; what is wrong with them comes into `problems` instead of being raised."""
    try:
        yield from rows
    except TableError as error:
        problems += error.problems()


def plain_number(text: str) -> float | None:
    """A finite number in plain digits; None for any other text (`1_000`, `1,5`, `nan`, `١`)."""
    if not _NUMBER.fullmatch(text):
        return None
    found = float(text)
    return found if math.isfinite(found) else None


def named(header: Iterable[str], *, fold: bool = True) -> list[str]:
    """Names of columns as they are compared: without spaces around them, case folded if wanted."""
    return [h.strip().casefold() if fold else h.strip() for h in header]


def header_problems(
    names: Sequence[str], columns: Columns, where: str, separator: str = ","
) -> list[Problem]:
    """What is wrong with a header: names that miss, stand twice, or mean nothing."""
    allowed = ", ".join(columns.all)
    if not any(names):
        return [Problem("no header", where, allowed=allowed)]
    other = next((said for mark, said in _OTHERS.items() if len(names) == 1 and mark in names[0]
                  and mark != separator), "")  # fmt: skip
    if other:
        hint = "separate its cells by commas"
        return [Problem(f"the table is separated by {other}", where, names[0][:80], allowed, hint)]
    known = set(columns.all)
    out = [
        Problem("unknown column", where, repr(h), allowed, nearest(h, known))
        for h in names
        if h not in known and not columns.others
    ]
    out += [
        Problem("a column given twice", where, repr(h), "each column once")
        for h in dict.fromkeys(names)
        if h and names.count(h) > 1
    ]
    out += [
        Problem(
            "a column is missing",
            where,
            ", ".join(names)[:200],
            allowed,
            f"add '{h}'{_or_renamed(h, names, known)}",
        )
        for h in columns.needed
        if h not in names
    ]
    return out


def _or_renamed(lacking: str, names: Sequence[str], known: set[str]) -> str:
    """The name that may be the one that lacks, misspelt."""
    unknown = [n for n in names if n and n not in known]
    near = difflib.get_close_matches(lacking, unknown, 1, 0.7)
    return f", or is it '{near[0]}'?" if near else ""


def _row_problem(
    cells: Sequence[str], names: Sequence[str], where: str, *, over: bool
) -> Problem | None:
    if over:
        what = "a quoted cell goes over the end of its line"
        found = next((c for c in cells if "\n" in c or "\r" in c), "")
        return Problem(what, where, repr(found)[:80], "a quote that closes in its line")
    if len(cells) != len(names):
        return Problem(
            "a row with another number of cells than the header", where, str(len(cells)),
            str(len(names)), "write 1300, not 1,300" if len(cells) > len(names) else "",
        )  # fmt: skip
    return None
