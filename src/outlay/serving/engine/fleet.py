"""A fleet behind one load-aware router, compiled: routing, loading, draining, failures.

The router sees each replica's requests in flight at the moment of an arrival. Replicas are
brought forward only when they have an event or receive a request. Time goes from one of these
to the next: an arrival, a control event (failure, repair, scaling tick), a replica that is ready.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from outlay.serving.engine.closed import EPS_S, stretch_s
from outlay.serving.engine.jit import NO, YES, inner, jit
from outlay.serving.engine.kernel import advance
from outlay.serving.engine.lru import R_CACHED, R_OLDEST, R_PINNED, remove
from outlay.serving.engine.slots import I_CHAINS, I_NUM, push
from outlay.serving.engine.state import (
    A_FREE,
    ACTIVE,
    DECODING,
    DRAINING,
    F_BUSY,
    F_CLOCK,
    F_END,
    F_EVENT,
    F_ON,
    F_READY,
    F_SINCE,
    FAILED,
    LOADING,
    OFF,
    Q_INP,
    Q_READS,
    Q_SESSION,
    R_BATCH,
    R_FLIGHT,
    R_FREE,
    R_LOAD,
    R_NPRE,
    R_OFFSUM,
    R_STATUS,
    R_STEP,
    R_USED,
    R_WAIT,
    S_ADMIT,
    S_OFF,
    S_REQ,
    S_STATE,
    W_AFTER,
    W_MADE,
    W_PREEMPTED,
    W_REPLICA,
)

if TYPE_CHECKING:
    from outlay.serving.engine.state import FleetState, Requests, Results
    from outlay.serving.engine.views import Floats, Ints, Table

__all__ = ["run_fleet", "run_pool"]

LEAST, TWO, PREFIX, RANDOM, ROUND = range(5)  # as in `policy.ROUTING`
FAIL, REPAIR, TICK = range(3)

# scaling parameters
(Z_TARGET, Z_MIN, Z_MAX, Z_DELAY, Z_PATIENCE, Z_SLACK) = range(6)


@inner
def _nth_active(row: Table[int], k: int) -> int:
    for r in range(row.shape[0]):
        if row[r, R_STATUS] == ACTIVE:
            if k == 0:
                return r
            k -= 1
    return -1


@inner
def _least(row: Table[int]) -> int:
    best, load = -1, 0
    for r in range(row.shape[0]):
        if row[r, R_STATUS] == ACTIVE and (best < 0 or row[r, R_LOAD] < load):
            best, load = r, row[r, R_LOAD]
    return best


@inner
def _choose(
    i: int,
    how: int,
    draws: Table[float],
    turn: int,
    home: Ints,
    Z: Floats,
    row: Table[int],
    rq: Requests,
) -> int:
    """Replica for request `i` among the active ones, or -1."""
    active = 0
    for r in range(row.shape[0]):
        if row[r, R_STATUS] == ACTIVE:
            active += 1
    if active == 0:
        return -1
    if how == RANDOM:
        return _nth_active(row, min(int(draws[i, 0] * active), active - 1))
    if how == ROUND:
        return _nth_active(row, turn % active)
    if how == TWO:
        a = _nth_active(row, min(int(draws[i, 0] * active), active - 1))
        b = _nth_active(row, min(int(draws[i, 1] * active), active - 1))
        return b if row[b, R_LOAD] < row[a, R_LOAD] else a
    best = _least(row)
    if how == PREFIX and rq.ints.shape[1] > Q_READS and rq.ints[i, Q_READS] >= 0:
        h = home[rq.ints[i, Q_READS]]
        if (
            h >= 0
            and row[h, R_STATUS] == ACTIVE
            and row[h, R_LOAD] <= row[best, R_LOAD] + Z[Z_SLACK]
        ):
            return h
    return best


@inner
def _drop_all(
    r: int,
    t: float,
    K: Ints,
    base: Floats,
    slope: Floats,
    st: FleetState,
    rq: Requests,
    re: Results,
    out: Ints,
) -> int:
    """Replica `r` fails at `t`: list its requests in `out`, forget its state, return how many."""
    row, flo = st.row[r], st.flo[r]
    n = 0
    tokens = (row[R_STEP] * K[I_NUM]) >> 10
    low = -1
    while True:  # running ones by admission
        best, order = -1, 0
        for s in range(st.slot.shape[1]):
            later = st.slot[r, s, S_STATE] != 0 and st.slot[r, s, S_ADMIT] > low
            if later and (best < 0 or st.slot[r, s, S_ADMIT] < order):
                best, order = s, st.slot[r, s, S_ADMIT]
        if best < 0:
            break
        low = order
        i = st.slot[r, best, S_REQ]
        if st.slot[r, best, S_STATE] == DECODING:
            re.ints[i, W_MADE] = st.slot[r, best, S_OFF] + tokens - rq.ints[i, Q_INP]
        re.ints[i, W_PREEMPTED] += 1
        out[n] = i
        n += 1
    for s in range(st.slot.shape[1]):
        if st.slot[r, s, S_STATE] != 0:
            st.slot[r, s, S_STATE] = 0
            st.work[r, A_FREE, row[R_FREE]] = s
            row[R_FREE] += 1
    for c in range(st.queue.shape[1]):
        i = st.queue[r, c, 0]
        while i >= 0:
            out[n] = i
            n += 1
            i = re.ints[i, W_AFTER]
        st.queue[r, c, 0] = -1
    while row[R_OLDEST]:
        remove(st.ent, st.slots, row, row[R_OLDEST])
    for j in range(st.hist.shape[1]):
        st.hist[r, j] = 0
    row[R_BATCH] = row[R_NPRE] = row[R_OFFSUM] = row[R_WAIT] = row[R_LOAD] = 0
    row[R_USED] = row[R_PINNED] = row[R_CACHED] = row[R_STEP] = 0
    if row[R_FLIGHT] != 0:  # the broken step ran, for nothing, until now
        flo[F_BUSY] += t - flo[F_CLOCK]
        row[R_FLIGHT] = 0
    flo[F_CLOCK] = t
    flo[F_EVENT] = np.inf
    return n


@inner
def _switch(r: int, status: int, t: float, st: FleetState) -> None:
    """Change a replica's status, keeping the account of switched-on seconds."""
    row, flo = st.row[r], st.flo[r]
    was_on = row[R_STATUS] in (LOADING, ACTIVE, DRAINING)
    is_on = status in (LOADING, ACTIVE, DRAINING)
    if was_on and not is_on:
        flo[F_ON] += t - flo[F_SINCE]
    if is_on and not was_on:
        flo[F_SINCE] = t
    row[R_STATUS] = status
    if status == ACTIVE and row[R_FLIGHT] == 0 and row[R_LOAD] == 0:
        flo[F_CLOCK] = max(flo[F_CLOCK], t)


