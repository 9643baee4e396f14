"""Claims of all tables of a document, and what of them was not read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from outlay.evidence.blocks.types import Blocks
from outlay.evidence.quantities.fx import currency_of
from outlay.evidence.rules import pattern
from outlay.evidence.tables.reader import TableReader
from outlay.evidence.tagged.claims import Tags
from outlay.evidence.types import Claim, Document

__all__ = ["MOST_CLAIMS", "in_its_currency", "table_claims"]

MOST_CLAIMS = 100_000


def in_its_currency(blocks: Blocks, prose: Sequence[Claim]) -> Blocks:
    """The blocks, where a table of which only the scale is said ("in thousands") is in the one
    currency of the document's own words."""
    used = {code for c in prose if (code := currency_of(c.unit))}
    if len(used) != 1 or blocks.scope.currency:
        return blocks
    tables = tuple(
        replace(t, scope=replace(t.scope, currency=next(iter(used))))
        if not t.scope.currency
        and (t.scope.scale != 1 or pattern("tables.scale").search(t.caption))
        else t
        for t in blocks.tables
    )
    return replace(blocks, tables=tables)


def table_claims(
    document: Document,
    blocks: Blocks,
    topic: str,
    prefix: str,
    count: int,
    tags: Tags | None = None,
) -> tuple[list[Claim], list[str]]:
    """Claims of all tables of a document, numbered on from `count`, and what was not read.

    tags: numbers of it that are read already.
    """
    out: list[Claim] = []
    notes: list[str] = []
    for n, table in enumerate(blocks.tables, 1):
        if tags and tags.covers(table):
            continue
        reader = TableReader(document, table, tags)
        out.extend(reader.read(prefix, count + len(out), MOST_CLAIMS - len(out)))
        notes += _notes(reader, n)
        if len(out) > MOST_CLAIMS:
            tables = f"table {n:,} of {len(blocks.tables):,}"
            notes.append(f"only the first {MOST_CLAIMS:,} numbers of tables were read, to {tables}")
            break
    return out[:MOST_CLAIMS], notes


def _notes(reader: TableReader, n: int) -> Iterator[str]:
    for (word, near), line in reader.heads.slips.items():
        yield (
            f"line {line:,}: the unit's '{word}' is not known: did you mean '{near}'? Its "
            "numbers were left out"
        )
    for label, title in reader.scales.odd.items():
        if title:
            yield f"table {n:,}: '{label}' goes against '{title}' above it; the nearer was taken"
    left = +reader.unread
    if not left:
        return
    few = f"table {n:,}: {left.total():,} of {reader.numbers:,} number cells not read"
    if len(left) == 1:
        yield f"{few}: {next(iter(left))}"
    else:
        yield f"{few}: {', '.join(f'{k:,} {why}' for why, k in left.most_common())}"
