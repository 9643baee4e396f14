"""Several models on one pool of chips: each its own replicas, so many as its load asks for by time.

A chip that one model gives up serves another once it has loaded: a replica counts from the moment
at which it begins to load to the last token that it drains. So the pool holds what all of them need
at a time, and not the sum of what each needs at its worst.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from outlay.core.arrays import Array, IntArray
from outlay.core.errors import InfeasibleError
from outlay.serving.engine.policy import Policy
from outlay.serving.engine.run import Records, run
from outlay.serving.engine.steps import DenseTable
from outlay.serving.metrics import Slo
from outlay.serving.sizing.fleet import fixed_fleet, window_load, windows
from outlay.serving.sizing.limits import edge_rate, holds
from outlay.serving.sizing.over_time.best import best_schedule, schedule_rule
from outlay.serving.traffic.requests import Traffic

__all__ = ["Served", "Shared", "Tenant", "chips_over_time", "share"]

WINDOWS = 48
"""Of the longest trace, where no width is asked for; none is shorter than loading takes."""
FLATTER = 16
"""Replays that look for a lower peak of all models together."""


@dataclass(frozen=True, slots=True)
class Tenant:
    """One model of a pool: its requests from the common beginning on, a replica, its limits."""

    name: str
    traffic: Traffic
    table: DenseTable
    slo: Slo
    load_delay_s: float


@dataclass(frozen=True, slots=True)
class Served:
    """How a tenant is served: replicas by window, None where so many all the time; its replay.

    fixed: the fewest replicas that hold its limits and never change.
    """

    tenant: Tenant
    fixed: int
    counts: IntArray | None
    records: Records

    @property
    def loads(self) -> int:
        """Times that a replica was loaded after the beginning."""
        if self.counts is None:
            return 0
        later: Array = self.records.switched[self.records.switched[:, 0] > 0, 1]
        return round(float(np.sum(np.maximum(later, 0.0))))


@dataclass(frozen=True, slots=True)
class Shared:
    """A pool: chips at each change [change], the most of them, and each tenant's part."""

    served: tuple[Served, ...]
    width_s: float
    end_s: float
    times_s: Array
    chips: Array

    @property
    def peak_chips(self) -> int:
        return int(np.max(self.chips))

    @property
    def peak_s(self) -> float:
        return self.times_s.item(int(np.argmax(self.chips)))

    @property
    def separate_chips(self) -> int:
        """Of fixed fleets apart."""
        return sum(s.fixed * s.tenant.table.n_chips for s in self.served)


def chips_over_time(served: Served, end_s: float) -> tuple[Array, Array]:
    """Times of changes, and the chips that are on from each."""
    n = served.tenant.table.n_chips
    if served.counts is None:
        return np.array([0.0, end_s]), np.array([served.fixed * n, 0.0])
    times, change = served.records.switched[:, 0], served.records.switched[:, 1]
    at = np.unique(times)
    total = np.bincount(np.searchsorted(at, times), weights=change)
    on: Array = np.cumsum(total)
    return at, on * n


def share(
    tenants: Sequence[Tenant], policy: Policy, *, window_s: float | None = None, seed: int = 0
) -> Shared:
    """The smallest pool that is found, each tenant replayed within its limits.

    Raises InfeasibleError where no number of replicas holds those of one.
    """
    longest = max(t.traffic.arrival_s.item(-1) for t in tenants)
    slowest = max(t.load_delay_s for t in tenants)
    width = window_s or max(1.0, longest / WINDOWS, slowest)
    served = []
    for tenant in tenants:
        try:
            served.append(_alone(tenant, policy, width, seed))
        except InfeasibleError as error:
            raise InfeasibleError(f"{tenant.name}: {error}", error.conflicts) from error
    end = max(max(s.records.until_s for s in served), longest)
    found = _together(served, width, end)
    if found.peak_chips < found.separate_chips:
        return _flatter(found, policy, seed)
    fixed = [replace(s, counts=None) for s in served]
    stands = [s if s.counts is None else replace(s, records=_fixed(s, policy, seed)) for s in fixed]
    return _together(stands, width, end)


