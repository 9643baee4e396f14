"""The fewest chips for a trace and an SLO: over time as well as it can be known, scaled, and fixed.

Each fleet was replayed through the engine and held the SLO over the whole trace. Perfect: the best
schedule that is found, which knows the future and loads at once. Real: a scaler by its own rules,
which takes its time to load. Fixed: the smallest that never changes. The same spares are kept by
each, so that the gap between them is what following the load costs.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from outlay.core.arrays import Array, IntArray
from outlay.results.base import Percentiles
from outlay.serving.engine.policy import Policy
from outlay.serving.engine.run import Records, run
from outlay.serving.engine.steps import DenseTable
from outlay.serving.metrics import Slo, Summary, latencies, percentiles, summary
from outlay.serving.sizing.limits import edge_rate, fixed_fleet, holds, request_work, spaced
from outlay.serving.sizing.over_time.account import Over, over
from outlay.serving.sizing.over_time.best import best_schedule, busy_hours, schedule_rule
from outlay.serving.sizing.over_time.rules import Wish, scaled
from outlay.serving.traffic.requests import Traffic

__all__ = ["Ran", "Sizing", "Windows", "size", "window_load", "windows"]

STEADY = "a steady stream needs no autoscaling: the fixed fleet stands"


@dataclass(frozen=True, slots=True)
class Ran:
    """A fleet that was replayed and held the SLO. chips: on over time, spares included [window]."""

    name: str
    chips: Array
    chips_peak: float
    chip_hours: float
    share: float
    worst_share: float
    worst_from_s: float
    worst_width_s: float


@dataclass(frozen=True)
class Sizing:
    """Answer of `outlay size`. Arrays [window]; chips are whole replicas times chips each.

    capacity_req_s: requests/s of one replica at the SLO's edge, for this trace's mix.
    alone_s: times to first token of requests that wait for nobody, by percentile.
    fleets: perfect, those that follow the load and are no larger than it, fixed. real_chips: of the
    scaler, where it holds the SLO with fewer hours than the fixed fleet, else of that.
    fixed_chips: the smallest fleet that never changes, without spares and zones. bound_chip_hours:
    for which the requests keep chips busy at the least. span_s: over which hours are counted.
    """

    capacity_req_s: float
    chips_per_replica: int
    window_s: float
    time_s: Array
    rate_req_s: Array
    ideal_chips: Array
    real_chips: Array
    fixed_chips: int
    spare_chips: int
    ideal_chip_hours: float
    real_chip_hours: float
    fixed_chip_hours: float
    target_in_flight: float
    summary: Summary
    alone_s: Percentiles
    notes: tuple[str, ...] = ()
    fleets: tuple[Ran, ...] = ()
    bound_chip_hours: float = 0.0
    span_s: float = 0.0
    output_tokens: float = 0.0
    scaler: str = ""


class Windows(NamedTuple):
    """A trace cut into windows of one width."""

    width_s: float
    number: int
    at: IntArray
    """Window of each request [request]."""


def windows(t: Traffic, width_s: float | None = None) -> Windows:
    """Windows of the width asked for; else 240 of a trace, of a second at least."""
    width = width_s or max(1.0, t.span_s / 240)
    count = max(1, math.ceil(t.span_s / width + 1e-9))
    at: IntArray = np.minimum(((t.arrival_s - t.arrival_s.item(0)) / width).astype(int), count - 1)
    return Windows(width, count, at)


def window_load(t: Traffic, table: DenseTable, capacity: float, cut: Windows) -> Array:
    """Work of each window over what one replica does in it at the SLO's edge [window]."""
    work = request_work(t, table)
    load = np.bincount(cut.at, weights=work, minlength=cut.number)
    return np.asarray(load / (cut.width_s * np.mean(work)) / capacity)


