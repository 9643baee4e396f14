"""Claims of all tables of a document, and what of them was not read."""

from __future__ import annotations

from outlay.evidence.blocks.types import Blocks, Table
from outlay.evidence.tables.reader import MOST_CLAIMS, TableReader
from outlay.evidence.text.grid import Cell, Grid
from outlay.evidence.types import Claim, Document

__all__ = ["table_claims"]


def table_claims(
    document: Document, blocks: Blocks, topic: str, prefix: str, count: int
) -> tuple[list[Claim], list[str]]:
    """Claims of all tables of a document, numbered on from `count`, and what was not read."""
    out: list[Claim] = []
    notes: list[str] = []
    grids = [_grid(t) for t in blocks.tables]
    for n, grid in enumerate(grids):
        reader = TableReader(document, grid, topic)
        out.extend(reader.read(prefix, count + len(out)))
        for (word, near), line in reader.slips.items():
            notes.append(
                f"line {line:,}: the unit's '{word}' is not known: did you mean '{near}'? Its "
                "numbers were left out"
            )
        if len(out) > MOST_CLAIMS:
            tables = f"table {n + 1:,} of {len(grids):,}"
            notes.append(f"only the first {MOST_CLAIMS:,} numbers of tables were read, to {tables}")
            break
    return out[:MOST_CLAIMS], notes


def _grid(table: Table) -> Grid:
    rows = tuple(tuple(Cell(c.text, c.start, c.end) for c in row) for row in table.cells)
    return Grid(rows, table.caption, table.start, table.end)
