"""Exact money, its refusals, and dated exchange rates."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outlay.core.errors import FxError, InputError
from outlay.core.fx import FxRate, FxTable
from outlay.core.money import CurrencyMismatchError, Money, total
from outlay.core.periods import Period

MINOR = st.integers(-(10**16), 10**16)


def test_ten_dimes_are_exactly_one_dollar() -> None:
    assert total([Money.of(0.1, "USD")] * 10) == Money.of(1, "USD")


def test_rounding_is_half_to_even_in_the_smallest_unit() -> None:
    assert Money.of("0.125", "USD").minor == 12
    assert Money.of("0.135", "USD").minor == 14
    assert Money.of("1234.5", "JPY").minor == 1234
    assert Money.of("1.2345", "KWD").minor == 1234


def test_unlike_currencies_never_add_or_compare() -> None:
    with pytest.raises(CurrencyMismatchError, match="USD and CNY"):
        Money.of(1, "USD") + Money.of(1, "CNY")
    with pytest.raises(CurrencyMismatchError):
        _ = Money.of(1, "USD") < Money.of(1, "CNY")
    with pytest.raises(CurrencyMismatchError):
        total([Money.of(1, "USD"), Money.of(1, "CNY")])
    with pytest.raises(TypeError):
        Money.of(1, "USD") + 1  # type: ignore[operator]


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), "NaN"])
def test_money_is_finite(bad: object) -> None:
    with pytest.raises(InputError):
        Money.of(bad, "USD")  # type: ignore[arg-type]


def test_unknown_currency_and_empty_sum() -> None:
    with pytest.raises(InputError, match="unknown currency"):
        Money.of(1, "RMB")
    with pytest.raises(InputError, match="no currency"):
        total([])
    assert total([], "USD") == Money(0, "USD")


@given(MINOR, st.lists(st.floats(0, 1e6), min_size=1, max_size=8))
def test_split_gives_everything_away(minor: int, weights: list[float]) -> None:
    if sum(weights) <= 0:
        with pytest.raises(InputError):
            Money(minor, "CNY").split(weights)
        return
    parts = Money(minor, "CNY").split(weights)
    assert total(parts) == Money(minor, "CNY")
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part.minor - minor * weight / sum(weights)) <= 1 + abs(minor) * 1e-12


@given(MINOR, MINOR, MINOR)
def test_money_is_an_abelian_group(a: int, b: int, c: int) -> None:
    x, y, z = (Money(v, "USD") for v in (a, b, c))
    assert (x + y) + z == x + (y + z)
    assert x + y == y + x
    assert x - x == Money(0, "USD")
    assert (x * 3) == x + x + x


def test_money_shows_as_people_write_it() -> None:
    assert str(Money.of("2800000000", "CNY")) == "¥2.8bn"


# -- exchange rates ---------------------------------------------------------------------------


def _table() -> FxTable:
    def average(quote: str, month: int, rate: float) -> FxRate:
        last = Period(2025, month, 1).end
        known = date.fromordinal(last.toordinal() - 1)
        return FxRate("USD", quote, rate, known, "monthly_average", month=f"2025-{month:02d}")

    return FxTable(
        [average("CNY", m, 7.0 + m / 100) for m in (10, 11, 12)]
        + [average("EUR", 12, 0.85)]
        + [FxRate("USD", "CNY", 7.0366, date(2025, 12, 23))]
    )


def test_a_day_takes_the_last_rate_known_and_never_a_later_one() -> None:
    fx = _table()
    assert fx.rate("USD", "CNY", date(2025, 12, 22)) == 7.11  # November's, known on the 30th
    assert fx.rate("USD", "CNY", date(2025, 12, 23)) == 7.0366
    assert fx.rate("USD", "CNY", date(2025, 12, 31)) == 7.12
    assert fx.rate("USD", "CNY", date(2025, 12, 5), averages=True) == 7.12  # flows of the month


def test_cross_rates_pass_through_the_dollar() -> None:
    fx = _table()
    day = date(2025, 12, 31)
    assert fx.rate("EUR", "CNY", day) == pytest.approx(7.12 / 0.85)
    there_and_back = fx.convert(fx.convert(85e9, "CNY", "EUR", day), "EUR", "CNY", day)
    assert there_and_back == pytest.approx(85e9, rel=1e-14)
    assert fx.convert(5.0, "CNY", "CNY", day) == 5.0


def test_a_quarter_is_the_mean_of_its_months() -> None:
    assert _table().average("USD", "CNY", Period.parse("2025-Q4")) == pytest.approx(7.11)
    with pytest.raises(FxError, match="no monthly average for EUR in 2025-10"):
        _table().average("EUR", "CNY", Period.parse("2025-Q4"))


def test_refusals_name_currency_and_day() -> None:
    fx = _table()
    with pytest.raises(FxError, match="no exchange rate for THB"):
        fx.rate("THB", "CNY", date(2025, 12, 31))
    with pytest.raises(FxError, match="on or before 2025-01-01"):
        fx.rate("USD", "CNY", date(2025, 1, 1))
    with pytest.raises(FxError, match="too old"):
        fx.rate("USD", "CNY", date(2028, 1, 1))
    with pytest.raises(FxError, match="positive"):
        fx.with_rate(FxRate("USD", "CNY", -7.0, date(2025, 12, 31)))
    with pytest.raises(FxError, match="against USD"):
        fx.with_rate(FxRate("EUR", "CNY", 8.0, date(2025, 12, 31)))


def test_as_of_forgets_what_came_later_and_an_own_rate_is_taken() -> None:
    fx = _table().as_of(date(2025, 11, 30))
    assert fx.rate("USD", "CNY", date(2025, 12, 31)) == 7.11
    own = fx.with_rate(FxRate("CNY", "USD", 0.125, date(2025, 12, 31), "assumption"))
    assert own.rate("USD", "CNY", date(2025, 12, 31)) == 8.0
