"""Score forecasts on history: rolling origin, error factor, coverage and CRPS beside naive rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from typing import TypeVar

import numpy as np

from outlay.core.arrays import Array
from outlay.core.periods import DAYS_PER_YEAR, MONTHS_PER_YEAR
from outlay.demand.forecasts.forecast import MIN_POINTS, forecast
from outlay.demand.series.series import Series
from outlay.results.models.forecast import Method, RecordRow

__all__ = [
    "HORIZONS_MONTHS",
    "METHODS",
    "Trial",
    "crps_sample",
    "record_table",
    "rolling_origin",
]


METHODS: tuple[Method, ...] = ("pooled", "no growth", "last growth continued")

WORK = 6_000
"""Filter steps (origins x points) that a record may take: some seconds."""

MOST_TARGETS = 40

T = TypeVar("T")

HORIZONS_MONTHS = (0.0, 3.0, 6.0, 12.0, 24.0)
"""Lower edges of the horizon classes of the record; the last is open."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One forecast of one later point: made on `origin` from `n_points`, for `target`.

    actual, p10, p50, p90 in the series' unit; no_growth and last_growth are the naive answers;
    crps is that of the log value, for the sampled paths.
    """

    series: str
    origin: date
    n_points: int
    target: date
    actual: float
    p10: float
    p50: float
    p90: float
    crps: float
    no_growth: float
    last_growth: float

    @property
    def months(self) -> float:
        return (self.target - self.origin).days / DAYS_PER_YEAR * MONTHS_PER_YEAR

    @property
    def covered(self) -> bool:
        return self.p10 <= self.actual <= self.p90

    def log_error(self, method: str) -> float:
        """ln(actual / forecast) of a method of `METHODS`."""
        guess = {"pooled": self.p50, "no growth": self.no_growth}.get(method, self.last_growth)
        return float(np.log(self.actual / guess))

    def crps_of(self, method: str) -> float:
        """CRPS of the log value; that of a single number is its absolute error."""
        return self.crps if method == "pooled" else abs(self.log_error(method))


def crps_sample(sample: Array, actual: float) -> float:
    """Continuous ranked probability score of a sample, in the sample's unit.

    Equation: E|X - y| - E|X - X'| / 2, the second over all pairs by order statistics.
    Source: Gneiting & Raftery, JASA 102 (2007) 359, equation 21.
    """
    x = np.sort(sample)
    n = len(x)
    rank = np.arange(1, n + 1)
    spread = float(np.sum((2 * rank - n - 1) * x)) / n**2
    return float(np.mean(np.abs(x - actual))) - spread


def rolling_origin(
    series: Series,
    *,
    min_points: int = MIN_POINTS,
    n_paths: int = 1_000,
    seed: int = 0,
    up_to: date | None = None,
) -> tuple[Trial, ...]:
    """Forecast each later point from every origin that has at least `min_points` before it.

    Nothing after the origin enters: not a value, not a parameter. Points that lie on the origin's
    own day are no forecast and are left out. A long series (over `WORK` filter steps in all) is
    scored from evenly spread origins for evenly spread targets.
    """
    points = [p for p in series.points if up_to is None or p.start <= up_to]
    trials: list[Trial] = []
    origins = range(max(min_points, 2, len(points) // 20), len(points))
    for n in _spread(origins, max(2, WORK // max(len(points), 1))):
        past, later = points[:n], _spread(points[n:], MOST_TARGETS)
        later = [p for p in later if p.day > past[-1].day]
        if not later:
            continue
        known = replace(series, points=tuple(past), notes=())
        days = sorted({p.day for p in later})
        made = forecast(known, past[-1].end, days, n_paths=n_paths, seed=seed)
        p10, p50, p90 = (made.quantile(q) for q in (0.1, 0.5, 0.9))
        growth = _last_growth(past[-2].day, past[-2].value, past[-1].day, past[-1].value)
        for p in later:
            j = days.index(p.day)
            years = (p.day - past[-1].day).days / DAYS_PER_YEAR
            trials.append(
                Trial(
                    series.name,
                    past[-1].day,
                    n,
                    p.day,
                    p.value,
                    p10.item(j),
                    p50.item(j),
                    p90.item(j),
                    crps_sample(np.log(made.paths[:, j]), float(np.log(p.value))),
                    past[-1].value,
                    float(past[-1].value * np.exp(growth * years)),
                )
            )
    return tuple(trials)


def _spread(items: Sequence[T], most: int) -> list[T]:
    """All items, or `most` of them evenly spread, first and last included."""
    if len(items) <= most:
        return list(items)
    return [items[round(i * (len(items) - 1) / (most - 1))] for i in range(most)]


def _last_growth(day0: date, value0: float, day1: date, value1: float) -> float:
    years = max((day1 - day0).days, 1) / DAYS_PER_YEAR
    return float(np.log(value1 / value0)) / years


def record_table(trials: Iterable[Trial]) -> tuple[RecordRow, ...]:
    """Rows by horizon and method, the horizon `all` last; empty where there is no trial."""
    everything = tuple(trials)
    rows: list[RecordRow] = []
    edges = (*HORIZONS_MONTHS, float("inf"))
    for low, high in pairwise(edges):
        label = f"{low:.0f}-{high:.0f} months" if np.isfinite(high) else f"over {low:.0f} months"
        rows += _rows(label, [t for t in everything if low <= t.months < high])
    return tuple(rows + _rows("all", everything))


def _rows(label: str, trials: Sequence[Trial]) -> list[RecordRow]:
    if not trials:
        return []
    out = []
    for method in METHODS:
        error: Array = np.abs([t.log_error(method) for t in trials])
        out.append(
            RecordRow(
                method,
                label,
                len(trials),
                float(np.exp(np.mean(error))),
                float(np.exp(np.median(error))),
                float(np.exp(np.max(error))),
                float(np.mean([t.covered for t in trials])) if method == "pooled" else None,
                float(np.mean([t.crps_of(method) for t in trials])),
            )
        )
    return out
