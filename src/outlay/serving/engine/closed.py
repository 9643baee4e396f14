"""Closed forms behind event skipping: stretches of decode steps, KV growth, the heap.

All counters are integers: a replica's decode counter d stands for floor(d num / 1024) tokens
per sequence, so that multi-token prediction (num > 1024) stays exact.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from outlay.serving.engine.jit import inner

if TYPE_CHECKING:
    from outlay.serving.engine.views import Ints

__all__ = [
    "DEN_BITS",
    "EPS_S",
    "floor_sum",
    "growth",
    "heap_drop",
    "heap_push",
    "room_tokens",
    "steps_until",
    "stretch_s",
]

EPS_S = 1e-9
"""Times closer than this are the same time, in both engines."""

DEN_BITS = 10
"""Tokens per step are counted in 1 / 2**DEN_BITS (`steps.PROGRESS_DEN`)."""


@inner
def heap_push(heap: Ints, n: int, item: int) -> None:
    i = n
    while i > 0:
        up = (i - 1) >> 1
        if heap[up] <= item:
            break
        heap[i] = heap[up]
        i = up
    heap[i] = item


@inner
def heap_drop(heap: Ints, n: int, i: int) -> None:
    """Remove position `i` of a heap of `n`: the last item takes its place."""
    item = heap[n - 1]
    n -= 1
    if i == n:
        return
    while i > 0 and heap[(i - 1) >> 1] > item:
        heap[i] = heap[(i - 1) >> 1]
        i = (i - 1) >> 1
    while True:
        kid = 2 * i + 1
        if kid >= n:
            break
        if kid + 1 < n and heap[kid + 1] < heap[kid]:
            kid += 1
        if heap[kid] >= item:
            break
        heap[i] = heap[kid]
        i = kid
    heap[i] = item


@inner
def floor_sum(n: int, m: int, a: int, b: int) -> int:
    """Sum of (a i + b) // m over i = 0..n-1 for non-negative a, b (Euclid-like, O(log m))."""
    total = 0
    while n > 0:
        if a >= m:
            total += (n - 1) * n // 2 * (a // m)
            a %= m
        if b >= m:
            total += n * (b // m)
            b %= m
        top = a * n + b
        if top < m:
            break
        n, b, m, a = top // m, top % m, a, m
    return total


@inner
def stretch_s(m: int, step: int, num: int, b: int, per_step: float, per_token: float) -> float:
    """Seconds of `m` decode steps: per_step m + per_token b (tokens gained before each step)."""
    if num == 1 << DEN_BITS:
        gained = m * (m - 1) // 2
    else:
        start = step * num
        rest = start & ((1 << DEN_BITS) - 1)
        gained = floor_sum(m, 1 << DEN_BITS, num, rest)
    return m * per_step + per_token * (b * gained)


@inner
def steps_until(
    gap: float, most: int, step: int, num: int, b: int, per_step: float, per_token: float
) -> int:
    """Fewest steps m in 1..most whose end is not before `gap` seconds from now."""
    curve = 0.5 * per_token * b * num / (1 << DEN_BITS)
    line = per_step - curve
    if curve * gap > 1e-12 * line * line:
        m = int((math.sqrt(line * line + 4.0 * curve * gap) - line) / (2.0 * curve))
    else:
        m = int(gap / per_step)
    m = min(max(m, 1), most)
    while m < most and stretch_s(m, step, num, b, per_step, per_token) < gap - EPS_S:
        m += 1
    while m > 1 and stretch_s(m - 1, step, num, b, per_step, per_token) >= gap - EPS_S:
        m -= 1
    return m


@inner
def growth(hist: Ints, block: int, b: int, held: int, tokens: int) -> int:
    """New KV blocks when every decoding sequence goes `tokens` on from counter `held`.

    A sequence at offset o takes a block when (o + counter) is a multiple of the block; `hist`
    counts sequences by o modulo the block, so only the rest of a cycle is looked at.
    """
    cycles = tokens // block
    rest = tokens - cycles * block
    new = b * cycles
    if rest:
        at = (-held) % block
        for _ in range(rest):
            new += hist[at]
            at -= 1
            if at < 0:
                at = block - 1
    return new


@inner
def room_tokens(hist: Ints, block: int, b: int, held: int, blocks: int) -> int:
    """Most tokens that every decoding sequence may gain before `blocks` new blocks are short."""
    cycles = blocks // b
    rest = blocks - cycles * b
    at = (-held) % block
    u = 0
    while u < block:
        rest -= hist[at]
        if rest < 0:
            break
        u += 1
        at -= 1
        if at < 0:
            at = block - 1
    return cycles * block + u
