"""What a parser of a document gives back: its text and what stands where, or why there is none."""

from __future__ import annotations

import time
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import TypedDict, cast

from outlay.evidence.xbrl.raw import Context, RawFact, Tagged

__all__ = [
    "MOST_CHARACTERS",
    "Mark",
    "Parsed",
    "ParsedCell",
    "ParsedTable",
    "UnreadError",
    "counted",
    "from_json",
    "listed",
    "out_of_time",
    "to_json",
    "without",
]

MOST_CHARACTERS = 5_000_000
_MOST_CPU_S, _MOST_S = 25.0, 40.0
_BEGUN = time.monotonic()
_LISTED = 8


@dataclass(frozen=True, slots=True)
class Mark:
    """What the file says of a stretch of text: heading (with its level), item, note (a footnote's
    mark)."""

    kind: str
    start: int
    end: int
    level: int = 0


@dataclass(frozen=True, slots=True)
class ParsedCell:
    """A cell's span in the text, its place and how far it reaches; header: the file says so."""

    start: int
    end: int
    row: int
    column: int
    rows: int = 1
    columns: int = 1
    header: bool = False


@dataclass(frozen=True, slots=True)
class ParsedTable:
    """A table that the file marks as one: its cells that hold something, by row; its caption."""

    start: int
    end: int
    cells: tuple[tuple[ParsedCell, ...], ...]
    caption: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class Parsed:
    """The text of a document, a date it carries, what of it was not read, and what its file says of
    its parts: spans are of `text`."""

    text: str
    date: str = ""
    notes: tuple[str, ...] = ()
    marks: tuple[Mark, ...] = ()
    tables: tuple[ParsedTable, ...] = ()
    tagged: Tagged | None = None


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

    def moved(t: ParsedTable) -> ParsedTable:
        cells = (tuple(replace(c, start=at(c.start), end=to(c.end)) for c in r) for r in t.cells)
        cells = (tuple(c for c in r if c.start < c.end) for r in cells)
        caption = (at(t.caption[0]), to(t.caption[1]))
        return ParsedTable(at(t.start), to(t.end), tuple(cells), caption)

    marks = (replace(m, start=at(m.start), end=to(m.end)) for m in parsed.marks)
    tables = map(moved, parsed.tables)
    tagged = parsed.tagged
    if tagged:
        placed = (
            f if f.start < 0 else replace(f, start=at(f.start), end=to(f.end)) for f in tagged.facts
        )
        shown = (f if f.start < f.end else replace(f, start=-1, end=-1) for f in placed)
        tagged = replace(tagged, facts=tuple(shown))
    return replace(
        parsed, text=instead.join(kept), marks=tuple(m for m in marks if m.start < m.end),
        tables=tuple(t for t in tables if t.start < t.end), tagged=tagged,
    )  # fmt: skip


def to_json(parsed: Parsed) -> dict[str, object]:
    """A parsed document as what JSON has, small."""
    t = parsed.tagged
    return {
        "text": parsed.text, "date": parsed.date, "notes": list(parsed.notes),
        "marks": [[m.kind, m.start, m.end, m.level] for m in parsed.marks],
        "tables": [
            [
                p.start, p.end, p.caption,
                [[[c.start, c.end, c.row, c.column, c.rows, c.columns, c.header] for c in r]
                 for r in p.cells],
            ]
            for p in parsed.tables
        ],
        "tagged": t and [
            {k: [c.entity, c.start, c.end, c.dimensions] for k, c in t.contexts.items()},
            dict(t.units), t.entity,
            [[f.kind, f.name, f.context, f.unit, f.text, f.start, f.end, dict(f.said)]
             for f in t.facts],
        ],
    }  # fmt: skip


class _Said(TypedDict, total=False):
    text: str
    date: str
    notes: list[str]
    marks: list[tuple[str, int, int, int]]
    tables: list[tuple[int, int, tuple[int, int], list[list[_SaidCell]]]]
    tagged: tuple[
        dict[str, tuple[str, str, str, list[tuple[str, str]]]],
        dict[str, tuple[list[str], list[str]]],
        str,
        list[tuple[str, str, str, str, str, int, int, dict[str, str]]],
    ]  # fmt: skip


_SaidCell = tuple[int, int, int, int, int, int, bool]


def from_json(said: Mapping[str, object]) -> Parsed:
    """The parsed document that `to_json` made."""
    out: _Said = cast("_Said", said)
    tables = tuple(
        ParsedTable(
            start, end, tuple(tuple(ParsedCell(*c) for c in row) for row in rows),
            (caption[0], caption[1]),
        )
        for start, end, caption, rows in out.get("tables") or ()
    )  # fmt: skip
    tagged = None
    if found := out.get("tagged"):
        contexts, units, entity, facts = found
        tagged = Tagged(
            tuple(RawFact(*f) for f in facts),
            {
                k: Context(who, start, end, tuple((a, m) for a, m in dimensions))
                for k, (who, start, end, dimensions) in contexts.items()
            },
            {k: (tuple(a), tuple(b)) for k, (a, b) in units.items()},
            entity,
        )
    marks = tuple(Mark(*m) for m in out.get("marks") or ())
    notes = tuple(out.get("notes") or ())
    return Parsed(out.get("text", ""), out.get("date", ""), notes, marks, tables, tagged)
