"""What a parser of a document gives back: its text and what stands where, or why there is none."""

from __future__ import annotations

import re
import time
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple, cast

from outlay.evidence.xbrl.raw import Context, RawFact, Tagged

__all__ = [
    "MOST_CHARACTERS",
    "Mark",
    "Parsed",
    "ParsedCell",
    "ParsedTable",
    "UnreadError",
    "Written",
    "counted",
    "from_json",
    "listed",
    "matches_at",
    "out_of_time",
    "trimmed",
    "without",
]

MOST_CHARACTERS = 5_000_000
_MOST_CPU_S, _MOST_S = 25.0, 40.0
_BEGUN = time.monotonic()
_LISTED = 8


class Mark(NamedTuple):
    """What the file says of a stretch of text: heading (with its level), item, note (a footnote's
    mark)."""

    kind: str
    start: int
    end: int
    level: int = 0


class ParsedCell(NamedTuple):
    """A cell's span in the text, its place and how far it reaches; header: the file says so."""

    start: int
    end: int
    row: int
    column: int
    rows: int = 1
    columns: int = 1
    header: bool = False


class ParsedTable(NamedTuple):
    """A table that the file marks as one: its cells that hold something, by row; its caption."""

    start: int
    end: int
    cells: tuple[tuple[ParsedCell, ...], ...]
    caption: tuple[int, int] = (0, 0)

    def moved(self, at: Callable[[int], int], to: Callable[[int], int]) -> ParsedTable:
        """The table in another text, with the cells of which something is left there.

        at, to: where what begins or ends at a place does so in that.
        """
        cells = (tuple(ParsedCell(at(c.start), to(c.end), *c[2:]) for c in r) for r in self.cells)
        cells = (tuple(c for c in r if c.start < c.end) for r in cells)
        caption = at(self.caption[0]), to(self.caption[1])
        return ParsedTable(at(self.start), to(self.end), tuple(cells), caption)


class Parsed(NamedTuple):
    """The text of a document, a date it carries, what of it was not read, and what its file says of
    its parts: spans are of `text`."""

    text: str
    date: str = ""
    notes: tuple[str, ...] = ()
    marks: tuple[Mark, ...] = ()
    tables: tuple[ParsedTable, ...] = ()
    tagged: Tagged | None = None


class Written:
    """A text while it is written, with what its parts are."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.size = 0
        self.marks: list[Mark] = []
        self.tables: list[ParsedTable] = []

    def put(self, text: str) -> int:
        """Write on; where that ends."""
        self.parts.append(text)
        self.size += len(text)
        return self.size

    def text(self) -> str:
        """All of it."""
        return "".join(self.parts)


class UnreadError(Exception):
    """A document of which nothing can be read. hint: how to mend it."""

    def __init__(self, what: str, hint: str = "") -> None:
        self.hint = hint
        super().__init__(what)


def out_of_time() -> bool:
    """Whether a parser should end with what it has, before it is ended with nothing."""
    return time.process_time() > _MOST_CPU_S or time.monotonic() - _BEGUN > _MOST_S


def listed(names: list[str]) -> str:
    """The first names of a list, and how many there are more."""
    more = len(names) - _LISTED
    return ", ".join(names[:_LISTED]) + (f" and {more:,} more" if more > 0 else "")


def counted(n: int, what: str) -> str:
    """How many there are of a thing that is called `what` where it is one."""
    return f"{n:,} {what}" if n == 1 else f"{n:,} {what}s"


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """A span less the space at its ends."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def matches_at(
    pattern: re.Pattern[str], text: str, places: Iterable[int]
) -> Iterator[re.Match[str]]:
    """What a pattern finds in a text from left to right, asked only at places, in order, among
    which is each where it can begin."""
    end = 0
    for place in places:
        if place >= end and (found := pattern.match(text, place)):
            yield found
            end = found.end()


def without(parsed: Parsed, cuts: Sequence[tuple[int, int]], instead: str = "") -> Parsed:
    """The document less some stretches, in order; what its file says follows the text.

    A table that lies in such a stretch is gone; a fact in one is no longer shown.
    """
    if not cuts:
        return parsed
    text, lasts = parsed.text, [0, *(end for _, end in cuts)]
    kept = [text[a:b] for a, (b, _) in zip(lasts, cuts, strict=False)] + [text[lasts[-1] :]]
    starts = [a for a, _ in cuts]
    gone = [0, *accumulate(b - a - len(instead) for a, b in cuts)]

    def at(place: int) -> int:
        """Where what begins at `place` begins now: behind what is gone."""
        n = bisect_right(starts, place)
        return max(place - gone[n], cuts[n - 1][1] - gone[n]) if n else place

    def to(place: int) -> int:
        """Where what ends at `place` ends now: before what is gone."""
        n = bisect_left(starts, place)
        inside = n and place <= cuts[n - 1][1]
        return starts[n - 1] - gone[n - 1] if inside else place - gone[n]

    marks = (m._replace(start=at(m.start), end=to(m.end)) for m in parsed.marks)
    tables = (table.moved(at, to) for table in parsed.tables)
    tagged = parsed.tagged and parsed.tagged.moved(at, to)
    return parsed._replace(
        text=instead.join(kept), marks=tuple(m for m in marks if m.start < m.end),
        tables=tuple(t for t in tables if t.start < t.end), tagged=tagged,
    )  # fmt: skip


def from_json(said: object) -> Parsed:
    """The parsed document that was written as JSON: its tuples come as lists."""
    text, date, notes, marks, tables, tagged = cast("Parsed", said)
    made = (
        ParsedTable(start, end, tuple(tuple(ParsedCell(*c) for c in r) for r in rows), (a, b))
        for start, end, rows, (a, b) in tables
    )
    if tagged:
        facts, contexts, units, entity = tagged
        tagged = Tagged(
            tuple(RawFact(*f) for f in facts),
            {
                k: Context(who, start, end, tuple((a, m) for a, m in dimensions))
                for k, (who, start, end, dimensions) in contexts.items()
            },
            {k: (tuple(a), tuple(b)) for k, (a, b) in units.items()},
            entity,
        )
    return Parsed(text, date, tuple(notes), tuple(Mark(*m) for m in marks), tuple(made), tagged)
