"""Conflicts, values, alternatives, decisions, twins: small cases with known answers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from outlay.core.errors import InfeasibleError, InputError
from outlay.core.periods import Period, horizon
from outlay.planning.answers.alternatives import (
    break_even_probability,
    first_orders,
    near_optimal,
)
from outlay.planning.answers.policy import do_nothing, plan_first_stage, with_first_stage
from outlay.planning.answers.regret import regret_table
from outlay.planning.answers.tipping import Tip, _marginal, _tipped, near_offers, tips
from outlay.planning.answers.value import saved, values
from outlay.planning.answers.what_if import WhatIf
from outlay.planning.problem.remap import forest, given, known_early, reweighted, wait_and_see
from outlay.planning.problem.tree import Factor, product_tree
from outlay.planning.problem.types import (
    Budget,
    CallOff,
    Cash,
    Chip,
    Expansion,
    Load,
    Offer,
    PlanProblem,
    Site,
)
from outlay.planning.solver.solve import solve
from support.by_hand import two_by_two
from support.studies import random_problem

INF = np.inf


def market(n: int = 4, need: float = 10.0, prices: tuple[float, ...] = (10.0, 15.0)) -> PlanProblem:
    """Chips of equal rate at different prices; `need` of them from the second quarter on."""
    tree = product_tree(horizon(Period(2026, 1, 3), n), ())
    inf, zero = np.full(n, INF), np.zeros(n)
    chips = tuple(Chip(f"c{i}", 1.0, 10.0) for i in range(len(prices)))
    offers = tuple(
        Offer(f"buy{i}", f"c{i}", "purchase", ("hall",), np.full(n, price), inf, inf, zero,
              lead_months=3.0)
        for i, price in enumerate(prices)
    )  # fmt: skip
    demand = np.where(np.arange(n) > 0, need, 0.0)[None, None, :]
    return PlanProblem(
        "USD", tree, 0.0, chips, (Site("hall", "R", np.full(n, 1.0)),), offers, (),
        (Load("work", 1e-3),), ("day",), np.array([24.0]), demand, np.ones((1, len(prices))),
        np.ones((1, len(prices)), dtype=bool), np.ones((1, 1), dtype=bool), terminal_value=0.0,
    )  # fmt: skip


def test_the_last_digits_of_two_costs_save_nothing() -> None:
    assert saved(249e6, 249e6 - 6e-8) == saved(INF, INF) == 0.0
    assert (saved(249e6, 249e6 - 6.0), saved(5.0, 7.0)) == (6.0, -2.0)


def test_the_smallest_conflict_is_named_with_its_cheapest_mend() -> None:
    problem = market()
    n = len(problem.tree)
    floor = np.where(np.arange(n) == 0, 30.0, 0.0)
    cap = np.full(n, 12.0)
    first = replace(problem.offers[0], order_floor=floor, delivery_cap=cap)
    budget = Budget("2026", 1e6, (0, 1), ())  # far away: no part of the conflict
    problem = replace(problem, offers=(first, problem.offers[1]), budgets=(budget,))
    with pytest.raises(InfeasibleError) as caught:
        solve(problem)
    found = {p.what: p for p in caught.value.conflicts}
    assert set(found) == {"deliveries are capped", "orders already committed"}
    assert "2026-Q2" in found["deliveries are capped"].where
    assert "rise by 18 chips" in found["deliveries are capped"].hint
    assert "fall by 18 chips" in found["orders already committed"].hint


def test_break_even_probability_of_the_case_by_hand() -> None:
    """Import at p granted costs 100 p + 270 (1 - p); home costs 190: equal at p = 8/17."""
    found = break_even_probability(two_by_two(), "licence", "granted", "import", 1e-3)
    assert found == pytest.approx(8 / 17, abs=2e-3)


def test_near_optimal_range_of_two_rivals() -> None:
    """10 chips at 10 or 15: 5 % of 100 buys 1 chip of the dearer kind in place of a cheap one."""
    found = {(r.offer, r.tolerance): r for r in near_optimal(market(), (0.0, 0.05))}
    assert found["buy0", 0.0].low == pytest.approx(10.0, abs=1e-6)
    assert found["buy0", 0.05].low == pytest.approx(9.0, abs=1e-6)
    assert found["buy0", 0.05].high == pytest.approx(10.5, abs=1e-6)
    assert found["buy1", 0.05].high == pytest.approx(1.0, abs=1e-6)
    assert found["buy0", 0.05].no_regret
    assert not found["buy1", 0.05].no_regret


def test_do_nothing_and_the_old_plan_are_never_better() -> None:
    for seed in range(5):
        problem = random_problem(seed, factors=1)
        plan = solve(problem)
        slack = 1e-6 * max(1.0, abs(plan.objective))
        assert do_nothing(problem).objective >= plan.objective - slack
        again = with_first_stage(problem, plan_first_stage(plan, 1))
        assert again.objective == pytest.approx(plan.objective, rel=1e-6, abs=1e-6)


def test_regret_of_the_case_by_hand() -> None:
    """Ten at home cost 1,900 whatever comes, ten rented 2,500; ten imports 1,000 or 2,700."""
    plan = solve(two_by_two())
    table = regret_table(plan, WhatIf(two_by_two()), {"home": 4.0, "import": 6.0})
    assert table.candidates == ("plan", "nothing", "as if 2027 licence=refused", "approved")
    assert table.leaves == ("2027 licence=granted", "2027 licence=refused")
    assert table.more == pytest.approx([0.0, 650.0, 50.0, 20.0], abs=1e-6)
    assert table.by_leaf[0].tolist() == [0.0, 0.0]
    assert table.by_leaf[1] == pytest.approx([1500.0, -200.0])
    assert table.by_leaf[2] == pytest.approx([900.0, -800.0])
    assert table.by_leaf[3] == pytest.approx([0.4 * 900, 0.4 * -800])


def test_first_orders_that_leave_no_plan_have_no_end_of_regret() -> None:
    """Ten at home cannot be delivered: ordering them now is no plan at all."""
    plan = solve(two_by_two())
    shut = tuple(
        replace(o, delivery_cap=np.zeros(3)) if o.id == "home" else o for o in two_by_two().offers
    )
    without = solve(replace(two_by_two(), offers=shut))
    table = regret_table(without, WhatIf(without.problem), {"home": 10.0})
    assert table.candidates == ("plan", "nothing", "approved")  # refused: nothing is ordered
    assert table.more == pytest.approx([0.0, 650.0, INF])
    assert plan.objective == without.objective


def hall(total_mw: float = INF) -> PlanProblem:
    """Ten chips' worth of work from 2027 on where demand is high, one time in two; the only hall
    for them has no power and takes a year to build, at 1 per W. A chip costs 1."""
    demand = Factor("demand", ("high", "low"), (0.5, 0.5), 1)
    tree = product_tree(horizon(Period(2026, 1, 12), 2), (demand,))
    n = len(tree)
    high = np.array([x.get("demand") == "high" for x in tree.labels])
    built = Expansion(0.0, 12.0, np.ones(n), np.full(n, 0.02), total_mw)
    buy = Offer("buy", "c", "purchase", ("hall",), np.ones(n), np.full(n, INF), np.full(n, INF),
                np.zeros(n))  # fmt: skip
    return PlanProblem(
        "USD", tree, 0.0, (Chip("c", 1.0, 10.0),),
        (Site("hall", "R", np.zeros(n), expansion=built),), (buy,), (), (Load("work", 1e-3),),
        ("day",), np.array([24.0]), np.where(high, 10.0, 0.0)[None, None, :], np.ones((1, 1)),
        np.ones((1, 1), dtype=bool), np.ones((1, 1), dtype=bool), terminal_value=0.0,
    )  # fmt: skip


YEAR = 365 * 86_400 * 1e-3
"""What a unit of work not served through 2027 costs."""


def test_a_hall_not_begun_now_is_regretted_like_an_order() -> None:
    """10 kW now are 10,000 whatever comes; without them 10 units go unserved where it is high."""
    plan = solve(hall())
    assert plan.objective == pytest.approx(10_000 + 0.5 * 10)
    table = regret_table(plan, WhatIf(plan.problem))
    assert table.candidates == ("plan", "nothing")
    assert table.more[1] == pytest.approx(0.5 * (10 * YEAR - 10) - 10_000)
    assert table.by_leaf[1] == pytest.approx([10 * YEAR - 10 - 10_000, -10_000.0])


def test_a_hall_that_is_built_is_worth_what_it_lets_in_once() -> None:
    """4 kW may be built: a megawatt there is 1,000 chips' work in half of the branches."""
    problem = hall(0.004)
    plan = solve(problem)
    worth = values(problem, plan, ("megawatt",)).megawatt
    assert worth == {"hall": pytest.approx(1000 * 0.5 * (YEAR - 1))}
    more = replace(problem.sites[0], power_mw=np.full(3, 0.001))
    gain = plan.objective - solve(replace(problem, sites=(more,))).objective
    assert gain == pytest.approx(0.001 * worth["hall"])


