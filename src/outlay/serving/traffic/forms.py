"""The forms of traces that are read: what each is told by, what its columns mean, what it drops."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NoReturn

import numpy as np

from outlay.core.arrays import Array, BoolArray, IntArray
from outlay.core.errors import TableError
from outlay.serving.tables.json_lines import JsonLines
from outlay.serving.tables.wanted import Cells, Read, Rows, Table, Want, bare, not_read
from outlay.serving.traffic.chains import chains_from_hashes, chains_from_tree
from outlay.serving.traffic.columns import (
    IDS,
    INPUT,
    OUTPUT,
    TIME,
    found_columns,
    repeated_ids,
)
from outlay.serving.traffic.plausible import (
    block_problem,
    doubts,
    grid,
    millisecond_doubts,
    refuse_totals,
)
from outlay.serving.traffic.requests import Traffic, said, traffic

__all__ = [
    "Asked", "Trace", "azure", "burstgpt", "mooncake", "plain", "refuse_bailian",
    "refuse_clients", "sessions", "tree",
]  # fmt: skip

MOST_TOKENS = 10_000_000
"""Of one request: ten times the longest context that is sold."""
MOST_SECONDS = 4e9
"""A time since 1970 in seconds ends there (2096); a larger one is in another unit."""
SECONDS = "times are in seconds: divide milliseconds by 1,000, nanoseconds by 1e9"
MILLISECONDS = "times are in milliseconds: divide nanoseconds by 1e6"
OPTIONAL = {
    "priority": (0, 15), "session": (-1, 2**31 - 1), "shared_tokens": (0, MOST_TOKENS),
    "group": (-1, 2**31 - 1), "group_tokens": (0, MOST_TOKENS),
}  # fmt: skip
SHOWN_ROWS = 5


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

    @property
    def said(self) -> str:
        """One line of what was read."""
        line = said(self.traffic, clock=self.session_id is None)
        return f"{line}; {self.format} trace, {self.kind}"


@dataclass(frozen=True, slots=True)
class Asked:
    """A table whose form is known. names: columns by their bare names; block: tokens of one."""

    table: Table
    names: Mapping[str, str]
    sort: bool
    block: int

    @property
    def where(self) -> str:
        return self.table.where

    def read(self, wants: Sequence[Want]) -> tuple[Read, list[str]]:
        """The columns, request ids checked; and a note of those that nobody reads."""
        ids = [Want(n, n, "key", empty=True) for n in self.table.names if bare(n) in IDS]
        read = self.table.read([*wants, *ids])
        notes = []
        for want in ids:
            notes += repeated_ids(read, want.name)
        used = [w.column for w in (*wants, *ids)]
        return read, [*notes, *not_read((*self.table.names, *read.others), used)]

    def has(self, *wanted: str) -> str:
        """The column of the first of these bare names that is there; '' for none."""
        return next((self.names[w] for w in wanted if w in self.names), "")


def _seconds(name: str, column: str) -> Want:
    return Want(name, column, "number", 0.0, MOST_SECONDS, SECONDS)


def _tokens(name: str, column: str, least: int = 1) -> Want:
    return Want(name, column, "whole", least, MOST_TOKENS)


def _integers(name: str, column: str, least: int = -1) -> Want:
    return Want(name, column, "whole", least, 2**31 - 1, dtype=np.int64)


def plain(a: Asked) -> Trace:
    """Columns of time and tokens by their usual names."""
    found = found_columns(a.table, a.names)
    wants = [
        _seconds(TIME, found[TIME]), _tokens(INPUT, found[INPUT]), _tokens(OUTPUT, found[OUTPUT])
    ]  # fmt: skip
    for name, (least, most) in OPTIONAL.items():
        if column := a.has(bare(name)):
            wants.append(Want(name, column, "whole", least, most))
    read, notes = a.read(wants)
    extra = {k: read[k] for k in OPTIONAL if k in read.columns}
    for name in ("shared_tokens", "group_tokens"):
        if name not in extra:
            continue
        over = np.flatnonzero(read.integers(name) > read.integers(INPUT))
        if len(over):
            row = over.item(0)
            raise TableError(
                f"more {name.replace('_', ' ')} than input tokens", where=read.rows.at(row),
                value=str(extra[name][row]), allowed=f"up to {read[INPUT][row]}",
            )  # fmt: skip
    times = read.numbers(TIME)
    order = _order(a, read, times, notes)
    packed = _pack(a, read, times, order, {k: v[order] for k, v in extra.items()})
    return _trace(a, packed, "plain", [*notes, *doubts(packed)])


def azure(a: Asked) -> Trace:
    """AzurePublicDataset LLM inference traces: TIMESTAMP, ContextTokens, GeneratedTokens."""
    stamp, generated = a.has("timestamp"), a.has("generatedtokens")
    if not stamp or not generated:
        _missing(a, "an Azure trace needs TIMESTAMP and GeneratedTokens")
    read, notes = a.read([
        Want("TIMESTAMP", stamp, "stamp"),
        _tokens(INPUT, a.names["contexttokens"]),
        _tokens(OUTPUT, generated),
    ])  # fmt: skip
    ticks = read.integers("TIMESTAMP")
    times: Array = (ticks - ticks.min()) / 1e9
    packed = _pack(a, read, times, _order(a, read, times, notes), {})
    return _trace(a, packed, "azure", notes)


def burstgpt(a: Asked) -> Trace:
    """BurstGPT: Timestamp [s], Request tokens, Response tokens; failures have no response."""
    stamp, response = a.has("timestamp"), a.has("responsetokens")
    if not stamp or not response:
        _missing(a, "a BurstGPT trace needs Timestamp and Response tokens")
    read, notes = a.read([
        _seconds(TIME, stamp), _tokens(INPUT, a.names["requesttokens"], 0),
        _tokens(OUTPUT, response, 0),
    ])  # fmt: skip
    failed: BoolArray = (read[OUTPUT] == 0) | (read[INPUT] == 0)
    rows: Rows = read.rows
    if failed.all():
        raise TableError("every request failed: none has tokens in and out", where=a.where)
    if failed.any():
        at = np.flatnonzero(failed)
        notes.append(f"{len(at)} failed requests (no tokens) were left out: {_places(at, rows)}")
        kept = np.flatnonzero(~failed)
        read = Read({k: v[kept] for k, v in read.columns.items()}, _Some(rows, kept))
    times = read.numbers(TIME)
    packed = _pack(a, read, times, _order(a, read, times, notes), {})
    return _trace(a, packed, "burstgpt", notes)


def mooncake(a: Asked) -> Trace:
    """Mooncake JSON lines: timestamp [ms], input_length, output_length, hash_ids per block."""
    stamp, hashes = a.names["timestamp"], a.has("hashids")
    wants = [
        Want("timestamp", stamp, "number", 0.0, 1e3 * MOST_SECONDS, MILLISECONDS),
        _tokens(INPUT, a.names["inputlength"]),
        _tokens(OUTPUT, a.names["outputlength"]),
    ]
    if hashes:
        wants.append(Want("hash_ids", hashes, "lists"))
    read, notes = a.read(wants)
    times = read.numbers("timestamp")
    if 1e9 <= times.item(0) <= MOST_SECONDS:
        raise TableError(
            "a time in milliseconds is expected", where=read.rows.at(0),
            value=f"{times.item(0):.0f}, seconds since 1970", hint="multiply the times by 1,000",
        )  # fmt: skip
    lengths, chains = read.integers(INPUT), {}
    order = _order(a, read, times, notes)
    if hashes and isinstance(a.table, JsonLines):
        lists = a.table.lists["hash_ids"]
        block_problem(lists, lengths, a.block, read.rows)
        lists = lists if isinstance(order, slice) else lists.ordered(order)
        chains = chains_from_hashes(lists.values, lists.ends, a.block)
    packed = _pack(a, read, times / 1e3, order, chains)
    return _trace(a, packed, "mooncake", [*notes, *millisecond_doubts(times, packed)])


def tree(a: Asked) -> Trace:
    """Plain columns with a prefix tree: prefix_parent (row), prefix_shared_blocks, n_blocks."""
    read, notes, shared = _with_prefixes(a, "prefix_parent")
    parent = read.integers("prefix_parent")
    late = np.flatnonzero(parent >= np.arange(len(parent)))
    if len(late):
        raise TableError(
            "a prefix parent must be an earlier row", where=read.rows.at(late.item(0)),
            value=str(parent.item(late.item(0))),
        )  # fmt: skip
    chains = chains_from_tree(parent, shared, read.numbers(INPUT))
    times = read.numbers(TIME)
    order = _order(a, read, times, notes)
    packed = _pack(a, read, times, order, {k: v[order] for k, v in chains.items()})
    return _trace(a, packed, "prefix-tree", notes)


def sessions(a: Asked) -> Trace:
    """Recorded sessions: times run from each session's start, parents are turns of the session."""
    read, notes, shared = _with_prefixes(
        a, "session_id", "turn", "prefix_parent", silent=True, least={"turn": 0}
    )
    session, turn, parent_turn = (read.integers(k) for k in ("session_id", "turn", "prefix_parent"))
    owners: list[int] = session.tolist()
    turns: list[int] = turn.tolist()
    parents: list[int] = parent_turn.tolist()
    where: dict[tuple[int, int], int] = {}
    for i, key in enumerate(zip(owners, turns, strict=True)):
        if key in where:
            raise TableError(
                "a turn of a session twice", where=read.rows.at(i),
                value=f"session {key[0]}, turn {key[1]}",
                hint=f"first at {read.rows.at(where[key])}",
            )  # fmt: skip
        where[key] = i
    pairs = zip(owners, parents, strict=True)
    parent: IntArray = np.array([-1 if p < 0 else where.get((s, p), -1) for s, p in pairs])
    lost = np.flatnonzero((parent < 0) & (parent_turn >= 0))
    if len(lost):
        notes.append(
            f"{len(lost)} parents are no turn of their session and count as none: "
            f"{_places(lost, read.rows)}"
        )
    out = read.integers(OUTPUT)
    silent = np.flatnonzero(out == 0)
    arrival, inp = read.numbers(TIME), read.integers(INPUT)
    order = np.argsort(arrival, kind="stable")
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    chains = chains_from_tree(
        np.where(parent[order] >= 0, rank[parent[order]], -1),
        shared[order],
        inp[order].astype(float),
    )
    packed = traffic(arrival[order], inp[order], np.maximum(out, 1)[order], name=a.where, **chains)
    notes = ["sessions have no common clock: their starts are drawn", *notes]
    if len(silent):
        notes.append(
            f"{len(silent)} requests without output count as one token: "
            f"{_places(silent, read.rows)}"
        )
    return Trace(packed, "sessions", tuple(notes), session_id=session[order], kind=a.table.form)


