"""A plan as finance's flows: purchases, leases, running costs, tokens and chip-seconds on paper."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from outlay.finance.types import Flows
from outlay.planning.result import Flow, Plan
from outlay.runs.pipeline.firm import policy_of
from outlay.runs.pipeline.flows import flows_of
from outlay.study.model.study import Study
from support.small import small_study
from support.tiny_plan import CAPACITY, DEMAND, PLAN, PROBLEM
from support.tiny_run import CHIPS

DAY = 86_400.0
FIRST, SECOND = 184 * DAY, 181 * DAY
HOURS = (184 + 181 + 181) / 3 * 24  # of a period, in the mean over the nodes


def flows(plan: Plan = PLAN, *changes: str) -> Flows:
    study = small_study("rules.cached_token_cost=10 %", *changes).study
    return flows_of(plan, DEMAND, CAPACITY, study, CHIPS, lambda num: num.value)


def by_id(rows: Any) -> dict[str, Any]:
    return {r.id: r for r in rows}


def paths(first: float, granted: float, refused: float) -> object:
    """[path, period]: the root's value in both, then each branch's own."""
    return pytest.approx(np.array([[first, granted], [first, refused]]), rel=1e-9)


def test_paths_are_the_branches_and_share_the_root() -> None:
    f = flows()
    assert f.paths == ("licence=granted", "licence=refused")
    assert f.weights.tolist() == [0.25, 0.75]
    assert f.node is not None
    assert f.node.tolist() == [[0, 1], [0, 2]]
    assert (f.currency, f.periods) == ("CNY", PLAN.problem.tree.periods)
    assert f.power_kw == {"big": 1.0, "small": 0.5}


def test_what_is_bought_and_what_its_deposits_do() -> None:
    found = by_id(flows().purchases)
    assert list(found) == ["import", "import:host", "home", "hall:expansion"]
    chips = found["import"]
    assert (chips.asset_class, chips.chip, chips.currency) == ("accelerators", "big", "CNY")
    assert chips.quantity == paths(0, 30, 0)
    # the price of the order's period holds; what the plan pays at delivery leaves the rest of it
    # to what was paid before; of the 20 paid for each that is cancelled, 12 come back
    assert chips.price == paths(100, 100, 100)
    assert chips.deposit_paid == paths(30 * 20, 8 * 22, 0.4 * 24)
    assert chips.deposit_used == paths(0, 30 * 100 - 2640, 0)
    assert chips.deposit_refunded == paths(0, 0, 360)
    assert chips.deposit_lost == paths(0, 0, 30 * 20 - 360)
    host = found["import:host"]
    assert (host.asset_class, host.chip) == ("servers", "big")
    assert host.quantity == paths(0, 30, 0)
    assert host.price == paths(10, 11, 12)
    assert (host.late, host.worth_each) == (0.0, None)
    later = found["home"]
    assert later.quantity == paths(0, 0, 0)
    assert later.deposit_paid == paths(0, 500 * 25, 3000 * 30)
    hall = found["hall:expansion"]
    assert (hall.asset_class, hall.unit, hall.site) == ("buildings", "MW", "hall")
    assert hall.quantity == paths(0.05, 0, 0)
    assert hall.price == paths(300 / 0.05, 0, 0)


def test_what_is_leased_at_which_rent_and_for_how_long() -> None:
    found = by_id(flows().leases)
    assert list(found) == ["rent", "hired"]
    rent = found["rent"]
    assert rent.quantity == paths(20, 0, 7)
    assert rent.payment == paths(0.002 * HOURS, 0.003 * HOURS, 0.004 * HOURS)
    assert (rent.term, rent.chip, rent.opening) == (2, "small", False)
    # a small chip bought costs 50, 50 or 60 and its host 5; it lives five years
    assert rent.fair_value == pytest.approx(160 / 3 + 5)
    assert rent.economic_years == 5.0
    hired = found["hired"]  # there from the start, in both periods of the plan
    assert hired.quantity == pytest.approx(np.array([[20.0, 0.0], [20.0, 0.0]]))
    assert hired.payment == paths(0.001 * HOURS, 0.001 * HOURS, 0.001 * HOURS)
    assert (hired.term, hired.opening) == (2, True)


def test_what_is_given_back_of_a_pool_before_its_contract_ends() -> None:
    (end,) = flows().lease_ends
    assert (end.lease, end.start) == ("hired", 0)
    assert end.quantity == paths(0, 0, 5)
    short = replace(PROBLEM.pools[1], available=np.array([20.0, 0.0, 0.0]))
    plan = replace(PLAN, problem=replace(PROBLEM, pools=(PROBLEM.pools[0], short)))
    ended = flows(plan)
    assert by_id(ended.leases)["hired"].term == 1
    assert ended.lease_ends == ()  # the contract's own end is no early one


def test_a_finance_lease_is_a_prepayment_and_instalments() -> None:
    """Half of 50 is paid at the order, the rest and a tenth of 50 over two years at 8 %."""
    financed = replace(
        PLAN.offers[1], kind="finance_lease", term_months=24.0, finance_rate=0.08, levy=0.1
    )
    arrived = PLAN.deliveries.copy()
    arrived[1, 0, 1] = 4.0
    plan = replace(PLAN, offers=(PLAN.offers[0], financed, PLAN.offers[2]), deliveries=arrived)
    f = flows(plan)
    prepaid = by_id(f.purchases)["home:prepaid"]
    assert "home" not in by_id(f.purchases)
    assert prepaid.price == paths(25, 25, 25)
    assert (prepaid.levy, prepaid.quantity[0, 1]) == (0.0, 4.0)
    lease = by_id(f.leases)["home"]
    assert lease.quantity == paths(0, 4, 0)
    month = 1.08 ** (1 / 12) - 1
    yearly = 12 * month / (1 - 1.08**-2)
    assert lease.payment == paths(*(x * yearly * HOURS / 8766 for x in (30, 30, 30)))
    assert (lease.term, lease.parts, lease.rate, lease.treatment) == (4, 6, 0.08, "finance")
    assert (lease.chip, lease.economic_years, lease.currency) == ("small", 5.0, "CNY")
    assert lease.transfers
    assert lease.fair_value == pytest.approx(30)
    # a chip new is 50 and a tenth; half of the 50 is in what was paid before
    assert lease.worth_each == paths(30, 30, 30)
    assert lease.lasting == paths(0, 4, 0)


def test_running_costs_by_item() -> None:
    found = by_id(flows().costs)
    assert list(found) == ["energy:old", "energy:rent", "upkeep:old", "energy:import"]
    old = found["energy:old"]
    assert (old.category, old.unit, old.variable) == ("power", "MWh", 0.5)
    assert old.quantity == paths(100, 90, 80)
    assert old.price == paths(0.4, 0.4, 0.4)
    # without a quantity the amount itself is the price of one
    upkeep = found["upkeep:old"]
    assert upkeep.quantity * upkeep.price == paths(7, 0, 0)
    assert upkeep.quantity == paths(1, 0, 0)  # and nothing of what is not paid for
    assert (upkeep.category, upkeep.variable, upkeep.unit) == ("maintenance", 0.0, "chip-period")


def test_capacity_of_others_is_a_running_cost() -> None:
    reserved = replace(PLAN.offers[2], kind="reservation")
    f = flows(replace(PLAN, offers=(*PLAN.offers[:2], reserved)))
    cloud = by_id(f.costs)["cloud:rent"]
    assert "rent" not in by_id(f.leases)
    assert (cloud.category, cloud.unit, cloud.chip) == ("cloud", "chip-hour", "small")
    # 20 chips for 184 days, then 20 and 27 for 181, at 0.002 an hour and seven of them at 0.004
    assert cloud.quantity == paths(20 * 184 * 24, 20 * 181 * 24, 27 * 181 * 24)
    assert cloud.price == paths(0.002, 0.002, (20 * 0.002 + 7 * 0.004) / 27)
    assert cloud.quantity * cloud.price == paths(176.64, 173.76, 295.392)


def test_chip_hours_paid_count_the_part_of_a_period_in_which_chips_stand() -> None:
    """Three months late, so that half of the first period is paid; a year's term covers the next;
    seven that start with it are as late."""
    reserved = replace(PLAN.offers[2], kind="reservation", lead_months=3.0)
    cloud = by_id(flows(replace(PLAN, offers=(*PLAN.offers[:2], reserved))).costs)["cloud:rent"]
    assert cloud.quantity == paths(20 * 92 * 24, 20 * 181 * 24, (20 + 7 / 2) * 181 * 24)


def test_tokens_served_of_each_kind() -> None:
    found = {(s.service, s.kind): s.mtok for s in flows().sales}
    assert set(found) == {("chat", "input"), ("chat", "cached"), ("chat", "output")}
    # by hours of the day: 6 x 400 + 18 x 180, then 10,800 and 6 x 600 + 18 x 400, of 24
    served = [5640 / 24 * FIRST / 1e6, 10_800 / 24 * SECOND / 1e6, 10_800 / 24 * SECOND / 1e6]
    assert found["chat", "input"] == paths(*served)
    assert found["chat", "cached"] == paths(*(3 * x for x in served))
    assert found["chat", "output"] == paths(*(x / 10 for x in served))


def test_chip_seconds_of_each_kind_of_token() -> None:
    """A cached token costs a tenth of a computed one, and three come with each: 1 to 0.3."""
    found = {(a.service, a.kind, a.chip): a.seconds for a in flows().activities}
    # small chips do 4 units a second; in the second period software 1.25 or 1.6, and where
    # refused they are half as fast again
    small = (235 / 4 * FIRST, 250 / (4 * 1.25) * SECOND, 450 / (4 * 1.6 * 1.5) * SECOND)
    assert found["chat", "input", "small"] == paths(*(x / 1.3 for x in small))
    assert found["chat", "cached", "small"] == paths(*(x * 0.3 / 1.3 for x in small))
    # big chips stand where granted, twice as fast as the table: 6 x 500 + 18 x 100 over 24 hours
    big = 200 / (8 * 1.25 * 2) * SECOND
    assert found["chat", "input", "big"] == paths(0, big / 1.3, 0)
    # output: a tenth of the tokens, none cached; 3 units a second of big chips, 1 of small ones
    decode = (23.5 * FIRST, 25 / 1.25 * SECOND, 45 / (1.6 * 1.5) * SECOND)
    assert found["chat", "output", "small"] == paths(*decode)
    assert found["chat", "output", "big"] == paths(0, 20 / (3 * 1.25 * 2) * SECOND, 0)
    # search: chips busy, by hours, no tokens
    search = (7 * FIRST, (6 * 9 + 18 * 8) / 24 * SECOND, 11 / 1.5 * SECOND)
    assert found["search", "work", "small"] == paths(*search)
    assert ("search", "work", "big") not in found


def test_a_free_cached_token_takes_no_chip_seconds_but_is_served() -> None:
    free = flows(PLAN, "rules.cached_token_cost=0 %")
    assert not [a for a in free.activities if a.kind == "cached"]
    sold = {s.kind: s.mtok for s in free.sales}
    assert sold["cached"] == pytest.approx(3 * sold["input"])


def test_chip_seconds_that_stand_ready_are_the_usable_ones() -> None:
    ready = flows().available
    assert ready["small"] == paths(140 * 0.8 * FIRST, 130 * 0.8 * SECOND, 122 * 0.8 * SECOND)
    assert ready["big"] == paths(0, 30 * 0.9 * SECOND, 0)


def test_what_stands_on_the_books_at_the_start() -> None:
    f = flows(
        PLAN,
        "fleet.h20.book_value=40_000 CNY",
        "fleet.h20.vintage=2024.5",
        "fleet.h20.life=4 years",
    )
    (old,) = f.opening
    assert (old.id, old.book_value) == ("h20", 40_000 * 10_000)
    assert old.remaining_years == pytest.approx(2.0)  # dies in mid-2028, the plan starts mid-2026
    assert not np.any(old.gone)
    (unknown,) = flows(PLAN, "fleet.h20.book_value=40_000 CNY").opening
    assert unknown.remaining_years == 2.0


def test_payments_of_one_item_add_up_over_its_branches() -> None:
    twice = (*PLAN.flows, Flow(1, "energy", "old", "opex", 4.0, 10.0, 0.9))
    old = by_id(flows(replace(PLAN, flows=twice)).costs)["energy:old"]
    assert old.quantity == paths(100, 100, 80)
    assert old.quantity * old.price == paths(40, 40, 32)


def replace_perimeter(study: Study) -> Study:
    firm = study.finance.model_copy(update={"perimeter": "firm"})
    return study.model_copy(update={"finance": firm})


def test_the_policy_is_the_studys() -> None:
    study = small_study(
        "finance.lives={accelerators: {book: 4 years, economic: 6 years, residual: 10 %,"
        " book_residual: 5 %, tax: 3 years}, servers: {book: 7 years}}",
        "finance.tax=25 %", "finance.borrowing_rate=6 %/year", "finance.opening_cash=5bn CNY",
        "budget.cash=1bn CNY",
        "fiscal_year_start=4", "finance.standard=ifrs16",
    ).study  # fmt: skip
    p = policy_of(study, lambda num: num.value)
    chips, hosts = p.classes["accelerators"], p.classes["servers"]
    assert (chips.book_years, chips.economic_years, chips.residual) == (4.0, 6.0, 0.1)
    assert (chips.tax_years, hosts.tax_years) == (3.0, 0.0)
    assert (hosts.book_years, hosts.economic_years, hosts.residual) == (7.0, 7.0, 0.0)
    assert {k: p.classes[k].book_years for k in ("network", "buildings")} == {
        "network": 5.0, "buildings": 20.0,
    }  # fmt: skip
    assert (p.discount_rate, p.borrowing_rate, p.tax_rate) == (0.09, 0.06, 0.25)
    assert (chips.book_residual, hosts.book_residual) == (0.05, 0.0)
    assert (p.fiscal_year_start, p.standard) == (4, "ifrs16")
    assert (p.opening_cash, p.minimum_cash) == (0.0, 0.0)  # the firm's, not the plan's
    firm = policy_of(replace_perimeter(study), lambda num: num.value)
    assert (firm.opening_cash, firm.minimum_cash) == (5e9, 1e9)
    plain = policy_of(small_study().study, lambda num: num.value)
    assert (plain.borrowing_rate, plain.tax_rate, plain.opening_cash) == (0.09, 0.0, 0.0)
