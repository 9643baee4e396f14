"""Which replica takes a request, as a router sees the fleet, compiled.

It sees each replica's requests in flight, their prompts' tokens, and what its cache holds, all at
the moment of the arrival; where two replicas are equal the first is taken.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from outlay.serving.engine.closed import DEN_BITS, growth, steps_until
from outlay.serving.engine.jit import inner
from outlay.serving.engine.lru import hit_blocks
from outlay.serving.engine.state import (
    ACTIVE,
    F_CLOCK,
    I_BLOCK,
    I_CACHE,
    I_NODES,
    I_NUM,
    I_TOTAL,
    Q_INP,
    Q_LEAF,
    Q_SESSION,
    R_BATCH,
    R_CACHED,
    R_FLIGHT,
    R_LOAD,
    R_OFFSUM,
    R_STATUS,
    R_STEP,
    R_TOKENS,
    R_USED,
)
from outlay.serving.engine.tiers import evict_down

if TYPE_CHECKING:
    from outlay.serving.engine.state import FleetState, Requests
    from outlay.serving.engine.views import Floats, Ints, Table

__all__ = ["Z_SLACK", "choose", "least", "remember"]

LEAST, TWO, PREFIX, RANDOM, ROUND, AFFINITY, CACHE, TOKENS = range(8)  # as in `policy.ROUTING`
Z_SLACK = 5  # of the parameters of `scaling`

# float parameters of a replica (`kernel` has those before): the life of the cache, and the router's
P_LIFE, P_WEIGHT, P_MATCH, P_ABOVE, P_TIMES = range(4, 9)


@inner
def nth_active(row: Table[int], k: int) -> int:
    for r in range(row.shape[0]):
        if row[r, R_STATUS] == ACTIVE:
            if k == 0:
                return r
            k -= 1
    return -1


@inner
def least(row: Table[int]) -> int:
    best, load = -1, 0
    for r in range(row.shape[0]):
        if row[r, R_STATUS] == ACTIVE and (best < 0 or row[r, R_LOAD] < load):
            best, load = r, row[r, R_LOAD]
    return best


@inner
def most(row: Table[int]) -> int:
    """Requests in flight at the busiest active replica."""
    load = 0
    for r in range(row.shape[0]):
        if row[r, R_STATUS] == ACTIVE:
            load = max(load, row[r, R_LOAD])
    return load


@inner
def fewest_tokens(row: Table[int]) -> int:
    """The active replica with the fewest prompt tokens in flight; of equals the least loaded."""
    best = -1
    for r in range(row.shape[0]):
        if row[r, R_STATUS] == ACTIVE:
            less = best < 0 or row[r, R_TOKENS] < row[best, R_TOKENS]
            even = row[r, R_TOKENS] == row[best, R_TOKENS]
            if less or (even and row[r, R_LOAD] < row[best, R_LOAD]):
                best = r
    return best


@inner
def settle(
    r: int, t: float, K: Ints, base: Floats, slope: Floats, st: FleetState, nodes: Table[int]
) -> None:
    """Evict what the steps begun before `t`, of a stretch under way, have pushed out of the cache.

    The stretch itself takes its blocks when it ends; it will find these gone.
    """
    row = st.row[r]
    if row[R_FLIGHT] > 1:
        b, d, num = row[R_BATCH], row[R_STEP], K[I_NUM]
        per_step = base[b] + slope[b] * (row[R_OFFSUM] + b * ((d * num) >> DEN_BITS))
        gap = t - st.flo[r, F_CLOCK]
        begun = steps_until(gap, row[R_FLIGHT], d, num, b, per_step, slope[b])
        held = ((d + 1) * num) >> DEN_BITS  # blocks of the first step were taken at its start
        more = (((d + begun) * num) >> DEN_BITS) - held
        taken = row[R_USED] + growth(st.hist[r], K[I_BLOCK], b, held - 1, more)
        over = taken + row[R_CACHED] - K[I_TOTAL]
        if over > 0:
            evict_down(st, row, over, st.tiers, nodes)


@inner
def share(i: int, r: int, t: float, K: Ints, P: Floats, st: FleetState, rq: Requests) -> float:
    """How much of request `i`'s prompt replica `r` would find cached in its own memory."""
    block, prompt = K[I_BLOCK], rq.ints[i, Q_INP]
    leaf, most = rq.ints[i, Q_LEAF], (prompt - 1) // block
    blocks = hit_blocks(
        r * K[I_NODES], leaf, most, t, P[P_LIFE], rq.nodes, st.ent, st.ent_s, st.slots
    )
    return blocks * block / prompt


