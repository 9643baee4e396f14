"""One replica, compiled: continuous batching that skips from event to event.

Between arrivals, completions, admissions and the exhaustion of KV blocks, a pure-decode stretch
has step times that are affine in the step's index, so its length and its end are closed forms;
steps with prefill chunks run one by one. `twin` is the same scheduler written plainly, one step
at a time; the tests compare every request of both.

The scheduler, at each step boundary, in this order:
1. requests that have arrived join the queue of their priority class;
2. decoding sequences take the KV blocks of this step; where there are none left, cached blocks
   are evicted, then the newest sequence of the lowest class is preempted (its blocks are freed,
   it goes to the front of its queue, prompt and produced tokens are computed again);
3. the unfinished prefill goes on, then waiting requests are admitted in order of class and
   arrival while the token budget, the batch and the blocks of the whole prompt allow; a head
   that does not fit blocks those behind it; nobody is admitted after a preemption;
4. the step takes the time of its table; at its end tokens appear and sequences leave.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from outlay.serving.engine.closed import (
    DEN_BITS,
    EPS_S,
    growth,
    heap_drop,
    room_tokens,
    steps_until,
    stretch_s,
)
from outlay.serving.engine.jit import NO, TOP, YES, inlined, inner, within
from outlay.serving.engine.lru import hit_blocks, hold, loose
from outlay.serving.engine.slots import finish, join, leave, preempt, prefilled, push
from outlay.serving.engine.state import (
    A_CHUNK,
    A_FREE,
    A_HEAP,
    A_PRE,
    F_BUSY,
    F_CLOCK,
    F_END,
    F_EVENT,
    F_KV,
    F_RUN,
    I_BLOCK,
    I_BUDGET,
    I_CACHE,
    I_CLASSES,
    I_GIVEN,
    I_MARK,
    I_MAXB,
    I_NODES,
    I_NUM,
    I_READY,
    I_TOTAL,
    PREFILLING,
    Q_INP,
    Q_LEAF,
    Q_SHARED,
    R_ADMIT,
    R_BATCH,
    R_CACHED,
    R_DECODED,
    R_FLIGHT,
    R_FREE,
    R_LAST,
    R_LOAD,
    R_NEXT,
    R_NPRE,
    R_OFFSUM,
    R_PEAK,
    R_PINNED,
    R_STEP,
    R_STEPS,
    R_TOKENS,
    R_USED,
    R_WAIT,
    S_ADMIT,
    S_DONE,
    S_OFF,
    S_REQ,
    S_SHARED,
    S_STATE,
    S_TARGET,
    SLOT_BITS,
    T_START,
    W_AFTER,
    W_CACHED,
    W_MADE,
    W_PREEMPTED,
)
from outlay.serving.engine.tiers import beyond, evict_down, taken, with_loads

if TYPE_CHECKING:
    from outlay.serving.engine.state import FleetState, Requests, Results
    from outlay.serving.engine.views import Floats, Ints

__all__ = ["advance", "advance_here"]

SLOT_MASK = (1 << SLOT_BITS) - 1

# float parameters of a replica (`routing` has those that follow)
P_BASE, P_TOKEN, P_CTX, P_MIXED, P_LIFE = range(5)


@inlined
def _decoded(
    r: int, m: int, allocated: int, now: float, K: Ints, st: FleetState, rq: Requests, re: Results
) -> None:
    """Apply `m` decode steps that end at `now`; blocks of the first `allocated` are taken."""
    row = st.row[r]
    b = row[R_BATCH]
    num = K[I_NUM]
    d0 = row[R_STEP]
    g0 = ((d0 + allocated) * num) >> DEN_BITS
    g1 = ((d0 + m) * num) >> DEN_BITS
    if m > allocated:
        row[R_USED] += growth(st.hist[r], K[I_BLOCK], b, g0 - 1, g1 - g0)
        over = row[R_USED] + row[R_CACHED] - K[I_TOTAL]
        if over > 0:
            evict_down(st, row, over, st.tiers, rq.nodes)
        row[R_PEAK] = max(row[R_PEAK], row[R_USED] + row[R_PINNED])
    row[R_STEP] = d0 + m
    row[R_STEPS] += m
    row[R_DECODED] += b * (g1 - ((d0 * num) >> DEN_BITS))
    heap = st.work[r, A_HEAP]
    while b > 0 and (heap[0] >> SLOT_BITS) <= g1:
        s = heap[0] & SLOT_MASK
        heap_drop(heap, b, TOP)
        b -= 1
        off = st.slot[r, s, S_OFF]
        row[R_BATCH] = b
        row[R_OFFSUM] -= off
        st.hist[r, off % K[I_BLOCK]] -= 1
        i = st.slot[r, s, S_REQ]
        leave(r, s, off + g1 - 1, YES, now, K, st, rq)
        finish(r, i, now, st, rq, re)


@inlined
def _admit(
    r: int, budget: int, clock: float, K: Ints, P: Floats, st: FleetState, rq: Requests, re: Results
) -> int:
    """Admit the head of the queue if it fits; return its chunk, 0 for ready ones, -1 if blocked."""
    row = st.row[r]
    c = 0
    while st.queue[r, c, 0] < 0:
        c += 1
    i = st.queue[r, c, 0]
    block = K[I_BLOCK]
    target = rq.ints[i, Q_INP] + re.ints[i, W_MADE]
    ready = K[I_READY] != 0 and re.ints[i, W_PREEMPTED] == 0
    hit, shared, pins, key = 0, 0, 0, r * K[I_NODES]
    if K[I_GIVEN] and re.ints[i, W_PREEMPTED] == 0 and not ready:
        hit = min(rq.ints[i, Q_SHARED], target - 1) // block * block
    elif K[I_CACHE] and not ready:
        leaf = rq.ints[i, Q_LEAF]
        most = (target - 1) // block
        shared = hit_blocks(key, leaf, most, clock, P[P_LIFE], rq.nodes, st.ent, st.ent_s, st.slots)
        if shared:
            pins = loose(key, leaf, shared, rq.nodes, st.ent, st.slots)
        hit = beyond(st.tiers, r, i, leaf, shared, most, clock, P, rq.nodes) * block
    tokens = (row[R_STEP] * K[I_NUM]) >> DEN_BITS
    if ready:
        ahead = (((row[R_STEP] + 1) * K[I_NUM]) >> DEN_BITS) - tokens
        need = (target + ahead - 1 + block - 1) // block
    else:
        need = (target + block - 1) // block - shared
    mark = K[I_MARK] if row[R_BATCH] + row[R_NPRE] > 0 else 0
    if row[R_USED] + row[R_PINNED] + pins + need > K[I_TOTAL] - mark:
        return -1
    if shared:
        hold(key, rq.ints[i, Q_LEAF], shared, row, rq.nodes, st.ent, st.slots)
    taken(st.tiers, r, i, math.isnan(re.times[i, T_START]), clock)
    row[R_USED] += need
    over = row[R_USED] + row[R_CACHED] - K[I_TOTAL]
    if over > 0:
        evict_down(st, row, over, st.tiers, rq.nodes)
    row[R_PEAK] = max(row[R_PEAK], row[R_USED] + row[R_PINNED])
    st.queue[r, c, 0] = re.ints[i, W_AFTER]
    row[R_WAIT] -= 1
    row[R_FREE] -= 1
    s = st.work[r, A_FREE, row[R_FREE]]
    slot = st.slot[r]
    slot[s, S_REQ] = i
    slot[s, S_ADMIT] = row[R_ADMIT]
    slot[s, S_TARGET] = target
    slot[s, S_DONE] = hit
    slot[s, S_SHARED] = shared
    row[R_ADMIT] += 1
    if math.isnan(re.times[i, T_START]):
        re.times[i, T_START] = clock
        re.ints[i, W_CACHED] = hit
    if ready:
        join(r, s, tokens, K, st, rq, re)
        return 0
    slot[s, S_STATE] = PREFILLING
    n = row[R_NPRE]
    st.work[r, A_PRE, n] = s
    chunk = min(target - hit, budget)
    st.work[r, A_CHUNK, n] = chunk
    row[R_NPRE] = n + 1
    return chunk


@inner
def advance(
    r: int,
    limit: float,
    flush: bool,
    K: Ints,
    P: Floats,
    base: Floats,
    slope: Floats,
    feed: Ints,
    st: FleetState,
    rq: Requests,
    re: Results,
) -> None:
    """Bring replica `r` to time `limit`: everything that ends by then has happened.

    With `flush` a pure-decode stretch that goes on beyond `limit` is cut at the first boundary
    not before it, so that a request pushed at `limit` is seen there. Requests of `feed` (by
    index, in order of arrival) join the queue by themselves.
    """
    row, flo = st.row[r], st.flo[r]
    num, total, block = K[I_NUM], K[I_TOTAL], K[I_BLOCK]
    clock = flo[F_CLOCK]
    last = row[R_LAST]
    while True:
        flight = row[R_FLIGHT]
        if flight != 0:
            end = flo[F_END]
            if end > limit + EPS_S and flush and flight > 1:
                b = row[R_BATCH]
                g = (row[R_STEP] * num) >> DEN_BITS
                per_step = base[b] + slope[b] * (row[R_OFFSUM] + b * g)
                gap = limit - clock
                flight = steps_until(gap, flight, row[R_STEP], num, b, per_step, slope[b])
                end = clock + stretch_s(flight, row[R_STEP], num, b, per_step, slope[b])
                row[R_FLIGHT] = flight
                flo[F_END] = end
            if end > limit + EPS_S:
                flo[F_EVENT] = end
                break
            span = end - clock
            clock = end
            row[R_FLIGHT] = 0
            flo[F_BUSY] += span
            flo[F_RUN] += span * (row[R_BATCH] + row[R_NPRE])
            flo[F_KV] += span * (row[R_USED] + row[R_PINNED])
            if row[R_BATCH] > 0:
                _decoded(r, max(flight, 1), 1, clock, K, st, rq, re)
            else:
                row[R_STEPS] += 1
            if flight < 0:
                prefilled(r, clock, K, st, rq, re)
        nxt = row[R_NEXT]
        while nxt < last and rq.arrival[feed[nxt]] <= clock + EPS_S:
            push(r, feed[nxt], NO, st, rq, re)
            row[R_LOAD] += 1
            row[R_TOKENS] += rq.ints[feed[nxt], Q_INP]
            nxt += 1
        row[R_NEXT] = nxt
        if row[R_BATCH] + row[R_NPRE] + row[R_WAIT] == 0:
            row[R_STEP] = 0  # nothing runs: counters restart, numbers stay small
            if nxt >= last or rq.arrival[feed[nxt]] > limit + EPS_S:
                flo[F_EVENT] = np.inf
                break
            clock = rq.arrival[feed[nxt]]
            continue
        if clock >= limit - EPS_S:
            flo[F_EVENT] = clock
            break
        # 2. blocks of this step
        preempted = False
        g = (row[R_STEP] * num) >> DEN_BITS
        g_next = ((row[R_STEP] + 1) * num) >> DEN_BITS
        need = 0
        if row[R_BATCH] > 0:
            need = growth(st.hist[r], block, row[R_BATCH], g - 1, g_next - g)
            while need > total - row[R_USED] - row[R_CACHED]:
                idle_blocks = row[R_CACHED] - row[R_PINNED]
                if idle_blocks > 0:
                    short = need - (total - row[R_USED] - row[R_CACHED])
                    evict_down(st, row, min(short, idle_blocks), st.tiers, rq.nodes)
                    continue
                preempt(r, g, clock, K, st, rq, re)
                preempted = True
                need = growth(st.hist[r], block, row[R_BATCH], g - 1, g_next - g)
            row[R_USED] += need
            row[R_PEAK] = max(row[R_PEAK], row[R_USED] + row[R_PINNED])
        # 3. chunks
        budget = K[I_BUDGET] - row[R_BATCH]
        extra = 0.0
        chunks = False
        if row[R_NPRE] > 0 and budget > 0:
            s = st.work[r, A_PRE, 0]
            done = st.slot[r, s, S_DONE]
            n = min(st.slot[r, s, S_TARGET] - done, budget)
            st.work[r, A_CHUNK, 0] = n
            budget -= n
            extra += P[P_TOKEN] * n + P[P_CTX] * n * (done + 0.5 * n)
            chunks = True
        if not preempted:
            while row[R_WAIT] > 0 and budget > 0 and row[R_BATCH] + row[R_NPRE] < K[I_MAXB]:
                n = _admit(r, budget, clock, K, P, st, rq, re)
                if n < 0:
                    break
                if n == 0:
                    budget -= 1
                    continue
                budget -= n
                s = st.work[r, A_PRE, row[R_NPRE] - 1]
                extra += P[P_TOKEN] * n + P[P_CTX] * n * (st.slot[r, s, S_DONE] + 0.5 * n)
                chunks = True
        # 4. the step, or the stretch
        b = row[R_BATCH]
        if b == 0 and not chunks:
            continue  # all were preempted: admit again at this boundary
        per_step = base[b] + slope[b] * (row[R_OFFSUM] + b * g)
        if chunks:
            if b > 0:
                span = per_step - P[P_MIXED] * base[b] + extra
                least = P[P_BASE] - (1.0 - P[P_MIXED]) * base[b]  # no less than the prompt alone
                if least > 0.0:
                    span += least
            else:
                span = P[P_BASE] + extra
            flo[F_END] = clock + with_loads(st.tiers, r, span)
            row[R_FLIGHT] = -1
            continue
        m = -((-((st.work[r, A_HEAP, 0] >> SLOT_BITS) << DEN_BITS)) // num) - row[R_STEP]
        # room for a computed head is asked for by the tokens of one step: with fewer it may fit
        again = K[I_READY] != 0 and row[R_WAIT] > 0 and g_next - g > num >> DEN_BITS
        if preempted or m < 1 or (again and b < K[I_MAXB]):
            m = 1
        elif m > 1:
            grown = (((row[R_STEP] + m) * num) >> DEN_BITS) - g_next
            room = total - row[R_USED] - row[R_PINNED]
            if b * (grown // block + 1) > room:
                g_room = g_next + room_tokens(st.hist[r], block, b, g_next - 1, room)
                m = max(1, min(m, (((g_room + 1) << DEN_BITS) - 1) // num - row[R_STEP]))
        stop = np.inf
        closed = b >= K[I_MAXB] or (row[R_WAIT] > 0 and K[I_CLASSES] == 1)
        if nxt < last and not closed:
            stop = rq.arrival[feed[nxt]]
        if flush and limit < stop:
            stop = limit
        if m > 1 and stop < np.inf:
            m = steps_until(stop - clock, m, row[R_STEP], num, b, per_step, slope[b])
        flo[F_END] = clock + stretch_s(m, row[R_STEP], num, b, per_step, slope[b])
        row[R_FLIGHT] = m
    flo[F_CLOCK] = clock


advance_here = within(advance)
"""For who calls it in one place: handing over the fleet's arrays takes as long as a step does."""
