"""Recorded sessions, prefix trees, and spans of requests."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from outlay.core.arrays import Array, BoolArray, IntArray
from outlay.core.errors import TableError
from outlay.serving.tables.nested import AGENT, SPAN
from outlay.serving.tables.wanted import Cells, Lists, Read, Want, bare
from outlay.serving.traffic.chains import chains_from_tree
from outlay.serving.traffic.columns import INPUT, OUTPUT, TIME, found_columns
from outlay.serving.traffic.forms.asked import (
    MOST_TOKENS,
    Asked,
    Some,
    Trace,
    as_trace,
    counted,
    in_order,
    missing,
    packed,
    places,
    spoken,
    tokens,
)
from outlay.serving.traffic.forms.clock import Clock, clock
from outlay.serving.traffic.forms.hashed import shared_blocks
from outlay.serving.traffic.requests import traffic

__all__ = ["agents", "sessions", "spans", "tree"]

UNPLACED = "sessions have no common clock: their starts are drawn"
RECORDED_BLOCK = 64
TREE_BLOCK = 512


def tree(a: Asked) -> Trace:
    """Plain columns with a prefix tree: prefix_parent (row), prefix_shared_blocks, n_blocks."""
    read, notes, shared, clock_ = _with_prefixes(a, TREE_BLOCK, "prefix_parent")
    parent = read.integers("prefix_parent")
    late = np.flatnonzero(parent >= np.arange(len(parent)))
    if len(late):
        raise TableError(
            "a prefix parent must be an earlier row", where=read.rows.at(late.item(0)),
            value=str(parent.item(late.item(0))),
        )  # fmt: skip
    chains = chains_from_tree(parent, shared, read.numbers(INPUT))
    times, told = clock_.seconds(read)
    order = in_order(a, read, times, notes)
    found = packed(a, read, times, order, {k: v[order] for k, v in chains.items()})
    return as_trace(a, found, "prefix-tree", [*notes, *told], block=a.block or TREE_BLOCK)


def sessions(a: Asked) -> Trace:
    """Recorded sessions: times run from each session's start, parents are turns of the session."""
    read, notes, shared, clock_ = _with_prefixes(
        a, RECORDED_BLOCK, "session_id", "turn", "prefix_parent", silent=True, least={"turn": 0}
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
            f"{places(lost, read.rows)}"
        )
    times, told = clock_.seconds(read)
    notes += told
    order = np.argsort(times, kind="stable")
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    inp = read.integers(INPUT)[order]
    chains = chains_from_tree(
        np.where(parent[order] >= 0, rank[parent[order]], -1), shared[order], inp.astype(float)
    )
    out = spoken(read[OUTPUT], read.rows, notes)[order]
    return _recorded(
        a, read, times[order], inp, out, session[order], chains, notes, a.block or RECORDED_BLOCK
    )


def agents(a: Asked) -> Trace:
    """Sessions of agents as objects: t [s] from the session's start, in, out, hash_ids.

    Hashes count from 1 in each session unless the file says that their scope is global.
    """
    read, notes = a.read([
        Want(TIME, a.has("t"), "number", 0.0, 1e9), tokens(INPUT, a.has("in")),
        tokens(OUTPUT, a.has("out"), 0), Want("session", a.names[bare(AGENT)], "whole", 0),
        Want("block_size", a.names["blocksize"], "number", 1, MOST_TOKENS, empty=True),
        Want("scope", a.names["hashidscope"], "text", empty=True),
        Want("hash_ids", a.has("hashids"), "lists"),
    ])  # fmt: skip
    sizes = np.unique(read.numbers("block_size")[~np.isnan(read.numbers("block_size"))])
    if len(sizes) > 1:
        shown: list[float] = sizes[:5].tolist()
        raise TableError(
            "blocks of more than one size", where=a.where,
            value=", ".join(f"{s:g}" for s in shown), allowed="one in all sessions",
        )  # fmt: skip
    usual = int(sizes.item(0)) if len(sizes) else RECORDED_BLOCK
    times, session = read.numbers(TIME), read.integers("session")
    order = np.lexsort((np.arange(len(times)), times))
    lists = read.lists["hash_ids"]
    alone: BoolArray = np.repeat(read["scope"].astype(object) != "global", lists.counts)
    owner: IntArray = np.where(alone, np.repeat(session, lists.counts) + 1, 0)
    dense: IntArray = np.unique(lists.values, return_inverse=True)[1].reshape(-1)
    own = owner * (len(dense) + 1) + dense
    block, chains = shared_blocks(
        a, Lists(own, lists.ends), read.integers(INPUT), order, usual, read.rows, notes
    )
    out = spoken(read[OUTPUT], read.rows, notes)[order]
    inp = read.integers(INPUT)[order]
    return _recorded(a, read, times[order], inp, out, session[order], chains, notes, block)


