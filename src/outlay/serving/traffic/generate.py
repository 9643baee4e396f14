"""Draw requests: arrival processes with burstiness and rate curves, and token lengths."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from outlay.core.arrays import Array, Int32Array
from outlay.core.errors import InputError
from outlay.core.seeds import stream
from outlay.serving.spec import Lengths
from outlay.serving.traffic.requests import Traffic, traffic

__all__ = ["arrivals", "curve_arrivals", "draw_lengths", "service_traffic", "spread_slots"]


def unit_gaps(rng: np.random.Generator, n: int, cv: float, family: str = "gamma") -> Array:
    """`n` interarrival gaps of mean 1 and coefficient of variation `cv`.

    Families: gamma (shape 1/cv²) or weibull (shape k with Γ(1+2/k)/Γ(1+1/k)² = 1 + cv²); cv = 0
    gives equal gaps, cv = 1 the Poisson process. Source: the two families that fit recorded
    client traffic in ServeGen (Xiang et al., arXiv 2505.09999, §3).
    """
    if cv == 0:
        return np.ones(n)
    if cv == 1:
        return rng.standard_exponential(n)
    if family == "gamma":
        shape = 1.0 / cv**2
        return rng.standard_gamma(shape, n) / shape
    if family == "weibull":
        k = weibull_shape(cv)
        return rng.weibull(k, n) / math.gamma(1 + 1 / k)
    raise InputError("unknown arrival family", value=family, allowed="gamma, weibull")


def weibull_shape(cv: float) -> float:
    """Shape k of a Weibull law with coefficient of variation `cv` (bisection in log k)."""

    def log_ratio(k: float) -> float:
        return math.lgamma(1 + 2 / k) - 2 * math.lgamma(1 + 1 / k) - math.log1p(cv * cv)

    low, high = 0.02, 200.0
    if log_ratio(low) < 0 or log_ratio(high) > 0:
        raise InputError("coefficient of variation out of range", value=str(cv))
    for _ in range(200):
        mid = math.sqrt(low * high)
        low, high = (mid, high) if log_ratio(mid) > 0 else (low, mid)
    return math.sqrt(low * high)


def arrivals(
    n: int,
    rate_per_s: float,
    *,
    cv: float = 1.0,
    family: str = "gamma",
    seed: int = 0,
    name: str = "",
) -> Array:
    """`n` arrival times [s] of a renewal process with mean rate `rate_per_s`."""
    if not (rate_per_s > 0 and math.isfinite(rate_per_s)):
        raise InputError("rate must be positive", value=str(rate_per_s))
    rng = stream(seed, "serving", "arrivals", name)
    return np.asarray(np.cumsum(unit_gaps(rng, n, cv, family)) / rate_per_s, dtype=float)


def curve_arrivals(
    rate_per_s: Array,
    step_s: float,
    *,
    cv: float = 1.0,
    family: str = "gamma",
    seed: int = 0,
    name: str = "",
) -> Array:
    """Arrival times under a piecewise-constant rate curve.

    rate_per_s [window of `step_s` seconds]. A renewal process of unit mean runs in operational
    time Λ(t) = ∫ rate dt and is carried back through Λ⁻¹, which keeps the burstiness whatever
    the curve (time rescaling; Daley and Vere-Jones, Point Processes I, ch. 7.4).
    """
    rate = np.asarray(rate_per_s, dtype=float)
    if rate.size == 0 or not np.all(np.isfinite(rate)) or np.any(rate < 0) or step_s <= 0:
        raise InputError("a rate curve needs finite rates that are not negative, and a step")
    edges: Array = np.concatenate([[0.0], np.cumsum(rate) * step_s])
    total = edges.item(-1)
    rng = stream(seed, "serving", "arrivals", name)
    times: list[Array] = []
    done = 0.0
    while done < total:
        n = int((total - done) + 6 * cv * math.sqrt(total - done + 1) + 16)
        part = done + np.cumsum(unit_gaps(rng, n, cv, family))
        done = part.item(-1)
        times.append(part)
    if not times:
        return np.empty(0)
    operational = np.concatenate(times)
    operational = operational[operational < total]
    rising = np.concatenate([[True], np.diff(edges) > 0])  # Λ⁻¹ is taken at the first time
    clock = np.arange(len(edges)) * step_s
    keep = rising | np.concatenate([rising[1:], [True]])
    return np.asarray(np.interp(operational, edges[keep], clock[keep]), dtype=float)


def draw_lengths(
    n: int, mean_in: float, mean_out: float, lengths: Lengths, *, seed: int = 0, name: str = ""
) -> tuple[Int32Array, Int32Array]:
    """Input and output tokens of `n` requests with the given means (within sampling error)."""
    rng = stream(seed, "serving", "lengths", name)
    a = rng.standard_normal(n)
    b = rng.standard_normal(n)
    rho = lengths.correlation
    b = rho * a + math.sqrt(max(0.0, 1 - rho * rho)) * b
    return (
        _marginal(a, mean_in, lengths.input_cv, lengths.input_quantiles),
        _marginal(b, mean_out, lengths.output_cv, lengths.output_quantiles),
    )


def _marginal(
    normal: Array, mean: float, cv: float, quantiles: Sequence[tuple[float, float]]
) -> Int32Array:
    if quantiles:
        values = quantile_values(_phi(normal), quantiles) * (mean / quantile_mean(quantiles))
    elif cv == 0:
        values = np.full(len(normal), mean)
    else:
        sigma = math.sqrt(math.log1p(cv * cv))
        values = mean * np.exp(sigma * normal - sigma * sigma / 2)
    return np.clip(np.rint(values), 1, 2**24).astype(np.int32)


def quantile_values(u: Array, quantiles: Sequence[tuple[float, float]] | Array) -> Array:
    """Values at probabilities `u`, linear between the table's entries."""
    table = np.asarray(quantiles, dtype=float)
    if table.ndim != 2 or np.any(np.diff(table, axis=0) < 0) or np.any(table[:, 1] < 0):
        raise InputError("length quantiles must rise in probability and tokens")
    return np.asarray(np.interp(u, table[:, 0], table[:, 1]), dtype=float)


