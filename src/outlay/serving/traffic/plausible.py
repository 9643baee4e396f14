"""What of a trace cannot be meant so: times on a grid or in another unit, blocks of other sizes."""

from __future__ import annotations

import numpy as np

from outlay.core.arrays import Array, IntArray
from outlay.core.errors import TableError
from outlay.serving.tables.json_lines import Lists
from outlay.serving.tables.wanted import Rows
from outlay.serving.traffic.requests import Traffic

__all__ = ["block_problem", "doubts", "grid"]

MOST_RATE = 100_000.0
"""Requests a second: more than any service known gets; the times may be in another unit."""
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
