"""An observed load in our own engine, and what came of it by the names of load tests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from outlay.core.arrays import Array
from outlay.performance.types import StepTable
from outlay.serving.engine.policy import Clients, Policy
from outlay.serving.engine.run import Records, run
from outlay.serving.engine.steps import dense
from outlay.serving.observed.sending import Sending
from outlay.serving.observed.types import METRICS, Observation

__all__ = ["Figure", "figures_of", "played", "replay_of"]

WHOLE = (
    ("req_s", "request/s"), ("input_tok_s", "token/s"), ("output_tok_s", "token/s"),
    ("duration_s", "s"),
)  # fmt: skip
TIMES = tuple(name for name in METRICS if name.endswith("_s"))
COUNTED = {
    "preemptions": "", "prefix_hit_share": "share", "kv_use_mean": "share",
    "running_mean": "request", "waiting_mean": "request",
}  # fmt: skip
"""Counters that a replay has too, with their units."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One number that was measured: of which metric, which statistic of it ('' for the whole)."""

    metric: str
    statistic: str
    unit: str
    measured: float


def figures_of(o: Observation) -> tuple[Figure, ...]:
    """Everything that a file states of a run, in the order of a report."""
    out = []
    for name, unit in WHOLE:
        value: float | None = getattr(o, name)
        if value is not None:
            out.append(Figure(name, "", unit, value))
    for name in TIMES:
        if (s := o.metrics.get(name)) is not None:
            stated = {
                "mean": s.mean,
                **{f"p{100 * p:g}": v for p, v in sorted(s.quantiles.items())},
            }
            out += [Figure(name, k, "s", v) for k, v in stated.items() if v is not None]
    out += [Figure(name, "", COUNTED.get(name, ""), v) for name, v in o.counters.items()]
    return tuple(out)


def played(
    s: Sending, table: StepTable, policy: Policy, *, replicas: int = 1, seed: int = 0
) -> Records:
    """Send the requests to replicas of this step table, as they were sent."""
    clients = None
    if s.users is not None:
        clients = Clients(s.users, s.think_s, timed=s.how != "closed")
    return run(s.traffic, dense(table), policy, replicas=replicas, seed=seed, clients=clients)


def replay_of(records: Records) -> Callable[[Figure], float | None]:
    """What the replay gives for a figure; None where it has none, or none that can be compared.

    Over requests that were done, quantiles linear between them, as load tests count. Gaps between
    single tokens are not kept: of `itl_s` there is the mean.
    """
    done = np.isfinite(records.end_s)
    t, launch = records.traffic, records.table.first_token_s
    out = t.output_tokens[done]
    first, end = records.first_s[done], records.end_s[done]
    sent, more = t.arrival_s[done], out > 1
    span = end - first
    times = {
        "ttft_s": first - sent + launch,
        "tpot_s": span[more] / (out[more] - 1),
        "e2e_s": end - sent + launch,
    }
    whole = _whole(records, done)
    gaps = float(np.sum(out - 1))
    whole["itl_s"] = float(np.sum(span)) / gaps if gaps else np.nan

    def value(f: Figure) -> float | None:
        if f.metric in times:
            return _statistic(times[f.metric], f.statistic)
        found = whole.get(f.metric) if f.statistic in ("", "mean") else None
        return found if found is not None and np.isfinite(found) else None

    return value


def _whole(r: Records, done: Array) -> dict[str, float]:
    """Numbers of the whole run by their names."""
    t = r.traffic
    if not np.any(done):
        return {}
    lasted = float(np.max(r.end_s[done])) + r.table.first_token_s - t.arrival_s.item(0)
    span = max(lasted, 1e-12)
    on = max(float(np.sum(r.on_s)), 1e-12)
    begun = np.isfinite(r.start_s)
    return {
        "req_s": float(np.sum(done)) / span,
        "input_tok_s": float(np.sum(t.input_tokens[done])) / span,
        "output_tok_s": float(np.sum(t.output_tokens[done])) / span,
        "duration_s": span,
        "preemptions": float(np.sum(r.preemptions)),
        "prefix_hit_share": float(np.sum(r.cached_tokens)) / float(np.sum(t.input_tokens)),
        "kv_use_mean": float(np.sum(r.kv_block_s)) / (r.table.capacity_blocks * on),
        "running_mean": float(np.sum(r.running_s)) / span,
        "waiting_mean": float(np.sum(r.start_s[begun] - t.arrival_s[begun])) / span,
    }


def _statistic(values: Array, name: str) -> float | None:
    if not len(values):
        return None
    if name == "mean":
        return float(np.mean(values))
    return float(np.percentile(values, float(name.removeprefix("p"))))
