"""What a document is made of, whatever its form: paragraphs and tables under headings.

Every block carries a `Scope`: what the document, its sections and its captions say once for all
that stands below them. Spans are half-open character ranges of `Document.text`.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field

__all__ = ["Block", "Blocks", "Cell", "Scope", "Table"]


@dataclass(frozen=True, slots=True)
class Scope:
    """What holds for a block unless it says otherwise; empty or 1 where nothing was said."""

    entity: str = ""
    """Whom the document is of: the registrant, the issuer, the company of the headline."""
    topic: str = ""
    """Whom or what the heading above names: a segment, a site, a product."""
    date: str = ""
    """The day, month or year when it was written; ISO."""
    period: str = ""
    """The period that it reports; ISO year, quarter, month, or a fiscal one."""
    fiscal_end: int = 12
    """Last month of the entity's fiscal year."""
    currency: str = ""
    """ISO code of amounts without a sign, and of a sign that several share."""
    scale: float = 1.0
    """What amounts of money are to be multiplied by: 1e6 under "in millions"."""
    counts: float = 1.0
    """The same for counts, where the words say so: "in thousands, except per share data"."""
    per: str = ""
    """What a price is for: "Mtok" under "per 1M tokens"."""
    unit: str = ""
    """Unit of bare numbers: "W" under "(MW)" with scale 1e6 in `unit_factor`."""
    unit_factor: float = 1.0
    """What bare numbers in `unit` are to be multiplied by."""
    guessed: bool = False
    """Whether its scale is that of the other tables, and nothing says it of this one."""
    decimal: str = ""
    """What parts the fraction: "." or ","; empty where the document shows neither. The other of
    the two, a space and an apostrophe then part the thousands."""


@dataclass(frozen=True, slots=True)
class Cell:
    """The text of a cell, its span in the document, its place and how far it reaches."""

    text: str
    start: int
    end: int
    row: int = 0
    column: int = 0
    rows: int = 1
    columns: int = 1
    header: bool = False
    """Whether the file says that it is a header."""


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, a paragraph or a list item."""

    start: int
    end: int
    kind: str = "paragraph"  # heading, paragraph, item, caption, note
    level: int = 0
    scope: Scope = field(default_factory=Scope)


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its cells by row, what stands above and below it that belongs to it."""

    start: int
    end: int
    cells: tuple[tuple[Cell, ...], ...]
    caption: str = ""
    foot: str = ""
    scope: Scope = field(default_factory=Scope)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Blocks:
    """Blocks and tables in the order of the text; none within another."""

    scope: Scope
    blocks: tuple[Block, ...]
    tables: tuple[Table, ...]
    notes: tuple[str, ...] = ()
    _places: tuple[tuple[int, Scope], ...] = ()

    @classmethod
    def of(
        cls, scope: Scope, blocks: tuple[Block, ...], tables: tuple[Table, ...],
        notes: tuple[str, ...] = (),
    ) -> Blocks:  # fmt: skip
        """The blocks with what finds one by its place."""
        places = [(b.start, b.scope) for b in blocks] + [(t.start, t.scope) for t in tables]
        places.sort(key=lambda p: p[0])
        return cls(scope, blocks, tables, notes, tuple(places))

    def at(self, place: int) -> Scope:
        """The scope in which the character at `place` stands."""
        n = bisect_right(self._places, place, key=lambda p: p[0])
        return self._places[n - 1][1] if n else self.scope

    def table_at(self, place: int) -> Table | None:
        """The table that the character at `place` is part of."""
        n = bisect_right(self.tables, place, key=lambda t: t.start)
        return self.tables[n - 1] if n and place < self.tables[n - 1].end else None
