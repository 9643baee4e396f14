"""Contracts by hand: halls as contracted, power at work and idle, orders under way, notices.

A year of 365 days has 8,760 hours; the 1,000 chips of `study` are h200-sxm.
"""

from __future__ import annotations

from typing import Any

import pytest

from outlay.catalogue import find_chip
from support.contract_studies import paid, plan_of, study

KW = find_chip("h200-sxm").it_w / 1e3
HOURS = 8760
OLD: dict[str, Any] = {"chip": "h200-sxm", "quantity": 1000, "places": ["US"]}


def hall(**change: Any) -> dict[str, Any]:
    """A hall of 100 MW let at 100 USD a kW and month, with 1,000 chips in it."""
    site = {"region": "US", "power": "100 MW", "pue": "1.25", "electricity": "0 USD/kWh",
            "rent": "100 USD/kW-month", **change}  # fmt: skip
    return study(fleet={"old": OLD}, sites={"a": site})


@pytest.mark.parametrize(
    ("change", "rent", "fee"),
    [
        ({}, 120e6, 0.0),
        ({"minimum_use": "60 %"}, 72e6, 0.0),
        ({"minimum_use": "0 %"}, KW * 1e3 * 1200, 0.0),
        ({"notice": "1 quarter"}, KW * 1e3 * 1200, (100 - KW) * 300e3),
        ({"early_exit": "50 %"}, KW * 1e3 * 1200, (100 - KW) * 600e3),
        ({"early_exit": "10 %", "notice": "2 quarters"}, KW * 1e3 * 1200, (100 - KW) * 600e3),
    ],
)
def test_a_hall_is_paid_as_it_is_contracted(
    change: dict[str, str], rent: float, fee: float
) -> None:
    """Rent on the least use of 100 MW, or a fee on what is given up at once."""
    found = paid(plan_of(hall(**change)))
    assert found["site_rent"] == pytest.approx(rent)
    assert found.get("exit_fee", 0.0) == pytest.approx(fee)


def test_rent_of_an_expansion_is_owed_from_the_day_it_is_energised() -> None:
    """Work for 1,000 chips more from the third quarter; ordered at once, power comes in May."""
    kw = KW * 1e3
    site = {
        "region": "US", "power": f"{kw} kW", "pue": "1.25", "electricity": "0 USD/kWh",
        "rent": "100 USD/kW-month",
        "expand": {"per_period": f"{kw} kW", "limit": f"{kw} kW", "lead": "4 months",
                   "first": "2026-Q2"},
    }  # fmt: skip
    need = {"2026-Q1": 1000, "2026-Q3": 2000}
    data = study(
        fleet={"old": OLD}, sites={"a": site},
        supply={"b": {"chip": "h200-sxm", "by": "purchase", "price": "1 USD", "to": ["US"]}},
    )  # fmt: skip
    data["work"]["serve"] |= {"need": need}
    plan = plan_of(data)
    assert plan.expansion_mw[0] == pytest.approx([kw / 1e3, 0.0, 0.0, 0.0])
    assert plan.energised_mw[0] * 1e3 == pytest.approx([kw, kw * 5 / 3, 2 * kw, 2 * kw])
    assert paid(plan)["site_rent"] == pytest.approx(kw * 100 * (12 + 8))


@pytest.mark.parametrize(("need", "busy"), [(1000, 1.0), (250, 0.25), (0, 0.0)])
def test_a_chip_at_work_draws_more_than_one_that_waits(need: int, busy: float) -> None:
    data = hall(electricity="0.1 USD/kWh", rent="0 USD/kW-month")
    data["rules"] |= {"busy_power": "70 %", "idle_power": "20 %"}
    data["work"]["serve"] |= {"need": need, "unserved": "20 USD/chip-hour"}
    data["fleet"]["kept"] = {**OLD, "tenure": "leased", "rent": "1 USD/chip-hour"}
    data["fleet"].pop("old")
    plan = plan_of(data)
    standing = plan.pool_stock.sum(axis=(0, 1))  # what has no work may be taken out of service
    kwh = HOURS * KW * 1.25 * (0.2 * standing.mean() + 0.5 * busy * 1000)
    assert paid(plan).get("energy", 0.0) == pytest.approx(0.1 * kwh, rel=1e-3)
    assert standing[0] == pytest.approx(need)


