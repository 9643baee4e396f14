"""Demand of a study: tokens add up, growth passes its points, peaks are pooled."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from outlay.core.errors import StudyError, TableError
from outlay.core.periods import Period, horizon
from outlay.demand.build import build_demand, growth_path
from outlay.demand.day_shape import ByPhase
from outlay.demand.types import DemandPaths
from outlay.runs.pipeline.execute import prepare
from outlay.study import load, loads
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
        study, fx(), busiest_hour=lambda _: ByPhase(1.5, 1.2), series_path=lambda *_: np.ones(4)
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


def over_mean(d: DemandPaths) -> tuple[float, float]:
    """Peak over a normal day's mean of the first service, by phase."""
    tokens = d.tokens_per_day[0, 0, 0] / 86_400
    return d.rate[0, 0, 0, 0] / tokens[0], d.rate[0, 0, 1, 0] / tokens[2]


BY_PHASE = {"busiest_hour: 1.7": "busiest_hour: {prefill: 1.3, decode: 1.6}"}


def test_each_phase_peaks_at_its_own_ratio() -> None:
    _, d = demand_of(**BY_PHASE)
    assert over_mean(d) == pytest.approx((1.3, 1.6))
    _, d = demand_of(**{"busiest_hour: 1.7": "shape: reasoning"})
    assert over_mean(d) == pytest.approx((1.5, 1.2)), "what the shape says"


def test_one_ratio_stands_for_both_phases() -> None:
    _, one = demand_of()
    _, two = demand_of(**{"busiest_hour: 1.7": "busiest_hour: {prefill: 1.7, decode: 1.7}"})
    np.testing.assert_array_equal(one.rate, two.rate)
    np.testing.assert_array_equal(one.peak, two.peak)


def test_each_phase_is_held_for_its_own_busiest_hour() -> None:
    _, d = demand_of(**BY_PHASE, **{"currency: CNY": "currency: CNY\nslices: mean"})
    assert d.peak.tolist() == pytest.approx([1.3, 1.6])
    small = "value: {unserved: {input"
    both = {small: f"fallback: {{model: qwen3-8b, most: 20 %, loss: 5 %}}\n    {small}"}
    _, d = demand_of(**BY_PHASE, **both, **{"currency: CNY": "currency: CNY\nslices: mean"})
    assert d.peak.tolist() == pytest.approx([1.3, 1.6, 1.3, 1.6])
    assert [x.phase for x in d.loads] == ["prefill", "decode"] * 2


def test_pooling_weighs_each_phase_by_its_tokens() -> None:
    rule = "budget: {capex"
    _, d = demand_of(**BY_PHASE, **{rule: "rules: {pooled_peak: 1.2}\nbudget: {capex"})
    prefill, decode = over_mean(d)
    share_in = 11.5 / 12.5
    assert share_in * prefill + (1 - share_in) * decode == pytest.approx(1.2)
    assert (prefill - 1) / (decode - 1) == pytest.approx(0.3 / 0.6), "each keeps the same share"


def test_busiest_days_add_to_each_kind_of_token_what_its_own_peak_does() -> None:
    feast = {"uncertainty:": "demand: {event_peak: 1.5}\nuncertainty:"}
    _, plain = demand_of(**BY_PHASE)
    _, d = demand_of(**BY_PHASE, **feast)
    more = (d.tokens_per_day / plain.tokens_per_day)[0, 0, 0] - 1
    assert more[0] == more[1]
    assert more[0] / more[2] == pytest.approx(1.3 / 1.6)


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


def test_the_busiest_hours_of_a_study_may_be_those_of_its_own_requests(tmp_path: Path) -> None:
    rows = ["arrival_s,input_tokens,output_tokens"]
    rows += [
        f"{h * 3600 + 1},{3000 if h == 5 else 1000},{700 if h == 9 else 100}" for h in range(25)
    ]
    (tmp_path / "day.csv").write_text("\n".join(rows) + "\n")
    text = SMALL.read_text(encoding="utf-8").replace("busiest_hour: 1.7", "shape: day.csv")
    (tmp_path / "study.yaml").write_text(text, encoding="utf-8")
    d = prepare(load(tmp_path / "study.yaml")).demand
    prefill, decode = 3000 * 24 / (23 * 1000 + 3000), 700 * 24 / (23 * 100 + 700)
    assert over_mean(d) == pytest.approx((prefill, min(decode, 4.0)))


def test_a_shape_of_less_than_a_day_is_refused_at_its_line(tmp_path: Path) -> None:
    (tmp_path / "day.csv").write_text("arrival_s,input_tokens,output_tokens\n1,10,10\n9,10,10\n")
    text = SMALL.read_text(encoding="utf-8").replace("busiest_hour: 1.7", "shape: day.csv")
    (tmp_path / "study.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(TableError, match=r"study\.yaml:15: .*day\.csv.*24 hours"):
        prepare(load(tmp_path / "study.yaml"))
