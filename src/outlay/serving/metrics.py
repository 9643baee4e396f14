"""Latency, goodput, utilisation and energy from records; the engine computes none of them.

Percentiles run over all arrivals: a request that was rejected or did not finish has infinite
latency. TPOT is the mean time per output token after the first, (end - first) / (n - 1), over
requests with more than one output token.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from outlay.core.errors import InvariantError
from outlay.results.base import Percentiles
from outlay.results.simulation import Summary
from outlay.serving.engine import Records

__all__ = ["Slo", "Summary", "check", "latencies", "percentiles", "summary", "timeline"]

Floats = npt.NDArray[np.float64]

LEVELS = {"p50": 0.5, "p90": 0.9, "p99": 0.99}


@dataclass(frozen=True, slots=True)
class Slo:
    """Limits [s] on a request: it is good if both hold. None = no limit."""

    ttft_s: float | None = None
    tpot_s: float | None = None
    percentile: float = 0.99


def latencies(records: Records) -> dict[str, Floats]:
    """Per request [s]: `ttft`, `tpot` (requests with n > 1 only), `e2e`, `queue`; inf = missed."""
    arrival = records.traffic.arrival_s
    more = records.traffic.output_tokens > 1
    if more.all():
        span = (records.end_s - records.first_s) / (records.traffic.output_tokens - 1)
    else:
        span = (records.end_s[more] - records.first_s[more]) / (
            records.traffic.output_tokens[more] - 1
        )
    out = {
        "ttft": records.first_s - arrival,
        "tpot": span,
        "e2e": records.end_s - arrival,
        "queue": records.start_s - arrival,
    }
    for values in out.values():
        if math.isnan(values.sum()):  # some did not happen; one pass tells, replacing takes three
            np.nan_to_num(values, copy=False, nan=np.inf, posinf=np.inf)
    return out


def percentiles(values: Floats, levels: Mapping[str, float] = LEVELS) -> dict[str, float]:
    """Order statistics x[⌈p n⌉] at each level, and the mean of the finite values."""
    n = len(values)
    if n == 0:
        return {**dict.fromkeys(levels, math.nan), "mean": math.nan}
    at = {k: min(n - 1, max(0, math.ceil(p * n) - 1)) for k, p in levels.items()}
    found: dict[int, float] = {}
    rest, before = values.copy(), 0
    for i in sorted(set(at.values())):  # each selection leaves only what lies above it
        rest.partition(i - before)
        found[i] = float(rest[i - before])
        rest, before = rest[i - before :], i
    mean = float(values.mean())
    if not math.isfinite(mean):
        finite = values[np.isfinite(values)]
        mean = float(finite.mean()) if len(finite) else math.inf
    return {**{k: found[i] for k, i in at.items()}, "mean": mean}


def summary(records: Records, slo: Slo | None = None) -> Summary:
    """Totals and percentiles of a run; checks the run's identities (`check`) on the way."""
    check(records)
    slo = slo or Slo()
    t = records.traffic
    n = len(t)
    values = latencies(records)
    done = np.isfinite(records.end_s)
    completed = int(done.sum())
    span = max(records.until_s - float(t.arrival_s[0]), 1e-12)
    produced = float(records.made.sum()) if completed < n else float(t.output_tokens.sum())
    prompts = float(t.input_tokens[done].sum()) if completed < n else float(t.input_tokens.sum())
    energy = energy_j(records)
    good = goodput(records, slo, values)
    table = records.table
    return Summary(
        requests=n,
        completed=completed,
        rejected=int(records.rejected.sum()),
        unfinished=n - completed - int(records.rejected.sum()),
        preemptions=int(records.preemptions.sum()),
        ttft_s=Percentiles(**percentiles(values["ttft"])),
        tpot_s=Percentiles(**percentiles(values["tpot"])),
        e2e_s=Percentiles(**percentiles(values["e2e"])),
        queue_s=Percentiles(**percentiles(values["queue"])),
        input_tok_s=prompts / span,
        output_tok_s=produced / span,
        request_rate_s=completed / span,
        cached_share=float(records.cached_tokens.sum()) / max(1.0, float(t.input_tokens.sum())),
        utilisation=float(records.busy_s.sum() / max(records.on_s.sum(), 1e-12)),
        mean_running=float(records.running_s.sum()) / span,
        kv_peak_share=float(records.peak_blocks.max()) / table.capacity_blocks,
        energy_j=energy,
        joule_per_output_token=energy / max(1.0, produced),
        goodput_share=good / n,
        goodput_req_s=good / span,
        simulated_s=span,
    )


