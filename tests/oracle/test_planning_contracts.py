"""Contracts by hand: halls as contracted, power at work and idle, orders under way, notices.

A year of 365 days has 8,760 hours; the 1,000 chips of `study` are h200-sxm.
"""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from outlay.catalogue import find_chip
from outlay.study import loads
from support.contract_studies import paid, plan_of, study
from support.liveness import planned

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


YEAR = 8766
OPEN: dict[str, Any] = {**OLD, "tenure": "leased", "rent": "1 USD/chip-hour"}


def leased(need: object, periods: int = 4, **pool: Any) -> dict[str, Any]:
    """A thousand leased chips and nothing else to be had; work for `need` of them."""
    data = study(fleet={"o": {**OPEN, **pool}}, supply={})
    data["horizon"] = {"start": "2026-Q1", "periods": periods}
    data["work"]["serve"] |= {"need": need}
    return data


def test_a_lease_without_an_end_is_left_for_a_fee_like_any_other() -> None:
    """Its rent counts to the end of the horizon: 990 of 1,000 are left at half a year's notice."""
    found = paid(plan_of(leased(10, notice="6 months")))
    assert found["rent"] == pytest.approx(10 * HOURS)
    assert found["exit_fee"] == pytest.approx(990 * YEAR / 2)


def test_a_lease_outlives_its_chips() -> None:
    """Chips of 2023 that live three and a half years, leased to the end of 2028."""
    data = leased({"2026-Q1": 1000, "2026-Q3": 0}, lease_end="2028-Q4", vintage=2023,
                  life="3.5 years")  # fmt: skip
    plan = plan_of(data)
    assert plan.pool_stock.sum(axis=(0, 1)) == pytest.approx([1000, 1000, 0, 0])
    assert paid(plan)["rent"] == pytest.approx(1000 * HOURS)
    assert paid(plan)["obligation"] == pytest.approx(1000 * 2 * YEAR)
    # The use that is left ends with the chips: nothing of it, though the study has their price
    data["supply"] = {"b": {"chip": "h200-sxm", "by": "purchase", "price": "30_000 USD",
                            "to": ["US"], "cap": 0}}  # fmt: skip
    assert paid(plan_of(data))["obligation"] == pytest.approx(1000 * 2 * YEAR)
    data["fleet"]["o"] |= {"life": "5 years"}  # one year of it is left, worth 6,000
    assert paid(plan_of(data))["obligation"] == pytest.approx(1000 * (2 * YEAR - 6000))


def test_a_lease_that_may_be_left_is_left_as_its_chips_die() -> None:
    """At the middle of 2026, with two and a half years to go: a tenth of them, or two months."""
    data = leased({"2026-Q1": 1000, "2026-Q3": 0}, lease_end="2028-Q4", vintage=2023,
                  life="3.5 years", early_exit="10 %", notice="2 months")  # fmt: skip
    found = paid(plan_of(data))
    assert found["rent"] == pytest.approx(1000 * (90 + 91) * 24)
    assert found["exit_fee"] == pytest.approx(1000 * 0.25 * YEAR)
    assert found.get("obligation", 0.0) == 0.0


@pytest.mark.parametrize("terms", [{}, {"notice": "1 quarter"}])
def test_leased_chips_in_a_warehouse_owe_their_rent(terms: dict[str, str]) -> None:
    data = leased(600, lease_end="2026-Q4", not_installed=400, **terms)
    plan = plan_of(data)
    assert plan.pool_stock.sum(axis=(0, 1)) == pytest.approx([600] * 4)
    assert paid(plan)["rent"] == pytest.approx(1000 * HOURS)


