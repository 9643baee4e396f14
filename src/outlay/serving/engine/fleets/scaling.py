"""Replicas switched on and off, and the rule that asks for it, compiled."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from outlay.serving.engine.jit import inner
from outlay.serving.engine.state import (
    ACTIVE,
    DRAINING,
    F_CLOCK,
    F_ON,
    F_READY,
    F_SINCE,
    LOADING,
    OFF,
    R_FLIGHT,
    R_LOAD,
    R_STATUS,
)

if TYPE_CHECKING:
    from outlay.serving.engine.state import FleetState
    from outlay.serving.engine.views import Floats

__all__ = ["scale", "switch"]

# scaling parameters
(Z_TARGET, Z_MIN, Z_MAX, Z_DELAY, Z_PATIENCE, Z_SLACK) = range(6)


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
def scale(t: float, Z: Floats, calm: int, st: FleetState) -> int:
    """One scaling tick: start replicas at once, stop them after `patience` calm ticks."""
    row, flo = st.row, st.flo
    load, on = 0, 0
    for r in range(row.shape[0]):
        if row[r, R_STATUS] == DRAINING and row[r, R_LOAD] == 0:
            switch(r, OFF, t, st)
        load += row[r, R_LOAD]
        on += row[r, R_STATUS] == ACTIVE or row[r, R_STATUS] == LOADING
    want = int(min(max(np.ceil(load / Z[Z_TARGET]), Z[Z_MIN]), Z[Z_MAX]))
    calm = calm + 1 if want < on else 0
    for r in range(row.shape[0]):
        if on >= want:
            break
        if row[r, R_STATUS] == DRAINING:
            switch(r, ACTIVE, t, st)
            on += 1
    for r in range(row.shape[0]):
        if on >= want:
            break
        if row[r, R_STATUS] == OFF:
            switch(r, LOADING, t, st)
            flo[r, F_READY] = t + Z[Z_DELAY]
            on += 1
    if calm > Z[Z_PATIENCE]:
        for k in range(row.shape[0]):
            r = row.shape[0] - 1 - k
            if on <= want:
                break
            if row[r, R_STATUS] == ACTIVE:
                switch(r, DRAINING if row[r, R_LOAD] else OFF, t, st)
                on -= 1
        calm = 0
    return calm