def test_an_order_tips_where_half_of_it_is_gone_or_where_there_is_one() -> None:
    assert not _tipped(5.0, 10.0, 0.001)
    assert _tipped(4.9, 10.0, 0.001)
    assert not _tipped(0.0005, 0.0, 0.001)
    assert _tipped(0.002, 0.0, 0.001)


def tipped(problem: PlanProblem, own: list[str], across: list[str]) -> dict[tuple[str, str], Tip]:
    found = tips(WhatIf(problem), problem, own, across)
    out = {(t.offer, t.of): t for t in found if t.factor > 1}
    return out | {(t.offer, f"-{t.of}"): t for t in found if t.factor < 1}


def test_the_prices_that_the_order_by_hand_hangs_on() -> None:
    """An import at f times 100 costs 60 f + 125, a chip at home 190, one rented 250: the import
    goes at f = 65/60, for home at 185/190 of its price, and for rent from 65/125 more of its rent
    on, or below 60/125 of it."""
    found = tipped(two_by_two(), ["import", "home"], ["home", "rent"])
    near = 0.01
    assert {k: t.factor for k, t in found.items()} == {
        ("import", "import"): pytest.approx(65 / 60, rel=near),
        ("home", "-home"): pytest.approx(185 / 190, rel=near),
        ("import", "-home"): pytest.approx(185 / 190, rel=near),
        ("import", "rent"): pytest.approx(130 / 125, rel=near),
        ("import", "-rent"): pytest.approx(60 / 125, rel=near),
    }
    for tip in (t for k, t in found.items() if k[0] == "import"):
        assert (tip.now, tip.then) == (pytest.approx(10.0), 0.0)
    home = found["home", "-home"]
    assert (home.now, home.then) == (0.0, pytest.approx(10.0))


