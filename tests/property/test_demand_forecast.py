"""What must hold for any series: units, order, as-of dates, streams and states."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from outlay.demand.day_shape import shape, sharpen
from outlay.demand.forecasts.forecast import forecast
from outlay.demand.scenario import scenario_states
from outlay.demand.series.series import Point, Series, make_series


@st.composite
def series_of(draw: st.DrawFn) -> Series:
    gaps = draw(st.lists(st.integers(5, 400), min_size=3, max_size=9))
    steps = draw(st.lists(st.floats(-0.7, 2.5), min_size=len(gaps) + 1, max_size=len(gaps) + 1))
    floors = draw(st.lists(st.booleans(), min_size=len(steps), max_size=len(steps)))
    day, level, points = date(2023, 1, 1), 0.0, []
    for gap, step, floor in zip([0, *gaps], steps, floors, strict=True):
        day, level = day + timedelta(days=gap), level + step
        points.append(Point(day, day, float(np.exp(level)), floor))
    return make_series("s", "", points)


@given(series_of(), st.floats(1e-6, 1e12))
@settings(max_examples=25)
def test_scaling_a_series_scales_every_path(series: Series, factor: float) -> None:
    """Doubling all volumes doubles all paths; tokens per month forecast as tokens per day."""
    scaled = replace(
        series, points=tuple(replace(p, value=p.value * factor) for p in series.points)
    )
    a = forecast(series, n_paths=60, months=6).paths
    b = forecast(scaled, n_paths=60, months=6).paths
    np.testing.assert_allclose(b, factor * a, rtol=1e-7)


@given(series_of(), st.randoms())
@settings(max_examples=15)
def test_the_order_of_rows_changes_nothing(series: Series, random: object) -> None:
    mixed = list(series.points)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    again = make_series("s", "", mixed)
    assert np.array_equal(
        forecast(series, n_paths=30, months=3).paths, forecast(again, n_paths=30, months=3).paths
    )


@given(series_of())
@settings(max_examples=15)
def test_nothing_after_the_as_of_date_matters(series: Series) -> None:
    assume(len(series.points) >= 3)  # equal ones are counted once
    as_of = series.points[-2].end
    later = replace(series.points[-1], value=series.points[-1].value * 50)
    other = replace(series, points=(*series.points[:-1], later))
    a, b = (
        forecast(series, as_of, n_paths=30, months=3),
        forecast(other, as_of, n_paths=30, months=3),
    )
    assert np.array_equal(a.paths, b.paths)


@given(series_of())
@settings(max_examples=15)
def test_a_path_does_not_depend_on_how_many_are_drawn(series: Series) -> None:
    few, many = forecast(series, n_paths=40, months=4), forecast(series, n_paths=100, months=4)
    assert np.array_equal(few.paths, many.paths[:40])
    assert (few.paths > 0).all()
    assert np.isfinite(few.paths).all()


def test_a_falling_series_is_forecast_to_fall_no_further_than_it_fell() -> None:
    days = [date(2024, 1, 1) + timedelta(days=90 * i) for i in range(6)]
    points = [Point(d, d, 100.0 * 0.8**i) for i, d in enumerate(days)]
    made = forecast(make_series("s", "", points), n_paths=900, months=12)
    middle = made.quantile(0.5)
    assert middle[-1] < points[-1].value
    assert middle[-1] > points[-1].value * 0.8**5


def test_the_band_widens_and_says_where_it_stops_to_inform() -> None:
    days = [date(2024, 1, 1) + timedelta(days=60 * i) for i in range(4)]
    points = [Point(d, d, v) for d, v in zip(days, (1, 9, 11, 70), strict=True)]
    made = forecast(make_series("s", "", points), n_paths=900, months=36)
    low, high = made.quantile([0.1, 0.9])
    assert (np.diff(np.log(high / low)) > -0.02).all()
    assert made.informative_until is not None
    assert made.informative_until < made.dates[-1]
    assert any("almost nothing" in n for n in made.notes)


@given(
    st.integers(20, 200),
    st.integers(1, 5),
    st.lists(st.floats(0.05, 1.0), min_size=2, max_size=4),
    st.integers(0, 10**6),
)
@settings(max_examples=40)
def test_states_keep_the_mean_and_their_probabilities(
    n: int, periods: int, raw: list[float], seed: int
) -> None:
    paths = np.exp(np.random.default_rng(seed).normal(size=(n, periods)).cumsum(axis=1))
    given_p = np.array(raw) / sum(raw)
    made = scenario_states(paths, given_p)
    np.testing.assert_allclose(made.probabilities, given_p, atol=1e-12)
    np.testing.assert_allclose(made.probabilities @ made.values, paths.mean(axis=0), rtol=1e-10)
    level = np.log(made.values).mean(axis=1)
    assert (np.diff(level) > -0.5).all()
    free = scenario_states(paths, n=3)
    np.testing.assert_allclose(free.probabilities @ free.values, paths.mean(axis=0), rtol=1e-10)
    assert free.names == ("low", "base", "high")


@given(st.floats(1.05, 6.0))
@settings(max_examples=30)
def test_sharpening_keeps_the_day_whole(top: float) -> None:
    curve = sharpen(shape("consumer-chat").decode, top)
    assert curve.mean() == pytest.approx(1.0)
    assert curve.max() == pytest.approx(top, rel=1e-9)