def refuse_clients(a: Asked) -> Trace:
    """A table of clients is read by another door."""
    raise TableError(
        "this table holds client rates, not requests", where=a.where,
        hint="read it with --clients, beside its table of lengths",
    )  # fmt: skip


def refuse_bailian(a: Asked) -> Trace:
    """Times in seconds and blocks of 16 tokens under the keys of another form."""
    raise TableError(
        "a Bailian trace (chat_id, parent_chat_id) is not read yet", where=a.where,
        value="times in seconds, blocks of 16 tokens",
        allowed="timestamp in milliseconds, input_length, output_length, hash_ids of 512 tokens",
        hint="times 1,000, and without chat_id, parent_chat_id and hash_ids it can be read",
    )  # fmt: skip


def _with_prefixes(
    a: Asked, *names: str, silent: bool = False, least: Mapping[str, int] | None = None
) -> tuple[Read, list[str], Array]:
    """Plain columns, those of a prefix tree, and tokens shared with the parent."""
    found = found_columns(a.table, a.names)
    wanted = (*names, "prefix_shared_blocks")
    columns = {name: a.has(bare(name)) for name in wanted}
    for name, column in columns.items():
        if not column:
            _missing(a, f"no column {name}, which goes with {names[0]}")
    read, notes = a.read([
        _seconds(TIME, found[TIME]), _tokens(INPUT, found[INPUT]),
        _tokens(OUTPUT, found[OUTPUT], 0 if silent else 1),
        *(_integers(n, c, (least or {}).get(n, -1)) for n, c in columns.items()),
    ])  # fmt: skip
    return read, notes, np.maximum(read.numbers("prefix_shared_blocks"), 0) * float(a.block)


