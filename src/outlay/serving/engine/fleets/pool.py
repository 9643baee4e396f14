"""Replicas that neither fail nor scale, compiled: one with its feed, or several behind a router."""

from __future__ import annotations

from typing import TYPE_CHECKING

from outlay.serving.engine.closed import EPS_S
from outlay.serving.engine.fleets.joining import accept
from outlay.serving.engine.jit import inner, jit
from outlay.serving.engine.kernel import advance_here
from outlay.serving.engine.state import ACTIVE, F_EVENT, R_LOAD, R_STATUS

if TYPE_CHECKING:
    from outlay.serving.engine.state import FleetState, Requests, Results
    from outlay.serving.engine.views import Floats, Ints

__all__ = ["run_pool"]

NOBODY = (1 << 31) - 1
"""The load of a replica that takes no requests: no other has as much."""


@inner
def note(r: int, seen: tuple[Floats, Ints], st: FleetState) -> None:
    """Write down what the router looks at of replica `r`: its next event and its load."""
    event, load = seen
    event[r] = st.flo[r, F_EVENT]
    load[r] = st.row[r, R_LOAD] if st.row[r, R_STATUS] == ACTIVE else NOBODY


@inner
def fewest(load: Ints) -> int:
    """The first replica of those with the least load."""
    low = load[0]
    for r in range(len(load)):
        low = min(low, load[r])
    best = 0
    while load[best] != low:
        best += 1
    return best


@jit
def run_pool(
    until: float,
    K: Ints,
    P: Floats,
    base: Floats,
    slope: Floats,
    feed: Ints,
    seen: tuple[Floats, Ints],
    st: FleetState,
    rq: Requests,
    re: Results,
) -> None:
    """Replicas that neither fail nor scale: one with its feed, or several behind one router.

    The router sends each request of `rq.order` to the replica with the fewest in flight. Apart from
    `run_fleet`, with one place that calls `advance_here` (each gets a copy of it), because sizing
    asks for no more and this compiles in a fraction of the time. `seen`: float64 and int32
    [replica], for what the router looks at: side by side it is read in a fraction of the time.
    """
    R = st.row.shape[0]
    event, load = seen
    for r in range(R):
        note(r, seen, st)
    n = len(rq.order) if R > 1 else 0
    for k in range(n + 1):
        i, t = -1, until  # at the end every replica runs out
        if k < n and rq.arrival[rq.order[k]] <= until:
            i = rq.order[k]
            t = rq.arrival[i]
        for turn in range(R + (i >= 0)):  # those with an event by then, last the one that gets it
            send = turn == R
            r = fewest(load) if send else turn
            if send or i < 0 or event[r] <= t + EPS_S:
                advance_here(r, t, send, K, P, base, slope, feed, st, rq, re)
                if send:
                    accept(r, i, t, st, rq, re)
                note(r, seen, st)
        if i < 0:
            break