@inner
def by_cache(
    i: int,
    how: int,
    t: float,
    K: Ints,
    P: Floats,
    base: Floats,
    slope: Floats,
    st: FleetState,
    rq: Requests,
) -> int:
    """The replica with the best score, or, where `how` is CACHE, the one that holds most of it.

    Score: weight times the share of the prompt that is cached, less the load over the busiest's.
    """
    row = st.row
    low, top = least(row), most(row)
    if how == CACHE and top - row[low, R_LOAD] > P[P_ABOVE] and top > P[P_TIMES] * row[low, R_LOAD]:
        return low
    best, score, found = -1, 0.0, 0.0
    for r in range(row.shape[0]):
        if row[r, R_STATUS] == ACTIVE:
            settle(r, t, K, base, slope, st, rq.nodes)
            part = share(i, r, t, K, P, st, rq)
            this = part
            if how == PREFIX:
                this = P[P_WEIGHT] * part - row[r, R_LOAD] / max(top, 1)
            even = this == score and row[r, R_LOAD] < row[best, R_LOAD]
            if best < 0 or this > score or even:
                best, score, found = r, this, part
    return low if how == CACHE and found < P[P_MATCH] else best


@inner
def at_home(i: int, active: int, home: Ints, slack: float, row: Table[int], rq: Requests) -> int:
    """The replica of request `i`'s session; before it has one, one by the session's number."""
    best, session = least(row), rq.ints[i, Q_SESSION]
    if session < 0:
        return best
    h = home[session]
    if h < 0 or row[h, R_STATUS] != ACTIVE:
        h = nth_active(row, ((session * 2654435761 & 0xFFFFFFFF) >> 12) % active)
    return h if row[h, R_LOAD] <= row[best, R_LOAD] + slack else best


@inner
def choose(
    i: int,
    t: float,
    how: int,
    draws: Table[float],
    turn: int,
    home: Ints,
    Z: Floats,
    K: Ints,
    P: Floats,
    base: Floats,
    slope: Floats,
    st: FleetState,
    rq: Requests,
) -> int:
    """Replica for request `i` among the active ones at `t`, or -1."""
    row = st.row
    active = 0
    for r in range(row.shape[0]):
        if row[r, R_STATUS] == ACTIVE:
            active += 1
    if active == 0:
        return -1
    if how == RANDOM:
        return nth_active(row, min(int(draws[i, 0] * active), active - 1))
    if how == ROUND:
        return nth_active(row, turn % active)
    if how == TWO:
        a = nth_active(row, min(int(draws[i, 0] * active), active - 1))
        b = nth_active(row, min(int(draws[i, 1] * active), active - 1))
        return b if row[b, R_LOAD] < row[a, R_LOAD] else a
    if how == TOKENS:
        return fewest_tokens(row)
    if how == AFFINITY and rq.ints.shape[1] > Q_SESSION:
        return at_home(i, active, home, Z[Z_SLACK], row, rq)
    if how in (PREFIX, CACHE) and K[I_CACHE]:
        return by_cache(i, how, t, K, P, base, slope, st, rq)
    return least(row)


@inner
def remember(i: int, r: int, home: Ints, rq: Requests) -> None:
    """Replica `r` is where request `i`'s session was last."""
    if rq.ints[i, Q_SESSION] >= 0:
        home[rq.ints[i, Q_SESSION]] = r
