"""Columns of time and tokens by their usual names: plain tables, and those of simulators."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from outlay.core.arrays import BoolArray, IntArray
from outlay.core.errors import TableError
from outlay.serving.tables.wanted import Cells, Read, Want, bare
from outlay.serving.traffic.columns import INPUT, OUTPUT, TIME, found_columns
from outlay.serving.traffic.forms.asked import (
    MOST_TOKENS,
    Asked,
    Trace,
    as_trace,
    in_order,
    packed,
    tokens,
)
from outlay.serving.traffic.forms.clock import clock
from outlay.serving.traffic.plausible import doubts

__all__ = ["HASHES", "OPTIONAL", "plain", "session_columns", "splitwise", "vidur"]

HASHES = ("hashids", "hashid", "blockhashes", "blockhashids", "blockids")
"""Bare names of hashes of a prompt's blocks."""
OPTIONAL = {
    "priority": (0, 15), "session": (-1, 2**31 - 1), "shared_tokens": (0, MOST_TOKENS),
    "group": (-1, 2**31 - 1), "group_tokens": (0, MOST_TOKENS),
}  # fmt: skip
SESSION = ("sessionid", "conversationid")


def plain(a: Asked) -> Trace:
    """Columns of time and tokens by their usual names."""
    return _plain(a, "plain")


def vidur(a: Asked) -> Trace:
    """Vidur: arrived_at [s], num_prefill_tokens, num_decode_tokens."""
    return _plain(a, "vidur")


def splitwise(a: Asked) -> Trace:
    """Splitwise simulator: arrival_timestamp [s], prompt_size, token_size."""
    return _plain(a, "splitwise")


def _plain(a: Asked, form: str) -> Trace:
    found = found_columns(a.table, a.names, a.given)
    clock_ = clock(a, found[TIME])
    wants = [clock_.want, tokens(INPUT, found[INPUT]), tokens(OUTPUT, found[OUTPUT])]
    for name, (least, most) in OPTIONAL.items():
        if column := a.given.get(name) or a.has(bare(name)):
            wants.append(Want(name, column, "whole", least, most))
    named = "" if "session" in {w.name for w in wants} else a.has(*SESSION)
    if named:
        wants.append(Want("session_id", named, "key", empty=True))
    read, notes = a.read(wants)
    extra = {k: read[k] for k in OPTIONAL if k in read.columns}
    _refuse_more_shared(read, extra)
    times, told = clock_.seconds(read)
    notes += (*told, *_lists_not_read(a))
    sessions = 0
    if named:
        chains, sessions = session_columns(read["session_id"])
        extra |= {k: v for k, v in chains.items() if k not in extra}
    order = in_order(a, read, times, notes)
    traffic = packed(a, read, times, order, {k: v[order] for k, v in extra.items()})
    sure = bool(told) or clock_.want.name in read.stamped
    return as_trace(
        a, traffic, form, [*notes, *(() if sure else doubts(traffic))], sessions=sessions
    )


def _lists_not_read(a: Asked) -> list[str]:
    """A note of hashes in a table that holds no lists."""
    lists = a.has(*HASHES)
    return [
        f"column {lists}: lists in a {a.table.form} are not read, so that no prefix is shared; "
        "JSON lines and Parquet hold them"
    ] if lists else []  # fmt: skip


def session_columns(keys: Cells) -> tuple[dict[str, IntArray], int]:
    """A column `session` for `traffic` of sessions by their keys (0: none), and how many there are.

    Nothing says what of a prompt stood in the session before: no token counts as shared. Where no
    session has a second request there is no column.
    """
    found, which, counts = np.unique(
        keys.astype(np.uint64), return_inverse=True, return_counts=True
    )
    real: BoolArray = found != 0
    number: IntArray = np.where(real, np.cumsum(real) - 1, -1)
    several = bool(np.any(counts[real] > 1))
    return ({"session": number[which]} if several else {}), int(np.count_nonzero(real))


def _refuse_more_shared(read: Read, extra: Mapping[str, Cells]) -> None:
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
