"""Traces with the hashes of prompts by block: Mooncake, Bailian, and sessions turn by turn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

import numpy as np

from outlay.core.arrays import Array, IntArray
from outlay.serving.tables.wanted import Cells, Lists, Read, Rows, Want
from outlay.serving.traffic.chains import chains_from_hashes
from outlay.serving.traffic.columns import INPUT, OUTPUT, TIME, found_columns
from outlay.serving.traffic.forms.asked import (
    Asked,
    Order,
    Trace,
    as_trace,
    in_order,
    packed,
    spoken,
    tokens,
)
from outlay.serving.traffic.forms.clock import clock
from outlay.serving.traffic.forms.plain import HASHES
from outlay.serving.traffic.plausible import block_of, millisecond_doubts

__all__ = ["HASHES", "MOONCAKE_BLOCK", "bailian", "mooncake", "shared_blocks"]

MOONCAKE_BLOCK, BAILIAN_BLOCK = 512, 16


def mooncake(a: Asked) -> Trace:
    """Mooncake: timestamp [ms], input_length, output_length, hash_ids per block of 512 tokens."""
    found = found_columns(a.table, a.names, a.given)
    clock_ = clock(a, found[TIME], usual="ms", name="timestamp")
    hashes = a.has(*HASHES)
    read, notes = a.read([
        clock_.want, tokens(INPUT, found[INPUT]), tokens(OUTPUT, found[OUTPUT], 0),
        *([Want("hash_ids", hashes, "lists")] if hashes else []),
    ])  # fmt: skip
    times, told = clock_.seconds(read)
    trace = _chained(a, read, times, "mooncake", MOONCAKE_BLOCK, [*notes, *told])
    if told or clock_.unit or "timestamp" in read.stamped:
        return trace
    doubts = millisecond_doubts(read.numbers("timestamp"), trace.traffic)
    return replace(trace, warnings=(*trace.warnings, *doubts))


def bailian(a: Asked) -> Trace:
    """Bailian: chat_id, parent_chat_id, timestamp [s], lengths, turn, blocks of 16 tokens."""
    found = found_columns(a.table, a.names, a.given)
    clock_ = clock(a, found[TIME], usual="s", name="timestamp")
    hashes, parent = a.has(*HASHES), a.has("parentchatid", "parentid")
    wants = [
        clock_.want, tokens(INPUT, found[INPUT]), tokens(OUTPUT, found[OUTPUT], 0),
        Want("chat_id", a.has("chatid"), "key"),
    ]  # fmt: skip
    if hashes:
        wants.append(Want("hash_ids", hashes, "lists"))
    if parent:
        wants.append(Want("parent_chat_id", parent, "key", empty=True))
    for turn in ("turn", "type"):  # what the links and the lengths say already
        if column := a.has(turn):
            wants.append(Want(turn, column, "key", empty=True))
    read, notes = a.read(wants)
    times, told = clock_.seconds(read)
    parents = read["parent_chat_id"] if parent else np.zeros(len(read), np.uint64)
    roots = _roots(read["chat_id"], parents)
    sessions = len(np.unique(roots))
    extra: dict[str, Cells] = {} if hashes else {"session": roots}
    if not hashes:
        told.append("no prefix is shared within sessions, for the file has no hash_ids")
    return _chained(a, read, times, "bailian", BAILIAN_BLOCK, [*notes, *told], extra, sessions)


def _roots(chats: Cells, parents: Cells) -> IntArray:
    """The session of each request, from 0: the request that its parents lead back to.

    Requests of one chat_id are of one session; a parent that is not there counts as none.
    """
    session: dict[int, int] = {}
    out: IntArray = np.empty(len(chats), np.int64)
    ids: list[int] = chats.tolist()
    above: list[int] = parents.tolist()
    n = 0
    for i, (chat, parent) in enumerate(zip(ids, above, strict=True)):
        found = session.get(parent, session.get(chat, -1))
        if found < 0:
            found, n = n, n + 1
        if chat:
            session[chat] = found
        out[i] = found
    return out


def _chained(
    a: Asked, read: Read, times: Array, form: str, usual: int, notes: list[str],
    extra: Mapping[str, Cells] = MappingProxyType({}), sessions: int = 0,
) -> Trace:  # fmt: skip
    """The trace of requests whose prompts share leading blocks of `usual` tokens."""
    out = spoken(read[OUTPUT], read.rows, notes)
    order = in_order(a, read, times, notes)
    block = 0
    chains: dict[str, Cells] = {k: v[order] for k, v in extra.items()}
    if lists := read.lists.get("hash_ids"):
        block, shared = shared_blocks(
            a, lists, read.integers(INPUT), order, usual, read.rows, notes
        )  # fmt: skip
        chains |= shared
    read = Read({**read.columns, OUTPUT: out}, read.rows)
    found = packed(a, read, times, order, chains)
    return as_trace(a, found, form, notes, block=block, sessions=sessions)


def shared_blocks(
    a: Asked, lists: Lists, lengths: IntArray, order: Order, usual: int, rows: Rows,
    notes: list[str],
) -> tuple[int, dict[str, Cells]]:  # fmt: skip
    """Tokens of a block, and the columns of chains in order: no more is shared than is asked."""
    block, told = block_of(lists, lengths, usual, a.block, rows)
    notes += told
    if not block:
        return 0, {}
    ordered = lists if isinstance(order, slice) else lists.ordered(order)
    chains: dict[str, Cells] = {**chains_from_hashes(ordered.values, ordered.ends, block)}
    chains["shared_tokens"] = np.minimum(chains["shared_tokens"], lengths[order])
    return block, chains
