"""Latency, goodput, utilisation and energy from records; the engine computes none of them.

Percentiles run over all arrivals: a request that was rejected or did not finish has infinite
latency. TPOT is the mean time per output token after the first, (end - first) / (n - 1), over
requests with more than one output token.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from outlay.core.arrays import Array, BoolArray
from outlay.core.errors import InvariantError
from outlay.results.base import Percentiles
from outlay.results.models.simulation import Summary
from outlay.serving.engine.run import Records

__all__ = [
    "Slo",
    "Summary",
    "Timeline",
    "check",
    "cumulative",
    "latencies",
    "percentiles",
    "summary",
    "timeline",
    "within",
]


LEVELS = {"p50": 0.5, "p90": 0.9, "p99": 0.99}


@dataclass(frozen=True, slots=True)
class Slo:
    """Limits [s] on a request: it is good if both hold. None = no limit.

    classes: limits of their own, by class of priority; those of no class named have these.
    """

    ttft_s: float | None = None
    tpot_s: float | None = None
    percentile: float = 0.99
    classes: tuple[tuple[int, Slo], ...] = ()

    def parts(self, priority: npt.NDArray[np.int8]) -> Iterator[tuple[BoolArray | None, Slo]]:
        """Requests [request] and the limits that are theirs; None: all of them."""
        if not self.classes:
            yield None, self
            return
        others: BoolArray = ~np.isin(priority, [rank for rank, _ in self.classes])
        for rank, limits in self.classes:
            mine: BoolArray = priority == rank
            if mine.any():
                yield mine, limits
        if others.any():
            yield others, replace(self, classes=())


LATENCIES = ("ttft", "tpot", "e2e", "queue")


def latencies(records: Records) -> dict[str, Array]:
    """Per request [s]: `ttft`, `tpot` (requests with n > 1 only), `e2e`, `queue`; inf = missed.

    A client has each token by the launch of the first one later than the engine does.
    """
    return {name: latency(records, name) for name in LATENCIES}


def latency(records: Records, name: str) -> Array:
    """One of `latencies`: 80 MB of ten million requests, so `summary` holds one at a time."""
    arrival, launch = records.traffic.arrival_s, records.table.first_token_s
    if name == "tpot":
        found = _per_token(records)
    elif name == "queue":
        found = records.start_s - arrival
    else:
        found = (records.first_s if name == "ttft" else records.end_s) - arrival
        found += launch
    if math.isnan(np.sum(found)):  # some did not happen; one pass tells, replacing takes three
        np.nan_to_num(found, copy=False, nan=np.inf, posinf=np.inf)
    return found


def _per_token(records: Records) -> Array:
    tokens = records.traffic.output_tokens
    more = tokens > 1
    if more.all():
        return np.asarray((records.end_s - records.first_s) / (tokens - 1), dtype=float)
    span = records.end_s[more] - records.first_s[more]
    return np.asarray(span / (tokens[more] - 1), dtype=float)


def percentiles(values: Array, levels: Mapping[str, float] = LEVELS) -> dict[str, float]:
    """Order statistics x[⌈p n⌉] at each level, and the mean of the finite values."""
    n = len(values)
    if n == 0:
        return {**dict.fromkeys(levels, math.nan), "mean": math.nan}
    at = {k: min(n - 1, max(0, math.ceil(p * n) - 1)) for k, p in levels.items()}
    found: dict[int, float] = {}
    rest, before = values.copy(), 0
    for i in sorted(set(at.values())):  # each selection leaves only what lies above it
        rest.partition(i - before)
        found[i] = rest.item(i - before)
        rest, before = rest[i - before :], i
    mean = float(np.mean(values))
    if not math.isfinite(mean):
        finite = values[np.isfinite(values)]
        mean = float(np.mean(finite)) if len(finite) else math.inf
    return {**{k: found[i] for k, i in at.items()}, "mean": mean}


def cumulative(values: Array, points: int = 200) -> tuple[Array, Array]:
    """Order statistics x[⌈p n⌉] at `points` even shares p, and the shares; what is infinite counts
    in n and is left out."""
    rank = np.arange(1, points + 1)
    n = len(values)
    at = np.sort(values)[-(-rank * n // points) - 1] if n else np.full(points, math.inf)
    kept = np.isfinite(at)
    return at[kept], rank[kept] / points


def summary(records: Records, slo: Slo | None = None) -> Summary:
    """Totals and percentiles of a run; checks the run's identities (`check`) on the way."""
    check(records)
    slo = slo or Slo()
    t = records.traffic
    n = len(t)
    done = np.isfinite(records.end_s)
    completed = int(np.sum(done))
    away = int(np.sum(records.rejected)) + int(np.count_nonzero(records.turned))
    span = max(records.until_s - t.arrival_s.item(0), 1e-12)
    produced = float(np.sum(records.made if completed < n else t.output_tokens))
    prompts = (
        float(np.sum(t.input_tokens[done])) if completed < n else float(np.sum(t.input_tokens))
    )
    energy = energy_j(records)
    limited = slo.ttft_s is not None or slo.tpot_s is not None
    good = goodput(records, slo) if limited else None
    table = records.table
    return Summary(
        requests=n,
        completed=completed,
        rejected=int(np.sum(records.rejected)),
        unfinished=n - completed - away,
        preemptions=int(np.sum(records.preemptions)),
        ttft_s=_spread(records, "ttft"),
        tpot_s=_spread(records, "tpot"),
        e2e_s=_spread(records, "e2e"),
        queue_s=_spread(records, "queue"),
        input_tok_s=prompts / span,
        output_tok_s=produced / span,
        request_rate_s=completed / span,
        cached_share=float(np.sum(records.cached_tokens)) / max(1.0, float(np.sum(t.input_tokens))),
        utilisation=float(np.sum(records.busy_s) / max(np.sum(records.on_s), 1e-12)),
        mean_running=float(np.sum(records.running_s)) / span,
        kv_peak_share=float(np.max(records.peak_blocks)) / table.capacity_blocks,
        energy_j=energy,
        joule_per_output_token=energy / max(1.0, produced),
        goodput_share=None if good is None else good / n,
        goodput_req_s=None if good is None else good / span,
        simulated_s=span,
    )