def size(
    t: Traffic,
    table: DenseTable,
    slo: Slo,
    policy: Policy | None = None,
    *,
    window_s: float | None = None,
    wish: Wish | None = None,
    seed: int = 0,
    autoscale: bool = True,
) -> Sizing:
    """Size a fleet of replicas with step times `table` for the trace and SLO.

    wish: the scaler and what is kept beside. autoscale: whether fleets that follow the load are
    looked for; a steady one needs none.

    Raises InfeasibleError where no number of replicas can hold the SLO.
    """
    policy, wish = policy or Policy(), wish or Wish()
    cut = windows(t, window_s)
    width, count, at = cut
    begin = t.arrival_s.item(0)
    edges = np.asarray(begin + width * np.arange(count + 1), dtype=float)
    capacity = edge_rate(t, table, slo, policy, seed=seed)
    load = window_load(t, table, capacity, cut)
    start = math.ceil(float(np.quantile(load, 0.99)))
    fixed, best = fixed_fleet(t, table, slo, policy, start, seed=seed)
    keep = _Keep(slo, edges, wish, table.n_chips)
    stands = keep.ran("fixed", over(best, slo, edges, wish, fixed))
    fleets, target, held, notes = (
        _following(t, table, policy, keep, best, fixed, load, width, stands, seed)
        if autoscale
        else ([stands], math.nan, best, (STEADY,))
    )
    alone = run(spaced(t, table), table, policy, seed=seed)
    real = fleets[1] if held is not best else stands
    return Sizing(
        capacity_req_s=capacity,
        chips_per_replica=table.n_chips,
        window_s=width,
        time_s=np.asarray((np.arange(count) + 0.5) * width, dtype=float),
        rate_req_s=np.bincount(at, minlength=count) / width,
        ideal_chips=fleets[0].chips,
        real_chips=real.chips,
        fixed_chips=fixed * table.n_chips,
        spare_chips=round(stands.chips_peak) - fixed * table.n_chips,
        ideal_chip_hours=fleets[0].chip_hours,
        real_chip_hours=real.chip_hours,
        fixed_chip_hours=stands.chip_hours,
        target_in_flight=target,
        summary=summary(held, slo),
        alone_s=Percentiles(**percentiles(latencies(alone)["ttft"])),
        notes=notes,
        fleets=tuple(fleets),
        bound_chip_hours=busy_hours(t, table) * table.n_chips,
        span_s=best.until_s - begin,
        output_tokens=float(np.sum(t.output_tokens)),
        scaler=wish.scaler,
    )


class _Keep(NamedTuple):
    """What every fleet over a trace is counted by."""

    slo: Slo
    edges: Array
    wish: Wish
    n_chips: int

    def ran(self, name: str, found: Over) -> Ran:
        n, worst = self.n_chips, found.worst
        return Ran(name, found.on * n, found.peak * n, found.hours * n, found.share, worst.share,
                   worst.from_s, worst.width_s)  # fmt: skip

    def of(self, name: str, records: Records) -> Ran:
        return self.ran(name, over(records, self.slo, self.edges, self.wish))


def _following(
    t: Traffic,
    table: DenseTable,
    policy: Policy,
    keep: _Keep,
    best: Records,
    fixed: int,
    load: Array,
    width: float,
    stands: Ran,
    seed: int,
) -> tuple[list[Ran], float, Records, tuple[str, ...]]:
    """Perfect, what follows the load with no more hours than the fixed fleet, and that."""
    slo, wish = keep.slo, keep.wish
    notes: list[str] = []
    real: list[tuple[Ran, Records]] = []
    target, held, why = math.nan, None, _no_scaling(t, wish, fixed)
    if not why:
        target, held, why = scaled(t, table, slo, policy, wish, best, fixed, seed=seed)
    if held is not None:
        ran = keep.of(f"real: {wish.scaler}", held)
        if ran.chip_hours <= stands.chip_hours:
            real.append((ran, held))
        else:
            need = f"{ran.chip_hours:,.1f} chip-hours"
            why = f"{wish.scaler} scaling needs {need}, more than the fixed fleet, which stands"
    notes += [why] if why else []
    found = None if fixed < 2 else best_schedule(
        t, table, slo, policy, load, width, fixed, seed=seed
    )  # fmt: skip
    perfect = [replace(stands, name="perfect")]
    if found is not None:
        perfect.append(keep.of("perfect", found[1]))
        rule = schedule_rule(found[0], t.arrival_s.item(0), width, wish.delay_s)
        ahead = run(t, table, replace(policy, autoscale=rule), replicas=fixed, seed=seed)
        if holds(ahead, slo):
            ran = keep.of("scheduled ahead", ahead)
            if ran.chip_hours <= stands.chip_hours:
                real.append((ran, ahead))
    perfect += [replace(ran, name="perfect") for ran, _ in real]
    first = min(perfect, key=lambda r: r.chip_hours)
    scaler = [records for ran, records in real if ran.name.startswith("real")]
    fleets = [first, *(ran for ran, _ in real), stands]
    return fleets, target if scaler else math.nan, scaler[0] if scaler else best, tuple(notes)


def _no_scaling(t: Traffic, wish: Wish, fixed: int) -> str:
    """Why no scaler is looked for; empty: one is."""
    if wish.scaler == "none":
        return "no scaler was asked for: the fixed fleet stands"
    if wish.scaler == "schedule" or wish.target is not None:
        return ""  # what is told by name is replayed, whatever it comes to
    if fixed < 3 and wish.minimum is None:
        return "no autoscaling: fleet too small; the fixed fleet stands"
    if t.span_s < 4 * wish.delay_s:
        return "no autoscaling: trace too short for the load delay; the fixed fleet stands"
    return ""
