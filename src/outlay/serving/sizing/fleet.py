"""The fewest chips for a trace and an SLO: ideal over time, then with lag, spares and failures.

Ideal: in each window the replicas that its own work needs at the SLO's edge, at once and exactly.
Real: an autoscaler that sees requests in flight, takes its time to load, never goes below two
replicas and keeps one to spare. The gap between the two is counted in chips and in money.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from outlay.core.arrays import Array, IntArray
from outlay.core.errors import InfeasibleError, Problem
from outlay.core.periods import SECONDS_PER_HOUR
from outlay.results.base import Percentiles
from outlay.serving.engine.policy import Autoscale, Policy
from outlay.serving.engine.run import Records, run
from outlay.serving.engine.steps import DenseTable
from outlay.serving.metrics import Slo, Summary, latencies, percentiles, summary
from outlay.serving.traffic.requests import Traffic

__all__ = [
    "Sizing",
    "Windows",
    "edge_rate",
    "fixed_fleet",
    "holds",
    "perfect",
    "request_work",
    "size",
    "windows",
]


SAMPLE = 12_000
"""Requests of the trace used to find one replica's edge."""
POOL = 4
SPARES = 1
STEADY = "a steady stream needs no autoscaling: the fixed fleet stands"


@dataclass(frozen=True)
class Sizing:
    """Answer of `outlay size`. Arrays [window]; chips are whole replicas times chips each.

    capacity_req_s: requests/s of one replica at the SLO's edge, for this trace's mix.
    alone_s: times to first token of requests that wait for nobody, by percentile.
    ideal_chips, real_chips: over time; fixed_chips: the smallest fleet that never changes.
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


def holds(records: Records, slo: Slo) -> bool:
    """Whether both limits hold at the SLO's percentile, over all arrivals."""
    values = latencies(records)
    for name, limit in (("ttft", slo.ttft_s), ("tpot", slo.tpot_s)):
        if limit is None or len(values[name]) == 0:
            continue
        if percentiles(values[name], {"p": slo.percentile})["p"] > limit:
            return False
    return bool(np.mean(np.isfinite(records.end_s)) >= slo.percentile)


def request_work(t: Traffic, table: DenseTable) -> Array:
    """Replica-seconds that each request needs: its prefill, and its share of decode steps.

    Decode at the batch that the KV cache holds at this trace's mean context (at most the
    engine's cap): work of n tokens = n × step / batch. Only ratios between requests matter.
    """
    context = float(np.mean(t.input_tokens + t.output_tokens / 2))
    batch = max(1, min(table.max_batch, int(table.capacity_tokens / context)))
    step = table.decode_s(batch, batch * context)
    _, per_token, per_ctx, _ = (float(x) for x in table.pre.flat)
    cached = t.shared_tokens if t.has_prefixes else np.zeros(len(t))
    fresh = np.maximum(t.input_tokens - cached, 1.0)
    prefill = per_token * fresh + per_ctx * fresh * (cached + fresh / 2)
    return np.asarray(prefill + t.output_tokens * step / batch, dtype=float)