def _spread(records: Records, name: str) -> Percentiles:
    return Percentiles(**percentiles(latency(records, name)))


def goodput(records: Records, slo: Slo) -> int:
    """Requests that finished within both limits."""
    return int(np.sum(within(records, slo)))


def within(records: Records, slo: Slo, values: Mapping[str, Array] | None = None) -> BoolArray:
    """Whether each request finished within both limits of its class [request]."""
    values = latencies(records) if values is None else values
    good: BoolArray = np.isfinite(records.end_s)
    more: BoolArray = records.traffic.output_tokens > 1
    for mine, limits in slo.parts(records.traffic.priority):
        late = np.zeros(len(good), dtype=bool)
        if limits.ttft_s is not None:
            late |= values["ttft"] > limits.ttft_s
        if limits.tpot_s is not None:
            late[more] |= values["tpot"] > limits.tpot_s
        good &= ~late if mine is None else ~(late & mine)
    return good


def energy_j(records: Records) -> float:
    """Joules: busy power while steps run, idle power for the rest of the time switched on."""
    t = records.table
    busy = float(np.sum(records.busy_s))
    on = max(float(np.sum(records.on_s)), busy)
    return busy * t.busy_w + (on - busy) * t.idle_w


def check(records: Records) -> None:
    """Raise InvariantError unless arrivals are accounted for, and Little's law holds.

    Arrivals = completed + rejected + turned away + unfinished; times are in order; where all
    finished without preemption, the integral of sequences running equals the sum of the requests'
    times running (L = λ W over the whole run), which the engine and the records count
    independently.
    """
    done = np.isfinite(records.end_s)
    if np.any(done & records.rejected):
        raise InvariantError("a rejected request finished")
    waited = records.start_s - records.traffic.arrival_s
    held = records.end_s - records.start_s
    if np.nanmin(waited, initial=0.0) < -1e-6 or np.nanmin(held, initial=0.0) < -1e-6:
        raise InvariantError("a request began before it came, or ended before it began")
    away = int(np.sum(records.rejected)) + int(np.count_nonzero(records.turned))
    finished = int(np.sum(done)) + away == len(done)
    if finished and int(np.sum(records.preemptions)) == 0:
        counted = float(np.sum(records.running_s))
        summed = float(np.nansum(held)) - records.gap_s
        if abs(counted - summed) > 1e-6 * max(1.0, abs(summed)):
            raise InvariantError(
                f"Little's law: {counted:.6f} sequence-seconds counted, {summed:.6f} summed"
            )


@dataclass(frozen=True, slots=True)
class Timeline:
    """Means per time bin [bin]: requests waiting and running, tokens of context, pool power."""

    time_s: Array
    waiting: Array
    running: Array
    kv_tokens: Array
    power_w: Array


def timeline(records: Records, bins: int = 240) -> Timeline:
    """Means per time bin of a run.

    Waiting from arrival to first admission, running from there to the end; context grows from
    the prompt to prompt plus output, taken as linear in between. Power at the pool's mean.
    """
    t = records.traffic
    start = t.arrival_s.item(0)
    stop = max(records.until_s, start + 1e-9)
    edges = np.linspace(start, stop, bins + 1)
    begin = np.nan_to_num(records.start_s, nan=stop)
    end = np.nan_to_num(records.end_s, nan=stop)
    ok = ~records.rejected
    if len(records.turned):
        ok &= records.turned == 0
    queue = _occupancy(t.arrival_s[ok], begin[ok], np.ones(int(np.sum(ok))), edges)
    running = _occupancy(begin[ok], end[ok], np.ones(int(np.sum(ok))), edges)
    tokens = t.input_tokens[ok] + t.output_tokens[ok] / 2.0
    kv = _occupancy(begin[ok], end[ok], tokens, edges)
    table = records.table
    on = float(np.sum(records.on_s)) / max(records.until_s, 1e-12)
    busy = np.minimum(1.0, running / max(on, 1e-12))
    power = on * table.idle_w + on * busy * (table.busy_w - table.idle_w)
    return Timeline((edges[:-1] + edges[1:]) / 2, queue, running, kv, power)


def _occupancy(begin: Array, end: Array, weight: Array, edges: Array) -> Array:
    """Mean weight present in each bin: difference of the running integral at the edges."""

    def integral(times: Array) -> Array:
        order = np.argsort(times, kind="stable")
        at = times[order]
        mass = np.concatenate([[0.0], np.cumsum(weight[order])])
        moment = np.concatenate([[0.0], np.cumsum(weight[order] * at)])
        k = np.searchsorted(at, edges, side="right")
        return np.asarray(edges * mass[k] - moment[k])

    area = integral(begin) - integral(end)
    return np.asarray(np.diff(area) / np.diff(edges))
