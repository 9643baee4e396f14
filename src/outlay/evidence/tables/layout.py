"""Which cells of a table are titles, headers and labels, and which are figures."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from outlay.evidence.blocks.types import Cell, Table
from outlay.evidence.tables.cells import Figure, figure_of, is_missing
from outlay.evidence.tables.units import is_said, roles_of

__all__ = ["Header", "Layout", "Line", "Row", "layout_of"]

Row = dict[int, Cell]
Header = dict[int, tuple[Cell, ...]]
_TAIL = re.compile(r"[)）%％x×]{1,2}|\([a-z]\)|[¹²³⁰-⁹*†]+|bps|pp|pts?")
_SIGN = re.compile(r"\s*[A-Z]{0,3}[$€£¥￥₩₹]\s*")
_THOUSANDS = re.compile(r"(?:(?<!\d)[’'`]|(?<=[A-Za-z$€£¥]))000s?\b")
_MOST_SPREAD = 400_000


@dataclass(slots=True)
class Line:
    """A row of the body: its cells by column, the figures among them, the header above it."""

    cells: Row
    figures: dict[int, Figure]
    header: Header
    section: Cell | None = None
    """Its one cell, where it is a heading of the rows below it."""


@dataclass(slots=True)
class Layout:
    """A table taken apart: its titles, its rows, its first header."""

    titles: list[Cell] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    header: Header = field(default_factory=dict)


def layout_of(table: Table, is_period: Callable[[str], bool]) -> Layout:
    """Take a table apart. is_period: whether a text is a period and nothing else."""
    rows, spreads = _spread(table)
    reads = _Reads(table.scope.decimal or ".", is_period)
    made = Layout()
    first = _header_end(rows, reads, made.titles)
    pairs = max((max(row, default=0) for row in rows), default=0) == 1
    if pairs and first == 1 and not reads.is_header(rows[0]):
        first = 0  # a list of names with their values
    made.header = header = _paths(rows[:first], spreads)
    shown = [_texts(row) for row in rows[:first]]
    origin = {id(c): n for n, row in enumerate(table.cells) for c in row}
    fresh: list[Row] = []
    for n in range(first, len(rows)):
        row = {
            i: c for i, c in rows[n].items()
            if c.column == i and (origin[id(c)] == n or reads.is_label(c.text))
        }  # fmt: skip
        if not row:
            continue
        if not (pairs and not header) and reads.heads_again(row, shown):
            fresh.append(rows[n])
            continue
        if fresh:
            header, fresh = _paths(fresh, spreads), []
        made.lines.append(_line(row, reads, header))
    return made


class _Reads:
    """What the texts of a table's cells are; each is asked once."""

    def __init__(self, decimal: str, is_period: Callable[[str], bool]) -> None:
        self._decimal, self.is_period = decimal, is_period
        self._found: dict[str, Figure | None] = {}

    def figure(self, text: str) -> Figure | None:
        if text not in self._found:
            found = None if _THOUSANDS.search(text) else figure_of(text, self._decimal)
            dated = found and not found.year and self.is_period(text)
            self._found[text] = None if dated else found
        return self._found[text]

    def is_label(self, text: str) -> bool:
        return (self.figure(text) is None or self.is_period(text)) and not is_missing(text)

    def may_head(self, text: str) -> bool:
        """Whether it can stand in a header: "Within 1 year" too."""
        said = self.figure(text)
        return self.is_label(text) or (said is not None and said.dimension == "duration")

    def all_periods(self, row: Row) -> bool:
        return all(self.is_period(c.text) for i, c in row.items() if i > 0)

    def is_header(self, row: Row) -> bool:
        """Whether a row of two cells is a header, and not a name with its value."""
        last = row[max(row)].text
        told = roles_of(last) != "" or self.is_period(last) or is_said(last)
        return _flagged(row) or len(row) < 2 or told

    def heads_again(self, row: Row, shown: list[list[str]]) -> bool:
        """Whether a row of the body is a header for those below it."""
        if len({id(c) for c in row.values()}) < 2:
            return False
        if not all(self.is_label(c.text) for c in row.values()):
            return False
        return _texts(row) in shown or self.all_periods(row) or _flagged(row)


