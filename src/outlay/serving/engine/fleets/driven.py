"""A fleet that is scaled: requests run compiled from tick to tick, and the rule between is plain.

So any rule can be followed, by the same compiled code that a fixed fleet takes, and nothing has to
be compiled anew for it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from outlay.core.arrays import Array, IntArray
from outlay.serving.engine.fleets.rules import Asking, Ticks, first_count
from outlay.serving.engine.policy import Autoscale
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
    R_WAIT,
)

if TYPE_CHECKING:
    from outlay.serving.engine.state import FleetState

__all__ = ["Replicas", "Run", "arriving", "drive", "settle"]

Run = Callable[[float, bool], bool]
"""Bring the fleet to a time, all that comes before it routed (with True: at it too); False where
no request is left to come and none is held back."""


class Replicas:
    """The replicas of a state that are on, loading or draining, and when each was switched."""

    def __init__(self, state: FleetState) -> None:
        self.row: IntArray = np.asarray(state.row, np.int64)
        self.flo: Array = np.asarray(state.flo, np.float64)
        self.switched: list[tuple[float, int]] = []
        self.status: list[int] = []
        self.look()

    def look(self) -> None:
        """See what has changed in a run."""
        self.status = self.row[:, R_STATUS].tolist()

    def begin(self, number: int) -> None:
        """So many are on before the first request comes."""
        self.row[number:, R_STATUS] = OFF
        self.look()
        self.switched.append((0.0, int(min(number, len(self.row)))))

    def at(self, *status: int) -> list[int]:
        """Replicas of these statuses, in order."""
        return [r for r, s in enumerate(self.status) if s in status]

    def ready_s(self) -> float:
        """When the next one has loaded."""
        if LOADING not in self.status:
            return math.inf
        return min(self.flo.item(r, F_READY) for r in self.at(LOADING))

    def loaded(self, t: float) -> None:
        """Those that have loaded by `t` take requests."""
        for r in self.at(LOADING):
            if self.flo.item(r, F_READY) <= t:
                self._switch(r, ACTIVE, t)

    def drained(self) -> None:
        """Those that had nothing left to do were off from their last token."""
        if DRAINING not in self.status:
            return
        for r in self.at(DRAINING):
            if self.row.item(r, R_LOAD) == 0:
                self._switch(r, OFF, self.flo.item(r, F_CLOCK))

    def have(self, number: int, t: float, delay_s: float) -> None:
        """Switch so many on: first those that drain, then others, which load; or so many off:
        first those that load, then the last ones, which drain."""
        on = self.at(ACTIVE, LOADING)
        more = number - len(on)
        if more == 0:
            return
        for r in [*self.at(DRAINING), *self.at(OFF)][: max(0, more)]:
            if self.status[r] == DRAINING:
                self._switch(r, ACTIVE, t)
            else:
                self._switch(r, LOADING, t)
                self.flo[r, F_READY] = t + delay_s
        leaving = [*reversed(self.at(LOADING)), *reversed(self.at(ACTIVE))]
        for r in leaving[: max(0, -more)]:
            self._switch(r, DRAINING if self.row.item(r, R_LOAD) else OFF, t)

    def load(self) -> int:
        """Requests waiting or running, over all."""
        return int(self.row[:, R_LOAD].sum())

    def _switch(self, r: int, status: int, t: float) -> None:
        was = self.status[r] in (LOADING, ACTIVE, DRAINING)
        will = status in (LOADING, ACTIVE, DRAINING)
        if was and not will:
            self.flo[r, F_ON] += t - self.flo.item(r, F_SINCE)
        if will and not was:
            self.flo[r, F_SINCE] = t
        if was != will:
            self.switched.append((t, 1 if will else -1))
        self.row[r, R_STATUS] = self.status[r] = status
        if status == ACTIVE and self.row.item(r, R_FLIGHT) == self.row.item(r, R_LOAD) == 0:
            self.flo[r, F_CLOCK] = max(self.flo.item(r, F_CLOCK), t)


def drive(
    rule: Autoscale,
    fleet: Replicas,
    until: tuple[float, float],
    run: Run,
    total: Callable[[float], float],
    *,
    cut: bool,
) -> Array:
    """Run a fleet under a rule; returns [tick, (time, replicas on, requests in flight)].

    until: when to stop, and when the last tick is. cut: whether the run has to stop where a
    replica has loaded, as it does not see this by itself.
    """
    asking = Asking(rule, total, len(fleet.row))
    fleet.begin(first_count(rule))
    ticks = Ticks(rule, until[1])
    log: list[tuple[float, float, float]] = []
    k = 0
    while True:
        tick = ticks.at(k)
        stop = min(tick, fleet.ready_s() if cut else math.inf)
        if stop > until[0] or stop == math.inf:
            run(until[0], True)
            break
        left = run(stop, False)
        fleet.look()
        if not left and fleet.load() == 0 and not fleet.at(LOADING):
            break
        if cut and fleet.ready_s() <= stop:
            fleet.loaded(stop)
            continue
        k += 1
        fleet.drained()
        on = len(fleet.at(ACTIVE, LOADING))
        fleet.have(asking.wanted(stop, on), stop, rule.delay_s)
        if cut and rule.delay_s == 0:
            fleet.loaded(stop)
        log.append((stop, len(fleet.at(ACTIVE, LOADING, DRAINING)), fleet.load()))
    return np.array(log, dtype=float).reshape(-1, 3)


def settle(fleet: Replicas, last: float) -> Array:
    """Close the account of replicas that are on at the end: [switch, (time, +n or -n)]."""
    fleet.look()
    fleet.drained()
    for r in fleet.at(ACTIVE, LOADING, DRAINING):
        off = max(last, fleet.flo.item(r, F_SINCE))
        fleet.flo[r, F_ON] += off - fleet.flo.item(r, F_SINCE)
        fleet.switched.append((off, -1))
    fleet.switched.sort()
    return np.array(fleet.switched, dtype=float).reshape(-1, 2)


def arriving(
    rule: Autoscale,
    fleet: Replicas,
    times: Array,
    tokens: IntArray,
    blocks: Callable[[float], float],
) -> Callable[[float], float]:
    """The metric of a rule over the whole fleet at a time.

    times, tokens: of the requests, in order of arrival. blocks: share of a replica's KV blocks that
    all replicas use together.
    """
    before: Array = np.concatenate([[0.0], np.cumsum(tokens)])

    def arrivals(t: float) -> tuple[int, int, float]:
        since = max(0.0, t - rule.window_s)
        first, last = (int(np.searchsorted(times, x, side="left")) for x in (since, t))
        return first, last, max(t - since, 1e-9)

    def rate(t: float) -> float:
        first, last, span = arrivals(t)
        return (last - first) / span

    def prompts(t: float) -> float:
        first, last, span = arrivals(t)
        return (before.item(last) - before.item(first)) / span

    metrics: dict[str, Callable[[float], float]] = {
        "in_flight": lambda _: float(fleet.load()),
        "rate": rate,
        "tokens": prompts,
        "kv": blocks,
        "waiting": lambda _: float(np.sum(fleet.row[:, R_WAIT])),
        "schedule": lambda _: math.nan,
    }
    return metrics[rule.metric]
