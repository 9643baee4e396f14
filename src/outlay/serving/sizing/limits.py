"""What one replica holds of a trace within an SLO, and whether a run held it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np

from outlay.core.arrays import Array, BoolArray
from outlay.core.errors import InfeasibleError, Problem
from outlay.serving.engine.policy import Policy
from outlay.serving.engine.run import Records, run
from outlay.serving.engine.steps import DenseTable
from outlay.serving.metrics import Slo, latencies, percentiles
from outlay.serving.traffic.requests import Traffic

__all__ = ["POOL", "SAMPLE", "edge_rate", "fixed_fleet", "holds", "request_work", "spaced"]

SAMPLE = 12_000
"""Requests of the trace used to find one replica's edge."""
POOL, LARGEST_POOL = 4, 256
"""Replicas that an edge is looked for on."""


def holds(records: Records, slo: Slo) -> bool:
    """Whether both limits hold at the SLO's percentile over all arrivals, or each class's own."""
    values = latencies(records)
    more = records.traffic.output_tokens > 1
    done: BoolArray = np.isfinite(records.end_s)
    for mine, limits in slo.parts(records.traffic.priority):
        for name, limit in (("ttft", limits.ttft_s), ("tpot", limits.tpot_s)):
            if limit is None:
                continue
            found = values[name] if mine is None else values[name][mine if name == "ttft" else
                                                                   mine[more]]  # fmt: skip
            if len(found) and percentiles(found, {"p": limits.percentile})["p"] > limit:
                return False
        if np.mean(done if mine is None else done[mine]) < limits.percentile:
            return False
    return True


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
    random numbers); on a larger one where requests that come at the same moment are too many for
    it at any rate. Raises InfeasibleError where even an idle replica misses the SLO.
    """
    middle = max(0, (len(t) - SAMPLE) // 2)
    part = t.part(slice(middle, middle + SAMPLE)) if len(t) > SAMPLE else t
    span = max(part.span_s, 1e-6)
    natural = len(part) / span
    saturated = 1.0 / float(np.mean(request_work(part, table)))
    alone = spaced(part, table)
    if not holds(run(alone, table, policy, seed=seed), slo):
        _refuse(alone, table, slo, policy, seed)
    pool = min(POOL, max(1, len(part) // 200))

    def ok(pool: int, rate: float) -> bool:
        moved = replace(
            part, arrival_s=(part.arrival_s - part.arrival_s.item(0)) * natural / (rate * pool)
        )
        return holds(run(moved, table, policy, replicas=pool, seed=seed), slo)

    while pool <= LARGEST_POOL:
        if found := _edge(partial(ok, pool), saturated):
            return found
        pool *= POOL
    raise InfeasibleError(
        "requests that come together miss the SLO however few they are",
        [Problem("requests at the same moment", value=f"up to {_at_once(part):,}",
                 hint="--spread S spreads times that lie on a grid of S seconds")],
    )  # fmt: skip


def _edge(ok: Callable[[float], bool], saturated: float) -> float:
    """The rate up to which it is well, by bisection below twice the saturated one; 0: none."""
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
    return low


def _at_once(t: Traffic) -> int:
    """Most requests that come at one moment."""
    return int(np.max(np.unique(t.arrival_s, return_counts=True)[1]))


def spaced(t: Traffic, table: DenseTable) -> Traffic:
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
