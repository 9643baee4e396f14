"""Conflicts, values, alternatives, decisions, twins: small cases with known answers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from outlay.core.errors import InfeasibleError, InputError
from outlay.core.periods import Period, horizon
from outlay.planning.answers.alternatives import break_even_probability, near_optimal
from outlay.planning.answers.decisions import regret_table
from outlay.planning.answers.policy import do_nothing, plan_first_stage, with_first_stage
from outlay.planning.problem.remap import forest, given, known_early, reweighted, wait_and_see
from outlay.planning.problem.tree import Factor, product_tree
from outlay.planning.problem.types import (
    Budget,
    CallOff,
    Cash,
    Chip,
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


def test_regret_is_never_negative_and_zero_with_the_own_plan() -> None:
    plan = solve(random_problem(2, factors=1, tail=0.0))
    table = regret_table(plan)
    assert table.candidates[0] == "plan"
    assert np.all(table.regret >= -1e-5 * np.abs(table.cost))
    assert float(table.regret.min(axis=0).max()) == pytest.approx(0.0, abs=1e-3)


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
