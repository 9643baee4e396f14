"""A table of the catalogue for the page: its entries, or one of them with each number's source."""

from __future__ import annotations

from collections.abc import Sequence

from outlay.report.pieces import table_pieces
from outlay.report.tables.table import Column, Table
from outlay.report.words import catalogue as said
from outlay.report.words.language import Words
from outlay.results.catalogue import Catalogue

__all__ = ["catalogued"]


def catalogued(found: Catalogue, say: Words) -> str:
    """The table as HTML: all rows, or one entry in full where one was asked for by its name."""
    if found.name and found.n == 1:
        row = found.rows[0]
        tables = [_table(found.name, ("field", "value"), list(said.in_full(found.table, row)))]
        if found.facts:
            known = said.sources(found.facts)
            facts = [said.fact_cells(f, known) for f in found.facts]
            tables.append(_table(said.FACTS, said.FACT_HEADS, facts))
            listed = [(str(k), text) for k, text in enumerate(known, 1)]
            tables.append(_table(say("title.sources"), ("", "source"), listed))
        return table_pieces(tables, say, cut=False)
    title = say("parts.entries", table=found.table, n=found.n)
    rows = [said.cells(r) for r in found.rows]
    table = _table(title, said.HEADS[found.table], rows)
    return table_pieces([table], say, cut=False)


def _table(title: str, heads: Sequence[str], rows: Sequence[tuple[str, ...]]) -> Table:
    return Table(title, tuple(Column(h, number=False) for h in heads), tuple(rows))
