"""Prefix cache of every replica in one hash table: least recently used, no per-block objects.

An entry is a chain (a session, or a prefix group) held by a replica: how many tokens of it are
cached, how many KV blocks it owns, and its place in the replica's recency list. Entries with
references (groups in use by running requests) are pinned and never evicted. Eviction takes
blocks from the tail of the least recently used chain, as block allocators do.

Arrays: `ent` int64 [entry, field], `used_s` float64 [entry] (time of last use), `slots` int32
[hash slot] -> entry or -1 (open addressing with backward-shift deletion, length a power of two).
`ent[0]` is the head of the free list. `row` is a replica's int64 row (see `state`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from outlay.serving.engine.jit import inner

if TYPE_CHECKING:
    from outlay.serving.engine.views import Floats, Ints, Table

__all__ = ["E_NEXT", "N_ENTRY", "evict", "find", "insert", "remove", "touch"]

E_KEY, E_OWN, E_TOK, E_PREV, E_NEXT, E_REFS = range(6)
N_ENTRY = 6

# fields of a replica's row that the cache keeps (the others are named in `state`)
R_CACHED, R_PINNED, R_OLDEST, R_NEWEST, R_EVICTED = range(5)


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
def _unlink(ent: Table[int], row: Ints, e: int) -> None:
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
def _append(ent: Table[int], row: Ints, e: int) -> None:
    last = row[R_NEWEST]
    ent[e, E_PREV] = last
    ent[e, E_NEXT] = 0
    if last:
        ent[last, E_NEXT] = e
    else:
        row[R_OLDEST] = e
    row[R_NEWEST] = e


@inner
def touch(ent: Table[int], used_s: Floats, row: Ints, e: int, now: float) -> None:
    """Make entry `e` the most recently used."""
    used_s[e] = now
    if row[R_NEWEST] != e:
        _unlink(ent, row, e)
        _append(ent, row, e)


@inner
def remove(ent: Table[int], slots: Ints, row: Ints, e: int) -> None:
    """Take entry `e` out of the cache; its blocks are free again."""
    row[R_CACHED] -= ent[e, E_OWN]
    _unlink(ent, row, e)
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
def insert(
    ent: Table[int],
    used_s: Floats,
    slots: Ints,
    row: Ints,
    key: int,
    own: int,
    tokens: int,
    now: float,
) -> int:
    """Add a chain as the most recently used entry and return it; `key` must not be present."""
    e = ent[0, E_NEXT]
    ent[0, E_NEXT] = ent[e, E_NEXT]
    ent[e, E_KEY] = key
    ent[e, E_OWN] = own
    ent[e, E_TOK] = tokens
    ent[e, E_REFS] = 0
    used_s[e] = now
    _append(ent, row, e)
    row[R_CACHED] += own
    size = len(slots)
    i = _home(key, size)
    while slots[i] >= 0:
        i = (i + 1) & (size - 1)
    slots[i] = e
    return e


@inner
def evict(ent: Table[int], slots: Ints, row: Ints, blocks: int, block_tokens: int) -> None:
    """Free `blocks` cached blocks, oldest chains first; the caller knows that they are there."""
    e = row[R_OLDEST]
    while blocks > 0 and e:
        after = ent[e, E_NEXT]
        if ent[e, E_REFS] == 0:
            own = ent[e, E_OWN]
            take = min(own, blocks)
            blocks -= take
            row[R_EVICTED] += take
            if take == own:
                remove(ent, slots, row, e)
            else:
                ent[e, E_OWN] = own - take
                ent[e, E_TOK] -= take * block_tokens
                row[R_CACHED] -= take
        e = after