def _texts(row: Row) -> list[str]:
    return [c.text for c in row.values()]


def _flagged(row: Row) -> bool:
    return all(c.header for c in row.values())


def _line(row: Row, reads: _Reads, header: Header) -> Line:
    figures = {i: f for i, c in row.items() if (f := reads.figure(c.text)) is not None}
    alone = len({id(c) for c in row.values()}) == 1
    row = _joined(row, figures, reads.figure)
    first = next(iter(row.values()))
    return Line(row, figures, header, first if alone and reads.is_label(first.text) else None)


def _spread(table: Table) -> tuple[list[Row], bool]:
    """Rows by column, a cell of several rows or columns in each of them; whether any is."""
    rows: list[Row] = [{} for _ in table.cells]
    cells = [c for row in table.cells for c in row]
    width = max((c.column for c in cells), default=0) + 1
    left = _MOST_SPREAD
    for n, row in enumerate(table.cells):
        for c in filter(lambda c: c.text, row):
            down = min(n + max(c.rows, 1), len(rows))
            right = max(min(c.column + max(c.columns, 1), width), c.column + 1)
            if (down - n) * (right - c.column) > left:
                down, right = n + 1, c.column + 1
            left -= (down - n) * (right - c.column)
            for r in range(n, down):
                for i in range(c.column, right):
                    rows[r].setdefault(i, c)
    return rows, any(c.columns > 1 and c.text for c in cells)


def _header_end(rows: list[Row], reads: _Reads, titles: list[Cell]) -> int:
    """The first row of the body; rows of one cell above the header are titles."""
    last: Row | None = None
    widest = max(map(len, rows), default=0)
    for n, row in enumerate(rows):
        distinct = {id(c): c for c in row.values()}
        odd = sum(not reads.may_head(c.text) for c in distinct.values())
        if odd and (last is None or not _flagged(row)):
            return n + (2 * odd < len(distinct) and _flagged(row))
        if not row:
            continue
        if last is not None and not _goes_on(row, last, reads):
            return n
        first = next(iter(row.values()))
        spanning = first.column > 0 and len(row) < widest - 1
        if last is None and len(distinct) == 1 and not spanning:
            titles += [first] if n + 1 < len(rows) else []
        else:
            last = row
    return len(rows)


def _goes_on(row: Row, last: Row, reads: _Reads) -> bool:
    """Whether a row of labels under a header is one more row of it."""
    several = len({id(c) for c in row.values()})
    above = {id(c) for c in last.values()}
    grouped = len(above) < several or any(c.columns > 1 for c in last.values())
    if _flagged(row) or 0 not in row:
        return True
    return several > 1 and (grouped or reads.all_periods(row))


def _paths(header: list[Row], spread: bool) -> Header:
    """What stands above each column, the uppermost first."""
    found: dict[int, list[Cell]] = {}
    width = max((max(row) for row in header if row), default=-1) + 1
    for n, row in enumerate(header):
        last = n == len(header) - 1
        if len({id(c) for c in row.values()}) == 1 and len(row) >= width > 1 and not last:
            continue  # a title
        carried: Cell | None = None
        for i in range(width):
            cell = row.get(i)
            if cell is None and not (spread or last) and i in header[-1]:
                cell = carried
            carried = cell if i > 0 else None
            path = found.setdefault(i, [])
            if cell is not None and cell not in path[-1:]:
                path.append(cell)
    return {i: tuple(path) for i, path in sorted(found.items()) if path}


def _joined(row: Row, figures: dict[int, Figure], read: Callable[[str], Figure | None]) -> Row:
    """The row, its "$", ")" and "%" that have a cell of their own put to their figure."""
    order = sorted(row)
    out = dict(row)
    for before, i, after in zip([-9, *order], order, [*order[1:], -9], strict=False):
        if i not in figures:
            continue
        text = row[i].text
        if before >= i - 2 and before in out and _SIGN.fullmatch(row[before].text):
            text = out.pop(before).text.strip() + text
        if 0 <= after <= i + 2 and _TAIL.fullmatch(row[after].text.strip()):
            text += out.pop(after).text.strip()
            figures.pop(after, None)
        if text != row[i].text:
            figures[i] = read(text) or figures[i]
    return out
