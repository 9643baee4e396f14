"""Dated exchange rates: the last one known, crossed through the dollar, never a later one."""

from __future__ import annotations

from datetime import date

import pytest

from outlay.core.errors import FxError
from outlay.core.periods import Period
from outlay.core.quantities.fx import FxRate, FxTable


def _table() -> FxTable:
    def average(quote: str, month: int, rate: float) -> FxRate:
        last = Period(2025, month, 1).end
        known = date.fromordinal(last.toordinal() - 1)
        return FxRate("USD", quote, rate, known, "monthly_average")

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


def test_cross_rates_pass_through_the_dollar() -> None:
    fx = _table()
    day = date(2025, 12, 31)
    assert fx.rate("EUR", "CNY", day) == pytest.approx(7.12 / 0.85)
    there_and_back = fx.convert(fx.convert(85e9, "CNY", "EUR", day), "EUR", "CNY", day)
    assert there_and_back == pytest.approx(85e9, rel=1e-14)
    assert fx.convert(5.0, "CNY", "CNY", day) == 5.0


def test_refusals_name_currency_and_day() -> None:
    fx = _table()
    with pytest.raises(FxError, match="no exchange rate for THB"):
        fx.rate("THB", "CNY", date(2025, 12, 31))
    with pytest.raises(FxError, match="on or before 2025-01-01"):
        fx.rate("USD", "CNY", date(2025, 1, 1))
    with pytest.raises(FxError, match="too old"):
        fx.rate("USD", "CNY", date(2028, 1, 1))
    with pytest.raises(FxError, match="positive"):
        FxTable([FxRate("USD", "CNY", -7.0, date(2025, 12, 31))])
    with pytest.raises(FxError, match="against USD"):
        FxTable([FxRate("EUR", "CNY", 8.0, date(2025, 12, 31))])


def test_as_of_forgets_what_came_later() -> None:
    fx = _table().as_of(date(2025, 11, 30))
    assert fx.rate("USD", "CNY", date(2025, 12, 31)) == 7.11


def test_a_rate_the_other_way_round_is_turned() -> None:
    fx = FxTable([FxRate("CNY", "USD", 0.125, date(2025, 12, 31), "assumption")])
    assert fx.rate("USD", "CNY", date(2025, 12, 31)) == 8.0