def goodput(records: Records, slo: Slo, values: Mapping[str, Floats] | None = None) -> int:
    """Requests that finished within both limits."""
    values = latencies(records) if values is None else values
    good = np.isfinite(records.end_s)
    if slo.ttft_s is not None:
        good &= values["ttft"] <= slo.ttft_s
    if slo.tpot_s is not None:
        more = records.traffic.output_tokens > 1
        good[more] &= values["tpot"] <= slo.tpot_s
    return int(good.sum())


def energy_j(records: Records) -> float:
    """Joules: busy power while steps run, idle power for the rest of the time switched on."""
    t = records.table
    busy = float(records.busy_s.sum())
    on = max(float(records.on_s.sum()), busy)
    return busy * t.busy_w + (on - busy) * t.idle_w


def check(records: Records) -> None:
    """Raise InvariantError unless arrivals are accounted for, and Little's law holds.

    Arrivals = completed + rejected + unfinished; times are in order; where all finished without
    preemption, the integral of sequences running equals the sum of the requests' times running
    (L = λ W over the whole run), which the engine and the records count independently.
    """
    done = np.isfinite(records.end_s)
    if np.any(done & records.rejected):
        raise InvariantError("a rejected request finished")
    waited = records.start_s - records.traffic.arrival_s
    held = records.end_s - records.start_s
    if np.nanmin(waited, initial=0.0) < -1e-6 or np.nanmin(held, initial=0.0) < -1e-6:
        raise InvariantError("a request began before it came, or ended before it began")
    finished = int(done.sum()) + int(records.rejected.sum()) == len(done)
    if finished and int(records.preemptions.sum()) == 0:
        counted = float(records.running_s.sum())
        summed = float(np.nansum(held)) - records_gap(records)
        if abs(counted - summed) > 1e-6 * max(1.0, abs(summed)):
            raise InvariantError(
                f"Little's law: {counted:.6f} sequence-seconds counted, {summed:.6f} summed"
            )


def records_gap(records: Records) -> float:
    """Seconds between start and end in which no replica held the request (pools with transfer)."""
    return float(getattr(records, "gap_s", 0.0))


def timeline(records: Records, bins: int = 240) -> dict[str, Floats]:
    """Means per time bin: `queue`, `running` (requests), `kv_tokens`, `power_w`; with `time_s`.

    Waiting from arrival to first admission, running from there to the end; context grows from
    the prompt to prompt plus output, taken as linear in between. Power at the pool's mean.
    """
    t = records.traffic
    start = float(t.arrival_s[0])
    stop = max(records.until_s, start + 1e-9)
    edges = np.linspace(start, stop, bins + 1)
    begin = np.nan_to_num(records.start_s, nan=stop)
    end = np.nan_to_num(records.end_s, nan=stop)
    ok = ~records.rejected
    queue = _occupancy(t.arrival_s[ok], begin[ok], np.ones(int(ok.sum())), edges)
    running = _occupancy(begin[ok], end[ok], np.ones(int(ok.sum())), edges)
    tokens = t.input_tokens[ok] + t.output_tokens[ok] / 2.0
    kv = _occupancy(begin[ok], end[ok], tokens, edges)
    table = records.table
    on = float(records.on_s.sum()) / max(records.until_s, 1e-12)
    busy = np.minimum(1.0, running / max(on, 1e-12))
    power = on * table.idle_w + on * busy * (table.busy_w - table.idle_w)
    return {
        "time_s": (edges[:-1] + edges[1:]) / 2,
        "queue": queue,
        "running": running,
        "kv_tokens": kv,
        "power_w": power,
    }


def _occupancy(begin: Floats, end: Floats, weight: Floats, edges: Floats) -> Floats:
    """Mean weight present in each bin: difference of the running integral at the edges."""

    def integral(times: Floats) -> Floats:
        order = np.argsort(times, kind="stable")
        at = times[order]
        mass = np.concatenate([[0.0], np.cumsum(weight[order])])
        moment = np.concatenate([[0.0], np.cumsum(weight[order] * at)])
        k = np.searchsorted(at, edges, side="right")
        return np.asarray(edges * mass[k] - moment[k])

    area = integral(begin) - integral(end)
    return np.asarray(np.diff(area) / np.diff(edges))
