"""The edge of an SLO: the largest rate that holds it, by bisection with common random numbers.

Every trial replays the same requests faster or slower, so latency is a monotone curve in the
rate up to a little noise; the first fifth is trimmed as warm-up, the last tenth as run-down.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from outlay.core.arrays import Array
from outlay.serving.engine.policy import Policy
from outlay.serving.engine.run import Records, run
from outlay.serving.engine.steps import DenseTable
from outlay.serving.metrics import latencies
from outlay.serving.sizing.flow import PhaseFlow
from outlay.serving.spec import ServiceSpec
from outlay.serving.traffic.generate import service_traffic
from outlay.serving.traffic.requests import Traffic, traffic

__all__ = ["Edge", "find_edge", "percentile_interval"]

MOST_LOAD = 0.97
"""Nothing is sold above this load: a finite run cannot tell 0.99 from overload."""
WARM_UP, RUN_DOWN = 0.2, 0.1
TRIALS = 6
IN_FLIGHT = 800
"""Requests in flight beyond which a larger pool would hardly vary less (3.5 % of the batch)."""
BATCHES = 10
LONGEST = 2**30
"""Tokens of a request, counted in 32 bits; a cache of a model that keeps little holds more."""


@dataclass(frozen=True, slots=True)
class Edge:
    """tokens_per_s of one replica at the SLO's edge, 90 % interval, and saturated rate."""

    tokens_per_s: float
    low: float
    high: float
    saturated: float
    busy: float
    why_not: str = ""


def percentile_interval(values: Array, p: float) -> tuple[float, float, float]:
    """Percentile and its 90 % interval from batch means.

    Ten consecutive batches give ten estimates; their spread over √10 with Student's t (1.833 at
    9 degrees) bounds the pooled one. Source: Law, Simulation Modeling and Analysis, §9.5.3.
    """
    at = min(len(values) - 1, max(0, math.ceil(p * len(values)) - 1))
    pooled = np.partition(values, at).item(at)
    each = _batch_percentiles(values, p)
    if not np.isfinite(each).all():
        return pooled, pooled, math.inf
    half = 1.833 * float(np.std(each, ddof=1)) / math.sqrt(BATCHES)
    return pooled, pooled - half, pooled + half


def _batch_percentiles(values: Array, p: float) -> Array:
    """Percentile of each of the consecutive batches, those of the same length at once."""
    size, longer = divmod(len(values), BATCHES)
    cut = longer * (size + 1)  # as `np.array_split` has it: the first ones are longer by one
    parts = (values[:cut].reshape(longer, size + 1), values[cut:].reshape(BATCHES - longer, size))
    return np.concatenate([np.quantile(x, p, axis=1) for x in parts if x.size])


def find_edge(
    spec: ServiceSpec,
    table: DenseTable,
    phase: str,
    flow: PhaseFlow,
    *,
    seed: int = 0,
    token_budget: int = 8192,
    requests: int = 0,
) -> Edge:
    """Edge of one phase of `spec` on replicas with step times `table`.

    phase: prefill (limit on TTFT), decode (limit on TPOT) or aggregated (both). requests: per
    trial; 0 chooses enough for the percentile and the numbers in flight (eight turns of them).
    Large batches are simulated on fewer replicas than `spec.pool`, which errs on the safe side.
    """
    per_request = spec.output_tokens if phase == "decode" else spec.uncached_tokens
    batch = max(flow.batch, 1.0)
    pool = int(min(spec.pool, max(1, round(IN_FLIGHT / batch))))
    if requests == 0:
        requests = int(min(8_000, max(2_000, 8 * batch * pool)))
    base = _traffic(spec, phase, requests, seed, table)
    policy = Policy(
        routing="least_loaded",
        token_budget=token_budget,
        ready=phase == "decode",
        prefix_cache="given" if spec.cached_share > 0 and phase != "decode" else "off",
    )
    limits = _limits(spec, phase)
    saturated_req = flow.saturated / per_request
    points: list[tuple[float, float, float, float, float]] = []

    def trial(load: float) -> bool:
        rate = load * saturated_req * pool
        records = run(base.scaled(rate), table, policy, replicas=pool, seed=seed)
        score, low, high, busy = _score(records, limits, spec.percentile)
        points.append((load, score, low, high, busy))
        return score <= 1.0

    low, high = 0.0, math.inf
    guess = min(max(flow.load_factor, 0.05), MOST_LOAD)
    step = 0.06
    for k in range(TRIALS):
        if trial(guess):
            low = guess
        else:
            high = guess
        if low >= MOST_LOAD:
            high = low
            break
        if low > 0 and high < math.inf:
            guess = (low + high) / 2
        elif low > 0:
            guess, step = min(MOST_LOAD, guess + step), step * 2
        else:
            guess, step = max(guess - step, guess / 2), step * 2
        if k and high - low < 0.015:
            break
    if low == 0.0 and not trial(0.02):
        worst = points[-1]
        name = {"prefill": "TTFT", "decode": "TPOT"}.get(phase, "latency")
        why = f"{name} p{100 * spec.percentile:g} is {worst[1]:.2f} times its limit at 2 % load"
        return Edge(0.0, 0.0, 0.0, flow.saturated, 0.0, why)
    low = max(low, 0.02)
    factor, below, above = _margins(points, low, high)
    busy = float(np.interp(low, *_sorted(points, 4)))
    full = flow.saturated
    return Edge(factor * full, below * full, above * full, full, busy)


