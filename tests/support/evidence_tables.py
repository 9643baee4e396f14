"""Tables for tests: cells between bars; `text{2}` spans two columns, `text{1x3}` three rows."""

from __future__ import annotations

import re

from outlay.evidence.blocks.types import Blocks, Cell, Scope, Table
from outlay.evidence.tables.claims import table_claims
from outlay.evidence.types import Claim, Document

_SPAN = re.compile(r"^(.*)\{(\d+)(?:x(\d+))?\}$")


def table(text: str, caption: str = "", scope: Scope | None = None, heads: int = 1) -> Table:
    """A table of rows written with bars, as a page with spans gives it."""
    rows: list[tuple[Cell, ...]] = []
    taken: set[tuple[int, int]] = set()
    at = 0
    for r, line in enumerate(text.split("\n")):
        cells: list[Cell] = []
        column = 0
        for raw in line.split("|"):
            word = raw.strip()
            start = at + raw.find(word) if word else at
            span = _SPAN.match(word)
            wide, deep = (int(span[2]), int(span[3] or 1)) if span else (1, 1)
            shown = span[1] if span else word
            while (r, column) in taken:
                column += 1
            taken |= {(r + i, column + k) for i in range(deep) for k in range(wide)}
            end = start + len(shown)
            cells.append(Cell(shown, start, end, r, column, deep, wide, r < heads))
            column += wide
            at += len(raw) + 1
        rows.append(tuple(cells))
    return Table(0, len(text), tuple(rows), caption, "", scope or Scope())


def claims(
    text: str, caption: str = "", scope: Scope | None = None, date: str = "2026-02-01", **more: int
) -> tuple[list[Claim], list[str]]:
    """The claims of one such table, and what is said of the rest."""
    made = table(text, caption, scope, **more)
    blocks = Blocks.of(made.scope, (), (made,))
    return table_claims(Document("t.html", text, date), blocks, "", "t", 0)


def facts(text: str, caption: str = "", scope: Scope | None = None, **more: int) -> list[tuple]:
    """Subject, metric, value, unit and period of each claim."""
    found = claims(text, caption, scope, **more)[0]
    return [(c.subject, c.metric, c.value, c.unit, c.period) for c in found]
