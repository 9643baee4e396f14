"""Replicas that neither fail nor scale, compiled: one with its feed, or several behind a router."""

from __future__ import annotations

from typing import TYPE_CHECKING

from outlay.serving.engine.closed import EPS_S
from outlay.serving.engine.fleets.joining import accept
from outlay.serving.engine.fleets.routing import least
from outlay.serving.engine.jit import jit
from outlay.serving.engine.kernel import advance
from outlay.serving.engine.state import (
    F_EVENT,
)

if TYPE_CHECKING:
    from outlay.serving.engine.state import FleetState, Requests, Results
    from outlay.serving.engine.views import Floats, Ints

__all__ = ["run_pool"]


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
            r = least(row) if send else turn
            if send or i < 0 or flo[r, F_EVENT] <= t + EPS_S:
                advance(r, t, send, K, P, base, slope, feed, st, rq, re)
        if i < 0:
            break
        accept(r, i, t, st, rq, re)
