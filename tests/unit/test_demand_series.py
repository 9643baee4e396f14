"""Reading a series: taken exactly, taken with a note, or refused with line and reason."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from outlay.core.errors import InputError, TableError, TooLargeError
from outlay.demand.forecasts.forecast import forecast
from outlay.demand.series.as_of import parse_as_of, parse_targets
from outlay.demand.series.read import LEAST, MOST, parse_series, read_series

GOOD = "date,value,floor,grade\n2024-05-15,0.12,,official\n2024-07,0.5,,\n2024-Q4,4,over,reported\n"


def test_dates_floors_and_grades_are_read() -> None:
    a, b, c = parse_series(GOOD).points
    assert (a.start, a.end, a.value, a.grade) == (
        date(2024, 5, 15),
        date(2024, 5, 15),
        0.12,
        "official",
    )
    assert (b.start, b.end, b.grade) == (date(2024, 7, 1), date(2024, 7, 31), "reported")
    assert c.floor
    assert c.day == date(2024, 11, 15)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("trillion/month", 1e12 / 30),
        ("billion tokens per minute", 1e9 * 1440),
        ("token/day", 1.0),
        ("T/day", 1e12),
        ("tokens/second", 86_400.0),
        ("万亿/day", 1e12),
    ],
)
def test_units_come_out_in_tokens_a_day(text: str, value: float) -> None:
    series = parse_series("date,value\n2025-01,1\n2025-02,2\n", unit=text)
    assert series.unit == "token/day"
    assert series.points[0].value == pytest.approx(value, rel=1e-12)


@pytest.mark.parametrize(
    ("body", "what", "where"),
    [
        ("date,value\n2025-01-01,nan\n", "not a finite number", "s:2"),
        ("date,value\n2025-01-01,inf\n", "not a finite number", "s:2"),
        ("date,value\n2025-01-01,-3\n", "above zero", "s:2"),
        ("date,value\n2025-01-01,0\n", "above zero", "s:2"),
        ("date,value\n2025-01-01,30T\n", "not a plain number", "s:2"),
        ("date,value\n2025-01-01,\n", "not a plain number", "s:2"),
        ("date,value\n2025-13-01,3\n", "not a", "s:2: date"),
        ("date,value\n2025-02-30,3\n", "not a date", "s:2: date"),
        ("date,value\n01/02/2025,3\n", "not a", "s:2: date"),
        ("date,value\n0900-01-01,3\n", "no token volume", "s:2: date"),
        ("date,value\n0000-01-01,3\n", "no year of the calendar", "s:2: date"),
        ("date,value\n9999-12-31,3\n", "no year of the calendar", "s:2: date"),
        ("date,value\n٢٠٢٥-01-01,3\n", "not a", "s:2: date"),
        ("date,value\n2025-01-01,1e308\n", "cannot be meant", "s:2: value"),
        ("date,value\n2025-01-01,1e200\n", "cannot be meant", "s:2: value"),
        ("date,value\n2025-01-01,5e-324\n", "cannot be meant", "s:2: value"),
        ("date,value,unit\n2025-01-01,1e13,T/day\n", "cannot be meant", "s:2: value"),
        ("date,value,colour\n2025-01-01,3,red\n", "unknown column", "s:1"),
        ("date,value,value\n2025-01-01,3,4\n", "given twice", "s:1"),
        ("value\n3\n", "column is missing", "s:1"),
        ("", "no header", "s:1"),
        ("date,value\n", "no rows", "s"),
        ("date,value\n2025-01-01,1,300\n", "number of cells", "s:2"),
        ("date,value,grade\n2025-01-01,1,offical\n", "unknown grade", "s:2"),
        ("date,value,floor\n2025-01-01,1,maybe\n", "not a yes or no", "s:2"),
        ("date,value,unit\n2025-01-01,1,trillion\n", "not a unit", "s:2"),
        ("date,value,unit\n2025-01-01,1,zillion/day\n", "unknown scale", "s:2"),
        ("date,value,unit\n2025-01-01,1,T/day\n2025-02-01,2,\n", "some rows have a unit", "s"),
        ("date,value\n2025-01-01,1\n2025-01-01,2\n", "two values for one date", "s:3"),
        ("date,value\n2025-01,1\n2025-01,2\n", "two values for one date", "s:3"),
        ('date,value\n2025-01-01,"1\n', "not CSV", "s"),
        ("date,value\n2025-01-01,1\x00\n", "not a plain number", "s:2"),
    ],
)
def test_bad_tables_are_refused_with_place_and_reason(body: str, what: str, where: str) -> None:
    with pytest.raises(TableError) as caught:
        parse_series(body, where="s")
    assert any(what in p.what and p.where.startswith(where) for p in caught.value.problems())
    assert caught.value.exit_code == 2


def test_every_bad_row_is_named_at_once() -> None:
    with pytest.raises(TableError) as caught:
        parse_series("date,value\n2025-01-01,x\nyesterday,3\n2025-03-01,-1\n", where="s")
    assert [p.where.split(":")[1] for p in caught.value.problems()] == ["2", "3", "4"]


def test_one_announcement_told_twice_counts_once() -> None:
    text = "date,value,floor\n2025-05-31,16.4,\n2025-09-30,30,true\n2025-10,30,true\n"
    series = parse_series(text)
    assert [p.value for p in series.points] == [16.4, 30.0]
    assert series.points[1].start == series.points[1].end == date(2025, 9, 30)
    assert "counted once" in series.notes[0]


@pytest.mark.parametrize("second", ["2025-10", "2025-10-02"])
def test_the_same_number_days_later_or_dated_loosely_is_the_same_news(second: str) -> None:
    assert len(parse_series(f"date,value\n2025-05-31,16\n2025-09-30,30\n{second},30\n").points) == 2


def test_a_flat_monthly_series_keeps_its_points() -> None:
    text = "date,value\n" + "".join(f"2025-0{m},5\n" for m in range(1, 7))
    made = forecast(parse_series(text), n_paths=300, months=3)
    assert len(made.series.points) == 6
    low, middle, high = made.quantile([0.1, 0.5, 0.9])[:, -1]
    assert low < 5 < high
    assert middle == pytest.approx(5, rel=0.1)


def test_a_flat_series_of_exact_days_keeps_its_points() -> None:
    text = "date,value\n2025-01-01,5\n2025-01-20,5\n2025-02-10,5\n2025-03-01,5\n"
    assert len(parse_series(text).points) == 4


def test_as_of_cuts_and_says_so() -> None:
    series = parse_series(GOOD).known_on(date(2024, 7, 10))
    assert [p.value for p in series.points] == [0.12, 0.5]
    assert series.points[-1].end == date(2024, 7, 10)
    assert "1 point after 2024-07-10 left out" in series.notes[-1]


def test_one_point_is_refused_and_two_are_warned_about() -> None:
    with pytest.raises(TableError, match="too few points"):
        forecast(parse_series("date,value\n2025-01-01,5\n"))
    with pytest.raises(TableError, match="too few points"):
        forecast(parse_series(GOOD), date(2024, 6, 1))
    made = forecast(parse_series("date,value\n2025-01-01,5\n2025-03-01,7\n"), n_paths=60)
    assert any("only 2 points" in n for n in made.notes)


def test_a_point_in_the_future_is_refused_unless_as_of_cuts_it() -> None:
    series = parse_series("date,value\n2025-01-01,5\n2025-03-01,7\n2105-05-01,9\n")
    with pytest.raises(InputError):
        parse_as_of("", parse_series("date,value\n2025-01-01,5\n2105-03-01,7\n"), date(2026, 1, 1))
    assert len(series.known_on(date(2025, 12, 31)).points) == 2


def test_a_forecast_of_the_past_is_refused() -> None:
    with pytest.raises(TableError, match="before the last known point"):
        forecast(parse_series(GOOD), dates=[date(2024, 6, 1)])


def test_missing_large_and_binary_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(TableError, match=r"none\.csv: no such file"):
        read_series(tmp_path / "none.csv")
    big = tmp_path / "big.csv"
    big.write_bytes(b"date,value\n" + b"2025-01-01,1\n" * 200_000)
    with pytest.raises(TooLargeError, match="too large"):
        read_series(big)
    odd = tmp_path / "odd.csv"
    odd.write_bytes(b"\xff\xfe\x00d")
    with pytest.raises(TableError, match="UTF-16"):
        read_series(odd)


def test_the_widest_series_has_a_finite_forecast() -> None:
    text = f"date,value\n2025-01-01,{LEAST}\n2025-01-02,{MOST}\n2025-01-03,{LEAST}\n"
    made = forecast(parse_series(text), months=120, n_paths=300)
    assert np.isfinite(made.paths).all()
    assert np.isfinite(made.mean).all()


@pytest.mark.parametrize("day", ["2150-12-31", "2056-01-01"])
def test_no_forecast_goes_further_than_a_series_says_anything_of(day: str) -> None:
    series = parse_series("date,value\n2025-01-01,1\n2025-06-01,2\n", where="s")
    with pytest.raises(TableError, match="to 2055: 30 years after the last point"):
        parse_as_of(day, series)
    with pytest.raises(TableError, match="--at: too far"):
        parse_targets([day], series)
    assert parse_as_of("2055-12-31", series).year == 2055
