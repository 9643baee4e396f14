"""Which replica takes a request, as a router sees the fleet, compiled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from outlay.serving.engine.jit import inner
from outlay.serving.engine.state import (
    ACTIVE,
    Q_GROUP,
    Q_READS,
    Q_SESSION,
    R_LOAD,
    R_STATUS,
)

if TYPE_CHECKING:
    from outlay.serving.engine.state import Requests
    from outlay.serving.engine.views import Floats, Ints, Table

__all__ = ["LEAST", "PREFIX", "RANDOM", "ROUND", "TWO", "Z_SLACK", "choose", "least", "remember"]

LEAST, TWO, PREFIX, RANDOM, ROUND = range(5)  # as in `policy.ROUTING`
Z_SLACK = 5  # of the parameters of `scaling`


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
def choose(
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
        return nth_active(row, min(int(draws[i, 0] * active), active - 1))
    if how == ROUND:
        return nth_active(row, turn % active)
    if how == TWO:
        a = nth_active(row, min(int(draws[i, 0] * active), active - 1))
        b = nth_active(row, min(int(draws[i, 1] * active), active - 1))
        return b if row[b, R_LOAD] < row[a, R_LOAD] else a
    best = least(row)
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
def remember(i: int, r: int, home: Ints, rq: Requests) -> None:
    """Replica `r` is where request `i`'s session, and its group, were last."""
    if rq.ints[i, Q_SESSION] >= 0:
        home[rq.ints[i, Q_SESSION]] = r
    if rq.ints[i, Q_GROUP] >= 0:
        home[rq.ints[i, Q_GROUP]] = r
