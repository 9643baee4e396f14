"""KV cache beyond a replica's own memory, compiled: host memory, a disk, each least recently used.

A tier holds, of a node of the tree of prefixes, the blocks from one to another; what a replica's
memory holds is told in `lru`, whose table and lists serve here once more, a list per replica and
tier (`E_TOP` is where the blocks of an entry end).
Two ways to fill a tier: `through`, every context that is cached is written to all tiers at once; or
on eviction, where what one place gives up goes to the next one down. A prompt finds the tokens that
follow on what memory holds, and takes them where loading takes no longer than computing them. Loads
of a step share one link; they lie beside the step's own work, or before it.

Without tiers (`None`) every function here is empty: the code of a fleet that has none is the same
as before. `row` is a tier's int64 row; q, the number of a tier, is replica × tiers + tier.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from outlay.core.arrays import Int32Array, IntArray
from outlay.serving.engine.closed import EPS_S
from outlay.serving.engine.jit import inner
from outlay.serving.engine.lru import append, evict, find, insert, remove, unlink
from outlay.serving.engine.state import (
    E_KEY,
    E_OWN,
    E_REFS,
    N_END,
    N_START,
    N_UP,
    R_CACHED,
    R_EVICTED,
    R_OLDEST,
    Tiers,
    new_cache,
)

if TYPE_CHECKING:
    from outlay.serving.engine.policy import Offload
    from outlay.serving.engine.state import FleetState
    from outlay.serving.engine.views import Floats, Ints, Table
    from outlay.serving.traffic.chains import PrefixTree

__all__ = [
    "Offloaded",
    "beyond",
    "evict_down",
    "lost",
    "new_tiers",
    "taken",
    "tally",
    "with_loads",
    "written",
]

E_TOP = E_REFS  # nothing is held here

# fields of a tier's row after those of `lru`
R_LOADED, R_STORED = R_EVICTED + 1, R_EVICTED + 2
N_TIER_ROW = R_EVICTED + 3

# parameters of a replica, as in `kernel`
P_TOKEN, P_CTX, P_LIFE = 1, 2, 4

# `Tiers.rule`
U_TIERS, U_NODES, U_BLOCK, U_THROUGH, U_OVERLAP = range(5)

# `Tiers.seconds`
S_LOAD, S_LONGER = range(2)


MOST_BLOCKS = 1 << 50
"""Of a tier without end."""


def new_tiers(
    offload: Offload, replicas: int, loaded: Ints, tree: PrefixTree, blocks: int, block: int
) -> Tiers:
    """Empty tiers of replicas that hold `blocks` of `block` tokens in memory; loaded [request]."""
    n = len(offload.tiers)
    size = np.array(
        [int(min(t.tokens / block, MOST_BLOCKS)) for t in offload.tiers], dtype=np.int64
    )
    # a node at most once in each tier, a block at least; what is moved down comes on top at first
    nodes = len(tree.nodes)
    most = min(n * nodes, sum(map(int, size.flat)) + n * blocks + n)
    ent, ent_s, slots = new_cache(replicas * most + 1)
    return Tiers(
        ent=ent,
        ent_s=ent_s,
        slots=slots,
        row=np.zeros((replicas * n, N_TIER_ROW), np.int64),
        size=size,
        cost=np.array([t.s_per_token for t in offload.tiers], dtype=np.float64),
        rule=np.array([n, nodes, block, offload.through, offload.overlap], np.int64),
        plan=np.zeros(2 + 3 * n * _depth(tree), np.int64),
        due=np.zeros(replicas),
        seconds=np.zeros((replicas, 2)),
        loaded=loaded,
    )


@dataclass(frozen=True)
class Offloaded:
    """What tiers of the KV cache did.

    loaded_tokens: at first admission, among `cached_tokens` [request]. Of each tier, over all
    replicas: tier_loaded, tier_stored: tokens that came from it and went to it [tier]. load_s:
    seconds of loading; longer_s: by which steps took longer for it.
    """

    names: tuple[str, ...]
    loaded_tokens: Int32Array
    tier_loaded: IntArray
    tier_stored: IntArray
    load_s: float
    longer_s: float


def _depth(tree: PrefixTree) -> int:
    """Most nodes on the way from a leaf up."""
    up: IntArray = tree.nodes[:, N_UP].astype(np.int64)
    at, depth = up, 1
    while np.any(at >= 0):
        at, depth = np.where(at >= 0, up[at], -1), depth + 1
    return depth


def tally(offload: Offload, kept: list[Tiers]) -> Offloaded:
    """What the tiers of replicas did, added up."""
    n = len(offload.tiers)
    rows = np.concatenate([np.asarray(t.row, np.int64).reshape(-1, n, N_TIER_ROW) for t in kept])
    seconds = np.concatenate([np.asarray(t.seconds, np.float64) for t in kept])
    return Offloaded(
        names=tuple(t.name for t in offload.tiers),
        loaded_tokens=np.asarray(kept[0].loaded, np.int32),
        tier_loaded=np.asarray(np.sum(rows[:, :, R_LOADED], axis=0), np.int64),
        tier_stored=np.asarray(np.sum(rows[:, :, R_STORED], axis=0), np.int64),
        load_s=float(np.sum(seconds[:, S_LOAD])),
        longer_s=float(np.sum(seconds[:, S_LONGER])),
    )


@inner
def _add(tiers: Tiers, q: int, node: int, lo: int, hi: int, used_s: float) -> None:
    """Blocks from `lo` to `hi` of a node come to tier `q`, beside those that it holds of it."""
    row = tiers.row[q]
    key = q * tiers.rule[U_NODES] + node
    e = find(tiers.ent, tiers.slots, key)
    had = 0
    if e:
        top = tiers.ent[e, E_TOP]
        low = top - tiers.ent[e, E_OWN]
        if low <= hi and lo <= top:
            lo, hi = min(lo, low), max(hi, top)
            had = top - low
        row[R_CACHED] -= top - low
        unlink(tiers.ent, row, e)
    else:
        e = insert(tiers.ent, tiers.slots, key)
    tiers.ent[e, E_TOP] = hi
    tiers.ent[e, E_OWN] = hi - lo
    row[R_CACHED] += hi - lo
    row[R_STORED] += (hi - lo - had) * tiers.rule[U_BLOCK]
    tiers.ent_s[e] = used_s
    append(tiers.ent, row, e)


@inner
def _settle(tiers: Tiers, r: int) -> None:
    """Each tier of a replica gives up what it has no room for: the oldest blocks, tail first."""
    n, nodes = tiers.rule[U_TIERS], tiers.rule[U_NODES]
    for t in range(n):
        q = r * n + t
        row = tiers.row[q]
        while row[R_CACHED] > tiers.size[t]:
            e = row[R_OLDEST]
            node, hi = tiers.ent[e, E_KEY] - q * nodes, tiers.ent[e, E_TOP]
            used_s = tiers.ent_s[e]
            tiers.ent[e, E_TOP] = hi - 1
            evict(tiers.ent, tiers.slots, row, 1)
            if t + 1 < n and not tiers.rule[U_THROUGH]:
                _add(tiers, q + 1, node, hi - 1, hi, used_s)


@inner
def evict_down(
    st: FleetState, row: Ints, blocks: int, tiers: Tiers | None, nodes: Table[int]
) -> None:
    """Free `blocks` cached blocks as `lru.evict` does; what they held goes to the first tier."""
    if tiers is None or tiers.rule[U_THROUGH]:
        evict(st.ent, st.slots, row, blocks)
        return
    while blocks > 0 and row[R_OLDEST]:  # one by one, so that it matters not how many at a time
        e = row[R_OLDEST]
        used_s = st.ent_s[e]
        r = st.ent[e, E_KEY] // tiers.rule[U_NODES]
        node = st.ent[e, E_KEY] - r * tiers.rule[U_NODES]
        hi = nodes[node, N_START] + st.ent[e, E_OWN]
        blocks -= 1
        evict(st.ent, st.slots, row, 1)
        _add(tiers, r * tiers.rule[U_TIERS], node, hi - 1, hi, used_s)
        _settle(tiers, r)


@inner
def written(
    tiers: Tiers | None, r: int, leaf: int, blocks: int, now: float, nodes: Table[int]
) -> None:
    """Memory caches the first `blocks` of the path to `leaf`: tiers that take all have them too."""
    if tiers is None or not tiers.rule[U_THROUGH]:
        return
    n = tiers.rule[U_TIERS]
    node = leaf
    while node >= 0:
        if nodes[node, N_START] < blocks:
            for q in range(r * n, r * n + n):
                _add(tiers, q, node, nodes[node, N_START], min(nodes[node, N_END], blocks), now)
        node = nodes[node, N_UP]
    _settle(tiers, r)


@inner
def beyond(
    tiers: Tiers | None, r: int, i: int, leaf: int, at: int, most: int, clock: float, P: Floats,
    nodes: Table[int],
) -> int:  # fmt: skip
    """Leading blocks of a prompt that memory (`at`) and the tiers hold, `most` at most.

    Notes what would be loaded: (tier, entry, blocks), from the front.
    """
    if tiers is None:
        return at
    n, block = tiers.rule[U_TIERS], tiers.rule[U_BLOCK]
    tiers.plan[0], tiers.plan[1] = 0, i
    while at < most and leaf >= 0 and at < nodes[leaf, N_END]:
        node = leaf
        while nodes[node, N_START] > at:
            node = nodes[node, N_UP]
        end = min(nodes[node, N_END], most)
        for t in range(n):
            e = find(tiers.ent, tiers.slots, (r * n + t) * tiers.rule[U_NODES] + node)
            if e == 0 or clock - tiers.ent_s[e] > P[P_LIFE] + EPS_S:
                continue
            more = min(tiers.ent[e, E_TOP], end) - at
            if tiers.ent[e, E_TOP] - tiers.ent[e, E_OWN] <= at and more > 0:
                tokens = more * block
                computed_s = P[P_TOKEN] * tokens + P[P_CTX] * tokens * (at * block + 0.5 * tokens)
                if tiers.cost[t] * tokens > computed_s:
                    break
                k = 2 + 3 * tiers.plan[0]
                tiers.plan[k], tiers.plan[k + 1], tiers.plan[k + 2] = t, e, more
                tiers.plan[0] += 1
                at += more
        if at < end:
            break
    return at


@inner
def taken(tiers: Tiers | None, r: int, i: int, first: bool, clock: float) -> None:
    """Request `i` is admitted: what `beyond` found for it, if that was asked last, is loaded."""
    if tiers is None or tiers.plan[1] != i:
        return
    n, total = tiers.rule[U_TIERS], 0
    for k in range(3 * tiers.plan[0] - 1, 0, -3):  # from the leaf up: the front is the newest
        t, e, tokens = tiers.plan[k], tiers.plan[k + 1], tiers.plan[k + 2] * tiers.rule[U_BLOCK]
        row = tiers.row[r * n + t]
        unlink(tiers.ent, row, e)
        append(tiers.ent, row, e)
        tiers.ent_s[e] = clock
        row[R_LOADED] += tokens
        tiers.due[r] += tiers.cost[t] * tokens
        total += tokens
    tiers.plan[0] = 0
    if first:
        tiers.loaded[i] = total


@inner
def with_loads(tiers: Tiers | None, r: int, span: float) -> float:
    """Seconds of a step that would take `span`, with the loads of the prompts admitted in it."""
    if tiers is None:
        return span
    load = tiers.due[r]
    tiers.due[r] = 0.0
    tiers.seconds[r, S_LOAD] += load
    longer = max(span, load) if tiers.rule[U_OVERLAP] else span + load
    tiers.seconds[r, S_LONGER] += longer - span
    return longer


@inner
def lost(tiers: Tiers | None, r: int) -> None:
    """A replica fails: what its tiers hold goes with it."""
    if tiers is None:
        return
    n = tiers.rule[U_TIERS]
    for q in range(r * n, r * n + n):
        while tiers.row[q, R_OLDEST]:
            remove(tiers.ent, tiers.slots, tiers.row[q], tiers.row[q, R_OLDEST])
    tiers.due[r] = 0.0
