"""What of a trace cannot be meant so: times on a grid or in another unit, blocks of other sizes."""

from __future__ import annotations

import numpy as np

from outlay.core.arrays import Array, IntArray
from outlay.core.errors import TableError
from outlay.serving.tables.json_lines import Lists
from outlay.serving.tables.wanted import Cells, Rows
from outlay.serving.traffic.requests import Traffic

__all__ = ["block_problem", "doubts", "grid", "millisecond_doubts", "refuse_totals"]

MOST_RATE = 100_000.0
"""Requests a second: more than any service known gets; the times may be in another unit."""
MOST_OF_MILLISECONDS = 500.0
"""Requests a second of a trace in milliseconds above which its times may be in seconds."""
LEAST_TOTAL = 50
"""Tokens of a row of totals: smaller ones may be the sum of others by chance."""
LEAST_MEANT = 60.0
"""Seconds between whole times on average above which they may be milliseconds."""
ODD_BLOCKS = 0.1
"""Share of requests whose count of blocks may be off."""


def doubts(packed: Traffic) -> tuple[str, ...]:
    """A warning where the times look like those of another unit."""
    n, span = len(packed), packed.span_s
    if n < 2:
        return ()
    if n >= 100 and n > MOST_RATE * span:
        rate = f"{n / span:.3g} requests a second" if span else "all requests at one time"
        return (f"{rate}: are the times in seconds?",)
    gap = span / (n - 1)
    if gap > LEAST_MEANT and not np.any(packed.arrival_s % 1):
        apart = f"whole times, {gap:,.0f} s apart on average"
        return (f"{apart}: seconds were taken, are they milliseconds?",)
    return ()


def millisecond_doubts(times: Array, packed: Traffic) -> tuple[str, ...]:
    """A warning where times that were taken in milliseconds look like seconds."""
    odd = np.flatnonzero(times % 1)
    if len(odd):
        found = f"{times.item(odd.item(0)):.12g}"
        return (f"times with parts of a millisecond ({found}): are they in seconds?",)
    n, span = len(packed), packed.span_s
    if n >= 10 and n > MOST_OF_MILLISECONDS * span:
        rate = f"{n / span:.3g} requests a second" if span else "all requests at one time"
        return (f"{rate}: are the times in milliseconds, or in seconds?",)
    return ()


def refuse_totals(inputs: Cells, outputs: Cells, rows: Rows) -> None:
    """Refuse a last row that is the sum of all others: no request, but a line of totals."""
    n = len(inputs)
    if n < 3:
        return
    last = [int(column[-1]) for column in (inputs, outputs)]
    others = [int(np.sum(column[:-1], dtype=np.int64)) for column in (inputs, outputs)]
    if last == others and sum(last) >= LEAST_TOTAL:
        raise TableError(
            "the last row is the sum of all others", where=rows.at(n - 1),
            value=f"{last[0]:,} tokens in, {last[1]:,} out", allowed="requests alone",
            hint="leave out the line of totals",
        )  # fmt: skip


def grid(packed: Traffic) -> tuple[str, ...]:
    """A warning where times are so coarse that several requests share each."""
    times = packed.arrival_s  # in order
    moved = times[1:] != times[:-1]
    distinct = 1 + int(np.count_nonzero(moved))
    if distinct < 11 or distinct > 0.5 * len(packed):
        return ()
    gaps: Array = (times[1:] - times[:-1])[moved]
    step = float(np.round(np.median(gaps), 2))
    if step <= 0 or np.max(np.abs(gaps / step - np.rint(gaps / step))) > 0.01:
        return ()
    return (
        f"times lie on a grid of {step:g} s: spread them (--spread {step:g}) before reading "
        "burstiness or queues",
    )


def block_problem(lists: Lists, lengths: IntArray, block: int, rows: Rows) -> None:
    """Refuse hashes of blocks of another size: n of them are of n blocks, the last perhaps part.

    A file may count the last part as a block or leave it out, so that n blocks mean more than
    n - 1 and less than n + 1 of them.
    """
    ends = lists.ends
    counts = ends - np.concatenate([[0], ends[:-1]])
    some = np.flatnonzero(counts)
    few, many = (counts[some] - 1) * block, (counts[some] + 1) * block
    odd = (lengths[some] <= few) | (lengths[some] >= many)
    if np.count_nonzero(odd) > ODD_BLOCKS * len(some):
        row = some[odd].item(0)
        tokens, n = int(lengths[row]), int(counts[row])
        raise TableError(
            f"hash_ids of blocks that are not of {block} tokens", where=rows.at(row),
            value=f"{tokens:,} tokens in {n:,} blocks: {tokens / n:.4g} tokens per hash",
            allowed=f"{block} tokens per hash, fewer in the last",
            hint="leave hash_ids out, or join them to blocks of that size",
        )  # fmt: skip
