"""A table as the page shows it: first rows, the rest folded, headings for narrow screens."""

from __future__ import annotations

from dataclasses import dataclass, replace

from outlay.report.cells import shown_table
from outlay.report.tables.table import Column, Table
from outlay.report.words.language import Words

__all__ = ["MOST_ROWS", "Laid", "Line", "laid", "quoted"]

MOST_ROWS = 12
"""Rows that are read at once; what is longer is folded behind them."""
NARROW = 3
"""Columns that stand beside each other on a telephone; wider tables turn into cards there."""

MANY = 12
"""Columns beyond which type and gaps are smaller, so that a sheet of paper holds them."""
SHORT = 12
"""Characters of cells that stand on one line: a date, a number with its sign."""


@dataclass(frozen=True, slots=True)
class Line:
    """A row: each cell's text, and how it is worked out where that is known.

    whys: of each cell what to explain for more; none where no cell has any.
    """

    cells: tuple[tuple[str, str], ...]
    whys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Laid:
    """A table cut where it is folded."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[Line, ...]
    rest: tuple[Line, ...]
    """Rows behind the fold."""
    look: str
    """Classes: which columns hold numbers and short texts, whether it turns into cards."""
    headings: str
    """The headings as CSS variables, which cards show beside their values."""
    whys: bool = False
    """Whether a cell says what explains it: where somebody answers."""

    @property
    def n(self) -> int:
        """Rows in all."""
        return len(self.rows) + len(self.rest)


def laid(table: Table, say: Words) -> Laid:
    """The table with every cell as text, cut after its first rows."""
    shown = _without_empty(shown_table(table, say))
    hows = shown.how or (("",) * len(shown.columns),) * len(shown.rows)
    whys = shown.why or ((),) * len(shown.rows)
    lines = [
        Line(tuple((str(v), how) for v, how in zip(row, told, strict=True)), why)
        for row, told, why in zip(shown.rows, hows, whys, strict=True)
    ]
    look = [f"n{k}" for k, c in enumerate(shown.columns, 1) if c.number]
    look += [
        f"s{k}"
        for k in range(1, len(shown.columns) + 1)
        if all(len(line.cells[k - 1][0]) <= SHORT for line in lines)
    ]
    wide = len(shown.columns) > NARROW
    if len(shown.columns) > MANY:
        look.append("vast")
    headings = ";".join(
        f"--h{k}:{quoted(f'{c.name} {c.unit}'.strip())}" for k, c in enumerate(shown.columns, 1)
    )
    return Laid(
        shown.title, shown.columns, tuple(lines[:MOST_ROWS]), tuple(lines[MOST_ROWS:]),
        " ".join([*look, "wide"] if wide else look), headings if wide else "",
    )  # fmt: skip


def _without_empty(table: Table) -> Table:
    """The table without columns in which no row says anything."""
    kept = [
        k for k in range(len(table.columns))
        if not table.rows or any(row[k] not in ("", "–") for row in table.rows)
    ]  # fmt: skip
    return replace(
        table,
        columns=tuple(table.columns[k] for k in kept),
        rows=tuple(tuple(row[k] for k in kept) for row in table.rows),
        how=tuple(tuple(row[k] for k in kept) for row in table.how),
        why=tuple(tuple(row[k] for k in kept) for row in table.why),
    )


def quoted(text: str) -> str:
    """The text as a string of CSS: what could end it, or the style around it, as a number."""
    safe = (c if c.isalnum() or c in " .,-/()·%" else f"\\{ord(c):x} " for c in text)
    return f'"{"".join(safe)}"'
