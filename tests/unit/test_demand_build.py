"""Demand of a study: tokens add up, growth passes its points, peaks are pooled."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from outlay.core.errors import StudyError
from outlay.core.periods import Period, horizon
from outlay.demand.build import build_demand, growth_path
from outlay.study import loads
from outlay.study.model.fields import Num, Schedule
from support.small import SMALL, small_stages

PERIODS = horizon(Period.parse("2026-Q1"), 4)


def demand_of(**replaced: str):
    from outlay.catalogue import fx

    text = SMALL.read_text(encoding="utf-8")
    for old, new in replaced.items():
        assert old in text
        text = text.replace(old, new)
    study = loads(text).study
    return study, build_demand(
        study, fx(), busiest_hour=lambda _: 1.5, series_path=lambda *_: np.ones(4)
    )


def test_growth_passes_its_points_and_starts_at_one() -> None:
    growth = Schedule(((Period.parse("2026-Q2"), Num(2.0, "ratio")),
                       (Period.parse("2026-Q4"), Num(8.0, "ratio"))))  # fmt: skip
    path = growth_path(growth, date(2025, 12, 31), PERIODS)
    assert path[1] == pytest.approx(2.0)
    assert path[3] == pytest.approx(8.0)
    assert 1.0 < path[0] < 2.0
    days = [(p.middle - PERIODS[1].middle).days for p in PERIODS]
    between = 2.0 * 4.0 ** (days[2] / days[3])  # geometric between the points, by days
    assert path[2] == pytest.approx(between)


def test_slices_add_up_to_the_tokens_of_the_day() -> None:
    stages = small_stages()
    d = stages.demand
    assert (d.hours.sum(axis=1) == 24).all()
    per_day = (d.rate * d.hours[:, None]).sum(axis=-1) * 3600
    for j, service in enumerate(d.services):
        prefill = next(i for i, x in enumerate(d.loads) if x.id == f"{service}/prefill")
        np.testing.assert_allclose(per_day[:, :, prefill], d.tokens_per_day[:, :, j, 0])
        np.testing.assert_allclose(per_day[:, :, prefill + 1], d.tokens_per_day[:, :, j, 2])


def test_kinds_keep_the_mix() -> None:
    tokens = small_stages().demand.tokens_per_day
    total = tokens.sum(axis=-1)
    np.testing.assert_allclose(tokens[..., 2] / total, 1 / 12.5)
    np.testing.assert_allclose(tokens[..., 1] / tokens[..., :2].sum(axis=-1), 0.6)


def test_doubling_the_volume_doubles_every_rate() -> None:
    _, one = demand_of()
    _, two = demand_of(**{"2T tokens/day": "4T tokens/day"})
    np.testing.assert_allclose(two.rate, 2 * one.rate)
    np.testing.assert_allclose(two.tokens_per_day, 2 * one.tokens_per_day)


def test_pooling_brings_the_fleets_peak_to_the_rule() -> None:
    rule = "budget: {capex"
    _, free = demand_of()
    _, pooled = demand_of(**{rule: "rules: {pooled_peak: 1.3}\nbudget: {capex"})
    mean = free.tokens_per_day[0, 0, 0, 0] / 86_400
    assert free.rate[0, 0, 0, 0] / mean == pytest.approx(1.7)
    assert pooled.rate[0, 0, 0, 0] / mean == pytest.approx(1.3)


def test_states_scale_around_their_reference() -> None:
    _, d = demand_of(
        **{
            "uncertainty:": (
                "demand:\n  state_totals:\n    low: {2026-Q1: 1T tokens/day}\n"
                "    base: {2026-Q1: 2T tokens/day}\n    high: {2026-Q1: 5T tokens/day}\n"
                "uncertainty:\n  volume:\n    reveal: 2026-Q3\n    from: demand\n"
                "    states: {low: 25 %, base: 50 %, high: 25 %}"
            )
        }
    )
    assert d.states == ("low", "base", "high")
    np.testing.assert_allclose(d.rate[0], 0.5 * d.rate[1])
    np.testing.assert_allclose(d.rate[2], 2.5 * d.rate[1])


def test_a_state_without_a_total_is_refused() -> None:
    with pytest.raises(StudyError, match=r"no total for state .high."):
        demand_of(
            **{
                "uncertainty:": (
                    "demand:\n  state_totals:\n    base: {2026-Q1: 2T tokens/day}\n"
                    "uncertainty:\n  volume:\n    reveal: 2026-Q3\n    from: demand\n"
                    "    states: {base: 50 %, high: 50 %}"
                )
            }
        )