@pytest.mark.parametrize("pool", [False, True])
def test_what_may_be_left_owes_no_more_than_leaving_costs(pool: bool) -> None:
    """Three years signed, one planned, to be left at a month's notice: a month is owed."""
    lease = {"chip": "h200-sxm", "by": "lease", "rent": "1 USD/chip-hour", "term": "3 years",
             "notice": "1 month", "to": ["US"]}  # fmt: skip
    data = study(supply={"m": lease})
    if pool:
        data = leased(1000, lease_end="2028-Q4", notice="1 month")
    found = paid(plan_of(data))
    assert found["rent"] == pytest.approx(1000 * HOURS)
    assert found["obligation"] == pytest.approx(1000 * YEAR / 12)


def test_a_lease_that_ends_is_renewed_only_where_the_study_says_at_what_rent() -> None:
    """Two years of work; the lease ends with September 2026."""
    found = paid(plan_of(leased(1000, 8, lease_end="2026-Q3")))
    assert found["rent"] == pytest.approx(1000 * 273 * 24)
    assert found["shed"] == pytest.approx(20 * 1000 * (92 + 365) * 24)


@pytest.mark.parametrize(("term", "at_three"), [("6 months", 1), ("1 quarter", 2)])
def test_a_renewal_is_paid_at_the_rent_of_its_period(term: str, at_three: int) -> None:
    """Let at 2 from October 2026, at 3 from July 2027: for half years, or for quarters.

    By half years that of April is at 2 still, and the last of the horizon begins in October 2027.
    """
    data = leased(1000, 8, lease_end="2026-Q3", renew_term=term,
                  renew_rent={"2026-Q4": "2 USD/chip-hour", "2027-Q3": "3 USD/chip-hour"},
                  )  # fmt: skip
    days = {1: (92 + 90 + 91 + 92, 92), 2: (92 + 90 + 91, 92 + 92)}[at_three]
    found = paid(plan_of(data))
    rent = 273 + 2 * days[0] + 3 * days[1]
    assert found["rent"] == pytest.approx(1000 * 24 * rent)
    # six months from October 2027 run three months past the horizon
    assert found.get("obligation", 0.0) == pytest.approx(3000 * YEAR / 4 * (at_three == 1))
    assert "shed" not in found


def test_a_lease_is_not_renewed_for_chips_that_die_before_the_renewal_ends() -> None:
    renewed = {"lease_end": "2026-Q3", "renew_rent": "2 USD/chip-hour", "renew_term": "1 quarter"}
    plan = plan_of(leased(1000, 8, vintage=2023, life="4.25 years", **renewed))
    assert plan.stock.sum(axis=(0, 1)) == pytest.approx([1000] * 5 + [0] * 3)
    assert paid(plan)["rent"] == pytest.approx(1000 * 24 * (273 + 2 * (92 + 90)))


def test_of_a_lease_that_ends_inside_the_first_period_all_is_renewed() -> None:
    """A yearly plan; the lease ends with March, and the rest of the year is let again."""
    data = leased(1000, lease_end="2026-Q1", renew_rent="2 USD/chip-hour")
    data["horizon"] = {"start": "2026", "periods": 2}
    plan = plan_of(data)
    assert plan.stock.sum(axis=(0, 1)) == pytest.approx([1000, 1000])
    assert paid(plan)["rent"] == pytest.approx(1000 * 24 * 365 * (0.25 + 2 * 1.75))


@pytest.mark.parametrize(
    ("start", "periods"), [("2026-01", 12), ("2026-Q1", 4), ("2026", 1)]
)  # fmt: skip
def test_a_cap_that_begins_inside_a_period_counts_from_there(start: str, periods: int) -> None:
    """Thirty a month from February: 330 in the year."""
    offer = {"chip": "h200-sxm", "by": "purchase", "price": "10 USD", "to": ["US"],
             "cap": {"2026-02": 30}}  # fmt: skip
    data = study(supply={"b": offer}, horizon={"start": start, "periods": periods})
    assert plan_of(data).orders[0].sum() == pytest.approx(330)


