"""What an announcement says about the volume behind it: log value, bias and variance."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np

from outlay.core.arrays import Array
from outlay.core.periods import DAYS_PER_YEAR
from outlay.demand.series.series import Point

__all__ = ["FLOOR_EXCESS", "Observations", "grade_log_sd", "observe"]


FLOOR_EXCESS = 0.06
"""Mean log excess of a volume over a figure said as "over" it (exponential, so also its sd).

Assumption: makers announce a round number soon after passing it; the round numbers in use
(1, 1.3, 4, 30, 50) lie 30 to 60% apart, of which a tenth to a fifth has gone by."""


@dataclass(frozen=True)
class Observations:
    """`t_years` since the first point, `log_value` and its noise variance `log_var`, [point]."""

    t_years: Array
    log_value: Array
    log_var: Array


@cache
def grade_log_sd() -> dict[str, float]:
    """Standard deviation of the log value by grade, from the table in `data/`."""
    text = files("outlay.demand").joinpath("data/observation_grades.csv").read_text("utf-8")
    return {row["grade"]: float(row["log_sd"]) for row in csv.DictReader(text.splitlines())}


def observe(points: Sequence[Point]) -> Observations:
    """Turn points into Gaussian observations of the log volume.

    Equation: y = ln v + e, with e the mean excess of a floor; variance = grade's + floor's
    (e^2, exponential) + (growth x date error)^2. The growth [1/year] is that of the chord
    through the two neighbours. Nothing here depends on the unit of v: a series in tokens per
    month and the same in tokens per day give the same variances.
    """
    sd = grade_log_sd()
    day0 = points[0].day
    t = np.array([(p.day - day0).days / DAYS_PER_YEAR for p in points])
    floor = np.array([p.floor for p in points], dtype=bool)
    y = np.log([p.value for p in points]) + np.where(floor, FLOOR_EXCESS, 0.0)
    growth = _chord_growth(t, y)
    date_sd = np.array([p.date_sd_years for p in points])
    variance = (
        np.array([sd[p.grade] ** 2 for p in points])
        + np.where(floor, FLOOR_EXCESS**2, 0.0)
        + (growth * date_sd) ** 2
    )
    return Observations(t, y, variance)


def _chord_growth(t: Array, y: Array) -> Array:
    """Growth through each point's neighbours [1/year]; zero for a single point."""
    n = len(t)
    if n < 2:
        return np.zeros(n)
    lo = np.maximum(np.arange(n) - 1, 0)
    hi = np.minimum(np.arange(n) + 1, n - 1)
    gap = np.maximum(t[hi] - t[lo], 1.0 / DAYS_PER_YEAR)
    return np.asarray((y[hi] - y[lo]) / gap, dtype=np.float64)
