"""Flow balance: what a replica does when it never waits, and the head-room that queues need.

These closed forms bracket the simulator's search and stand in for it where it is switched off.
Every result made from them alone says "flow balance".
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from outlay.core.arrays import Array
from outlay.serving.engine.steps import DenseTable
from outlay.serving.spec import ServiceSpec
from outlay.serving.traffic.generate import quantile_mean, quantile_values

__all__ = ["PhaseFlow", "decode_flow", "length_nodes", "prefill_flow"]


STABLE_LOAD = 0.95
"""Load factor without a latency limit: a queue that must empty again needs some slack."""


@dataclass(frozen=True, slots=True)
class PhaseFlow:
    """One phase on one replica: `saturated` tokens/s, the share of it that holds the SLO.

    unloaded_s: the phase's own latency at the SLO's percentile with nobody else there.
    batch: sequences in flight at the operating point. why_not: where even an idle replica fails.
    """

    saturated: float
    load_factor: float
    unloaded_s: float
    batch: float
    why_not: str = ""

    @property
    def tokens_per_s(self) -> float:
        return self.saturated * self.load_factor


@lru_cache(maxsize=64)
def length_nodes(
    mean: float, cv: float, table: tuple[tuple[float, float], ...], n: int = 400
) -> Array:
    """Token lengths at `n` equally likely mid-quantiles, scaled to `mean` exactly.

    Kept, as every chip asks for those of the same service; so nobody may write into them.
    """
    from scipy.special import ndtri

    u = (np.arange(n) + 0.5) / n
    if table:
        values = quantile_values(u, table) * (mean / quantile_mean(table))
    else:
        sigma = math.sqrt(math.log1p(cv * cv))
        values = mean * np.exp(sigma * np.asarray(ndtri(u)) - sigma * sigma / 2)
    values = np.maximum(values, 1.0)
    nodes = np.asarray(values * (mean / np.mean(values)), dtype=float)
    nodes.flags.writeable = False
    return nodes


def prefill_flow(
    spec: ServiceSpec, table: DenseTable, token_budget: int, burst_cv: float | None = None
) -> PhaseFlow:
    """Uncached input tokens/s of a prefill replica.

    Saturated: mean uncached tokens over mean compute time, the step base shared by a full token
    budget. Load factor: the largest ρ for which P(W + S > TTFT) ≤ 1 - percentile, with S over the
    length distribution and P(W > x) = C exp(-x/θ); C = ρ^(√(2(c+1)) - 1) for c = pool replicas
    (Sakasegawa 1977), θ = E[S] (ca² + cs²) / (2 c (1 - ρ)) (Allen-Cunneen). Output: PhaseFlow.
    """
    total = length_nodes(spec.input_tokens, spec.lengths.input_cv, spec.lengths.input_quantiles)
    cached = np.floor(total * spec.cached_share)
    fresh = np.maximum(total - cached, 1.0)
    base, per_token, per_ctx, _ = (float(x) for x in table.pre.flat)
    work = per_token * fresh + per_ctx * fresh * (cached + fresh / 2)
    alone = work + base * np.ceil(fresh / token_budget)
    shared = work + base * fresh / token_budget
    saturated = float(np.mean(fresh) / np.mean(shared))
    unloaded = float(np.quantile(alone, spec.percentile))
    fits = total <= table.capacity_tokens
    if np.mean(fits) < spec.percentile:
        return PhaseFlow(saturated, 0.0, unloaded, 0.0, "prompts do not fit the KV cache")
    if spec.ttft_s is None:
        return PhaseFlow(saturated, STABLE_LOAD, unloaded, 1.0)
    if unloaded > spec.ttft_s:
        why = (
            f"TTFT p{100 * spec.percentile:g} of an idle replica is {unloaded:.3g} s, "
            f"the limit is {spec.ttft_s:g} s"
        )
        return PhaseFlow(saturated, 0.0, unloaded, 1.0, why)
    ca2 = (spec.burst_cv if burst_cv is None else burst_cv) ** 2
    cs2 = float(np.var(alone) / np.mean(alone) ** 2)
    low, high = 0.0, 0.995
    for _ in range(40):
        rho = (low + high) / 2
        wait = math.pow(rho, math.sqrt(2 * (spec.pool + 1)) - 1)
        theta = np.mean(alone) * max(ca2 + cs2, 0.02) / (2 * spec.pool * (1 - rho))
        late: Array = np.where(
            alone > spec.ttft_s, 1.0, wait * np.exp(-np.maximum(spec.ttft_s - alone, 0) / theta)
        )
        low, high = (rho, high) if np.mean(late) <= 1 - spec.percentile else (low, rho)
    return PhaseFlow(saturated, low, unloaded, 1.0)


def decode_flow(spec: ServiceSpec, table: DenseTable, burst_cv: float | None = None) -> PhaseFlow:
    """Output tokens/s of a decode replica fed with computed prompts.

    The batch that the step time, the KV cache and the engine's cap allow at the mean context is
    b*; numbers in flight vary like a queue with many servers, standard deviation √(b z) with
    peakedness z = (1 + ca²)/2 (Whitt 1984), damped because a request's TPOT averages over its
    life, so the mean batch is the largest b with b + q √(b z / pool) ≤ b*.
    """
    tokens = table.progress_num / 1024
    context = mean_context(spec)
    caps = [float(table.max_batch), table.capacity_tokens / context]
    sizes = np.arange(1, table.max_batch + 1)
    step = table.base_s[1:] + table.slope_s[1:] * sizes * context
    limit = None if spec.tpot_s is None else spec.tpot_s * tokens
    whole = spec.input_tokens + spec.output_tokens
    if whole > table.capacity_tokens:
        return PhaseFlow(0.0, 0.0, step.item(0), 0.0, "a request does not fit the KV cache")
    ceiling = max(1, int(min(caps)))
    saturated = tokens * ceiling / step.item(ceiling - 1)
    unloaded = step.item(0) / tokens
    if limit is not None and step.item(0) > limit:
        why = f"TPOT of one sequence is {unloaded * 1e3:.3g} ms, the limit is {spec.tpot_s} s"
        return PhaseFlow(saturated, 0.0, unloaded, 1.0, why)
    top = ceiling
    if limit is not None:
        top = min(ceiling, np.flatnonzero(step <= limit).item(-1) + 1)
    ca2 = (spec.burst_cv if burst_cv is None else burst_cv) ** 2
    spread = 2.33 * math.sqrt((1 + ca2) / 2 / spec.pool)
    mean = ((-spread + math.sqrt(spread * spread + 4 * top)) / 2) ** 2
    mean = max(mean, min(1.0, top * 0.5))
    at = max(1, math.floor(mean))
    rate = tokens * mean / float(np.interp(mean, sizes, step))
    return PhaseFlow(saturated, min(STABLE_LOAD, rate / saturated), unloaded, float(at))


def mean_context(spec: ServiceSpec) -> float:
    """Mean tokens of context of a sequence that is decoding, weighted by its time there.

    A request of output n stays n steps, so contexts are weighted by n:
    E[n (p + n/2)] / E[n] = E[p] + E[n²] / (2 E[n]) for independent lengths.
    """
    out = length_nodes(spec.output_tokens, spec.lengths.output_cv, spec.lengths.output_quantiles)
    return spec.input_tokens + float(np.mean(out**2) / (2 * np.mean(out)))
