"""Any text to blocks: headings, paragraphs, items and tables, each in its scope."""

from __future__ import annotations

import re
from collections.abc import Sequence

from outlay.evidence.blocks.types import Block, Blocks, Cell, Scope, Table
from outlay.evidence.text.grid import Grid, csv_grid, find_grids
from outlay.evidence.types import Document

__all__ = ["blocks_of"]

_PART = re.compile(r"[^\n]*\S[^\n]*(?:\n(?![ \t]*\n)[^\n]+)*")
_HEADING = re.compile(r"(#{1,6}) ")
_ITEM = re.compile(r"[ \t]*(?:[-*+•·●■◆]|\(?\d{1,2}[.)]) ")


def blocks_of(
    document: Document, tables: Sequence[Table] = (), scope: Scope | None = None
) -> Blocks:
    """The blocks of a document's text. tables: those that its file marks as such."""
    base = scope or Scope(date=document.date)
    text = document.text
    found = list(tables) or [_table(g, base) for g in _grids(document)]
    blocks = []
    at = 0
    for table in (*found, Table(len(text), len(text), ())):
        for m in _PART.finditer(text, at, table.start):
            heading = _HEADING.match(m[0])
            kind = "heading" if heading else "item" if _ITEM.match(m[0]) else "paragraph"
            level = len(heading[1]) if heading else 0
            blocks.append(Block(m.start(), m.end(), kind, level, base))
        at = table.end
    notes = tuple(n for t in found for n in t.notes)
    return Blocks.of(base, tuple(blocks), tuple(found), notes)


def _grids(document: Document) -> list[Grid]:
    if document.form == "csv":
        whole = csv_grid(document.text)
        if whole:
            return [whole]
    return find_grids(document.text)


def _table(grid: Grid, scope: Scope) -> Table:
    cells = tuple(
        tuple(Cell(c.text, c.start, c.end, r, n, header=r == 0) for n, c in enumerate(row))
        for r, row in enumerate(grid.rows)
    )
    return Table(grid.start, grid.end, cells, grid.caption, "", scope, grid.notes)