def quantile_mean(quantiles: Sequence[tuple[float, float]]) -> float:
    """Mean of the piecewise-linear quantile function."""
    u = (np.arange(20_000) + 0.5) / 20_000
    return float(np.mean(quantile_values(u, quantiles)))


def _phi(x: Array) -> Array:
    from scipy.special import ndtr

    return np.asarray(ndtr(x), dtype=float)


def service_traffic(
    n: int,
    rate_per_s: float,
    mean_in: float,
    mean_out: float,
    lengths: Lengths,
    *,
    cached_share: float = 0.0,
    cv: float = 1.0,
    seed: int = 0,
    name: str = "service",
) -> Traffic:
    """Requests of one service; with `cached_share`, each prompt's share is marked as cached."""
    inp, out = draw_lengths(n, mean_in, mean_out, lengths, seed=seed, name=name)
    shared = None if cached_share == 0 else np.floor(inp * cached_share).astype(np.int32)
    times = arrivals(n, rate_per_s, cv=cv, seed=seed, name=name)
    return traffic(times, inp, out, shared_tokens=shared, name=name)


def spread_slots(arrival_s: Array, slot_s: float, *, seed: int = 0) -> Array:
    """Spread arrivals that were recorded in slots of `slot_s` uniformly inside their slot.

    Raw quantised times overstate burstiness (a trace on a 3 s grid shows an interarrival CV of
    3 where 1 is meant); this is the repair that its card asks for. Returned times are sorted.
    """
    times = np.asarray(arrival_s, dtype=float)
    return np.sort(times + stream(seed, "serving", "slots").random(len(times)) * slot_s)