@inner
def _scale(t: float, Z: Floats, calm: int, st: FleetState) -> int:
    """One scaling tick: start replicas at once, stop them after `patience` calm ticks."""
    row, flo = st.row, st.flo
    load, on = 0, 0
    for r in range(row.shape[0]):
        if row[r, R_STATUS] == DRAINING and row[r, R_LOAD] == 0:
            _switch(r, OFF, t, st)
        load += row[r, R_LOAD]
        on += row[r, R_STATUS] == ACTIVE or row[r, R_STATUS] == LOADING
    want = int(min(max(np.ceil(load / Z[Z_TARGET]), Z[Z_MIN]), Z[Z_MAX]))
    calm = calm + 1 if want < on else 0
    for r in range(row.shape[0]):
        if on >= want:
            break
        if row[r, R_STATUS] == DRAINING:
            _switch(r, ACTIVE, t, st)
            on += 1
    for r in range(row.shape[0]):
        if on >= want:
            break
        if row[r, R_STATUS] == OFF:
            _switch(r, LOADING, t, st)
            flo[r, F_READY] = t + Z[Z_DELAY]
            on += 1
    if calm > Z[Z_PATIENCE]:
        for k in range(row.shape[0]):
            r = row.shape[0] - 1 - k
            if on <= want:
                break
            if row[r, R_STATUS] == ACTIVE:
                _switch(r, DRAINING if row[r, R_LOAD] else OFF, t, st)
                on -= 1
        calm = 0
    return calm


@inner
def _accept(r: int, i: int, t: float, st: FleetState, rq: Requests, re: Results) -> None:
    """Request `i` joins replica `r`, which was brought forward to `t`."""
    row, flo = st.row[r], st.flo[r]
    if row[R_LOAD] == 0:
        flo[F_CLOCK] = max(flo[F_CLOCK], t)
    push(r, i, NO, st, rq, re)
    row[R_LOAD] += 1
    re.ints[i, W_REPLICA] = r
    flo[F_EVENT] = flo[F_END] if row[R_FLIGHT] else flo[F_CLOCK]


@jit
def run_pool(
    until: float,
    K: Ints,
    P: Floats,
    base: Floats,
    slope: Floats,
    feed: Ints,
    st: FleetState,
    rq: Requests,
    re: Results,
) -> None:
    """Replicas that neither fail nor scale: one with its feed, or several behind one router.

    The router sends each request of `rq.order` to the replica with the fewest in flight. Apart from
    `run_fleet`, with one place that calls `advance` (each gets a copy of it), because sizing asks
    for no more and this compiles in a fraction of the time.
    """
    row, flo = st.row, st.flo
    R = row.shape[0]
    n = len(rq.order) if R > 1 else 0
    for k in range(n + 1):
        i, t = -1, until  # at the end every replica runs out
        if k < n and rq.arrival[rq.order[k]] <= until:
            i = rq.order[k]
            t = rq.arrival[i]
        for turn in range(R + (i >= 0)):  # those with an event by then, last the one that gets it
            send = turn == R
            r = _least(row) if send else turn
            if send or i < 0 or flo[r, F_EVENT] <= t + EPS_S:
                advance(r, t, send, K, P, base, slope, feed, st, rq, re)
        if i < 0:
            break
        _accept(r, i, t, st, rq, re)


