"""A request joins a replica, compiled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from outlay.serving.engine.jit import NO, inner
from outlay.serving.engine.slots import push
from outlay.serving.engine.state import (
    F_CLOCK,
    F_END,
    F_EVENT,
    Q_INP,
    R_FLIGHT,
    R_LOAD,
    R_TOKENS,
    W_REPLICA,
)

if TYPE_CHECKING:
    from outlay.serving.engine.state import FleetState, Requests, Results

__all__ = ["accept"]


@inner
def accept(r: int, i: int, t: float, st: FleetState, rq: Requests, re: Results) -> None:
    """Request `i` joins replica `r`, which was brought forward to `t`."""
    row, flo = st.row[r], st.flo[r]
    if row[R_LOAD] == 0:
        flo[F_CLOCK] = max(flo[F_CLOCK], t)
    push(r, i, NO, st, rq, re)
    row[R_LOAD] += 1
    row[R_TOKENS] += rq.ints[i, Q_INP]
    re.ints[i, W_REPLICA] = r
    flo[F_EVENT] = flo[F_END] if row[R_FLIGHT] else flo[F_CLOCK]
