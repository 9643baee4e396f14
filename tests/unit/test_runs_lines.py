"""Facts of the first lines, from a plan on paper: power, returns, deposits, cash, services."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from outlay.planning.problem.types import Cash, Ceiling, Offer
from outlay.planning.result import Flow, Plan, Price
from outlay.results.plans.lines import AtRisk, Departure, Overrun, Standing, Unserved
from outlay.results.plans.rows import Budget, Slack
from outlay.results.plans.worth import Range
from outlay.runs.answers.decision import decision_of
from outlay.runs.answers.tables import order_rows
from outlay.runs.lines.decided import (
    at_risk,
    expansion_rows,
    overruns,
    power_return_rows,
    return_rows,
    standing_of,
)
from outlay.runs.lines.leaving import departures
from outlay.runs.lines.lines import lines_of
from outlay.runs.lines.money import bill_of, perimeter_of
from outlay.runs.lines.unserved import served_of, unserved_of
from support.tiny_plan import GRANTED, GROWING, NODES, PLAN, PROBLEM, REFUSED, ROOT

ORDERS = order_rows(PLAN)
NOW = [r for r in ORDERS if r.node == ROOT]
close = pytest.approx


def test_power_is_ordered_at_its_nodes_price_and_there_a_lead_later() -> None:
    more = replace(GROWING, expansion_mw=np.array([[0.05, 0.0, 0.4]]))
    first, later = expansion_rows(more)
    assert (first.node, first.site, first.mw, first.branch) == (ROOT, "hall", 0.05, "")
    assert (first.period, first.energised_at) == ("2026-H2", "2027-H1")
    assert first.spend == close(0.05 * 1e6 * 12)
    assert (later.branch, later.probability) == ("licence=refused", 0.75)
    assert later.spend == close(0.4 * 1e6 * 14)
    fixed = replace(PLAN.problem, sites=(replace(PLAN.problem.sites[0], expansion=None),))
    assert expansion_rows(replace(PLAN, problem=fixed)) == ()  # a hall that cannot grow


def test_a_rented_hall_owes_its_rent_over_the_term_or_the_horizon() -> None:
    """0.05 MW ordered at the root, there after one half-year of two: six months are owed in the
    horizon, where granted (a quarter) at another rent than where refused; the rest of a term after
    it at the same."""
    hall = replace(GROWING.problem.sites[0], rent_kw_month=np.array([9.0, 2.0, 6.0]))

    def rent(term: float, use: float) -> float:
        grow = replace(hall.expansion, term_months=term)  # type: ignore[type-var]
        site = replace(hall, minimum_use=use, expansion=grow)
        problem = replace(GROWING.problem, sites=(site,))
        return expansion_rows(replace(GROWING, problem=problem))[0].rent

    mean = 50 * (0.25 * 2 + 0.75 * 6)  # a month
    assert rent(0.0, 1.0) == rent(3.0, 1.0) == close(6 * mean)
    assert rent(60.0, 1.0) == close(60 * mean)
    assert rent(60.0, 0.5) == close(30 * mean)
    assert rent(60.0, 0.0) == 0.0
    # where it is known that the licence is granted, the rent there: at once for six months
    later = replace(PLAN.problem.sites[0], rent_kw_month=hall.rent_kw_month, minimum_use=1.0)
    moved = replace(
        PLAN, expansion_mw=np.array([[0.0, 0.05, 0.0]]), problem=replace(PROBLEM, sites=(later,))
    )
    assert expansion_rows(moved)[0].rent == close(50 * 2 * 6)


def leased(exit_share: float | None) -> Plan:
    hired = replace(PROBLEM.pools[1], exit_share=exit_share)
    return replace(PLAN, problem=replace(PROBLEM, pools=(PROBLEM.pools[0], hired)))


def test_pools_that_stand_lower_than_they_run_out_leave() -> None:
    fee = Flow(REFUSED, "exit_fee", "hired", "lease", 9.0, 5.0, 0.9)
    plan = replace(leased(0.1), flows=(*PLAN.flows, fee))
    rows = {(r.what, r.node): r for r in return_rows(plan)}
    assert set(rows) == {("old", GRANTED), ("old", REFUSED), ("hired", REFUSED)}
    assert [rows["old", n].quantity for n in (GRANTED, REFUSED)] == [10.0, 20.0]
    assert (rows["old", REFUSED].given_back, rows["old", REFUSED].rent_per_year) == (False, 0.0)
    hired = rows["hired", REFUSED]
    assert (hired.given_back, hired.quantity, hired.fee) == (True, 5.0, 9.0)
    assert hired.rent_per_year == close(5 * 0.001 * 8766)  # 365.25 days
    assert (hired.branch, hired.probability) == ("licence=refused", 0.75)


def test_what_is_owed_to_its_end_is_taken_out_of_service_not_given_back() -> None:
    hired = next(r for r in return_rows(leased(None)) if r.what == "hired")
    assert (hired.given_back, hired.fee) == (False, 0.0)
    assert hired.rent_per_year == close(5 * 0.001 * 8766)  # and owed all the same


def test_what_is_given_back_at_once_is_what_never_stands() -> None:
    held = PLAN.pool_stock.copy()
    held[1, 0] = [8.0, 8.0, 8.0]
    (row,) = [r for r in return_rows(replace(PLAN, pool_stock=held)) if r.what == "hired"]
    assert (row.node, row.quantity) == (ROOT, 12.0)


def test_a_pool_that_runs_out_is_not_given_back() -> None:
    ending = replace(PROBLEM.pools[0], available=np.array([100.0, 90.0, 75.0]))
    plan = replace(PLAN, problem=replace(PROBLEM, pools=(ending, PROBLEM.pools[1])))
    assert [(r.what, r.node) for r in return_rows(plan)] == [("hired", REFUSED)]


def test_what_leaves_after_today_is_told_by_what_becomes_of_it() -> None:
    """Of the old, ten leave where granted (a quarter) and twenty where refused; of the hired, five
    where refused, two of them today."""
    rows = return_rows(leased(0.1))
    hired = next(r for r in rows if r.what == "hired")
    today = replace(hired, node=ROOT, quantity=2.0)
    back, old = sorted(departures(PLAN, (*rows, today)), key=lambda d: d.what)
    assert old == Departure("old", "small", "written off", 0.0, close(17.5), 20.0,
                            "licence=refused", 1.0)  # type: ignore[arg-type]  # fmt: skip
    assert back == Departure("hired", "small", "given back", 2.0, close(3.75), 5.0,
                             "licence=refused", 0.75)  # type: ignore[arg-type]  # fmt: skip
    bound = departures(PLAN, return_rows(leased(None)))
    assert {d.what: d.how for d in bound} == {"old": "written off", "hired": "still owed"}
    bought = replace(hired, what="home", given_back=False)
    assert [d.how for d in departures(PLAN, [bought])] == ["sold"]
    assert departures(PLAN, [today]) == ()  # what leaves today is in the first line
    everywhere = [replace(hired, node=n, quantity=7.0) for n in (GRANTED, REFUSED)]
    (alike,) = departures(PLAN, everywhere)
    assert (alike.branch, alike.expected, alike.most) == ("", 7.0, 7.0)
    assert lines_of(PLAN, ORDERS, (), (), 1, {}).departures == departures(PLAN, return_rows(PLAN))


def test_a_lease_that_is_left_early_ends_the_rent_of_its_own_start() -> None:
    """Twenty of the root at 0.002 and three of the branch at 0.003, which leave together."""
    early = np.zeros((3, NODES, NODES))
    early[2, ROOT, GRANTED], early[2, GRANTED, GRANTED] = 20.0, 3.0
    plan = replace(PLAN, early=early, pool_stock=np.array([[[100.0] * 3], [[20.0] * 3]]))
    (row,) = return_rows(plan)
    assert (row.what, row.node, row.quantity, row.given_back) == ("rent", GRANTED, 23.0, True)
    assert row.rent_per_year == close((20 * 0.002 + 3 * 0.003) * 8766)


def test_power_that_is_given_up_ends_its_rent() -> None:
    """Given up is what is gone so far: 0.01 MW at the root, of 0.03 later 0.02 more."""
    hall = replace(PROBLEM.sites[0], rent_kw_month=np.array([100.0, 110.0, 120.0]))
    fee = Flow(REFUSED, "exit_fee", "hall", "opex", 9.0, 1.0, 0.9)
    plan = replace(
        PLAN, problem=replace(PROBLEM, sites=(hall,)), flows=(fee,),
        given_mw=np.array([[0.01, 0.01, 0.03]]),
    )  # fmt: skip
    first, later = power_return_rows(plan)
    assert (first.node, first.site, first.mw, first.fee) == (ROOT, "hall", 0.01, 0.0)
    assert first.rent_per_year == close(0.01 * 1000 * 12 * 100)
    assert (later.branch, later.mw, later.fee) == ("licence=refused", close(0.02), 9.0)
    assert later.rent_per_year == close(0.02 * 1000 * 12 * 120)


def test_orders_placed_before_the_horizon_are_neither_orders_nor_decided() -> None:
    placed = replace(PLAN.offers[0], order_floor=np.array([30.0, 3.0, 0.0]))
    offers = (placed, *PLAN.offers[1:])
    plan = replace(PLAN, offers=offers, problem=replace(PROBLEM, offers=offers))
    assert [(r.node, r.quantity) for r in order_rows(plan) if r.offer == "import"] == [
        (GRANTED, 5.0)
    ]
    (row,) = [r for r in perimeter_of(plan, 1, {}) if (r.year, r.kind) == ("2026", "capex")]
    assert (row.decided, row.outside) == (300.0, 600.0)


def test_what_is_paid_for_leaving_is_decided() -> None:
    fee = Flow(ROOT, "exit_fee", "hired", "lease", 9.0, 5.0, 0.9)
    (row,) = perimeter_of(replace(PLAN, flows=(fee,)), 1, {})
    assert (row.decided, row.outside) == (9.0, 0.0)


def test_an_order_is_firm_where_every_plan_at_one_per_cent_more_keeps_it() -> None:
    ranges = (
        Range("import", 0.01, 29.0, 30.0, 40.0, True),
        Range("import", 0.05, 0.0, 30.0, 60.0, False),
        Range("rent", 0.01, 4.0, 20.0, 22.0, True),
    )
    assert standing_of(NOW, ranges) == (
        Standing("import", "firm", 29.0, 40.0), Standing("rent", "flexible", 4.0, 22.0),
    )  # fmt: skip
    out = Range("import", 0.01, 0.0, 30.0, 40.0, False)
    assert standing_of(NOW, [out]) == (
        Standing("import", "optional", 0.0, 40.0), Standing("rent", "not tested", None, None),
    )  # fmt: skip


def test_a_limit_is_overrun_by_what_its_worst_branch_takes() -> None:
    floor = [Slack("cash floor", n, "", 3.0 + n, "CNY", 1.0) for n in (ROOT, REFUSED)]
    plan = replace(PLAN, slacks=(*floor, *PLAN.slacks))
    assert overruns(plan, [Budget("capex", "2026", "authorised", 900.0)]) == (
        Overrun("capex 2026", 900.0, close(0.75 * 22), 22.0, 0.75),
        # a floor is broken by what is missing, not by that of each period in sum
        Overrun("cash floor", None, close(0.25 * 3 + 0.75 * 5), 5.0, 1.0),
    )


def test_a_deposit_is_lost_where_a_branch_refuses() -> None:
    """Thirty at 100, a fifth paid, half of it back: 300 with three chances in four."""
    assert at_risk(PLAN, NOW, {"import"}) == (AtRisk("import", 0.75, close(225), close(300)),)
    whole = replace(PLAN.offers[0], refund=1.0)
    assert at_risk(replace(PLAN, offers=(whole, *PLAN.offers[1:])), NOW, {"import"}) == ()
    none = replace(PLAN, cancelled=np.zeros((3, NODES)))  # it goes elsewhere: nothing is lost
    assert at_risk(none, NOW, {"import"}) == ()
    # orders of the branch itself that are cancelled too are not of today
    more = replace(PLAN, cancelled=2 * PLAN.cancelled)
    assert at_risk(more, NOW, {"import"})[0].worst == close(300)


def test_the_bill_is_cash_apart_from_what_is_not_served_and_what_is_broken() -> None:
    found = bill_of(PLAN, {2026: {"committed halls": 70.0, "outside this plan": 8.0}, 2027: {}})
    assert found.beside == 78.0  # no part of what is paid below
    # 0.95 x 30; 0.25 x 0.9 x 5 of training; 0.75 x 0.9 x 200; the budget 0.75 x 0.9 x 11
    assert found.unserved == close(28.5 + 1.125 + 135.0)
    assert found.broken == close(7.425)
    # left: a quarter of 0.8 x 1500 less three quarters of 0.8 x 60 owed
    assert found.left == close(300.0 - 36.0)
    assert found.paid - found.left + found.unserved + found.broken == close(PLAN.expected_cost)


def test_what_stands_is_due_whatever_the_plan_orders() -> None:
    first, capex, running = (
        r for r in perimeter_of(PLAN, 1, {2026: {"committed halls": 70.0}})
        if r.year == "2026" or r.kind == "capex"
    )  # fmt: skip
    # 2026: deposits 600 and 300 of power; 70 committed elsewhere
    assert (first.year, first.kind, first.decided, first.outside) == ("2026", "capex", 900.0, 70.0)
    # rent of the lease and its energy are the plan's; the pools' rent, energy and upkeep are not
    assert (capex.kind, capex.decided) == ("running", close(176.64 + 10.0))
    assert capex.outside == close(88.32 + 40.0 + 7.0)
    assert (running.year, running.outside) == ("2027", 0.0)


def test_what_is_sold_is_no_negative_spending() -> None:
    sold = Flow(REFUSED, "resale", "import", "capex", -50.0, 0.5, 1.0, "resale")
    plan = replace(PLAN, flows=(*PLAN.flows, sold))
    assert perimeter_of(plan, 1, {}) == perimeter_of(PLAN, 1, {})


def test_a_halls_energy_is_shared_by_what_stands_and_its_rent_by_what_was_contracted() -> None:
    """In the refused branch 95 of 122 small chips stood before; half of 0.2 MW was contracted."""
    hall = replace(PROBLEM.sites[0], power_mw=np.array([0.1, 0.1, 0.1]))
    flows = (
        Flow(REFUSED, "energy", "hall", "opex", 122.0, 1.0, 1.0),
        Flow(REFUSED, "site_rent", "hall", "opex", 80.0, 1.0, 1.0),
    )
    plan = replace(PLAN, problem=replace(PROBLEM, sites=(hall,)), flows=flows)
    (row,) = perimeter_of(plan, 1, {})
    assert row.decided == close(0.75 * (27.0 + 40.0))
    assert row.outside == close(0.75 * (95.0 + 40.0))


def test_the_share_served_of_each_service_and_the_branch_that_serves_least() -> None:
    chat, search = served_of(PLAN)
    # by days of the periods, 184 and 181: 396 of 6,600 shed first, 1,320 of 13,200 if refused
    missed, asked = 396 * 184, 6600 * 184
    refused = 1 - (missed + 1320 * 181) / (asked + 13_200 * 181)
    assert (chat.service, chat.branch, chat.least) == ("chat", "licence=refused", close(refused))
    whole = asked + 0.25 * 11_880 * 181 + 0.75 * 13_200 * 181
    assert chat.expected == close(1 - (missed + 0.75 * 1320 * 181) / whole)
    # 18 chip-hours of 216 in the granted branch alone
    granted = 1 - 18 * 181 / (168 * 184 + 216 * 181)
    assert (search.service, search.branch, search.least) == (
        "search", "licence=granted", close(granted),
    )  # fmt: skip


def why(plan: Plan) -> dict[str, tuple[str, str]]:
    return {r.service: (r.reason, r.what) for r in unserved_of(plan)}


def changed(**fields: Any) -> Plan:
    return replace(PLAN, problem=replace(PROBLEM, **fields))


def test_a_service_goes_unserved_for_the_first_reason_that_holds() -> None:
    """Chat is shed at the root and where refused; search where granted."""
    # on chat's way, a cap of 5,000 at 0.03 is worth more than a budget of 900 at 0.25 or halls
    assert why(PLAN)["chat"] == ("limit", "capex 2026")
    unable = PROBLEM.units_per_chip.copy()
    unable[1] = 0.0
    assert why(changed(units_per_chip=unable))["chat"] == ("no chip", "")
    nowhere = np.array([[True, False, True]])
    assert why(changed(site_load=nowhere))["chat"] == ("no site", "")
    held = changed(site_chip=np.array([[False, False]]))
    assert why(held)["chat"] == ("not allowed", "")
    unsold = tuple(replace(o, delivery_cap=np.zeros(NODES)) for o in PROBLEM.offers)
    assert why(changed(offers=unsold))["chat"] == ("no supply", "")
    free = replace(PLAN, prices=())
    assert why(free) == {"chat": ("worth", ""), "search": ("worth", "")}


def test_what_no_chip_can_be_in_time_for_is_too_late() -> None:
    shed = PLAN.shed.copy()
    shed[..., 1:] = 0.0  # only in the first period, into which nothing can be brought
    plan = replace(changed(offers=PROBLEM.offers[:2]), shed=shed)
    assert why(plan) == {"chat": ("too late", "2027-H1")}
    assert unserved_of(replace(PLAN, shed=np.zeros_like(shed))) == ()


def test_a_limit_of_other_chips_is_not_why_a_service_is_not_served() -> None:
    """Only small chips can serve chat: the cap of imports, which are big, is none of its limits."""
    units = PROBLEM.units_per_chip.copy()
    units[:, 0] = 0.0
    plan = changed(units_per_chip=units)
    prices = tuple(p for p in PLAN.prices if p.item in ("import", "home"))
    assert why(replace(plan, prices=prices))["chat"] == ("limit", "home")
    only = tuple(p for p in prices if p.item == "import")
    assert why(replace(plan, prices=only))["chat"] == ("worth", "")


def test_cash_that_runs_out_is_a_limit_and_more_of_it_at_the_start_is_worth_its_price() -> None:
    """A floor binds from below: its price is negative, and lowering it is what saves."""
    floor = [Price("cash", "cash_floor", n, "currency", -v, -v, 0.0, 0.0, True)
             for n, v in ((ROOT, 0.3), (REFUSED, 0.2))]  # fmt: skip
    plan = replace(changed(cash=Cash(400.0, np.zeros(NODES))), prices=tuple(floor))
    assert why(plan)["chat"] == ("limit", "opening cash")
    assert why(replace(plan, prices=()))["chat"] == ("worth", "")
    (found,) = decision_of(plan, ORDERS, (), 1).binding
    assert (found.limit, found.family, found.value, found.tenth) == (
        "opening cash",
        "cash",
        close(0.5),
        close(20.0),
    )
    penniless = replace(plan, problem=replace(plan.problem, cash=Cash(0.0, np.zeros(NODES))))
    assert decision_of(penniless, ORDERS, (), 1).binding == ()


def test_a_limit_elsewhere_is_not_why_a_service_is_not_served() -> None:
    """The imports could do the work, but stand abroad, as does all that the grid there limits."""
    abroad = replace(PROBLEM.sites[0], id="abroad", expansion=None)
    imports = replace(PROBLEM.offers[0], sites=("abroad",))
    chat = np.array([[True, True, True], [False, False, True]])
    plan = changed(
        sites=(PROBLEM.sites[0], abroad),
        site_chip=np.ones((2, 2), dtype=bool),
        site_load=chat,
        offers=(imports, *PROBLEM.offers[1:]),
        ceilings=(Ceiling("grid", ("abroad",), np.ones(NODES)),),
    )
    renewal = replace(imports, id="hired:renewal")
    plan = replace(plan, offers=(*plan.problem.offers, renewal))
    again = Price("supply", "hired:renewal", ROOT, "chip", 9e9, 9e9, 1.0, 1.0, True)
    grid = Price("power", "rules.ceilings.grid", ROOT, "MW", 9e9, 9e9, 1.0, 1.0, True)
    prices = tuple(p for p in PLAN.prices if p.item in ("import", "home"))
    there = replace(plan, prices=(grid, again, *prices))
    assert why(there)["chat"] == ("limit", "home")
    assert why(there)["search"] == ("limit", "rules.ceilings.grid")  # search may stand abroad
    renewed = replace(plan, prices=(again, *prices))
    assert why(renewed)["search"] == ("limit", "hired:renewal")
    diverted = replace(imports, divert_sites=("hall",))
    offers = (diverted, *PROBLEM.offers[1:])
    back = replace(plan, problem=replace(plan.problem, offers=offers), offers=offers)
    dear = Price("supply", "import", ROOT, "chip", 9e9, 9e9, 50.0, 50.0, True)
    assert why(replace(plan, prices=(dear, *prices)))["chat"] == ("limit", "home")
    assert why(replace(back, prices=(dear, *prices)))["chat"] == ("limit", "import")


def test_the_lines_hold_each_of_the_facts() -> None:
    found = lines_of(PLAN, ORDERS, (), (), 1, {})
    assert [r.status for r in found.standing] == ["not tested", "not tested"]
    assert found.bill == bill_of(PLAN, {})
    assert found.at_risk == at_risk(PLAN, NOW, {"import"})
    assert [r.limit for r in found.overruns] == ["capex 2026"]
    assert {r.service for r in found.served} == {"chat", "search"}
    assert isinstance(found.unserved[0], Unserved)


def test_an_offer_that_is_no_purchase_has_no_deposit_to_lose() -> None:
    lease = Offer(
        "import", "big", "operating_lease", ("hall",), np.zeros(NODES), np.full(NODES, np.inf),
        np.array([np.inf, 50.0, 0.0]), np.full(NODES, 0.01), lead_months=6.0, term_months=12.0,
    )  # fmt: skip
    assert at_risk(replace(PLAN, offers=(lease, *PLAN.offers[1:])), NOW, {"import"}) == ()