def _recorded(
    a: Asked, read: Read, arrival: Array, inp: IntArray, out: Cells, session: IntArray,
    chains: Mapping[str, Cells], notes: list[str], block: int,
) -> Trace:  # fmt: skip
    """Sessions whose times run from their own start, in the order of these times."""
    found = traffic(arrival, inp, out, name=a.where, **chains)
    return Trace(
        found, "sessions", (UNPLACED, *notes), session_id=session, kind=a.table.form,
        block_tokens=block, sessions=len(np.unique(session)),
    )  # fmt: skip


def spans(a: Asked) -> Trace:
    """Spans of OpenTelemetry with the tokens of a model's answer; others are left out, counted."""
    clock_ = clock(a, a.names["starttime"], usual="s", stamps=True)
    read, notes = a.read([
        clock_.want, Want(INPUT, a.names["inputtokens"], "number", 1, MOST_TOKENS, empty=True),
        Want(OUTPUT, a.names["outputtokens"], "number", 0, MOST_TOKENS, empty=True),
        Want("trace", a.names[bare(SPAN)], "key"),
        Want("span", a.names["spanid"], "key", empty=True),
        Want("parent", a.names["parentid"], "key", empty=True),
    ])  # fmt: skip
    counts: BoolArray = ~np.isnan(read.numbers(INPUT)) & ~np.isnan(read.numbers(OUTPUT))
    if not counts.any():
        raise TableError("no span has token counts", where=a.where,
                         allowed="gen_ai.usage.input_tokens and output_tokens")  # fmt: skip
    outer = _outer(read, counts)
    for what, left in (
        ("without token counts", ~counts),
        ("around others with token counts, of which they are sums,", outer),
    ):
        if len(at := np.flatnonzero(left)):
            notes.append(f"{counted(at, 'span')} {what} left out: {places(at, read.rows)}")
    kept = np.flatnonzero(counts & ~outer)
    times, told = clock_.seconds(read)
    columns = {k: v[kept] for k, v in read.columns.items()}
    read = Read(columns, Some(read.rows, kept))
    out = spoken(read[OUTPUT], read.rows, notes)
    read = Read({**columns, OUTPUT: out}, read.rows)
    order = in_order(a, read, times[kept], notes)
    notes.append("prompts of spans are not compared: no prefix is shared")
    return as_trace(
        a, packed(a, read, times[kept], order, {}), "OpenTelemetry", [*notes, *told],
        sessions=len(np.unique(read["trace"])),
    )  # fmt: skip


def _outer(read: Read, counts: BoolArray) -> BoolArray:
    """Spans with token counts that stand around others with them: an agent's, a gateway's."""
    spans: list[int] = read["span"].tolist()
    parents: list[int] = read["parent"].tolist()
    above = dict(zip(spans, parents, strict=True))
    around: set[int] = set()
    for i in np.flatnonzero(counts).tolist():
        span = parents[i]
        while span and span not in around:
            around.add(span)
            span = above.get(span, 0)
    outer: BoolArray = counts & np.isin(read["span"], np.array(sorted(around), dtype=np.uint64))
    return outer if (counts & ~outer).any() else np.zeros_like(outer)  # spans in a circle


def _with_prefixes(
    a: Asked, block: int, *names: str, silent: bool = False, least: Mapping[str, int] | None = None
) -> tuple[Read, list[str], Array, Clock]:
    """Plain columns, those of a prefix tree, and tokens shared with the parent."""
    found = found_columns(a.table, a.names, a.given)
    wanted = (*names, "prefix_shared_blocks")
    columns = {name: a.has(bare(name)) for name in wanted}
    for name, column in columns.items():
        if not column:
            missing(a, f"no column {name}, which goes with {names[0]}")
    clock_ = clock(a, found[TIME], usual="s")
    read, notes = a.read([
        clock_.want, tokens(INPUT, found[INPUT]),
        tokens(OUTPUT, found[OUTPUT], 0 if silent else 1),
        *(
            Want(n, c, "whole", (least or {}).get(n, -1), 2**31 - 1, dtype=np.int64)
            for n, c in columns.items()
        ),
    ])  # fmt: skip
    blocks = np.maximum(read.numbers("prefix_shared_blocks"), 0)
    return read, notes, blocks * float(a.block or block), clock_