@pytest.mark.parametrize(("start", "periods"), [("2026-Q1", 4), ("2026", 1)])
def test_a_level_that_changes_inside_a_period_is_taken_by_months(start: str, periods: int) -> None:
    """Power from July, work for 400 chips from October; both in a hall let by its megawatts."""
    hall = {"region": "US", "power": {"2026-Q1": "1 MW", "2026-Q3": "3 MW"}, "pue": "1",
            "electricity": "0 USD/kWh", "rent": "100 USD/kW-month"}  # fmt: skip
    data = study(sites={"a": hall}, horizon={"start": start, "periods": periods})
    data["work"]["serve"]["need"] = {"2026-Q1": 0, "2026-Q4": 400}
    data["supply"]["m"]["term"] = "1 year" if periods == 1 else "1 quarter"
    data["rules"]["ceilings"] = {"grid": {"places": ["US"], "power": {"2026-Q2": "9 MW"}}}
    plan = plan_of(data)
    months = 12 // periods
    assert plan.energised_mw[0].sum() * months == pytest.approx(6 * 1 + 6 * 3)
    assert plan.stock.sum() * months == pytest.approx(400 * 3)
    assert paid(plan)["site_rent"] == pytest.approx(100 * 1000 * 24)


def test_an_entry_that_holds_in_no_period_is_listed_with_the_reason() -> None:
    """A yearly plan: rents by quarter hold as of the year's first, and a cap counts by months."""
    rent = {2025: "9 USD/chip-hour", "2026-Q1": "1 USD/chip-hour", "2026-Q4": "2 USD/chip-hour",
            "FY2027": "3 USD/chip-hour", 2028: "4 USD/chip-hour"}  # fmt: skip
    offer = {"chip": "h200-sxm", "by": "lease", "rent": rent, "term": "1 year", "to": ["US"],
             "cap": {"2026-Q2": 5, "2028-Q1": 7}}  # fmt: skip
    data = study(supply={"m": offer}, horizon={"start": "2026", "periods": 2})
    loaded = loads(yaml.safe_dump(data))
    listed = {i.path: (i.reason, i.value) for i in loaded.idle if i.path.startswith("supply")}
    assert listed == {
        "supply.m.rent.2026-Q4": ("inside_a_period", "2 USD/chip-hour"),
        "supply.m.rent.2025": ("outside_horizon", "9 USD/chip-hour"),
        "supply.m.rent.2028": ("outside_horizon", "4 USD/chip-hour"),
        "supply.m.cap.2028-Q1": ("outside_horizon", "7"),
    }
    assert ["supply.m.rent.2026-Q4" in str(w) for w in loaded.warnings] == [True]


@pytest.mark.parametrize(
    "pool",
    [
        {"lease_end": "2028-Q4", "vintage": 2023, "life": "3.5 years"},
        {"lease_end": "2028-Q4", "vintage": 2023, "life": "3.6 years", "not_installed": 300,
         "early_exit": "20 %", "notice": "2 months"},
        {"lease_end": "2026-Q2", "renew_rent": "2 USD/chip-hour", "renew_term": "6 months"},
    ],
)  # fmt: skip
def test_the_accounts_pay_what_is_owed_on_such_leases(pool: dict[str, Any]) -> None:
    """All identities hold, that of the bridge too."""
    found = planned(leased(1000, **pool))
    assert {i.id for i in found.invariants if i.status != "holds"} == set()


@pytest.mark.parametrize(("early_exit", "owed"), [("50 %", 2766.0), ("20 %", 8766 * 0.2)])
def test_a_lease_that_may_be_left_has_no_use_left_once_it_is(early_exit: str, owed: float) -> None:
    """A year is left of it: 8,766 of rent for a use of 6,000, or the fee and no use."""
    lease = {"chip": "h200-sxm", "by": "lease", "rent": "1 USD/chip-hour", "term": "2 years",
             "to": ["US"], "early_exit": early_exit}  # fmt: skip
    buy = {"chip": "h200-sxm", "by": "purchase", "price": "30_000 USD", "to": ["US"], "cap": 0}
    plan = plan_of(study(supply={"y": lease, "b": buy}))
    assert paid(plan)["obligation"] == pytest.approx(1000 * owed)