def _missing(a: Asked, what: str) -> NoReturn:
    raise TableError(what, where=a.table.header_at, value=", ".join(a.table.names)[:200])


class _Some:
    """Rows of which some were left out."""

    def __init__(self, rows: Rows, kept: IntArray) -> None:
        self.rows, self.kept = rows, kept

    def at(self, row: int) -> str:
        return self.rows.at(self.kept.item(row))


def _places(at: IntArray, rows: Rows) -> str:
    """Where the first of some rows stand: `lines 3, 5`."""
    some: list[int] = at[:SHOWN_ROWS].tolist()
    found = [rows.at(i) for i in some]
    kind = "row" if " row " in found[0] else "line"
    shown = ", ".join(re.split(r":| row ", f)[-1] for f in found)
    return f"{kind}{'s' if len(at) > 1 else ''} {shown}{', …' if len(at) > SHOWN_ROWS else ''}"


def _order(a: Asked, read: Read, times: Array, notes: list[str]) -> IntArray | slice:
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


def _pack(
    a: Asked, read: Read, times: Array, order: IntArray | slice, extra: Mapping[str, Cells]
) -> Traffic:
    """Requests in their order, from the first on; `extra` is in that order already."""
    refuse_totals(read[INPUT], read[OUTPUT], read.rows)
    arrival = times[order]
    arrival -= arrival.item(0)
    return traffic(arrival, read[INPUT][order], read[OUTPUT][order], name=a.where, **extra)


def _trace(a: Asked, packed: Traffic, form: str, notes: list[str]) -> Trace:
    return Trace(packed, form, (*notes, *grid(packed)), kind=a.table.form)