def test_what_is_near_to_an_order_comes_by_what_it_costs_more() -> None:
    """Of 190 home is 5 too dear, and of 380 another 195; a chip rented now serves nobody."""
    problem = two_by_two()
    dear = replace(problem.offers[1], id="dearer", price=np.full(3, 380.0))
    problem = replace(problem, offers=(problem.offers[0], dear, *problem.offers[1:]))
    every = [o.id for o in problem.offers]
    what_if = WhatIf(problem)
    assert near_offers(what_if, problem, every) == ["home", "dearer", "rent"]
    assert near_offers(what_if, problem, ["rent", "dearer"]) == ["dearer", "rent"]
    col = first_orders(what_if.model)["home"]
    assert _marginal(what_if, col, 0.1) == pytest.approx(5.0)
    col = first_orders(what_if.model)["dearer"]
    assert _marginal(what_if, col, 0.1) == pytest.approx(195.0)


def test_forest_of_parts_costs_what_the_parts_cost() -> None:
    problem = random_problem(4, factors=2, tail=0.0)
    parts = known_early(problem, "licence")
    apart = sum(p * solve(q).objective for p, q in parts)
    assert solve(forest(parts)).objective == pytest.approx(apart, rel=1e-7)
    assert sum(p for p, _ in wait_and_see(problem)) == pytest.approx(1.0)


