"""The accounts inside a plan: statements, unit costs and leases, worked out on paper."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

import numpy as np
import pytest

from outlay.catalogue.list_prices import list_prices
from outlay.core.quantities.fx import FxTable
from outlay.finance.reports.accounts import Accounts, account
from outlay.finance.types import (
    Activity,
    AssetClass,
    Cost,
    Flows,
    Policy,
    Purchase,
    Sale,
)
from outlay.planning.result import Plan
from outlay.results.plans import accounts as results
from outlay.runs.answers.accounts import _listed, _standards, accounts_facts
from outlay.runs.answers.statements import curve_rows, how, returns_of, statement_lines, unit_costs
from outlay.runs.pipeline.firm import policy_of
from outlay.runs.pipeline.flows import flows_of
from outlay.runs.pipeline.money import _checks, accounts_of
from support.small import small_run, small_stages, small_study
from support.tiny_plan import CAPACITY, DEMAND, PLAN, PROBLEM
from support.tiny_run import CHIPS, tiny_stages

HOURS = (184 + 181 + 181) / 3 * 24  # of a period, in the mean over the nodes


def of_plan(plan: Plan = PLAN, *changes: str) -> Accounts:
    stages = tiny_stages(*changes)
    study = stages.loaded.study
    flows = flows_of(plan, DEMAND, CAPACITY, study, CHIPS, stages.money)
    return account(flows, policy_of(study, stages.money))


@cache
def tiny() -> Accounts:
    return of_plan()


def by_year(which: str) -> dict[str, Any]:
    lines = statement_lines(tiny(), which)
    return {name: dict(line.by_year) for name, line in lines.items()}


def years(first: float, second: float) -> object:
    return pytest.approx({"2026": first, "2027": second}, rel=1e-9, abs=1e-9)


RENT = (0.06 * 4416, (0.25 * 0.06 + 0.75 * (0.04 + 0.028 + 0.015)) * 4344)
"""Rent of the first year, and expected of the second: 20 chips at 0.002 and 20 at 0.001 an hour;
where refused 7 more at 0.004, and 5 of the pool given back; by the days of each half year."""
COSTS = (40 + 10 + 7, 0.25 * 48 + 0.75 * 46)
DEPRECIATION = (300 / 40, 300 / 40 + 0.25 * 30 * (100 + 11) / 10)
"""A hall over twenty years and chips with hosts over five, by half years."""


def test_the_income_statement_is_expected_and_costs_are_positive() -> None:
    found = by_year("income")
    assert found["income.costs"] == years(*COSTS)
    assert found["income.lease_cost"] == years(*RENT)  # a year is short: off the balance sheet
    assert found["income.cancellations"] == years(0, 0.75 * 240)
    ebitda = (-COSTS[0] - RENT[0], -COSTS[1] - RENT[1] - 180)
    assert found["income.ebitda"] == years(*ebitda)
    assert found["income.depreciation"] == years(*DEPRECIATION)
    loss = [e - d for e, d in zip(ebitda, DEPRECIATION, strict=True)]
    assert found["income.ebit"] == years(*loss)
    assert found["income.net"] == years(*loss)
    assert found["income.revenue"] == years(0, 0)


def test_the_cash_flow_is_what_is_paid_and_what_is_paid_is_negative() -> None:
    found = by_year("cash")
    assert found["cash.costs"] == years(-COSTS[0], -COSTS[1])
    assert found["cash.leases_operating"] == years(-RENT[0], -RENT[1])
    assert found["cash.operating"] == years(-COSTS[0] - RENT[0], -COSTS[1] - RENT[1])
    # the hall; then chips less the fifth paid before, and hosts
    assert found["cash.capex"] == years(-300, -0.25 * (30 * 110 * 0.8 + 330))
    deposits = (600, 0.25 * (176 + 12_500) + 0.75 * (9.6 + 90_000 - 360))
    assert found["cash.deposits"] == years(-deposits[0], -deposits[1])
    assert found["cash.investing"] == years(-900, -0.25 * 2970 - deposits[1])


def test_a_balance_is_the_years_end() -> None:
    found = by_year("balance")
    hall = (300 - 7.5, 300 - 15)
    assert found["balance.fixed_assets"] == years(hall[0], hall[1] + 0.25 * 3330 * 0.9)
    # deposits: 600; used, or lost and returned, and new ones beside
    granted, refused = 600 + 12_676 - 360, 600 + 90_009.6 - 600
    assert found["balance.deposits"] == years(600, 0.25 * granted + 0.75 * refused)
    assert found["balance.lease_liability"] == years(0, 0)
    assert found["balance.assets"] == years(600 + hall[0], 0.25 * granted + 0.75 * refused
                                            + hall[1] + 0.25 * 3330 * 0.9)  # fmt: skip


def test_two_halves_of_a_fiscal_year_add_up_and_a_balance_is_its_last() -> None:
    a = of_plan(PLAN, "fiscal_year_start=7")
    income = statement_lines(a, "income")["income.costs"].by_year
    assert income == {"2027": pytest.approx(sum(COSTS))}
    held = statement_lines(a, "balance")["balance.fixed_assets"].by_year
    assert held == {"2027": pytest.approx(285 + 0.25 * 3330 * 0.9)}


def test_lines_say_how_they_come_about_where_they_are_not_nought() -> None:
    lines = statement_lines(tiny(), "income")
    assert lines["income.ebitda"].label == "EBITDA"
    said = lines["income.ebitda"].how["2026"]
    assert said.startswith("income.ebitda = ")
    assert "Running costs ¥57" in said
    assert lines["income.revenue"].how == {}


def test_parts_named_for_a_balance_are_its_closing_parts() -> None:
    said = how(tiny(), "balance.assets", 2027)
    held = 0.25 * (600 + 12_676 - 360) + 0.75 * (600 + 90_009.6 - 600)
    found = re.search(r"Deposits on orders ¥([\d,.]+)", said)
    assert found is not None
    assert float(found[1].replace(",", "")) == pytest.approx(held, rel=0.01)
    assert "in the year" in how(tiny(), "balance.fixed_assets", 2027)


def test_parts_of_a_year_of_two_periods_are_its_end_or_its_sum() -> None:
    """Import deposits held at the end, a quarter of 416 and three quarters of 9.6; chips of both
    periods."""
    a = of_plan(PLAN, "fiscal_year_start=7")
    said = how(a, "balance.deposits", 2027)
    assert "buy.import.deposit_held.cost ¥111" in said
    assert "buy.home.deposit_held.cost ¥70,625" in said
    assets = how(a, "balance.fixed_assets", 2027)
    assert "import: cost ¥750 in the year" in assets
    assert "buy.hall:expansion.depreciation ¥15 in the year" in assets
    assert assets.endswith("; and 2 more.")  # of ten the eight largest


def test_the_accounts_pay_what_the_plan_pays() -> None:
    run = accounts_of(tiny_stages(), PLAN)
    checks = {c.id: c for c in run.checks}
    broken = {name for name, c in checks.items() if c.status != "holds"}
    assert broken <= {"I10"}  # what is left in the plan by hand is no curve's
    assert checks["I4 plan"].worst == pytest.approx(0.0, abs=1e-6)
    # 4,368 hours a period at level rent; 4,416 and 4,344 in the plan, and in the accounts
    assert checks["I4 running"].worst == pytest.approx(0.0, abs=1e-9)
    (rent,) = [x for x in run.accounts.flows.leases if x.id == "rent"]
    assert np.asarray(rent.variable)[0] == pytest.approx([0.04 * 48, -0.04 * 24])


@pytest.mark.parametrize(("entry", "broken"), [("delivery", "I4 plan"), ("rent", "I4 running")])
def test_a_payment_that_the_accounts_lack_is_found(entry: str, broken: str) -> None:
    more = tuple(
        replace(f, amount=f.amount * 1.1) if f.entry == entry else f for f in PLAN.flows
    )  # fmt: skip
    found = {c.id: c for c in _checks(tiny(), replace(PLAN, flows=more))}
    assert found[broken].status == "broken"
    if entry == "delivery":
        assert found[broken].worst == pytest.approx(264.0)


# --- leases under each standard ---------------------------------------------------------------

TERM = 6  # half years
LONG = replace(
    PLAN,
    offers=(*PLAN.offers[:2], replace(PLAN.offers[2], term_months=36.0)),
    problem=replace(PROBLEM, pools=PROBLEM.pools[:1]),
    pool_stock=PLAN.pool_stock[:1],
    flows=tuple(f for f in PLAN.flows if f.item != "hired"),
)


def test_the_same_cash_under_four_standards() -> None:
    """Twenty chips for three years, paid by half years in arrears at 9 % a year."""
    found = {s.standard: s for s in _standards(of_plan(LONG))}
    assert list(found) == ["us_gaap_operating", "us_gaap_finance", "ifrs16", "service"]
    rent, paid = 20 * 0.002 * HOURS, 20 * 0.002 * 4416
    more = paid - rent  # a cost of the half year, however the lease is presented
    rate = 1.09**0.5 - 1
    worth = rent * (1 - (1 + rate) ** -TERM) / rate
    for s in found.values():
        assert s.cash == pytest.approx(-57 - paid - 900), s.standard
        assert s.capex_paid == pytest.approx(900.0), s.standard
    owed = worth * (1 + rate) - rent
    for name in ("us_gaap_finance", "ifrs16"):
        s = found[name]
        assert s.leases_added == pytest.approx(worth)
        assert s.ebitda == pytest.approx(-57.0 - more)
        assert s.lease_cost == pytest.approx(more)
        assert s.amortisation_and_interest == pytest.approx(worth / TERM + worth * rate)
        assert s.lease_liability == pytest.approx(owed)
        assert s.leverage == pytest.approx(owed / ((-57 - more) * 2))  # of a year's EBITDA
    for name, liability in (("us_gaap_operating", owed), ("service", 0.0)):
        s = found[name]
        assert s.leases_added == pytest.approx(0.0)
        assert s.ebitda == pytest.approx(-57 - paid)
        assert s.lease_cost == pytest.approx(paid)
        assert s.amortisation_and_interest == pytest.approx(0.0)
        assert s.lease_liability == pytest.approx(liability)
        assert s.leverage == pytest.approx(0.0)


def test_no_lease_no_standards() -> None:
    assert _standards(account(replace(tiny().flows, leases=(), lease_ends=()), tiny().policy)) == ()


# --- unit costs ---------------------------------------------------------------------------------

# One pool of 1,000 chip-seconds a period, 500 busy: 300 on chat's output, 200 on other work; rent
# of 100 a period and energy of 20, of which half follows use.
ONE_POOL = Flows(
    periods=PLAN.problem.tree.periods,
    currency="CNY",
    costs=(
        Cost("rent", "cloud", 1.0, 100.0, "CNY", chip="c"),
        Cost("energy", "power", 1.0, 20.0, "CNY", chip="c", variable=0.5),
    ),
    sales=(Sale("chat", "output", np.array([2.0, 4.0])),),
    activities=(
        Activity("chat", "output", "c", np.array([300.0, 300.0])),
        Activity("search", "work", "c", np.array([200.0, 200.0])),
    ),
    available={"c": np.array([1000.0, 1000.0])},
    power_kw={"c": 1.0},
)
POLICY = Policy({"accelerators": AssetClass(5.0, 5.0)}, 0.09)


def test_cost_of_a_million_tokens_with_and_without_idle_capacity() -> None:
    """A chip-second costs 0.12: 36 of direct cost a period for 2 and 4 million tokens; idle
    capacity, half of all, is spread over what is busy."""
    (row,) = unit_costs(account(ONE_POOL, POLICY), {"chat": {"output": 30.0, "input": 1.0}})
    assert (row.service, row.kind) == ("chat", "output")
    assert row.direct == pytest.approx(2 * 36 / 6)
    assert row.full == pytest.approx(2 * 72 / 6)
    assert (row.listed, row.margin) == (30.0, pytest.approx(1 - 24 / 30))
    assert row.how_full.startswith("economic.full.chat.output ÷ sale.chat.output.mtok = ¥144 ÷ 6 ")
    (other,) = unit_costs(account(ONE_POOL, POLICY), {"chat": {"output": 0.0}})
    assert (other.listed, other.margin) == (0.0, None)
    (none,) = unit_costs(account(ONE_POOL, POLICY), {})
    assert (none.listed, none.margin) == (None, None)


def test_the_curve_of_cost_against_utilisation() -> None:
    """Of 120 a period 10 follow use, at half use: at u they are 110 + 20 u of 1,000 u."""
    rows = curve_rows(account(ONE_POOL, POLICY))
    curve, (here,) = [r for r in rows if not r.here], [r for r in rows if r.here]
    per_mtok = 600 / 6  # chip-seconds
    assert len(curve) > 5
    for r in curve:
        wanted = per_mtok * (110 + 20 * r.utilisation) / (1000 * r.utilisation)
        assert (r.service, r.cost) == ("chat", pytest.approx(wanted)), r.utilisation
    assert here.utilisation == pytest.approx(0.5)
    assert here.cost == pytest.approx(per_mtok * 120 / 500)


def test_curves_are_of_the_four_services_that_serve_most() -> None:
    sizes = {"a": 1.0, "b": 5.0, "c": 3.0, "d": 4.0, "e": 2.0, "none": 0.0}
    flows = replace(
        ONE_POOL,
        sales=tuple(Sale(k, "output", v) for k, v in sizes.items()),
        activities=tuple(Activity(k, "output", "c", 10.0 * v) for k, v in sizes.items()),
    )
    rows = curve_rows(account(flows, POLICY))
    assert list(dict.fromkeys(r.service for r in rows)) == ["b", "d", "c", "e"]


def test_the_plans_cached_tokens_cost_their_share_of_a_computed_one() -> None:
    a = of_plan(PLAN, "rules.cached_token_cost=10 %")
    found = {u.kind: u for u in unit_costs(a, {})}
    assert found["cached"].direct == pytest.approx(0.1 * found["input"].direct)
    assert found["cached"].full == pytest.approx(0.1 * found["input"].full)
    # and all of it, with other work's, is what the plan's capacity costs
    whole = float(a.expected("economic.total").sum())
    sold = {s.kind: float(a.expected(f"sale.chat.{s.kind}.mtok").sum()) for s in a.flows.sales}
    tokens = sum(u.full * sold[u.kind] for u in found.values())
    assert tokens + float(a.expected("economic.full.search.work").sum()) == pytest.approx(whole)


def test_returns_come_back_only_where_something_is_earned() -> None:
    """100 paid and 60 earned in the first half year, 60 in the second: 40 become 60 in half a
    year. The middles lie 92 and 184 + 90.5 days after the start; nothing is left at the end."""
    assert returns_of(account(ONE_POOL, POLICY)) == {}
    flows = Flows(
        periods=PLAN.problem.tree.periods,
        currency="CNY",
        purchases=(Purchase("p", "accelerators", np.array([1.0, 0.0]), 100.0, "CNY"),),
        sales=(Sale("chat", "output", 10.0, 6.0),),
    )
    found = returns_of(account(flows, replace(POLICY, classes={"accelerators": AssetClass(1, 1)})))
    first, second = 92 / 365.25, (184 + 90.5) / 365.25
    assert found["return.npv"] == pytest.approx(-40 * 1.09**-first + 60 * 1.09**-second)
    assert found["return.irr"] == pytest.approx(1.5**2 - 1, rel=0.02)


# --- prices beside them -------------------------------------------------------------------------


def test_list_prices_stand_beside_in_the_studys_currency() -> None:
    run, stages = small_run(), small_stages()
    found = accounts_facts(stages, run.accounts, run.plan)
    listed = {u.kind: u.listed for u in found.unit_costs}
    assert listed == {"input": 0.8, "cached": pytest.approx(0.16), "output": 2.0}
    assert found.unpriced == ()
    dollars = accounts_facts(
        replace(small_stages(), loaded=small_study("currency=USD")), run.accounts, run.plan
    )
    assert {u.kind: u.listed for u in dollars.unit_costs}["output"] == pytest.approx(2.0 / 7.0432)


def test_list_prices_without_a_rate_are_left_out_and_named() -> None:
    listed, (missing,) = _listed(
        replace(replace(small_stages(), loaded=small_study("currency=USD")), fx=FxTable([]))
    )
    assert listed == {"chat": {}}
    assert missing == results.Unpriced("CNY", "no exchange rate for CNY")


def test_list_prices_are_the_models_own_and_known_by_the_day() -> None:
    found = list_prices("doubao-seed-1.6", date(2025, 12, 31))
    assert {k: p.low for k, p in found.items()} == {"input": 0.8, "cached": 0.16, "output": 2.0}
    assert "flash" not in found["output"].item.lower()  # another model's
    assert list_prices("doubao-seed-1.6", date(2024, 12, 31)) == {}
    assert list_prices("no-such-model", date(2025, 12, 31)) == {}
    later = list_prices("kimi-k3", date(2026, 7, 16))
    assert {k: p.low for k, p in later.items()} == {"input": 3.0, "cached": 0.3, "output": 15.0}
    assert list_prices("kimi-k3", date(2026, 7, 15)) == {}
    assert list_prices("glm-5.3", date(2026, 12, 31)) == {}  # that of GLM-5.3-Flash is another's


def test_an_hour_of_a_chip_owned_beside_one_rented() -> None:
    """Price and host as an annuity at 9 % over five years of 8,766 hours; same chips together."""
    annuity = 0.09 / (1 - 1.09**-5)
    dollar = 7.0432
    run = small_run()
    found = accounts_facts(small_stages(), run.accounts, run.plan).chip_hours
    assert (found.years, found.rate) == (5.0, 0.09)
    rows = [(r.offer, r.way, r.per_hour, r.price) for r in found.rows]
    assert rows == [
        ("ascend-910c", "own", pytest.approx(190_000 * annuity / 8766), 190_000.0),
        ("rent-h20", "rent", 6.5, None),
        ("h200-import", "own", pytest.approx((20_000 * dollar + 60_000) * annuity / 8766),
         pytest.approx(20_000 * dollar + 60_000)),
    ]  # fmt: skip
    lives = "finance.lives={accelerators: {book: 4 years, economic: 6 years}}"
    longer = accounts_facts(
        replace(small_stages(), loaded=small_study(lives)), run.accounts, run.plan
    ).chip_hours
    assert longer.years == 6.0
    six = 0.09 / (1 - 1.09**-6)
    assert longer.rows[0].per_hour == pytest.approx(190_000 * six / 8766)


def chip_hours(*changes: str) -> results.ChipHours:
    stages = replace(small_stages(), loaded=small_study(*changes))
    return accounts_facts(stages, small_run().accounts, small_run().plan).chip_hours


def test_an_owned_hour_has_upkeep_hall_and_power_where_it_stands_and_what_is_left() -> None:
    """H200 of 1,275 W: a fifth of its price left after four years at 9 %, five per cent of upkeep,
    a hall built at 29 a watt over twenty years or rented, and power at 0.38 a kilowatt-hour."""
    lives = "finance.lives={accelerators: {book: 5 years, economic: 4 years, residual: 20 %}}"
    kept = ("finance.maintenance=5 %", "supply.h200-import.duty=10 %", lives)
    own = next(r for r in chip_hours(*kept).rows if r.offer == "h200-import")
    price, host = 20_000 * 7.0432, 60_000.0
    of_chip = 1.1 * price * (1 - 0.2 * 1.09**-4) * 0.09 / (1 - 1.09**-4)
    of_host = host * 0.09 / (1 - 1.09**-5)
    assert own.per_hour == pytest.approx((of_chip + of_host) / 8766)
    assert (own.price, own.left) == pytest.approx((1.1 * price + host, 0.2 * 1.1 * price))
    assert own.upkeep == pytest.approx(0.05 * (price + host) / 8766)
    assert own.hall == pytest.approx(1275 * 29 * 0.09 / (1 - 1.09**-20) / 8766)
    assert own.power == pytest.approx(1.275 * 0.8 * 1.2 * 0.38)
    assert own.idle == pytest.approx(1.275 * 0.3 * 1.2 * 0.38)
    assert (own.site, own.included, own.term) == ("inner", False, None)
    assert own.whole == pytest.approx(own.per_hour + own.upkeep + own.hall + own.power)
    rows = chip_hours("sites.inner.rent=1_000 CNY/kW-month").rows
    rented = next(r for r in rows if r.offer == "h200-import")
    assert rented.hall == pytest.approx(1.275 * 1000 * 12 / 8766)
    elsewhere = chip_hours("sites.inner.holds=[h20-96g]").rows
    assert [(r.hall, r.power, r.site) for r in elsewhere if r.way == "own"] == [
        (None, None, "")
    ] * 2


def test_an_owned_hour_stands_at_the_cheapest_of_its_sites() -> None:
    inner = "{region: CN, power: 120 MW, pue: 1.2, electricity: 0.38 CNY/kWh}"
    dear = f"sites={{inner: {inner}, other: {inner.replace('0.38', '0.30')}}}"
    own = next(r for r in chip_hours(dear).rows if r.way == "own")
    assert (own.site, own.hall) == ("other", 0.0)


def test_a_rent_says_whether_it_holds_power_and_what_it_is_paid_for() -> None:
    def rent(*changes: str) -> tuple[bool, float | None]:
        row = next(r for r in chip_hours(*changes).rows if r.way == "rent")
        return row.included, row.term

    assert rent() == (False, 12.0)
    assert rent("supply.rent-h20.energy_included=true") == (True, 12.0)
    assert rent("supply.rent-h20.by=reservation") == (True, 12.0)
    assert rent("supply.rent-h20.by=reservation", "supply.rent-h20.term=1 month") == (True, None)
    assert rent("supply.rent-h20.by=spot", "supply.rent-h20.term=null") == (True, None)


def test_owned_and_rented_hours_meet_where_they_cost_as_much() -> None:
    """Of 100 hours, `share` at work: both ways of paying for them come to the same."""
    same = ("supply.rent-h20.chip=h200-sxm", "supply.rent-h20.rent=9 CNY/chip-hour")
    ((own, rent, apart),) = chip_hours(*same).pairs
    assert 100 * own.per_hour == pytest.approx(100 * apart * rent.per_hour)
    ((own, rent, share),) = chip_hours(*same, "supply.rent-h20.energy_included=true").pairs
    assert own.hall is not None
    assert own.power is not None
    assert own.idle is not None
    owned = 100 * (own.per_hour + own.hall) + 100 * (share * own.power + (1 - share) * own.idle)
    assert owned == pytest.approx(100 * share * 9.0)
    assert share > apart


def test_same_chips_stand_together_cheapest_first() -> None:
    cheap = ("supply.rent-h20.chip=h200-sxm", "supply.rent-h20.rent=2 CNY/chip-hour")
    found = accounts_facts(
        replace(small_stages(), loaded=small_study(*cheap)),
        small_run().accounts,
        small_run().plan,
    ).chip_hours
    assert [r.offer for r in found.rows] == ["ascend-910c", "rent-h20", "h200-import"]


def test_a_chip_of_the_firms_own_stock_is_held_already() -> None:
    """Its host still costs what it does, so that the row has a price."""
    own = ("chip=h20-96g", "price=0 USD", "from_pool=h20")
    stock = small_study(
        "fleet.h20.not_installed=10", *(f"supply.h200-import.{x}" for x in own)
    )  # fmt: skip
    found = accounts_facts(
        replace(small_stages(), loaded=stock), small_run().accounts, small_run().plan
    ).chip_hours
    assert {r.offer: (r.held, r.price) for r in found.rows} == {
        "ascend-910c": (False, 190_000.0), "rent-h20": (False, None),
        "h200-import": (True, 60_000.0),
    }  # fmt: skip
    assert found.pairs == ()  # the only one owned of the chip that is rented


def test_the_facts_are_those_of_the_first_fiscal_year() -> None:
    stages = tiny_stages()
    found = accounts_facts(stages, accounts_of(stages, PLAN), PLAN)
    assert found.year == "2026"
    assert not found.earns
    assert found.income["income.costs"].by_year["2026"] == pytest.approx(57.0)
    assert found.cash["cash.costs"].by_year["2026"] == pytest.approx(-57.0)
    assert found.balance["balance.deposits"].by_year["2026"] == pytest.approx(600.0)
    assert found.returns == {}
    assert (found.perimeter, [r.priced for r in found.revenue]) == ("plan", [False])
    assert [b.key for b in found.bridge][-1] == "objective"
    assert len(found.standards) == 4
