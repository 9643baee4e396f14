"""States of demand from the forecast of a study's series: branches for the tree, paths for risk."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from outlay.core.arrays import Array
from outlay.core.errors import Problem, StudyError
from outlay.core.periods import Period
from outlay.demand.scenario import scenario_states
from outlay.study.model.loads import TokenVolume
from outlay.study.model.study import Study

__all__ = ["TAIL", "ForecastStates", "SeriesSample", "forecast_states"]

SeriesSample = Callable[[TokenVolume, tuple[Period, ...]], Array]
"""Maps a named series to sampled paths in token/day, [path, period]."""

TAIL = 0.05
"""Share of paths at either end that are drawn in to the 5th and 95th percentile of each period.
Beyond them a forecast from a few points says nothing, and supply bounds what is served."""


@dataclass(frozen=True)
class ForecastStates:
    """scale: [state, period] and factors: [path, period], both over the base path (the median);
    probabilities @ scale is the mean of the factors."""

    scale: Array
    factors: Array


def forecast_states(
    study: Study,
    periods: tuple[Period, ...],
    probabilities: Sequence[float],
    sample: SeriesSample,
) -> ForecastStates:
    """Cut the sampled total of the study's series into states of the given probabilities.

    Services on other volumes follow the same factors, as they do with given totals. Raises
    StudyError where no service's volume is a series.
    """
    volumes = [
        s.tokens_per_day
        for s in study.services.values()
        if isinstance(s.tokens_per_day, TokenVolume)
    ]
    if not volumes:
        raise StudyError(
            Problem(
                "demand states from a forecast need a service whose volume is a series",
                where="services",
                allowed="tokens_per_day: {series: ..., share: ...}",
                hint="or give demand.state_totals and `from: demand`",
            )
        )
    total: Array = np.zeros(1)
    base: Array = np.zeros(len(periods))
    for volume in volumes:
        paths = sample(volume, periods) * volume.share.value
        total = total + paths
        base = base + np.median(paths, axis=0)
    bounded = np.clip(total, *np.quantile(total, [TAIL, 1 - TAIL], axis=0))
    states = scenario_states(bounded, probabilities)
    return ForecastStates(states.values / base, bounded / base)
