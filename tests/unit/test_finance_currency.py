"""Rates of a horizon: means where known, the last one flat after, errors before the first."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from outlay.core.errors import FxError
from outlay.core.fx import FxTable
from outlay.core.periods import Period, horizon
from outlay.finance import Cost, Flows, Policy, account
from outlay.finance.currency import period_rates

ROWS = [
    {"date": f"2025-{m:02d}", "kind": "monthly_average", "base": "USD", "quote": "CNY",
     "rate": f"{7 + m / 100}", "source": "x", "grade": "official"}
    for m in range(4, 10)
] + [
    {"date": "2025-04-15", "kind": "spot", "base": "USD", "quote": "EUR", "rate": "0.9",
     "source": "x", "grade": "official"},
]  # fmt: skip
TABLE = FxTable.from_rows(ROWS)
QUARTERS = horizon(Period.parse("2025-Q2"), 4)


def test_means_then_the_last_known_rate_flat() -> None:
    got = period_rates(TABLE, ["USD", "CNY"], "CNY", QUARTERS, date(2025, 9, 30))
    assert got["USD"] == pytest.approx([7.05, 7.08, 7.09, 7.09])
    assert got["CNY"].tolist() == [1, 1, 1, 1]


def test_nothing_known_later_is_used() -> None:
    got = period_rates(TABLE, ["USD"], "CNY", QUARTERS, date(2025, 7, 31))
    assert got["USD"] == pytest.approx([7.05, 7.07, 7.07, 7.07])


def test_a_cross_rate_without_averages_takes_the_day() -> None:
    got = period_rates(TABLE, ["EUR"], "CNY", QUARTERS[:1], date(2025, 9, 30))
    assert got["EUR"] == pytest.approx([7.04 / 0.9])  # April is the last average by mid-May


def test_periods_before_the_first_rate_are_all_named() -> None:
    early = horizon(Period.parse("2024-Q3"), 4)
    with pytest.raises(FxError) as caught:
        period_rates(TABLE, ["USD", "JPY"], "CNY", early, date(2025, 9, 30))
    said = str(caught.value)
    for part in ("USD to CNY in 2024-Q3", "in 2024-Q4", "in 2025-Q1", "JPY to CNY in 2025-Q2"):
        assert part in said
    assert "USD to CNY in 2025-Q2" not in said


def test_rates_go_into_the_accounts() -> None:
    fx = period_rates(TABLE, ["USD"], "CNY", QUARTERS, date(2025, 9, 30))
    flows = Flows(QUARTERS, "CNY", fx=fx, costs=(Cost("rent", "cloud", 1.0, 100.0, "USD"),))
    a = account(flows, Policy({}, 0.09))
    np.testing.assert_allclose(a["income.costs"][0], 100 * fx["USD"])
