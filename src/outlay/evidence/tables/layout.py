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
    listed = first == 1 and reads.is_list(rows)
    if listed:
        first = 0  # a list of names with their values
    made.header = header = _paths(rows[:first], spreads)
    shown = None if listed else [_texts(row) for row in rows[:first]]
    origin = {id(c): n for n, row in enumerate(table.cells) for c in row}
    fresh: list[Row] = []
    for n in range(first, len(rows)):
        row = reads.own(rows[n], n, origin)
        if shown is not None and reads.heads_again(row, shown):
            fresh.append(rows[n])
        elif row:
            header = _paths(fresh, spreads) if fresh else header
            fresh = []
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

    def own(self, row: Row, n: int, origin: dict[int, int]) -> Row:
        """The cells of the n-th row, less the figures that reach into it from above."""
        own = {i: c for i, c in row.items() if c.column == i}
        return {i: c for i, c in own.items() if origin[id(c)] == n or self.is_label(c.text)}

    def all_periods(self, row: Row) -> bool:
        return all(self.is_period(c.text) for i, c in row.items() if i > 0)

    def is_list(self, rows: list[Row]) -> bool:
        """Whether two columns are names with their values, from the first row on."""
        row = rows[0]
        last = row[max(row)].text if row else ""
        told = roles_of(last) != "" or self.is_period(last) or is_said(last)
        narrow = all(max(r, default=0) < 2 for r in rows)
        return narrow and len(row) == 2 and not (_flagged(row) or told)

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
        if last is None and len(distinct) == 1 and not _is_group(row, widest):
            titles += [*distinct.values()] if n + 1 < len(rows) else []
        else:
            last = row
    return len(rows)


def _is_group(row: Row, widest: int) -> bool:
    """Whether a cell that stands alone is over some of the columns, and not over all."""
    return next(iter(row.values())).column > 0 and len(row) < widest - 1


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
    for row in header[:-1]:
        title = len({id(c) for c in row.values()}) == 1 and len(row) >= width > 1
        shown = row if spread else _carried(row, header[-1], width)
        _put(found, {} if title else shown)
    _put(found, header[-1] if header else {})
    return {i: tuple(path) for i, path in sorted(found.items())}


def _carried(row: Row, below: Row, width: int) -> Row:
    """A row of a header whose groups are said in their first column alone."""
    out = dict(row)
    for i in range(2, width):
        if i not in out and i in below and i - 1 in out:
            out[i] = out[i - 1]
    return out


def _put(found: dict[int, list[Cell]], row: Row) -> None:
    for i, cell in row.items():
        path = found.setdefault(i, [])
        if cell not in path[-1:]:
            path.append(cell)


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
