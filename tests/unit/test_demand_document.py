"""A forecast's document and its record, from paths and trials by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from outlay.demand.forecasts.document import forecast_document
from outlay.demand.forecasts.forecast import Forecast
from outlay.demand.forecasts.scoring import Trial, record_table, rolling_origin
from outlay.demand.series.series import Point, Series

SERIES = Series(
    "tokens",
    "token/day",
    (
        Point(date(2025, 1, 1), date(2025, 1, 31), 3.0, True, "official", "a page"),
        Point(date(2025, 6, 1), date(2025, 6, 1), 5.0),
    ),
)
DATES = (date(2025, 7, 1), date(2025, 8, 1), date(2025, 9, 1))
PATHS = np.stack([np.arange(1.0, 102.0), np.full(101, 7.0), np.arange(10.0, 1011.0, 10.0)], axis=1)
PATHS[:, 2] **= 2
MADE = Forecast(
    SERIES, date(2025, 6, 30), DATES, ("trend", "power"), np.arange(101) % 2, PATHS, ("a note",)
)


def test_quantiles_and_mean_of_the_paths_on_each_day() -> None:
    """Paths of 1 to 101 have their fifth percentile at 6, and so on."""
    doc = forecast_document(MADE, (), seed=4)
    first, level, wide = doc.paths_summary
    assert (first.date, first.p05, first.p10, first.p50, first.p90, first.p95, first.mean) == (
        "2025-07-01", 6.0, 11.0, 51.0, 91.0, 96.0, 51.0,
    )  # fmt: skip
    assert (level.p05, level.p95, level.mean) == (7.0, 7.0, 7.0)
    assert wide.p50 == 510.0**2
    assert wide.mean == pytest.approx(100 * 101 * 102 * 203 / 6 / 101, rel=1e-9)
    assert (doc.series, doc.unit, doc.as_of) == ("tokens", "token/day", "2025-06-30")
    assert (doc.models, doc.n_paths, doc.seed) == (("trend", "power"), 101, 4)
    assert (doc.notes, doc.paths) == (("a note",), ())
    assert forecast_document(MADE, (), seed=4, with_paths=True).paths[2] == tuple(PATHS[2])


def test_until_when_the_band_says_something() -> None:
    """Between its tenths the first day spans 91 / 11, the third the square of 91 / 11."""
    doc = forecast_document(MADE, (), seed=0)
    assert (doc.informative_until, doc.informative_factor) == ("2025-08-01", 10.0)
    blind = replace(MADE, paths=PATHS[:, 2:], dates=DATES[2:])
    assert forecast_document(blind, (), seed=0).informative_until is None


def test_the_points_that_it_rests_on() -> None:
    january, june = forecast_document(MADE, (), seed=0).points
    assert (january.date, january.first_day, january.last_day) == (
        "2025-01-16", "2025-01-01", "2025-01-31",
    )  # fmt: skip
    assert (january.value, january.floor, january.grade, january.source) == (
        3.0, True, "official", "a page",
    )  # fmt: skip
    assert (june.date, june.value, june.floor) == ("2025-06-01", 5.0, False)


ORIGIN = date(2025, 1, 1)


def trial(days: int, actual: float, p50: float, crps: float = 0.2) -> Trial:
    return Trial(
        "tokens", ORIGIN, 5, ORIGIN + timedelta(days=days), actual, p50 / 2, p50, p50 * 2, crps,
        50.0, 400.0,
    )  # fmt: skip


TRIALS = (trial(60, 100.0, 100.0), trial(80, 100.0, 25.0, 0.6), trial(150, 100.0, 400.0, 1.0))


def test_the_record_scores_each_method_at_each_horizon() -> None:
    rows = {(r.horizon, r.method): r for r in record_table(TRIALS)}
    near = rows["0-3 months", "pooled"]
    # errors of nought and of a factor of four: their mean is a factor of two
    assert (near.n, near.typical_factor, near.median_factor) == (
        2,
        pytest.approx(2.0),
        pytest.approx(2.0),
    )
    assert (near.worst_factor, near.coverage_80, near.crps) == (pytest.approx(4.0), 0.5, 0.4)
    assert rows["3-6 months", "pooled"].worst_factor == pytest.approx(4.0)
    everything = rows["all", "pooled"]
    assert everything.n == 3
    assert everything.typical_factor == pytest.approx(4 ** (2 / 3))
    assert everything.median_factor == pytest.approx(4.0)
    assert (everything.coverage_80, everything.crps) == (pytest.approx(1 / 3), pytest.approx(0.6))
    # single numbers: half or four times what came; their score is their error
    still, on = rows["all", "no growth"], rows["all", "last growth continued"]
    assert (still.typical_factor, on.typical_factor) == (pytest.approx(2.0), pytest.approx(4.0))
    assert (still.coverage_80, still.crps) == (None, pytest.approx(np.log(2)))
    assert list(dict.fromkeys(r.horizon for r in record_table(TRIALS))) == [
        "0-3 months", "3-6 months", "all",
    ]  # fmt: skip


def test_each_forecast_of_the_record_is_kept() -> None:
    doc = forecast_document(MADE, TRIALS, seed=0)
    assert doc.record == record_table(TRIALS)
    first, second, _ = doc.record_points
    assert (first.series, first.origin, first.target, first.n_points) == (
        "tokens", "2025-01-01", "2025-03-02", 5,
    )  # fmt: skip
    assert (first.actual, first.p10, first.p50, first.p90) == (100.0, 50.0, 100.0, 200.0)
    assert (first.crps, first.no_growth, first.last_growth) == (0.2, 50.0, 400.0)
    assert first.horizon_months == pytest.approx(60 / 365.25 * 12)
    assert (first.covered, second.covered) == (True, False)


def test_naive_rows_keep_the_last_value_or_its_last_growth() -> None:
    """Doubled in a year, a quarter of a year later it is 2^(1/4) times as much."""
    days = [date(2023, 1, 1), date(2024, 1, 1), date(2025, 1, 1), date(2025, 4, 2)]
    points = tuple(Point(d, d, v) for d, v in zip(days, (5.0, 10.0, 20.0, 30.0), strict=True))
    (only,) = rolling_origin(Series("x", "1", points), min_points=3, n_paths=50)
    assert (only.origin, only.target, only.n_points) == (days[2], days[3], 3)
    assert (only.actual, only.no_growth) == (30.0, 20.0)
    assert only.last_growth == pytest.approx(20 * 2 ** (91 / 366))