def edge_rate(t: Traffic, table: DenseTable, slo: Slo, policy: Policy, *, seed: int = 0) -> float:
    """Requests/s per replica at the SLO's edge for the trace's own requests, in their order.

    A stretch of the trace is replayed faster or slower on a small pool (bisection with common
    random numbers). Raises InfeasibleError where even an idle replica misses the SLO.
    """
    middle = max(0, (len(t) - SAMPLE) // 2)
    part = t.part(slice(middle, middle + SAMPLE)) if len(t) > SAMPLE else t
    span = max(part.span_s, 1e-6)
    natural = len(part) / span
    saturated = 1.0 / float(np.mean(request_work(part, table)))
    alone = _spaced(part, table)
    if not holds(run(alone, table, policy, seed=seed), slo):
        _refuse(alone, table, slo, policy, seed)
    pool = min(POOL, max(1, len(part) // 200))

    def ok(rate: float) -> bool:
        moved = replace(
            part, arrival_s=(part.arrival_s - part.arrival_s.item(0)) * natural / (rate * pool)
        )
        return holds(run(moved, table, policy, replicas=pool, seed=seed), slo)

    low, high = 0.0, saturated * 2.0
    guess = saturated * 0.7
    for _ in range(12):
        if ok(guess):
            low = guess
        else:
            high = guess
        if high - low < 0.01 * high:
            break
        guess = (low + high) / 2
    if low == 0.0:
        raise InfeasibleError(
            "requests that come together miss the SLO however few they are",
            [Problem("rate per replica tried", value=f"down to {guess:.3g} requests/s")],
        )
    return low


def _spaced(t: Traffic, table: DenseTable) -> Traffic:
    """A few hundred of the requests so far apart that none meets another."""
    pick = np.linspace(0, len(t) - 1, min(len(t), 2000)).astype(int)
    few = t.part(np.unique(pick))
    longest = float(np.max(few.output_tokens)) * float(table.decode_s(1, table.capacity_tokens))
    longest += table.prefill_s(float(np.max(few.input_tokens))) * 2 + 1.0
    return replace(few, arrival_s=np.arange(len(few), dtype=float) * longest)


def _refuse(alone: Traffic, table: DenseTable, slo: Slo, policy: Policy, seed: int) -> None:
    records = run(alone, table, policy, seed=seed)
    values = latencies(records)
    conflicts = []
    for name, limit in (("ttft", slo.ttft_s), ("tpot", slo.tpot_s)):
        if limit is None or len(values[name]) == 0:
            continue
        best = percentiles(values[name], {"p": slo.percentile})["p"]
        if best > limit:
            found = f"{best:.4g} s" if math.isfinite(best) else "never: requests do not fit"
            conflicts.append(
                Problem(
                    f"{name.upper()} p{100 * slo.percentile:g} of requests that wait for nobody",
                    value=found,
                    allowed=f"{limit:g} s",
                    hint="a larger or faster layout, shorter prompts, or a looser limit",
                )
            )
    rejected = int(np.sum(records.rejected))
    if rejected:
        conflicts.append(
            Problem(
                "requests larger than the KV cache of a replica",
                value=f"{rejected} of {len(alone)}",
                allowed=f"{table.capacity_tokens} tokens",
            )
        )
    raise InfeasibleError("no number of chips in this layout holds the SLO", conflicts)


def fixed_fleet(
    t: Traffic, table: DenseTable, slo: Slo, policy: Policy, start: int, *, seed: int = 0
) -> tuple[int, Records]:
    """Fewest replicas, constant over the trace, that hold the SLO; and the run that shows it."""

    def trial(n: int) -> Records:
        return run(t, table, policy, replicas=n, seed=seed)

    low, high = 0, max(1, start)
    best = trial(high)
    while not holds(best, slo):
        low, high = high, high * 2
        if high > 32_000:
            raise InfeasibleError(
                "the SLO is missed even with 32,000 replicas",
                [Problem("requests that share an arrival time cannot be spread in time")],
            )
        best = trial(high)
    while high - low > 1:
        middle = (low + high) // 2
        records = trial(middle)
        if holds(records, slo):
            high, best = middle, records
        else:
            low = middle
    return high, best


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


def perfect(
    t: Traffic, table: DenseTable, slo: Slo, policy: Policy, cut: Windows, *, seed: int = 0
) -> tuple[float, Array]:
    """One replica's edge [requests/s], and replicas that each window's own work needs [window]."""
    capacity = edge_rate(t, table, slo, policy, seed=seed)
    work = request_work(t, table)
    load = np.bincount(cut.at, weights=work, minlength=cut.number) / (cut.width_s * np.mean(work))
    needed: Array = np.maximum(1, np.ceil(load / capacity - 1e-9))
    return capacity, needed


def size(
    t: Traffic,
    table: DenseTable,
    slo: Slo,
    policy: Policy | None = None,
    *,
    window_s: float | None = None,
    load_delay_s: float = 120.0,
    seed: int = 0,
    autoscale: bool = True,
) -> Sizing:
    """Size a fleet of replicas with step times `table` for the trace and SLO.

    autoscale: whether a fleet that follows the load is looked for; a steady one needs none.

    Raises InfeasibleError where no number of replicas can hold the SLO.
    """
    policy = policy or Policy()
    cut = windows(t, window_s)
    width, count, at = cut
    requests = np.bincount(at, minlength=count)
    capacity, ideal = perfect(t, table, slo, policy, cut, seed=seed)
    fixed, best = fixed_fleet(t, table, slo, policy, int(np.max(ideal)), seed=seed)
    real, target, run_real, notes = (
        _scaled(t, table, slo, policy, fixed, best, load_delay_s, seed)
        if autoscale
        else (False, math.nan, best, (STEADY,))
    )
    alone = run(_spaced(t, table), table, policy, seed=seed)
    time_s = np.asarray((np.arange(count) + 0.5) * width, dtype=float)
    on = (
        _series(run_real, time_s + t.arrival_s.item(0), fixed)
        if real
        else np.full(count, float(fixed))
    )
    chips = table.n_chips
    hours = width * count / SECONDS_PER_HOUR
    real_on = on + SPARES
    return Sizing(
        capacity_req_s=capacity,
        chips_per_replica=chips,
        window_s=width,
        time_s=time_s,
        rate_req_s=requests / width,
        ideal_chips=ideal * chips,
        real_chips=real_on * chips,
        fixed_chips=fixed * chips,
        spare_chips=SPARES * chips,
        ideal_chip_hours=float(np.mean(ideal) * chips * hours),
        real_chip_hours=float(np.mean(real_on) * chips * hours),
        fixed_chip_hours=float((fixed + SPARES) * chips * hours),
        target_in_flight=target,
        summary=summary(run_real if real else best, slo),
        alone_s=Percentiles(**percentiles(latencies(alone)["ttft"])),
        notes=notes,
    )


def _scaled(
    t: Traffic,
    table: DenseTable,
    slo: Slo,
    policy: Policy,
    fixed: int,
    best: Records,
    delay_s: float,
    seed: int,
) -> tuple[bool, float, Records, tuple[str, ...]]:
    """The autoscaler with the highest target in flight that still holds the SLO, if any does."""
    if fixed < 3 or t.span_s < 4 * delay_s:
        why = "fleet too small" if fixed < 3 else "trace too short for the load delay"
        return False, math.nan, best, (f"no autoscaling: {why}; the fixed fleet stands",)
    mean_flight = float(np.sum(best.running_s)) / max(best.until_s, 1e-9) / fixed
    chosen: tuple[float, Records] | None = None
    low, high = 0.0, max(2.0, 3 * mean_flight)
    for _ in range(6):
        target = (low + high) / 2
        rule = Autoscale(
            target=target,
            minimum=min(2, fixed),
            maximum=4 * fixed,
            interval_s=max(1.0, min(15.0, t.span_s / 400)),
            delay_s=delay_s,
        )
        records = run(t, table, replace(policy, autoscale=rule), replicas=4 * fixed, seed=seed)
        if holds(records, slo):
            low = target
            chosen = (target, records)
        else:
            high = target
    if chosen is None:
        return False, math.nan, best, ("no autoscaling target holds the SLO; the fleet is fixed",)
    if np.sum(chosen[1].on_s) >= fixed * best.until_s:
        return False, math.nan, best, ("autoscaling needs more than the fixed fleet; it stands",)
    return True, chosen[0], chosen[1], ()


def _series(records: Records, time_s: Array, fallback: int) -> Array:
    """Replicas switched on at given times, from the scaling log."""
    log = records.scaling
    if len(log) == 0:
        return np.full(len(time_s), float(fallback))
    at = np.clip(np.searchsorted(log[:, 0], time_s, side="right") - 1, 0, len(log) - 1)
    return log[:, 1][at]