@jit
def run_fleet(
    until: float,
    how: int,
    draws: Table[float],
    control_s: Floats,
    control: Table[int],
    log: Table[float],
    Z: Floats,
    K: Ints,
    P: Floats,
    base: Floats,
    slope: Floats,
    home: Ints,
    work: tuple[Ints, Ints, Ints],
    st: FleetState,
    rq: Requests,
    re: Results,
) -> None:
    """Route every request of `rq.order` and run the fleet to `until` (or until it is empty).

    control_s [event], control int64 [event, (kind, replica)] in order of time; log float64
    [tick, (time, on, load)] is filled at scaling ticks; home int32 [chain]: last replica.
    work: three int32 arrays, empty and twice [request + 1].
    """
    row, flo = st.row, st.flo
    R = row.shape[0]
    feed, lost, held = work  # no feed; requests to route now; those kept while none is active
    n_held, k, e, turn, calm, ticks = 0, 0, 0, 0, 0, 0
    while True:
        t_arrival = rq.arrival[rq.order[k]] if k < len(rq.order) else np.inf
        t_control = control_s[e] if e < len(control_s) else np.inf
        t_ready, ready = np.inf, -1
        for r in range(R):
            if row[r, R_STATUS] == LOADING and flo[r, F_READY] < t_ready:
                t_ready, ready = flo[r, F_READY], r
        t = min(t_arrival, t_control, t_ready)
        if t == np.inf or t > until:
            break
        if t_arrival == np.inf and t_ready == np.inf and n_held == 0:
            busy = False
            for r in range(R):
                busy = busy or row[r, R_LOAD] > 0
            if not busy:
                break  # only control events are left, and nothing for them to act on
        for r in range(R):
            if flo[r, F_EVENT] <= t + EPS_S:
                advance(r, t, NO, K, P, base, slope, feed, st, rq, re)
        n = 0
        if t_ready <= t:
            _switch(ready, ACTIVE, t, st)
            for j in range(n_held):
                lost[j] = held[j]
            n, n_held = n_held, 0
        elif t_control <= t:
            kind, r = control[e, 0], control[e, 1]
            e += 1
            if kind == TICK:
                calm = _scale(t, Z, calm, st)
                on, load = 0, 0
                for r in range(R):
                    on += row[r, R_STATUS] in (LOADING, ACTIVE, DRAINING)
                    load += row[r, R_LOAD]
                log[ticks, 0], log[ticks, 1], log[ticks, 2] = t, on, load
                ticks += 1
            elif kind == FAIL and row[r, R_STATUS] in (LOADING, ACTIVE, DRAINING):
                advance(r, t, YES, K, P, base, slope, feed, st, rq, re)
                done = row[r, R_FLIGHT] - 1
                if done > 0:  # all steps of the stretch but the last have ended
                    b, d = row[r, R_BATCH], row[r, R_STEP]
                    g = (d * K[I_NUM]) >> 10
                    per_step = base[b] + slope[b] * (row[r, R_OFFSUM] + b * g)
                    row[r, R_FLIGHT] = done
                    flo[r, F_END] = flo[r, F_CLOCK] + stretch_s(
                        done, d, K[I_NUM], b, per_step, slope[b]
                    )
                    advance(r, flo[r, F_END], YES, K, P, base, slope, feed, st, rq, re)
                    row[r, R_FLIGHT] = 1
                _switch(r, FAILED, t, st)
                n = _drop_all(r, t, K, base, slope, st, rq, re, lost)
            elif kind == REPAIR and row[r, R_STATUS] == FAILED:
                _switch(r, LOADING, t, st)
                flo[r, F_READY] = t + Z[Z_DELAY]
        else:
            lost[0] = rq.order[k]
            n = 1
            k += 1
        for j in range(n):
            i = lost[j]
            r = _choose(i, how, draws, turn, home, Z, row, rq)
            if r < 0:
                held[n_held] = i
                n_held += 1
                continue
            turn += 1
            advance(r, t, YES, K, P, base, slope, feed, st, rq, re)
            _accept(r, i, t, st, rq, re)
            if K[I_CHAINS] and rq.ints[i, Q_SESSION] >= 0:
                home[rq.ints[i, Q_SESSION]] = r
    last = 0.0
    for r in range(R):
        advance(r, until, NO, K, P, base, slope, feed, st, rq, re)
        last = max(last, flo[r, F_CLOCK])
    for r in range(R):
        if row[r, R_STATUS] in (LOADING, ACTIVE, DRAINING):
            flo[r, F_ON] += max(0.0, (last if until == np.inf else until) - flo[r, F_SINCE])