def test_power_of_one_chip_may_differ() -> None:
    data = hall(electricity="0.1 USD/kWh", rent="0 USD/kW-month")
    data["rules"] |= {
        "busy_power": "70 %", "idle_power": "20 %", "chip_power": {"h200-sxm": {"busy": "90 %"}}
    }  # fmt: skip
    assert paid(plan_of(data))["energy"] == pytest.approx(0.1 * HOURS * KW * 1250 * 0.9)


def test_energy_is_billed_though_not_drawn_where_the_contract_says_so() -> None:
    data = hall(electricity="0.1 USD/kWh", rent="0 USD/kW-month", minimum_energy="40 %")
    assert paid(plan_of(data))["energy"] == pytest.approx(0.1 * HOURS * 100e3 * 0.4 * 1.25)


def test_work_is_laid_to_the_cheapest_hall_as_far_as_chips_stand_there() -> None:
    """Two halls of one place, half of the chips in each: the cheap one works, the other waits."""
    kw = KW * 500
    cheap = {"region": "US", "power": f"{kw} kW", "pue": "1.0", "electricity": "0.1 USD/kWh"}
    data = study(fleet={"old": OLD}, sites={"a": cheap, "b": {**cheap, "electricity": "1 USD/kWh"}})
    data["work"]["serve"] |= {"need": 500}
    data["rules"] |= {"busy_power": "70 %", "idle_power": "20 %"}
    data["fleet"]["old"] = {**OLD, "tenure": "leased", "rent": "0.001 USD/chip-hour"}
    plan = plan_of(data)
    stands = plan.used_mw * 1e3  # [hall, period] kW
    drawn = 0.1 * (0.2 * stands[0] + 0.5 * kw) + 1.0 * 0.2 * stands[1]
    quarters = [90 * 24, 91 * 24, 92 * 24, 92 * 24]
    assert paid(plan)["energy"] == pytest.approx(float((drawn * quarters).sum()), rel=1e-6)


def test_what_is_still_owed_on_an_order_is_paid_as_it_arrives() -> None:
    on_order = {**OLD, "arrives": "2026-08", "owed": "3_000 USD"}
    plan = plan_of(study(fleet={"due": on_order}))
    assert paid(plan)["delivery"] == pytest.approx(3e6)
    # until August, and so for a month of the third quarter, others' chips do the work
    rented = paid(plan)["rent"] / 1e3
    assert rented == pytest.approx((90 + 91) * 24 + 92 * 24 / 3)


def test_a_leased_order_owes_its_rent_from_its_arrival_to_its_end() -> None:
    due = {**OLD, "arrives": "2026-Q2", "tenure": "leased", "rent": "0.5 USD/chip-hour",
           "lease_end": "2026-10"}  # fmt: skip
    plan = plan_of(study(fleet={"due": due}))
    own = (91 + 92) * 24 + 92 * 24 / 3  # to the end of October, a third of the quarter
    assert paid(plan)["rent"] / 1e3 == pytest.approx(0.5 * own + 90 * 24 + 92 * 24 * 2 / 3)


@pytest.mark.parametrize(
    ("terms", "cost"),
    [
        ({}, 2.0 * HOURS),  # nothing is stated: it cannot be left
        ({"notice": "1 quarter"}, 2.0 * 8766 / 4),
        ({"early_exit": "40 %"}, 2.0 * 8766 * 0.4),
        ({"early_exit": "10 %", "notice": "2 quarters"}, 2.0 * 8766 / 2),
    ],
)
def test_a_leased_pool_is_left_as_its_contract_says(terms: dict[str, str], cost: float) -> None:
    """A thousand chips that nobody needs, leased for one year: the fee, or the rent."""
    pool = {**OLD, "tenure": "leased", "rent": "2 USD/chip-hour", "lease_end": "2026-Q4", **terms}
    data = study(fleet={"old": pool})
    data["work"]["serve"]["need"] = 0
    found = paid(plan_of(data))
    assert found.get("rent", 0.0) + found.get("exit_fee", 0.0) == pytest.approx(cost * 1000)


