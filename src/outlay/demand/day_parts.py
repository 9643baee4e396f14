"""Parts of the mean day by period: the peak, the rest, and the peak hours of the busiest days."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from outlay.core.arrays import Array
from outlay.core.periods import HOURS_PER_DAY, SECONDS_PER_DAY, Period
from outlay.demand.types import EVENT
from outlay.study.model.study import Study

__all__ = ["PEAK_HOURS", "day_parts", "rates_over_mean"]

PEAK_HOURS = 6.0
"""Hours of the day counted as peak where the study asks for two slices."""


def day_parts(
    study: Study, branches: Sequence[Study], periods: tuple[Period, ...]
) -> tuple[tuple[str, ...], Array]:
    """(names, hours per day [period, slice], which sum to 24 in each period).

    The peak hours of the busiest days are taken out of the peak's. All branches have the same
    parts: those of the busiest days too, where one branch has such.
    """
    names, hours = ["peak", "offpeak"], [PEAK_HOURS, HOURS_PER_DAY - PEAK_HOURS]
    if study.slices == "mean":
        names, hours = ["mean"], [HOURS_PER_DAY]
    out = np.tile(hours, (len(periods), 1))
    share: Array = np.max([_event_share(s, periods) for s in branches], axis=0)
    if not share.any():
        return tuple(names), out
    event = out[:, 0] * share
    out[:, 0] -= event
    return (*names, EVENT), np.column_stack([out, event])


def _event_share(study: Study, periods: tuple[Period, ...]) -> Array:
    """[period]: share of its days that are the year's busiest; 0 where none is busier than others.

    The busiest days of a calendar year lie in the months that the study names, spread over their
    days alike: so the same study in months and in quarters has the same number of them.
    """
    d = study.demand
    out = np.zeros(len(periods))
    if d.event_peak is None or d.event_peak.value <= 1:
        return out
    days = d.event_days.value / SECONDS_PER_DAY
    for t, p in enumerate(periods):
        named = [m for m in _months(p) if d.busy_month(m)]
        out[t] = sum(m.days * days / d.busy_days(m.year) for m in named) / p.days
    return np.minimum(out, 1.0)


def _months(period: Period) -> list[Period]:
    first = Period(period.year, period.month, 1)
    return [first.shift(n) for n in range(period.months)]


def rates_over_mean(ratio: float, slices: Sequence[str], event: float = 1.0) -> Array:
    """[slice]: rate over the mean of a normal day, whose own mean over its hours is 1.

    ratio: of the peak; event: of the peak hours of the busiest days over those of a normal one.
    """
    normal = [s for s in slices if s != EVENT]
    if len(normal) == 1:
        shape = [1.0]
    else:
        ratio = min(ratio, HOURS_PER_DAY / PEAK_HOURS)
        shape = [ratio, (HOURS_PER_DAY - ratio * PEAK_HOURS) / (HOURS_PER_DAY - PEAK_HOURS)]
    return np.array([*shape, *(shape[0] * event for s in slices if s == EVENT)])
