"""Prefix cache of every replica in one hash table: a tree of blocks, none held twice.

What requests share is known before a run: `traffic.chains.prefix_nodes` cuts their contexts into
nodes, stretches of whole blocks that no request of the trace tells apart. `nodes` int32 [node,
(N_UP, N_START, N_END)] has each one's parent (-1: none) and the blocks of a context at which it
begins and ends; a request's path runs from its leaf up. Here is which of them a replica holds.

An entry is a node at a replica: how many of its leading blocks are cached, its place in the
replica's recency list, and how many hold it: running requests whose path ends in it, and children
that are held. Entries that are held (pinned) are in no list and never evicted. Two things stay
true: all blocks above a cached one are cached, and in the list a child stands before (is older
than) its parent, because paths are let go from the leaf up. So eviction from the tail of the oldest
entry is the least recently used block of all, leaves first, as block allocators have it.

Arrays: `ent` int64 [entry, field], `used_s` float64 [entry] (time of last use), `slots` int32
[hash slot] -> entry or -1 (open addressing with backward-shift deletion, length a power of two).
`ent[0]` is the head of the free list. `row` is a replica's int64 row (see `state`). The key of a
node at replica r is `base + node`, base r times the number of nodes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from outlay.serving.engine.closed import EPS_S
from outlay.serving.engine.jit import inner
from outlay.serving.engine.state import (
    E_KEY,
    E_NEXT,
    E_OWN,
    E_PREV,
    E_REFS,
    N_END,
    N_START,
    N_UP,
    R_CACHED,
    R_EVICTED,
    R_NEWEST,
    R_OLDEST,
    R_PINNED,
)

if TYPE_CHECKING:
    from outlay.serving.engine.views import Floats, Ints, Table

__all__ = [
    "append",
    "evict",
    "find",
    "hit_blocks",
    "hold",
    "insert",
    "loose",
    "release",
    "remove",
    "unlink",
]


@inner
def _home(key: int, size: int) -> int:
    h = key * 0x2545F4914F6CDD1D
    h ^= h >> 29
    return h & (size - 1)


@inner
def find(ent: Table[int], slots: Ints, key: int) -> int:
    """Entry of `key`, or 0."""
    size = len(slots)
    i = _home(key, size)
    while slots[i] >= 0:
        if ent[slots[i], E_KEY] == key:
            return slots[i]
        i = (i + 1) & (size - 1)
    return 0


@inner
def unlink(ent: Table[int], row: Ints, e: int) -> None:
    """Take entry `e` out of the list; its blocks stay counted."""
    before, after = ent[e, E_PREV], ent[e, E_NEXT]
    if before:
        ent[before, E_NEXT] = after
    else:
        row[R_OLDEST] = after
    if after:
        ent[after, E_PREV] = before
    else:
        row[R_NEWEST] = before


@inner
def append(ent: Table[int], row: Ints, e: int) -> None:
    """Entry `e`, in no list, is the most recently used."""
    last = row[R_NEWEST]
    ent[e, E_PREV] = last
    ent[e, E_NEXT] = 0
    if last:
        ent[last, E_NEXT] = e
    else:
        row[R_OLDEST] = e
    row[R_NEWEST] = e


@inner
def remove(ent: Table[int], slots: Ints, row: Ints, e: int) -> None:
    """Take entry `e`, which is not held, out of the cache; its blocks are free again."""
    row[R_CACHED] -= ent[e, E_OWN]
    unlink(ent, row, e)
    size = len(slots)
    i = _home(ent[e, E_KEY], size)
    while slots[i] != e:
        i = (i + 1) & (size - 1)
    j = i  # backward-shift deletion keeps probe chains whole without tombstones
    while True:
        j = (j + 1) & (size - 1)
        if slots[j] < 0:
            break
        k = _home(ent[slots[j], E_KEY], size)
        if ((j - k) & (size - 1)) >= ((j - i) & (size - 1)):
            slots[i] = slots[j]
            i = j
    slots[i] = -1
    ent[e, E_NEXT] = ent[0, E_NEXT]
    ent[0, E_NEXT] = e


@inner
def insert(ent: Table[int], slots: Ints, key: int) -> int:
    """A new entry without blocks, in no list; `key` must not be present."""
    e = ent[0, E_NEXT]
    ent[0, E_NEXT] = ent[e, E_NEXT]
    ent[e, E_KEY] = key
    ent[e, E_OWN] = 0
    ent[e, E_REFS] = 0
    size = len(slots)
    i = _home(key, size)
    while slots[i] >= 0:
        i = (i + 1) & (size - 1)
    slots[i] = e
    return e


@inner
def hit_blocks(
    base: int,
    leaf: int,
    most: int,
    now: float,
    life_s: float,
    nodes: Table[int],
    ent: Table[int],
    used_s: Floats,
    slots: Ints,
) -> int:
    """Leading blocks of the path to `leaf` that are cached and younger than `life_s`, up to `most`.

    From the leaf up: where a node is cached all above it are, and were used no earlier.
    """
    n = leaf
    while n >= 0:
        if nodes[n, N_START] < most:
            e = find(ent, slots, base + n)
            if e and (ent[e, E_REFS] > 0 or now - used_s[e] <= life_s + EPS_S):
                return min(nodes[n, N_START] + ent[e, E_OWN], most)
        n = nodes[n, N_UP]
    return 0


@inner
def loose(
    base: int, leaf: int, blocks: int, nodes: Table[int], ent: Table[int], slots: Ints
) -> int:
    """Cached blocks that `hold` of the first `blocks` would pin: of nodes that nobody holds."""
    n, out = leaf, 0
    while n >= 0:
        if nodes[n, N_START] < blocks:
            e = find(ent, slots, base + n)
            if ent[e, E_REFS] > 0:
                break
            out += ent[e, E_OWN]
        n = nodes[n, N_UP]
    return out


@inner
def hold(
    base: int, leaf: int, blocks: int, row: Ints, nodes: Table[int], ent: Table[int], slots: Ints
) -> None:
    """Hold the first `blocks` of the path to `leaf`; those not cached are so from now on."""
    n = leaf
    while n >= 0:
        start = nodes[n, N_START]
        if start < blocks:
            e = find(ent, slots, base + n)
            if e == 0:
                e = insert(ent, slots, base + n)
            elif ent[e, E_REFS] == 0:
                unlink(ent, row, e)
            if ent[e, E_REFS] == 0:
                row[R_PINNED] += ent[e, E_OWN]
            more = min(nodes[n, N_END], blocks) - start - ent[e, E_OWN]
            if more > 0:
                ent[e, E_OWN] += more
                row[R_CACHED] += more
                row[R_PINNED] += more
            ent[e, E_REFS] += 1
            if ent[e, E_REFS] > 1:
                break  # those above are whole, and held by this one already
        n = nodes[n, N_UP]


@inner
def release(
    base: int,
    leaf: int,
    blocks: int,
    now: float,
    row: Ints,
    nodes: Table[int],
    ent: Table[int],
    used_s: Floats,
    slots: Ints,
) -> None:
    """Let go of what `hold` held: what nobody else holds is the most recently used."""
    n = leaf
    while n >= 0:
        if nodes[n, N_START] < blocks:
            e = find(ent, slots, base + n)
            ent[e, E_REFS] -= 1
            if ent[e, E_REFS] > 0:
                break
            row[R_PINNED] -= ent[e, E_OWN]
            used_s[e] = now
            append(ent, row, e)
        n = nodes[n, N_UP]


@inner
def evict(ent: Table[int], slots: Ints, row: Ints, blocks: int) -> None:
    """Free `blocks` cached blocks, oldest first; the caller knows that they are there."""
    while blocks > 0 and row[R_OLDEST]:
        e = row[R_OLDEST]
        take = min(ent[e, E_OWN], blocks)
        blocks -= take
        row[R_EVICTED] += take
        if take == ent[e, E_OWN]:
            remove(ent, slots, row, e)
        else:
            ent[e, E_OWN] -= take
            row[R_CACHED] -= take
