"""Demand states cut from a forecast: mean kept from series to worlds, refusals."""

from __future__ import annotations

import numpy as np
import pytest

from outlay.catalogue import fx
from outlay.core.errors import StudyError
from outlay.demand.build import build_demand
from outlay.demand.day_shape import ByPhase
from outlay.demand.from_forecast import TAIL
from outlay.demand.scenario import scenario_states
from outlay.demand.series_path import base_path, sampled_paths
from outlay.demand.types import DemandPaths
from outlay.risk.worlds.effects import DemandCurve
from outlay.risk.worlds.of_study import study_worlds
from outlay.study import loads
from support.small import SMALL, small_stages

STATES = "states: {low: 25 %, base: 45 %, high: 30 %}"
FACTOR = f"uncertainty:\n  demand: {{reveal: 2026-Q3, from: forecast, {STATES}}}\n"
VOLUME = "tokens_per_day: {series: bytedance-tokens, share: 10 %}"


def study_of(volume: str = VOLUME):  # type: ignore[no-untyped-def]
    text = SMALL.read_text(encoding="utf-8")
    text = text.replace("uncertainty:\n", FACTOR)
    text = text.replace("tokens_per_day: 2T tokens/day", volume).replace(
        "    growth: {2026-Q4: 2.0}\n", ""
    )
    return loads(text).study


def demand_of(study) -> DemandPaths:  # type: ignore[no-untyped-def]
    return build_demand(
        study,
        fx(),
        busiest_hour=lambda _: ByPhase(1.5, 1.5),
        series_path=lambda v, p: base_path(v, p, study.as_of, study.seed),
        series_sample=lambda v, p: sampled_paths(v, p, study.as_of, study.seed),
    )


def test_states_are_those_of_the_forecast_and_keep_its_mean() -> None:
    study = study_of()
    demand = demand_of(study)
    volume = next(iter(study.services.values())).tokens_per_day
    paths = sampled_paths(volume, demand.periods, study.as_of, study.seed)
    paths = np.clip(paths, *np.quantile(paths, [TAIL, 1 - TAIL], axis=0))
    tokens = demand.tokens_per_day.sum(axis=(2, 3))
    want = scenario_states(paths, [0.25, 0.45, 0.30]).values * 0.1
    np.testing.assert_allclose(tokens, want, rtol=1e-9)
    np.testing.assert_allclose(demand.probabilities @ tokens, 0.1 * paths.mean(axis=0), rtol=1e-9)
    assert demand.states == ("low", "base", "high")
    assert (np.diff(tokens, axis=0) > 0).all()


def test_worlds_have_the_mean_that_the_tree_plans_for() -> None:
    study = study_of()
    demand = demand_of(study)
    made = study_worlds(study, small_stages().problem, demand)
    curve = made.settings.demand
    assert isinstance(curve, DemandCurve)
    assert made.settings.demand_factor == "demand"
    z = np.random.default_rng(0).normal(size=40_000)
    level = curve.at(z)
    np.testing.assert_allclose(level.mean(axis=0), 1.0, rtol=0.03)
    # the states of the factor's score are the states of the level
    low = z < np.quantile(z, 0.25)
    tokens = demand.tokens_per_day.sum(axis=(2, 3))
    share = tokens[0] / (demand.probabilities @ tokens)
    np.testing.assert_allclose(level[low][:, :, 0].mean(axis=0), share, rtol=0.05)


def test_a_forecast_of_nothing_is_refused() -> None:
    with pytest.raises(StudyError, match="a forecast without a series"):
        demand_of(study_of("tokens_per_day: 2T tokens/day"))