def _fixed(s: Served, policy: Policy, seed: int) -> Records:
    return run(s.tenant.traffic, s.tenant.table, policy, replicas=s.fixed, seed=seed)


def _alone(tenant: Tenant, policy: Policy, width: float, seed: int) -> Served:
    """The best schedule of one tenant that is found, loaded ahead; or its fixed fleet."""
    t, table, slo = tenant.traffic, tenant.table, tenant.slo
    cut = windows(t, width)
    load = window_load(t, table, edge_rate(t, table, slo, policy, seed=seed), cut)
    start = math.ceil(float(np.quantile(load, 0.99)))
    fixed, records = fixed_fleet(t, table, slo, policy, start, seed=seed)
    stands = Served(tenant, fixed, None, records)
    best = best_schedule(t, table, slo, policy, load, width, fixed, seed=seed)
    if best is None:
        return stands
    ahead = _replayed(tenant, best[0], width, policy, fixed, seed)
    return Served(tenant, fixed, best[0], ahead) if holds(ahead, slo) else stands


def _replayed(
    tenant: Tenant, counts: IntArray, width: float, policy: Policy, most: int, seed: int
) -> Records:
    """Replicas by window, each loaded as long before as loading takes."""
    t = tenant.traffic
    rule = schedule_rule(counts, t.arrival_s.item(0), width, tenant.load_delay_s)
    return run(t, tenant.table, replace(policy, autoscale=rule), replicas=2 * most, seed=seed)


def _together(served: Sequence[Served], width: float, end: float) -> Shared:
    parts = [chips_over_time(s, end) for s in served]
    times = np.unique(np.concatenate([at for at, _ in parts]))
    total = np.zeros(len(times))
    for at, chips in parts:
        k = np.searchsorted(at, times, side="right") - 1
        total += np.where(k >= 0, chips[np.maximum(k, 0)], 0.0)
    return Shared(tuple(served), width, end, times, total)


def _flatter(found: Shared, policy: Policy, seed: int) -> Shared:
    """The pool with a lower peak, as far as tenants still hold with a replica fewer in it."""
    refused: set[tuple[int, int]] = set()
    trial = partial(_trial, width=found.width_s, policy=policy, seed=seed)
    for _ in range(FLATTER):
        lower = _lowered(found, refused, trial)
        if lower is None:
            break
        found = lower
    return found


def _trial(s: Served, counts: IntArray, width: float, policy: Policy, seed: int) -> Served | None:
    records = _replayed(s.tenant, counts, width, policy, s.fixed, seed)
    return replace(s, counts=counts, records=records) if holds(records, s.tenant.slo) else None


def _lowered(
    found: Shared,
    refused: set[tuple[int, int]],
    trial: Callable[[Served, IntArray], Served | None],
) -> Shared | None:
    """One replica fewer of one tenant in the window of the peak; None where none can."""
    for k, s in enumerate(found.served):
        if s.counts is None:
            continue
        begin = s.tenant.traffic.arrival_s.item(0)
        for ahead in (0.0, s.tenant.load_delay_s):  # at the peak it serves, or loads for the next
            at = int((found.peak_s - begin + ahead) / found.width_s)
            if not 0 <= at < len(s.counts) or s.counts.item(at) < 2 or (k, at) in refused:
                continue
            refused.add((k, at))
            counts = s.counts.copy()
            counts[at] -= 1
            fewer = trial(s, counts)
            if fewer is None:
                continue
            served = [fewer if j == k else other for j, other in enumerate(found.served)]
            lower = _together(served, found.width_s, found.end_s)
            if lower.peak_chips <= found.peak_chips:
                refused.discard((k, at))
                return lower
    return None
