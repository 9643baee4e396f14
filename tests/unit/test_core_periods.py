"""Hours, days and months of the mean year agree with each other; a level annuity pays back."""

from __future__ import annotations

import pytest

from outlay.core import periods
from outlay.core.annuity import level_annuity, monthly_annuity
from outlay.core.errors import QuantityError
from outlay.core.periods import Period, parse_date
from outlay.core.quantities.units import unit_factor


def test_the_year_is_one_length_whatever_it_is_counted_in() -> None:
    assert periods.HOURS_PER_YEAR == 8766.0
    assert periods.HOURS_PER_MONTH == 730.5
    assert periods.HOURS_PER_YEAR * periods.SECONDS_PER_HOUR == periods.SECONDS_PER_YEAR
    for written, seconds in (
        ("year", periods.SECONDS_PER_YEAR),
        ("month", periods.DAYS_PER_MONTH * periods.SECONDS_PER_DAY),
        ("day", periods.SECONDS_PER_DAY),
        ("hour", periods.SECONDS_PER_HOUR),
    ):
        assert unit_factor(written, "duration") == seconds


def test_months_between_periods_and_the_year_a_period_starts_in() -> None:
    assert Period(2027, 3, 1).ordinal - Period(2026, 11, 3).ordinal == 4
    assert Period(2026, 7, 6).start_year == 2026.5


def test_what_comes_within_a_period_comes_in_it() -> None:
    """Four months after 1 July is November, of the same half-year; six are the next one's first."""
    half, year = Period(2026, 7, 6), Period(2026, 1, 12)
    assert [str(half.after(m)) for m in (0, 4, 5.9, 6, 11, 12)] == [
        "2026-H2", "2026-H2", "2026-H2", "2027-H1", "2027-H1", "2027-H2",
    ]  # fmt: skip
    assert [str(year.after(m)) for m in (7, 12, 19)] == ["2026", "2027", "2027"]


@pytest.mark.parametrize("rate", [0.0, 0.03, 0.2])
def test_a_level_annuity_is_worth_what_it_pays_for(rate: float) -> None:
    each = level_annuity(rate, 7.0)
    assert sum(each / (1 + rate) ** t for t in range(1, 8)) == pytest.approx(1.0)
    each = monthly_annuity(rate, 7.0) / 12
    assert sum(each / (1 + rate) ** (t / 12) for t in range(1, 85)) == pytest.approx(1.0)


@pytest.mark.parametrize(
    "text", ["0000", "0000-01-01", "0000-Q1", "FY0000", "9999", "9999-12-31", "9999-12", "9999-H2"]
)
def test_a_year_that_no_calendar_has_around_it_is_no_date(text: str) -> None:
    with pytest.raises(QuantityError, match=r"a year from 1900 to 2200"):
        parse_date(text)


@pytest.mark.parametrize("text", ["٢٠٢٥-١٢-٣١", "２０２５", "2025-1-1", "2025-02-29", "20251231"])
def test_days_are_written_in_ascii_and_exist(text: str) -> None:
    with pytest.raises(QuantityError, match="not a"):
        parse_date(text)


def test_the_first_and_last_years_have_every_day() -> None:
    assert parse_date("0001", end=True).isoformat() == "0001-12-31"
    assert parse_date("9998", end=True).isoformat() == "9998-12-31"
    assert Period.parse("9998-Q4").end.isoformat() == "9999-01-01"


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("2025Q1", "write 2025-Q1"),
        ("Q3 2025", "write 2025-Q3"),
        ("2025/3/7", "write 2025-03-07"),
        ("2025/3", "write 2025-03"),
        ("03/04/2025", "the year first, then month and day: which of them comes first is not told"),
        ("45717", "a spreadsheet's number of a day: 2025-03-01 if it counts from 1900"),
        ("soon", ""),
    ],
)
def test_a_date_in_another_form_is_refused_with_how_it_is_written(text: str, hint: str) -> None:
    with pytest.raises(QuantityError) as caught:
        parse_date(text)
    (problem,) = caught.value.problems()
    assert problem.what == "not a period"
    assert problem.allowed == "2026-01-31, 2026-01, 2026-Q1, 2026-H1 or 2026"
    assert problem.hint == hint
