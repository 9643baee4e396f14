"""Replicas switched on and off, and the KV blocks that a scaler may look at, compiled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from outlay.serving.engine.closed import DEN_BITS, growth, steps_until
from outlay.serving.engine.jit import inner, jit
from outlay.serving.engine.state import (
    ACTIVE,
    DRAINING,
    F_CLOCK,
    F_ON,
    F_READY,
    F_SINCE,
    I_BLOCK,
    I_NUM,
    LOADING,
    R_BATCH,
    R_FLIGHT,
    R_LOAD,
    R_OFFSUM,
    R_PINNED,
    R_STATUS,
    R_STEP,
    R_USED,
)

if TYPE_CHECKING:
    from outlay.serving.engine.state import FleetState
    from outlay.serving.engine.views import Floats, Ints

__all__ = ["blocks_in_use", "switch", "wake"]

# parameters of a fleet; the others belonged to a rule that was compiled
(_, _, _, Z_DELAY, _, Z_SLACK) = range(6)


@inner
def switch(r: int, status: int, t: float, st: FleetState) -> None:
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
def wake(t: float, st: FleetState) -> None:
    """All replicas that have loaded by `t` serve, before what was held is shared out."""
    for r in range(st.row.shape[0]):
        if st.row[r, R_STATUS] == LOADING and st.flo[r, F_READY] <= t:
            switch(r, ACTIVE, t, st)


@jit
def blocks_in_use(
    t: float, K: Ints, base: Floats, slope: Floats, found: Ints, st: FleetState
) -> None:
    """KV blocks of running sequences and of groups in use at `t`, over all replicas: found[0].

    A stretch of decode steps takes its blocks at its end; those of the steps begun by `t` count.
    """
    total = 0
    num = K[I_NUM]
    for r in range(st.row.shape[0]):
        row = st.row[r]
        total += row[R_USED] + row[R_PINNED]
        m, b, d = row[R_FLIGHT], row[R_BATCH], row[R_STEP]
        if m < 2:
            continue
        g = (d * num) >> DEN_BITS
        per_step = base[b] + slope[b] * (row[R_OFFSUM] + b * g)
        k = steps_until(t - st.flo[r, F_CLOCK], m, d, num, b, per_step, slope[b])
        g1 = ((d + k) * num) >> DEN_BITS
        if k > 1:
            g0 = ((d + 1) * num) >> DEN_BITS
            total += growth(st.hist[r], K[I_BLOCK], b, g0 - 1, g1 - g0)
    found[0] = total