_drawn = lru_cache(maxsize=8)(service_traffic)
"""Chips that hold as many sequences replay the same requests; what is drawn is not written to."""


def _traffic(spec: ServiceSpec, phase: str, requests: int, seed: int, table: DenseTable) -> Traffic:
    """Requests at unit rate; decode pools see whole contexts, prefill pools one output token."""
    drawn = _drawn(
        requests,
        1.0,
        spec.input_tokens,
        spec.output_tokens,
        spec.lengths,
        cached_share=spec.cached_share if phase != "decode" else 0.0,
        cv=spec.burst_cv,
        seed=seed,
        name=f"edge/{phase}",
    )
    room = table.capacity_tokens - 2 - math.ceil(table.progress_num / 1024)
    room = min(room, LONGEST)
    out = np.ones(requests, np.int32) if phase == "prefill" else drawn.output_tokens
    # The longest draws may exceed the cache; a service would refuse or truncate them.
    inp = np.minimum(drawn.input_tokens, max(1, room - int(np.median(out))))
    out = np.minimum(out, np.maximum(1, room - inp))
    if phase == "decode":
        out = np.maximum(out, 2)
    shared = drawn.shared_tokens if drawn.has_prefixes else None
    return traffic(drawn.arrival_s, inp, out, shared_tokens=shared, name=drawn.name)


def _limits(spec: ServiceSpec, phase: str) -> dict[str, float]:
    limits = {}
    if spec.ttft_s is not None and phase != "decode":
        limits["ttft"] = spec.ttft_s
    if spec.tpot_s is not None and phase != "prefill":
        limits["tpot"] = spec.tpot_s
    return limits


def _score(
    records: Records, limits: dict[str, float], percentile: float
) -> tuple[float, float, float, float]:
    """Worst ratio of percentile to limit with its interval, and the busy share.

    Without a limit the queue itself is judged: mean waiting over the last third must not exceed
    twice that of the middle third plus a service time (a queue that grows is over the edge).
    """
    n = len(records.traffic)
    part = slice(int(WARM_UP * n), int((1 - RUN_DOWN) * n))
    last = records.traffic.arrival_s.item(-1)
    busy = float(np.mean(np.minimum(1.0, records.busy_s / max(last, 1e-9))))
    values = latencies(records)
    worst = (0.0, 0.0, 0.0)
    for name, limit in limits.items():
        if len(values[name]) == n:
            ratio = percentile_interval(values[name][part] / limit, percentile)
            worst = max(worst, ratio)
    if not limits:
        third = np.array_split(values["queue"][part], 3)
        service = float(np.mean((records.end_s - records.start_s)[part]))
        allowed = 2 * float(np.mean(third[1])) + service
        score = float(np.mean(third[2])) / allowed
        worst = (score, score, score)
    return (*worst, busy)


def _sorted(
    points: list[tuple[float, float, float, float, float]], column: int
) -> tuple[list[float], list[float]]:
    ordered = sorted(points)
    return [p[0] for p in ordered], [p[column] for p in ordered]


def _margins(
    points: list[tuple[float, float, float, float, float]], low: float, high: float
) -> tuple[float, float, float]:
    """Load at which the score crosses 1, and where its interval's ends do (interpolated)."""

    def crossing(column: int) -> float:
        loads, scores = _sorted(points, column)
        best = 0.0
        for a, b, x, y in zip(loads, loads[1:], scores, scores[1:], strict=False):
            if x <= 1.0 < y:
                share = (1.0 - x) / (y - x) if math.isfinite(y) else 0.0
                best = a + (b - a) * share
        if best == 0.0:
            best = loads[-1] if scores[-1] <= 1.0 else loads[0]
        return best

    edge = crossing(1)
    sure = min(edge, crossing(3))
    most = max(edge, crossing(2))
    resolution = 0.5 * max(high - low, 0.0)
    return edge, max(0.5 * edge, min(sure, edge - resolution)), max(most, edge + resolution)