def test_what_a_lease_owes_after_the_horizon_counts_less_what_its_use_is_worth() -> None:
    """Two years of a chip that sells for 30,000 and lives five: one year is left, worth 6,000."""
    lease = {"chip": "h200-sxm", "by": "lease", "rent": "1 USD/chip-hour", "term": "2 years",
             "to": ["US"]}  # fmt: skip
    buy = {"chip": "h200-sxm", "by": "purchase", "price": "30_000 USD", "to": ["US"],
           "last_order": "2026-Q1", "cap": 0}  # fmt: skip
    data = study(supply={"y": lease, "b": buy})
    assert paid(plan_of(data))["obligation"] == pytest.approx(1000 * (8766 - 6000))
    data = study(supply={"y": lease})  # no price of the chip is known: its use is worth nothing
    assert paid(plan_of(data))["obligation"] == pytest.approx(1000 * 8766)


def test_nothing_can_be_ordered_before_its_price_begins() -> None:
    late = {"chip": "h200-sxm", "by": "purchase", "price": {"2026-Q3": "10 USD"}, "to": ["US"]}
    plan = plan_of(study(supply={"b": late}))
    assert plan.orders[0] == pytest.approx([0.0, 0.0, 1000.0, 0.0])


@pytest.mark.parametrize(
    ("start", "periods", "each"), [("2026-01", 12, 1000), ("2026-Q1", 4, 3000), ("2026", 1, 12000)]
)
def test_a_cap_counts_for_the_period_by_which_it_is_stated(
    start: str, periods: int, each: float
) -> None:
    offer = {"chip": "h200-sxm", "by": "purchase", "price": "10 USD", "to": ["US"],
             "cap": {"2026-Q1": 3000}}  # fmt: skip
    data = study(supply={"b": offer}, horizon={"start": start, "periods": periods})
    data["work"]["serve"]["need"] = 1_000_000
    assert plan_of(data).orders[0] == pytest.approx([each] * periods)


@pytest.mark.parametrize(("opening", "drawn"), [("20m USD", 0.0), ("0 USD", 1.0)])
def test_debt_is_drawn_for_what_cash_lacks_and_pays_from_the_middle_of_the_period(
    opening: str, drawn: float
) -> None:
    """A quarter of 90 days: what is drawn pays for chips of 10m and for its own interest."""
    buy = {"chip": "h200-sxm", "by": "purchase", "price": "10_000 USD", "to": ["US"]}
    data = study(
        supply={"b": buy},
        horizon={"start": "2026-Q1", "periods": 1},
        budget={"debt_limit": "50m USD", "debt_rate": "8 %/year"},
        finance={"opening_cash": opening},
    )
    plan = plan_of(data)
    years = 90 / 365.25
    debt = drawn * 10e6 / (1 - 0.08 * years / 2)
    assert plan.debt == pytest.approx([debt], abs=1e-3)
    assert paid(plan).get("interest", 0.0) == pytest.approx(debt * 0.08 * years / 2)


def test_chips_that_come_in_a_period_work_for_the_rest_of_it_alone() -> None:
    """Ordered on 1 January, there on 1 May: 120 days are lost, whatever number is ordered."""
    buy = {"chip": "h200-sxm", "by": "purchase", "price": "30_000 USD", "to": ["US"],
           "lead": "4 months"}  # fmt: skip
    plan = plan_of(study(supply={"b": buy}))
    assert plan.orders[0] == pytest.approx([1000.0, 0.0, 0.0, 0.0])
    # the second quarter's third is a third of its 91 days
    assert paid(plan)["shed"] == pytest.approx(20 * 24 * 1000 * (90 + 91 / 3))


def test_chips_whose_life_ends_in_a_period_do_not_work_for_all_of_it() -> None:
    """A life of 4.1 years and orders in the first alone: a tenth of the fifth year is served."""
    buy = {"chip": "h200-sxm", "by": "purchase", "price": "10_000 USD", "to": ["US"],
           "last_order": "2026"}  # fmt: skip
    data = study(
        supply={"b": buy},
        horizon={"start": "2026", "periods": 5},
        finance={"lives": {"accelerators": {"book": "4.1 years"}}},
    )
    plan = plan_of(data)
    assert plan.orders[0, 0] == pytest.approx(1000.0)
    assert paid(plan)["shed"] == pytest.approx(20 * 24 * 365 * 1000 * 0.9)
