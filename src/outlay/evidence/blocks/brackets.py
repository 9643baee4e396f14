"""Last year's figures in brackets: "2025 (2024)" over "1 412 (1 377)" is two columns."""

from __future__ import annotations

import re
from dataclasses import replace

from outlay.evidence.blocks.types import Cell, Table

__all__ = ["unbracketed"]

_YEAR = r"(?:FY ?)?(?:19|20)\d\d|Q[1-4](?: (?:19|20)\d\d)?|20\d\d年"
_TWO = re.compile(rf"(?P<a>.*?(?:{_YEAR})) ?[(（](?P<b>{_YEAR})[)）]$")
_ONE = re.compile(rf"(?P<b>)[(（](?P<a>{_YEAR})[)）]$")
_PAIR = re.compile(r"(?P<a>[^()（）]*\d[^()（）]*?) ?[(（](?P<b>[^()（）]*\d[^()（）]*)[)）]$")
_ALONE = re.compile(r"(?P<b>)[(（](?P<a>[^()（）]*\d[^()（）]*)[)）]$")


def unbracketed(table: Table) -> Table:
    """The table with a column of its own for what stands in brackets under a year in brackets."""
    two, one = _headed(table, _TWO), _headed(table, _ONE)
    if not (two or one) or any(c.rows > 1 or c.columns > 1 for row in table.cells for c in row):
        return table
    rows = []
    for row in table.cells:
        out: list[Cell] = []
        for c in row:
            out += _parts(c, two, one)
        rows.append(tuple(replace(c, column=n) for n, c in enumerate(out)))
    return replace(table, cells=tuple(rows))


def _headed(table: Table, by: re.Pattern[str]) -> set[int]:
    """The columns of which one of the first two rows says so."""
    return {c.column for row in table.cells[:2] for c in row if by.match(c.text.strip())}


def _parts(c: Cell, two: set[int], one: set[int]) -> list[Cell]:
    """A cell as one or, in a column of two years, as two."""
    said = c.text.strip()
    if c.column in two:
        m = _TWO.match(said) or _PAIR.match(said)
        return [_cut(c, m, "a"), _cut(c, m, "b")] if m else [c, _empty(c)]
    m = (_ONE.match(said) or _ALONE.match(said)) if c.column in one else None
    return [_cut(c, m, "a") if m else c]


def _cut(c: Cell, m: re.Match[str], part: str) -> Cell:
    lead = len(c.text) - len(c.text.lstrip())
    start = c.start + lead + m.start(part)
    return replace(c, text=m[part], start=start, end=start + len(m[part]))


def _empty(c: Cell) -> Cell:
    return replace(c, text="", start=c.end, end=c.end)
