"""What of a trace cannot be meant so: times on a grid or in another unit, blocks of other sizes."""

from __future__ import annotations

import numpy as np

from outlay.core.arrays import Array, BoolArray, IntArray
from outlay.core.errors import TableError
from outlay.serving.tables.wanted import Cells, Lists, Rows
from outlay.serving.traffic.requests import Traffic

__all__ = [
    "FEW", "block_of", "doubts", "grid", "millisecond_doubts", "rate_can_be", "refuse_totals",
]  # fmt: skip

MOST_RATE = 100_000.0
"""Requests a second: more than any service known gets; the times may be in another unit."""
MOST_OF_MILLISECONDS = 500.0
"""Requests a second of a trace in milliseconds above which its times may be in seconds."""
FEW = 10
"""Requests of which a rate says nothing."""
LEAST_RATE, USUAL_RATE = 0.01, 500.0
"""Requests a second that a trace has: a unit is told where only one gives such a rate."""
LEAST_TOTAL = 50
"""Tokens of a row of totals: smaller ones may be the sum of others by chance."""
LEAST_MEANT = 60.0
"""Seconds between whole times on average above which they may be milliseconds."""
POWERS = (8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192)
"""Tokens of a block, in engines and files."""
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


def rate_can_be(unit: str, rate: float, fine: bool) -> bool:
    """Whether a trace may have so many requests a second, its times in a unit.

    fine: whether times have parts of it; whole seconds are too coarse for many requests, and
    parts of microseconds are not written.
    """
    if fine and unit in ("us", "ns"):
        return False
    return LEAST_RATE <= rate <= (MOST_RATE if fine and unit == "s" else USUAL_RATE)


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


def block_of(
    lists: Lists, lengths: IntArray, usual: int, asked: int, rows: Rows
) -> tuple[int, tuple[str, ...]]:
    """Tokens of a block of which each row has so many hashes, and what is to say of it.

    A file may count the last part as a block or leave it out, so that n blocks mean more than
    n - 1 and less than n + 1 of them. The size is the one asked for, or the usual one of the form
    where all but a few rows fit; else a power of two that all rows fit, or one multiple of 8.
    Raises TableError where none or several do.
    """
    counts: IntArray = lists.counts
    some = np.flatnonzero(counts)
    if not len(some):
        return 0, ()
    n: IntArray = counts[some]
    tokens: IntArray = lengths[some]
    block = asked or usual
    odd = some[(tokens <= (n - 1) * block) | (tokens >= (n + 1) * block)]
    if len(odd) <= ODD_BLOCKS * len(some):
        if not len(odd):
            return block, ()
        of = f"{len(odd):,} of {len(some):,} requests have another number of hashes than their"
        return block, (f"{of} tokens in blocks of {block} (first at {rows.at(odd.item(0))})",)
    low = float(np.max(tokens / (n + 1)))
    many: BoolArray = n > 1
    high = float(np.min(tokens[many] / (n[many] - 1))) if many.any() else np.inf
    fit = [] if asked else _sizes(low, high)
    if len(fit) == 1:
        return fit[0], (f"blocks of {fit[0]} tokens, as the hashes tell",)
    row = odd.item(0)
    count, length = int(counts[row]), int(lengths[row])
    raise TableError(
        f"hash_ids of blocks that are not of {block} tokens", where=rows.at(row),
        value=f"{length:,} tokens in {count:,} blocks: {length / count:.4g} tokens per hash",
        allowed=f"{block} tokens per hash, fewer in the last",
        hint=f"pass --block-tokens {' or '.join(map(str, fit))}" if fit
        else "leave hash_ids out, or join them to blocks of that size",
    )  # fmt: skip


def _sizes(low: float, high: float) -> list[int]:
    """Sizes of blocks between two that are not reached: powers of two, else multiples of 8."""
    powers = [size for size in POWERS if low < size < high]
    if powers or high == np.inf:
        return powers
    return [size for size in range(8, int(high) + 1, 8) if low < size < high]
