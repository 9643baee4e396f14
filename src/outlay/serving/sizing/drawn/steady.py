"""A steady stream to size a fleet for where there is no trace: so many users, or requests a second.

Requests of the lengths asked for come at random (a seeded renewal process, Poisson unless said)
and are sized as a trace's are. Users at once are requests in flight: each asks anew as soon as it
has its answer, so their rate follows from the time that a request stays (Little's law), which the
load itself makes longer.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from outlay.serving.engine.policy import Policy
from outlay.serving.engine.run import Records, run
from outlay.serving.engine.steps import DenseTable
from outlay.serving.metrics import Slo, latencies, summary
from outlay.serving.sizing.drawn.closed import clients_for, fewest_for_users, requests_for
from outlay.serving.sizing.fleet import Sizing, size
from outlay.serving.sizing.limits import POOL, SAMPLE, edge_rate, holds
from outlay.serving.sizing.over_time.rules import Wish
from outlay.serving.spec import Lengths
from outlay.serving.traffic.generate import service_traffic
from outlay.serving.traffic.requests import Traffic

__all__ = ["Asked", "Steady", "size_steady"]

LEAST, MOST = 20_000, 200_000
"""Requests that are drawn for a fleet."""
TURNS = 16
"""Times that the requests in flight are renewed while they come."""
MOST_REPLICAS = 40
"""Of a fleet behind one router; a larger load is split evenly over fleets that are all alike."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A load without a trace; with both users and a rate, whichever is more.

    think_s: the users send in a closed loop, so long after each answer; None: they are requests in
    flight of a stream that comes at random.
    """

    users: float | None
    rate_req_s: float | None
    input_tokens: float
    output_tokens: float
    length_cv: float = 0.0
    burst_cv: float = 1.0
    seed: int = 0
    think_s: float | None = None


@dataclass(frozen=True, slots=True)
class Steady:
    """The fleets that a load was sized to. rate_req_s, in_flight: of all of them."""

    sizing: Sizing
    rate_req_s: float
    in_flight: float
    requests: int
    fleets: int


def size_steady(
    asked: Asked, table: DenseTable, slo: Slo, policy: Policy, wish: Wish | None = None
) -> Steady:
    """The fewest replicas for a load; wish: what is kept beside each fleet.

    Raises InfeasibleError where no number holds the SLO.
    """
    trial = _Trial(asked, table, slo, policy)
    if asked.users is not None and asked.think_s is not None:
        return _closed(trial, asked.users, asked.think_s)
    flight = max(asked.users or 0.0, (asked.rate_req_s or 0.0) * trial.most / trial.edge)
    fleets = max(
        1, math.ceil(flight / trial.most / MOST_REPLICAS), math.ceil(TURNS * flight / MOST)
    )
    rate = (asked.rate_req_s or 0.0) / fleets
    if asked.users is not None:
        rate = max(rate, trial.rate_of_users(asked.users / fleets))
    t = trial.drawn(rate)
    found = size(t, table, slo, policy, wish=wish, seed=asked.seed, autoscale=False)
    held = run(t, table, policy, replicas=found.fixed_chips // table.n_chips, seed=asked.seed)
    in_flight = rate * fleets * _stay_s(held)
    return Steady(_times(found, fleets), rate * fleets, in_flight, len(t), fleets)


def _closed(trial: _Trial, users: float, think_s: float) -> Steady:
    """The fewest replicas for users of a closed loop, as a run of that loop shows them."""
    a, table, slo, policy = trial.asked, trial.table, trial.slo, trial.policy
    fleets = max(1, math.ceil(users / trial.most / MOST_REPLICAS), math.ceil(TURNS * users / MOST))
    each = math.ceil(users / fleets)
    t = trial.requests(requests_for(each), 1.0)
    clients = clients_for(t, table, each, think_s)
    n, held = fewest_for_users(t, table, slo, policy, clients, seed=a.seed)
    stop = held.traffic.arrival_s.item(-1)  # until then all users are at it
    rate = len(t) / stop if stop > 0 else len(t) / held.until_s
    in_flight = float(each) - rate * think_s  # Little's law: users less those who think
    moved = replace(t, arrival_s=t.arrival_s * (len(t) / t.span_s) / rate)
    found = size(moved, table, slo, policy, seed=a.seed, autoscale=False)
    chips = n * table.n_chips
    hours = found.fixed_chip_hours * (chips + found.spare_chips)
    shown = replace(
        found,
        fixed_chips=chips,
        fixed_chip_hours=hours / (found.fixed_chips + found.spare_chips),
        summary=summary(held, slo),
    )
    return Steady(_times(shown, fleets), rate * fleets, in_flight * fleets, len(t), fleets)


def _stay_s(records: Records) -> float:
    """Mean time from arrival to the last token, once the fleet has filled [s]."""
    whole = latencies(records)["e2e"]
    middle = whole[len(whole) // 2 : -len(whole) // 10]
    finite = middle[np.isfinite(middle)]
    return float(np.mean(finite)) if len(finite) else math.inf


class _Trial:
    """Runs of a load on replicas of one kind, with the same draws every time."""

    def __init__(self, asked: Asked, table: DenseTable, slo: Slo, policy: Policy) -> None:
        self.asked, self.table, self.slo, self.policy = asked, table, slo, policy
        self.sample = self.requests(SAMPLE, 1.0)
        self.edge = edge_rate(self.sample, table, slo, policy, seed=asked.seed)
        self.most = self.edge * self.stay_s(self.edge, POOL)  # in flight in a replica there
        few = math.ceil(TURNS * POOL * self.most)
        if few > SAMPLE:
            self.sample = self.requests(min(few, MOST), 1.0)
            self.most = self.edge * self.stay_s(self.edge, POOL)

    def requests(self, number: int, rate: float) -> Traffic:
        """So many requests that come at a rate."""
        a = self.asked
        return service_traffic(
            number, rate, a.input_tokens, a.output_tokens, Lengths(a.length_cv, a.length_cv),
            cv=a.burst_cv, seed=a.seed, name="drawn",
        )  # fmt: skip

    def stay_s(self, rate: float, pool: int) -> float:
        """Mean time from arrival to the last token at a rate per replica [s]."""
        t = self.sample
        moved = replace(t, arrival_s=t.arrival_s * (len(t) / t.span_s) / (rate * pool))
        return _stay_s(run(moved, self.table, self.policy, replicas=pool, seed=self.asked.seed))

    def drawn(self, rate: float) -> Traffic:
        """Requests at a rate, enough that those in flight are renewed many times."""
        each = min(rate, self.edge)
        flight = rate * self.stay_s(each, POOL)
        return self.requests(min(max(LEAST, math.ceil(TURNS * flight)), MOST), rate)

    def rate_of_users(self, users: float) -> float:
        """Requests/s of so many in flight on the fewest replicas that hold them."""
        low, high = 0, max(1, math.ceil(users / self.most - 1e-9))
        while not self._hold(users, high):
            low, high = high, high + max(1, high // 4)
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if self._hold(users, middle) else (middle, high)
        return self._rate(users, high)

    def _hold(self, users: float, replicas: int) -> bool:
        rate = self._rate(users, replicas)
        records = run(
            self.drawn(rate), self.table, self.policy, replicas=replicas, seed=self.asked.seed
        )
        return holds(records, self.slo)

    def _rate(self, users: float, replicas: int) -> float:
        """Requests/s of so many in flight on so many replicas."""
        pool, each = min(POOL, replicas), users / replicas
        low, high = 0.0, 1.5 * self.edge
        for _ in range(14):
            middle = 0.5 * (low + high)
            few = middle * self.stay_s(middle, pool) < each
            low, high = (middle, high) if few else (low, middle)
        return replicas * 0.5 * (low + high)


def _times(s: Sizing, fleets: int) -> Sizing:
    """The chips of so many fleets; what a replica holds, and how long requests took, of each."""
    return replace(
        s,
        rate_req_s=s.rate_req_s * fleets,
        ideal_chips=s.ideal_chips * fleets,
        real_chips=s.real_chips * fleets,
        fixed_chips=s.fixed_chips * fleets,
        spare_chips=s.spare_chips * fleets,
        ideal_chip_hours=s.ideal_chip_hours * fleets,
        real_chip_hours=s.real_chip_hours * fleets,
        fixed_chip_hours=s.fixed_chip_hours * fleets,
        fleets=tuple(
            replace(
                f,
                chips=f.chips * fleets,
                chips_peak=f.chips_peak * fleets,
                chip_hours=f.chip_hours * fleets,
            )
            for f in s.fleets
        ),
        bound_chip_hours=s.bound_chip_hours * fleets,
        output_tokens=s.output_tokens * fleets,
    )
