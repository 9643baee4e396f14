"""A table whose form is known, and the trace that is made of it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NoReturn, TypeAlias

import numpy as np

from outlay.core.arrays import Array, IntArray
from outlay.core.errors import TableError
from outlay.serving.tables.wanted import Cells, Read, Rows, Table, Want, bare, not_read
from outlay.serving.traffic.columns import IDS, INPUT, OUTPUT, repeated_ids
from outlay.serving.traffic.plausible import grid, refuse_totals
from outlay.serving.traffic.requests import Traffic, said, traffic

__all__ = [
    "MOST_TOKENS", "Asked", "Order", "Some", "Trace", "as_trace", "counted", "in_order", "missing",
    "packed", "places", "spoken", "tokens",
]  # fmt: skip

MOST_TOKENS = 10_000_000
"""Of one request: ten times the longest context that is sold."""
SHOWN_ROWS = 5
_PLACE = re.compile(r"(:|(?<=, )row |(?<=, )request )(\d+)(?=, r|$)")
MOST_PLACE = 60
"""Characters at the end of a place that say which row it is."""
Order: TypeAlias = "IntArray | slice[None, None, None]"
"""Of rows by time; a slice where the file has it already."""


@dataclass(frozen=True)
class Trace:
    """A trace as read: its requests, the form found, and warnings to show.

    For recorded sessions the times are relative to each session's start (`session_start` is the
    first row of each), and `sessions.place` draws a common clock.
    """

    traffic: Traffic
    format: str
    warnings: tuple[str, ...] = ()
    session_id: IntArray | None = None
    kind: str = ""
    """Kind of file."""
    block_tokens: int = 0
    """Of a prefix block; 0: the trace has none."""
    sessions: int = 0
    """Conversations that the file names; 0: it names none."""

    @property
    def said(self) -> str:
        """One line of what was read."""
        t = self.traffic
        parts = [said(t, clock=self.session_id is None)]
        if self.block_tokens:
            parts.append(f"blocks of {self.block_tokens:,} tokens")
        if t.has_prefixes and (t.shared_tokens > 0).any():
            share = np.sum(t.shared_tokens, dtype=np.int64) / np.sum(t.input_tokens, dtype=np.int64)
            parts.append(f"{100 * share:.3g} % of the input shared with earlier requests")
        if self.sessions:
            parts.append(f"{self.sessions:,} session{'s' if self.sessions > 1 else ''}")
        return f"{', '.join(parts)}; {self.format} trace, {self.kind}"


@dataclass(frozen=True, slots=True)
class Asked:
    """A table whose form is known, and what was said of it beside.

    names: columns by their bare names; given: columns by what they were said to hold; block: tokens
    of a prefix block, 0 where not said; unit: of times, empty where not said.
    """

    table: Table
    names: Mapping[str, str]
    sort: bool = False
    block: int = 0
    unit: str = ""
    given: Mapping[str, str] = field(default_factory=dict)

    @property
    def where(self) -> str:
        return self.table.where

    def read(self, wants: Sequence[Want]) -> tuple[Read, list[str]]:
        """The columns, request ids checked; and a note of those that nobody reads."""
        used = {w.column for w in wants}
        ids = [
            Want(n, n, "key", empty=True)
            for n in self.table.names
            if bare(n) in IDS and n not in used
        ]
        read = self.table.read([*wants, *ids])
        notes = []
        for want in ids:
            notes += repeated_ids(read, want.name)
        used |= {w.column for w in ids}
        return read, [*notes, *not_read((*self.table.names, *read.others), used)]

    def has(self, *wanted: str) -> str:
        """The column of the first of these bare names that is there; '' for none."""
        return next((self.names[w] for w in wanted if w in self.names), "")


def tokens(name: str, column: str, least: int = 1) -> Want:
    """A column of tokens."""
    return Want(name, column, "whole", least, MOST_TOKENS)


def missing(a: Asked, what: str) -> NoReturn:
    """Refuse a table that lacks what its form needs."""
    raise TableError(what, where=a.table.header_at, value=", ".join(a.table.names)[:200])


class Some:
    """Rows of which some were left out."""

    def __init__(self, rows: Rows, kept: IntArray) -> None:
        self.rows, self.kept = rows, kept

    def at(self, row: int) -> str:
        return self.rows.at(self.kept.item(row))


def places(at: IntArray, rows: Rows) -> str:
    """Where the first of some rows stand: `lines 3, 5`, or `lines 3 (request 2), 5 (request 1)`."""
    some: list[int] = at[:SHOWN_ROWS].tolist()
    found = [_place(rows.at(i)) for i in some]
    kind = found[0][0][0].strip().replace(":", "line") if found[0] else "file"
    shown = ", ".join(
        f[0][1] + "".join(f" ({k}{n})" for k, n in f[1:]) if f else rows.at(i)
        for f, i in zip(found, some, strict=True)
    )
    return f"{kind}{'s' if len(at) > 1 else ''} {shown}{', …' if len(at) > SHOWN_ROWS else ''}"


def _place(where: str) -> list[tuple[str, str]]:
    """Kinds and numbers at the end of a place: of the line, and of a request within it."""
    found: list[tuple[str, str]] = _PLACE.findall(where[-MOST_PLACE:])
    return found[-2:]


def spoken(output: Cells, rows: Rows, notes: list[str]) -> Cells:
    """Outputs of at least one token: a request that was read in and said nothing costs a step."""
    silent = np.flatnonzero(output == 0)
    if len(silent):
        notes.append(
            f"{counted(silent, 'request')} without output, taken to say one token: "
            f"{places(silent, rows)}"
        )
    return np.maximum(output, 1)


def counted(rows: IntArray, what: str) -> str:
    """`1 request`, `1,200 requests`: a count as notes say it."""
    return f"{len(rows):,} {what}{'s' if len(rows) != 1 else ''}"


def in_order(a: Asked, read: Read, times: Array, notes: list[str]) -> Order:
    """The order of time; where the file has another it is refused unless asked for."""
    falls = np.flatnonzero(times[1:] < times[:-1])
    if not len(falls):
        return slice(None)
    if not a.sort:
        row = falls.item(0) + 1
        raise TableError(
            "arrival times fall", where=read.rows.at(row),
            value=f"{times.item(row):.12g} after {times.item(row - 1):.12g}",
            allowed="times that do not fall",
            hint="sort the file, or pass --sort to have it ordered by time",
        )  # fmt: skip
    notes.append(f"{len(falls)} times fell; requests were ordered by time")
    order: IntArray = np.argsort(times, kind="stable")
    return order


def packed(a: Asked, read: Read, times: Array, order: Order, extra: Mapping[str, Cells]) -> Traffic:
    """Requests in their order, from the first on; `extra` is in that order already."""
    refuse_totals(read[INPUT], read[OUTPUT], read.rows)
    arrival = times[order]
    arrival -= arrival.item(0)
    return traffic(arrival, read[INPUT][order], read[OUTPUT][order], name=a.where, **extra)


def as_trace(
    a: Asked, found: Traffic, form: str, notes: Sequence[str], *, block: int = 0, sessions: int = 0
) -> Trace:
    """The trace of requests on one clock."""
    return Trace(
        found, form, (*notes, *grid(found)), kind=a.table.form, block_tokens=block,
        sessions=sessions,
    )  # fmt: skip
