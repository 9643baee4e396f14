"""KV cache beyond a replica's own memory, compiled: host memory, a disk, each least recently used.

A tier holds, of a chain, the tokens from one block to another; the chains that a replica's memory
holds are those of `lru`, whose table and lists serve here once more, a list per replica and tier.
Two ways to fill a tier: `through`, every context that is kept is written to all tiers at once; or
on eviction, where what one place gives up goes to the next one down. A prompt finds the tokens that
follow on what memory holds, and takes them where loading takes no longer than computing them. Loads
of a step share one link; they lie beside the step's own work, or before it.

Without tiers (`None`) every function here is empty: the code of a fleet that has none is the same
as before. `row` is a tier's int64 row, `key` a chain's key in `lru`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from outlay.core.arrays import Int32Array, IntArray
from outlay.serving.engine.jit import inner
from outlay.serving.engine.lru import (
    E_KEY,
    E_NEXT,
    E_OWN,
    E_REFS,
    E_TOK,
    R_CACHED,
    R_EVICTED,
    R_OLDEST,
    evict,
    find,
    insert,
    remove,
    touch,
)
from outlay.serving.engine.state import (
    Q_GROUP,
    Q_GROUPTOK,
    Q_READS,
    Q_SHARED,
    Tiers,
    new_cache,
)

if TYPE_CHECKING:
    from outlay.serving.engine.policy import Offload
    from outlay.serving.engine.state import FleetState, Requests
    from outlay.serving.engine.views import Floats, Ints

__all__ = ["beyond", "ended", "evict_down", "lost", "new_tiers", "taken", "tally", "with_loads"]

# fields of a tier's row after those of `lru`
R_LOADED, R_STORED = R_EVICTED + 1, R_EVICTED + 2
N_TIER_ROW = R_EVICTED + 3

# parameters of a replica, as in `kernel`
P_TOKEN, P_CTX, P_LIFE = 1, 2, 4

# `Tiers.rule`
U_TIERS, U_CHAINS, U_BLOCK, U_THROUGH, U_OVERLAP = range(5)

# `Tiers.seconds`
S_LOAD, S_LONGER = range(2)


MOST_BLOCKS = 1 << 50
"""Of a tier without end."""


def new_tiers(
    offload: Offload, replicas: int, loaded: Ints, chains: int, blocks: int, block: int
) -> Tiers:
    """Empty tiers of replicas that hold `blocks` of `block` tokens in memory; loaded [request]."""
    n = len(offload.tiers)
    size = np.array(
        [int(min(t.tokens / block, MOST_BLOCKS)) for t in offload.tiers], dtype=np.int64
    )
    # a chain at most once in each tier, a block at least; what is moved down comes on top at first
    most = min(n * chains, sum(map(int, size.flat)) + n * blocks + n)
    ent, ent_s, slots = new_cache(replicas * most + 1)
    return Tiers(
        ent=ent,
        ent_s=ent_s,
        slots=slots,
        row=np.zeros((replicas * n, N_TIER_ROW), np.int64),
        size=size,
        cost=np.array([t.s_per_token for t in offload.tiers], dtype=np.float64),
        rule=np.array([n, chains, block, offload.through, offload.overlap], np.int64),
        plan=np.zeros(2 + 6 * n, np.int64),
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
def _add(tiers: Tiers, q: int, chain: int, lo: int, hi: int, used_s: float) -> None:
    """Tokens from `lo` to `hi` of a chain come to tier `q`, beside those that it holds of it."""
    block = tiers.rule[U_BLOCK]
    row = tiers.row[q]
    key = q * tiers.rule[U_CHAINS] + chain
    row[R_STORED] += hi - lo
    e = find(tiers.ent, tiers.slots, key)
    if e:
        top = tiers.ent[e, E_TOK]
        low = top - tiers.ent[e, E_OWN] * block
        if low <= hi and lo <= top:
            lo, hi = min(lo, low), max(hi, top)
        remove(tiers.ent, tiers.slots, row, e)
    own = (hi - lo) // block
    insert(tiers.ent, tiers.ent_s, tiers.slots, row, key, own, hi, used_s)


@inner
def _settle(tiers: Tiers, r: int) -> None:
    """Each tier of a replica gives up what it has no room for: the oldest chains, tail first."""
    n, chains, block = tiers.rule[U_TIERS], tiers.rule[U_CHAINS], tiers.rule[U_BLOCK]
    for t in range(n):
        q = r * n + t
        row = tiers.row[q]
        over = row[R_CACHED] - tiers.size[t]
        while over > 0:
            e = row[R_OLDEST]
            chain, hi = tiers.ent[e, E_KEY] - q * chains, tiers.ent[e, E_TOK]
            used_s = tiers.ent_s[e]
            take = min(tiers.ent[e, E_OWN], over)
            over -= take
            evict(tiers.ent, tiers.slots, row, take, block)
            if t + 1 < n and not tiers.rule[U_THROUGH]:
                _add(tiers, q + 1, chain, hi - take * block, hi, used_s)


@inner
def evict_down(st: FleetState, row: Ints, blocks: int, tiers: Tiers | None, block: int) -> None:
    """Free `blocks` cached blocks as `lru.evict` does; what they held goes to the first tier."""
    if tiers is None:
        evict(st.ent, st.slots, row, blocks, block)
        return
    chains = tiers.rule[U_CHAINS]
    while blocks > 0:
        e = row[R_OLDEST]
        while e and st.ent[e, E_REFS] != 0:
            e = st.ent[e, E_NEXT]
        if not e:
            break
        key, hi, used_s = st.ent[e, E_KEY], st.ent[e, E_TOK], st.ent_s[e]
        take = min(st.ent[e, E_OWN], blocks)
        blocks -= take
        evict(st.ent, st.slots, row, take, block)
        if not tiers.rule[U_THROUGH]:
            r = key // chains
            lo = hi - take * block
            _add(tiers, r * tiers.rule[U_TIERS], key - r * chains, lo, hi, used_s)
            _settle(tiers, r)


@inner
def ended(tiers: Tiers | None, key: int, lo: int, hi: int, same: int, now: float) -> None:
    """Memory holds a chain anew, its own tokens from `lo` to `hi`: what tiers held is its past.

    same: how many of the chain's tokens are as they were, and need no writing where they lie.
    """
    if tiers is None:
        return
    n, chains, block = tiers.rule[U_TIERS], tiers.rule[U_CHAINS], tiers.rule[U_BLOCK]
    r = key // chains
    chain = key - r * chains
    for t in range(n):
        q = r * n + t
        e = find(tiers.ent, tiers.slots, q * chains + chain)
        kept = 0
        if e:
            top = tiers.ent[e, E_TOK]
            low = top - tiers.ent[e, E_OWN] * block
            kept = max(0, min(top, hi, same // block * block) - max(low, lo))
            remove(tiers.ent, tiers.slots, tiers.row[q], e)
        if tiers.rule[U_THROUGH]:
            _add(tiers, q, chain, lo, hi, now)
            tiers.row[q, R_STORED] -= kept
    if tiers.rule[U_THROUGH]:
        _settle(tiers, r)


@inner
def _seek(
    tiers: Tiers, r: int, chain: int, at: int, limit: int, clock: float, life: float, P: Floats
) -> int:
    """How far the tiers go on with a chain from token `at`; notes what would be loaded."""
    n, chains, block = tiers.rule[U_TIERS], tiers.rule[U_CHAINS], tiers.rule[U_BLOCK]
    for t in range(n):
        e = find(tiers.ent, tiers.slots, (r * n + t) * chains + chain)
        if e == 0 or clock - tiers.ent_s[e] > life:
            continue
        end = min(tiers.ent[e, E_TOK], limit)
        if tiers.ent[e, E_TOK] - tiers.ent[e, E_OWN] * block <= at < end:
            more = end - at
            computed = P[P_TOKEN] * more + P[P_CTX] * more * (at + 0.5 * more)
            if tiers.cost[t] * more > computed:
                break
            k = 2 + 3 * tiers.plan[0]
            tiers.plan[k], tiers.plan[k + 1], tiers.plan[k + 2] = t, e, more
            tiers.plan[0] += 1
            at = end
    return at


@inner
def beyond(
    tiers: Tiers | None, r: int, i: int, hit: int, most: int, clock: float, P: Floats,
    st: FleetState, rq: Requests,
) -> int:  # fmt: skip
    """Tokens of request `i`'s prompt that memory (`hit`) and the tiers hold, `most` at most."""
    if tiers is None:
        return hit
    chains, block, life = tiers.rule[U_CHAINS], tiers.rule[U_BLOCK], P[P_LIFE]
    tiers.plan[0], tiers.plan[1] = 0, i
    group = rq.ints[i, Q_GROUP]
    if group >= 0:
        at = hit
        g = find(st.ent, st.slots, r * chains + group)
        if g and (clock - st.ent_s[g] <= life or st.ent[g, E_REFS] != 0):
            at = max(hit, min(st.ent[g, E_TOK], most))  # what is left of it in memory
        limit = min(rq.ints[i, Q_GROUPTOK], most) // block * block
        end = _seek(tiers, r, group, at, limit, clock, life, P)
        if end > at:
            hit = end
    if rq.ints[i, Q_READS] >= 0:
        limit = min(rq.ints[i, Q_SHARED], most) // block * block
        hit = _seek(tiers, r, rq.ints[i, Q_READS], hit, limit, clock, life, P)
    return hit


@inner
def taken(tiers: Tiers | None, r: int, i: int, first: bool, clock: float) -> None:
    """Request `i` is admitted: what `beyond` found for it, if that was asked last, is loaded."""
    if tiers is None or tiers.plan[1] != i:
        return
    n, total = tiers.rule[U_TIERS], 0
    for k in range(2, 2 + 3 * tiers.plan[0], 3):
        t, e, more = tiers.plan[k], tiers.plan[k + 1], tiers.plan[k + 2]
        touch(tiers.ent, tiers.ent_s, tiers.row[r * n + t], e, clock)
        tiers.row[r * n + t, R_LOADED] += more
        tiers.due[r] += tiers.cost[t] * more
        total += more
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
