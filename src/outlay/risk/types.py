"""A sample of an outcome as a row of the outlook, and the promises that may break."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from outlay.core.arrays import Array
from outlay.results.plans.outlook import Distribution

__all__ = ["QUANTILES", "Promise", "summarise"]


QUANTILES = (0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95)


@dataclass(frozen=True, slots=True)
class Promise:
    """A limit whose breaking is counted: `output` above (or below) `limit`."""

    name: str
    output: str
    limit: float
    broken: Literal["above", "below"]


def summarise(
    name: str, unit: str, sample: Array, worse: Literal["high", "low"] = "high"
) -> Distribution:
    """Mean, spread, quantiles and tail mean of a sample (sorted first: order changes nothing)."""
    x = np.sort(np.asarray(sample, dtype=np.float64))
    tail = max(1, round(0.1 * len(x)))
    worst = x[-tail:] if worse == "high" else x[:tail]
    at = {
        f"p{round(100 * q):02d}": float(v)
        for q, v in zip(QUANTILES, np.quantile(x, QUANTILES).flat, strict=True)
    }
    return Distribution(
        name=name, unit=unit, mean=float(np.mean(x)),
        sd=float(np.std(x, ddof=1)) if len(x) > 1 else 0.0, worse=worse,
        tail_mean=float(np.mean(worst)), **at,
    )  # fmt: skip
