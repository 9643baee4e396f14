"""Six small studies that once came out wrong: commitments, floors of cash, prices, authorisations.

A thousand chips' worth of work; a year in quarters without discount, so that sums are plain.
"""

from __future__ import annotations

from typing import Any

import pytest

from outlay.core.errors import OutlayError
from support.contract_studies import paid, plan_of, study

ONE: dict[str, Any] = {"tiny": {"chip": "h200-sxm", "quantity": 1, "places": ["US"]}}
BUY: dict[str, Any] = {"chip": "h200-sxm", "by": "purchase", "price": "30_000 USD", "to": ["US"]}


def rent(by: str, price: str, term: str) -> dict[str, Any]:
    return {"chip": "h200-sxm", "by": by, "rent": f"{price} USD/chip-hour", "term": term,
            "to": ["US"]}  # fmt: skip


def test_a_lease_that_nobody_needs_is_paid_to_its_end() -> None:
    """1,000 chips at 2 USD for a year of 8,760 hours, though work for ten is cheaper elsewhere."""
    old = {"chip": "h200-sxm", "quantity": 1000, "places": ["US"], "tenure": "leased",
           "rent": "2 USD/chip-hour", "lease_end": "2026-Q4"}  # fmt: skip
    data = study(fleet={"old": old}, supply={"r": rent("lease", "1.0", "1 quarter")})
    data["work"]["serve"]["need"] = 10
    assert paid(plan_of(data))["rent"] == pytest.approx(17.52e6)


def test_a_hall_is_owed_though_a_hundredth_of_it_is_used() -> None:
    """100 MW at 100 USD per kW and month."""
    site = {"region": "US", "power": "100 MW", "electricity": "0 USD/kWh", "pue": "1.0",
            "rent": "100 USD/kW-month"}  # fmt: skip
    data = study(fleet={"old": {**ONE["tiny"], "quantity": 1000}}, sites={"a": site})
    assert paid(plan_of(data))["site_rent"] == pytest.approx(120e6)


@pytest.mark.parametrize(("floor", "spent"), [("0", 15e6), ("2m", 13e6), ("10m", 5e6), ("15m", 0)])
def test_a_higher_floor_of_cash_binds_harder(floor: str, spent: float) -> None:
    """5m in the till and 10m of debt, less what must remain; 30m would be spent if it could."""
    data = study(
        fleet=ONE, supply={"b": BUY}, finance={"opening_cash": "5m USD"},
        budget={"cash": f"{floor} USD", "debt_limit": "10m USD", "debt_rate": "0 %/year"},
    )  # fmt: skip
    plan = plan_of(data)
    assert paid(plan).get("delivery", 0.0) == pytest.approx(spent, abs=1.0)
    assert plan.debt.max() <= 10e6 + 1.0


def test_a_floor_of_cash_that_nothing_meets_is_refused() -> None:
    data = study(
        fleet=ONE, supply={"b": BUY}, finance={"opening_cash": "5m USD"},
        budget={"cash": "25m USD", "debt_limit": "10m USD", "debt_rate": "0 %/year"},
    )  # fmt: skip
    with pytest.raises(OutlayError):
        plan_of(data)


def test_an_order_is_paid_and_worth_the_price_at_which_it_was_placed() -> None:
    """999 chips ordered at 10,000, delivered as they cost 20,000, half a year of five used up."""
    buy = {**BUY, "price": {"2026-Q1": "10_000 USD", "2026-Q3": "20_000 USD"},
           "lead": "2 quarters", "deposit": "20 %", "last_order": "2026-Q1"}  # fmt: skip
    data = study(fleet=ONE, supply={"b": buy})
    data["work"]["serve"]["need"] = {"2026-Q1": 1, "2026-Q3": 1000}
    data["finance"] = {"lives": {"accelerators": {"book": "5 years", "economic": "5 years"}}}
    plan = plan_of(data)
    found = paid(plan)
    assert found["deposit"] + found["delivery"] == pytest.approx(999 * 10_000)
    assert found["residual"] == pytest.approx(-999 * 9_000)
    assert plan.objective == pytest.approx(999 * 1_000)


@pytest.mark.parametrize(
    ("budget", "spent"),
    [({}, 10e6), ({"overrun_price": "0.5"}, 999 * 30_000), ({"overrun_price": "1000"}, 10e6)],
)
def test_an_authorisation_binds_unless_it_may_be_overrun(
    budget: dict[str, str], spent: float
) -> None:
    """A chip of 30,000 saves 170,000 a year: worth half as much again, not a thousandfold."""
    data = study(fleet=ONE, supply={"b": BUY}, budget={"capex": {"2026": "10m USD"}, **budget})
    assert paid(plan_of(data))["delivery"] == pytest.approx(spent)


def test_a_need_of_one_quarter_signs_one_quarter() -> None:
    """999 chips for the fourth quarter's 2,208 hours, at 2.0 rather than at 1.9 for five years."""
    long, short = rent("reservation", "1.9", "5 years"), rent("reservation", "2.0", "3 months")
    data = study(fleet=ONE, supply={"y": long, "m": short})
    data["work"]["serve"]["need"] = {"2026-Q1": 1, "2026-Q4": 1000}
    plan = plan_of(data)
    assert paid(plan)["rent"] == pytest.approx(999 * 2.0 * 2208)
    assert plan.orders[[o.id for o in plan.offers].index("y")].max() == pytest.approx(0.0, abs=1e-6)