def test_given_keeps_what_is_seen_when() -> None:
    problem = random_problem(5, factors=2, tail=0.0)
    chance, sure = given(problem, {"licence": "granted"})
    assert chance == pytest.approx(0.4)
    assert sure.tree.problems() == []
    likely = solve(reweighted(problem, "licence", "granted", 1 - 1e-9)).objective
    assert solve(sure).objective == pytest.approx(likely, rel=1e-5)
    with pytest.raises(InputError, match="unknown state"):
        given(problem, {"licence": "maybe"})


def test_a_call_off_needs_its_trial() -> None:
    problem = market(prices=(10.0,))
    n = len(problem.tree)
    late = np.where(np.arange(n) == 3, 30.0, 0.0)[None, None, :]
    trial = replace(problem.offers[0], id="trial", order_cap=np.where(np.arange(n) == 0, 3.0, 0.0))
    call = replace(problem.offers[0], id="call", call_off=CallOff("trial", 4.0))
    plan = solve(replace(problem, offers=(trial, call), demand=late))
    assert plan.orders[1].sum() <= 4.0 * plan.orders[0].sum() + 1e-9
    assert plan.orders[1, 0] == pytest.approx(0.0, abs=1e-9)  # not in the period of the trial
    assert plan.deliveries.sum() == pytest.approx(15.0)  # 3 + 4 × 3


def test_cash_binds_before_authorisation_does() -> None:
    problem = market(need=10.0, prices=(10.0,))
    n = len(problem.tree)
    poor = Cash(40.0, np.zeros(n), floor=0.0)
    plan = solve(replace(problem, cash=poor))
    assert plan.deliveries.sum() == pytest.approx(4.0)
    assert plan.cash == pytest.approx([40.0, 0.0, 0.0, 0.0], abs=1e-6)
    lent = replace(poor, debt_ceiling=30.0, debt_rate=0.1)
    plan = solve(replace(problem, cash=lent))
    assert 6.5 < plan.deliveries.sum() <= 7.0  # some of the loan goes into its interest
    assert plan.debt.max() <= 30.0 + 1e-9


def test_two_stage_tie_lies_between_static_and_adaptive() -> None:
    from outlay.planning.programme.draft import Options

    tree_factors = (
        Factor("licence", ("granted", "refused"), (0.5, 0.5), 1),
        Factor("demand", ("low", "high"), (0.5, 0.5), 2),
    )
    base = market(n=4, prices=(10.0, 15.0))
    tree = product_tree(base.tree.periods, tree_factors)
    from outlay.planning.problem.remap import retree

    problem = retree(base, tree, tree.period)
    refused = np.array([x.get("licence") == "refused" for x in tree.labels])
    high = np.array([x.get("demand") == "high" for x in tree.labels])
    first = replace(problem.offers[0], delivery_cap=np.where(refused, 0.0, 20.0), closed=None)
    problem = replace(
        problem,
        offers=(first, problem.offers[1]),
        demand=problem.demand * np.where(high, 2.0, 1.0),
    )
    free = solve(problem).objective
    two = solve(problem, Options(tie="two-stage")).objective
    static = solve(problem, Options(tie="static")).objective
    assert free <= two + 1e-6
    assert two <= static + 1e-6
    assert static > free
