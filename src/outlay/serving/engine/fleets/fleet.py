"""A fleet behind one load-aware router, compiled: routing, loading, draining, failures.

The router sees each replica's requests in flight at the moment of an arrival. Replicas are
brought forward only when they have an event or receive a request. Time goes from one of these
to the next: an arrival, a control event (failure, repair), a replica that is ready. A run
may be cut anywhere and taken up again: what scales a fleet (`driven`) does so between two calls.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from outlay.serving.engine.closed import EPS_S, stretch_s
from outlay.serving.engine.fleets.failing import drop_all
from outlay.serving.engine.fleets.joining import accept
from outlay.serving.engine.fleets.routing import choose, remember
from outlay.serving.engine.fleets.scaling import Z_DELAY, switch, wake
from outlay.serving.engine.jit import NO, YES, jit
from outlay.serving.engine.kernel import advance
from outlay.serving.engine.state import (
    ACTIVE,
    DRAINING,
    F_CLOCK,
    F_END,
    F_EVENT,
    F_READY,
    FAILED,
    I_NUM,
    LOADING,
    Q_SESSION,
    R_BATCH,
    R_FLIGHT,
    R_LOAD,
    R_OFFSUM,
    R_STATUS,
    R_STEP,
)

if TYPE_CHECKING:
    from outlay.serving.engine.state import FleetState, Requests, Results
    from outlay.serving.engine.views import Floats, Ints, Table

__all__ = ["FAIL", "REPAIR", "TICK", "U_EVENT", "U_HELD", "U_MORE", "U_TURN", "run_fleet"]

FAIL, REPAIR, TICK = range(3)  # a tick is for `driven`

U_EVENT, U_TURN, U_HELD, U_MORE = range(4)
"""Where a run stands: control events done, requests routed, requests held, whether more come."""


@jit
def run_fleet(
    until: float,
    how: int,
    draws: Table[float],
    control_s: Floats,
    control: Table[int],
    stand: Ints,
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

    control_s [event], control int64 [event, (kind, replica)] in order of time; stand int64 (U_...):
    where an earlier call left off; home int32 [session]: last replica.
    work: three int32 arrays, empty and twice [request + 1].
    """
    row, flo = st.row, st.flo
    R = row.shape[0]
    feed, lost, held = work  # no feed; requests to route now; those kept while none is active
    k, e, turn, n_held = 0, stand[U_EVENT], stand[U_TURN], stand[U_HELD]
    while True:
        t_arrival = rq.arrival[rq.order[k]] if k < len(rq.order) else np.inf
        t_control = control_s[e] if e < len(control_s) else np.inf
        t_ready = np.inf
        for r in range(R):
            if row[r, R_STATUS] == LOADING and flo[r, F_READY] < t_ready:
                t_ready = flo[r, F_READY]
        t = min(t_arrival, t_control, t_ready)
        if t == np.inf or t > until:
            break
        for r in range(R):
            if flo[r, F_EVENT] <= t + EPS_S:
                advance(r, t, NO, K, P, base, slope, feed, st, rq, re)
        if t_arrival == np.inf and t_ready == np.inf and n_held == 0 and stand[U_MORE] == 0:
            busy = False
            for r in range(R):
                busy = busy or row[r, R_LOAD] > 0
            if not busy:
                break  # only control events are left, and nothing for them to act on
        n = 0
        if t_ready <= t:
            wake(t, st)
            for j in range(n_held):
                lost[j] = held[j]
            n, n_held = n_held, 0
        elif t_control <= t:
            kind, r = control[e, 0], control[e, 1]
            e += 1
            if kind == FAIL and row[r, R_STATUS] in (LOADING, ACTIVE, DRAINING):
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
                switch(r, FAILED, t, st)
                n = drop_all(r, t, K, base, slope, st, rq, re, lost)
            elif kind == REPAIR and row[r, R_STATUS] == FAILED:
                switch(r, LOADING, t, st)
                flo[r, F_READY] = t + Z[Z_DELAY]
        else:
            lost[0] = rq.order[k]
            n = 1
            k += 1
        for j in range(n):
            i = lost[j]
            r = choose(i, t, how, draws, turn, home, Z, K, P, base, slope, st, rq)
            if r < 0:
                held[n_held] = i
                n_held += 1
                continue
            turn += 1
            advance(r, t, YES, K, P, base, slope, feed, st, rq, re)
            accept(r, i, t, st, rq, re)
            if rq.ints.shape[1] > Q_SESSION:
                remember(i, r, home, rq)
    for r in range(R):
        advance(r, until, NO, K, P, base, slope, feed, st, rq, re)
    stand[U_EVENT], stand[U_TURN], stand[U_HELD] = e, turn, n_held
