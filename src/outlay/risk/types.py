"""What risk hands on: the `Outlook`, distributions of a plan's outcomes and what moves them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from outlay.core.arrays import Array
from outlay.risk.sensitivity import Bar

__all__ = ["QUANTILES", "Chance", "Distribution", "Driver", "Outlook", "Promise", "summarise"]


QUANTILES = (0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95)


@dataclass(frozen=True, slots=True)
class Distribution:
    """One outcome over the worlds. quantiles: at `QUANTILES`. tail_mean: mean of the worst
    tenth (of high values for costs, low ones for shares: see `worse`)."""

    name: str
    unit: str
    mean: float
    sd: float
    quantiles: tuple[float, ...]
    worse: Literal["high", "low"]
    tail_mean: float


@dataclass(frozen=True, slots=True)
class Promise:
    """A limit whose breaking is counted: `output` above (or below) `limit`."""

    name: str
    output: str
    limit: float
    broken: Literal["above", "below"]


@dataclass(frozen=True, slots=True)
class Chance:
    """Probability that a promise is broken, its standard error, and by how much when it is."""

    name: str
    output: str
    limit: float
    broken: Literal["above", "below"]
    probability: float
    standard_error: float
    mean_excess: float


@dataclass(frozen=True, slots=True)
class Driver:
    """Share of an outcome's variance that knowing the factor would explain (first order)."""

    output: str
    factor: str
    share: float


@dataclass(frozen=True)
class Outlook:
    """A plan's outcomes over sampled worlds.

    samples: output -> [world], in world order. headline: the output whose tornado is given.
    notes: what the worlds leave out.
    """

    n_worlds: int
    seed: int
    distributions: tuple[Distribution, ...]
    chances: tuple[Chance, ...]
    drivers: tuple[Driver, ...]
    tornado: tuple[Bar, ...] = ()
    headline: str = ""
    factors: tuple[str, ...] = ()
    samples: Mapping[str, Array] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def distribution(self, name: str) -> Distribution:
        """The distribution of an outcome; KeyError where there is none of that name."""
        for d in self.distributions:
            if d.name == name:
                return d
        raise KeyError(name)


def summarise(
    name: str, unit: str, sample: Array, worse: Literal["high", "low"] = "high"
) -> Distribution:
    """Mean, spread, quantiles and tail mean of a sample (sorted first: order changes nothing)."""
    x = np.sort(np.asarray(sample, dtype=np.float64))
    tail = max(1, round(0.1 * len(x)))
    worst = x[-tail:] if worse == "high" else x[:tail]
    return Distribution(
        name,
        unit,
        float(np.mean(x)),
        float(np.std(x, ddof=1)) if len(x) > 1 else 0.0,
        tuple(float(q) for q in np.quantile(x, QUANTILES).flat),
        worse,
        float(np.mean(worst)),
    )
