"""Fifteen mistakes that other planners shipped, each as a test that would catch it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outlay.core.errors import InputError
from outlay.core.periods import Period, horizon
from outlay.planning.answers.policy import cost_or_inf, first_stage_periods, plan_first_stage
from outlay.planning.problem.remap import (
    expected_path,
    leaf_path,
    reweighted,
    wait_and_see,
    with_sure_tail,
)
from outlay.planning.problem.tree import Factor, product_tree
from outlay.planning.problem.types import Chip, Limit, Load, Offer, PlanProblem, Site
from outlay.planning.programme.blocks import Matrix
from outlay.planning.programme.model import build
from outlay.planning.solver.highs import Session
from outlay.planning.solver.solve import Options, solve
from support.studies import random_problem

REL = 1e-6
seeds = st.integers(0, 400)
few = settings(max_examples=12)


def near(a: float, b: float) -> bool:
    return abs(a - b) <= REL * max(1.0, abs(a), abs(b))


def simple(
    n_periods: int = 4,
    months: int = 3,
    *,
    rate: float = 0.0,
    need: float = 10.0,
    life: float = 10.0,
    price: float = 10.0,
    residual: tuple[tuple[float, float], ...] = (),
    factors: tuple[Factor, ...] = (),
) -> PlanProblem:
    """One chip, one site, one load that wants `need` chips from the start."""
    periods = horizon(Period(2026, 1, months), n_periods)
    tree = product_tree(periods, factors)
    n = len(tree)
    inf, zero = np.full(n, np.inf), np.zeros(n)
    offer = Offer("buy", "chip", "purchase", ("hall",), np.full(n, price), inf, inf, zero)
    return PlanProblem(
        "USD", tree, rate, (Chip("chip", 1.0, life, residual=residual),),
        (Site("hall", "R", np.full(n, 10.0)),), (offer,), (), (Load("work", 1e-2),), ("day",),
        np.array([24.0]), np.full((1, 1, n), need), np.ones((1, 1)),
        np.ones((1, 1), dtype=bool), np.ones((1, 1), dtype=bool),
    )  # fmt: skip


# 1 ------------------------------------------------------------------------------------------
@few
@given(seeds)
def test_identical_branches_equal_the_deterministic_run(seed: int) -> None:
    alone = random_problem(seed, factors=0)
    periods = alone.tree.periods
    twins = product_tree(periods, [Factor("coin", ("heads", "tails"), (0.3, 0.7), 1)])
    from outlay.planning.problem.remap import retree

    both = solve(retree(alone, twins, twins.period)).objective
    assert near(both, solve(alone).objective)


# 2 and 12 -----------------------------------------------------------------------------------
@few
@given(seeds)
def test_stock_at_a_node_is_what_the_path_built_and_carries_over(seed: int) -> None:
    problem = random_problem(seed)
    plan = solve(problem, Options(full=True))
    tree, chip = problem.tree, {c.id: k for k, c in enumerate(problem.chips)}
    stock = np.zeros_like(plan.stock)
    for n in range(len(tree)):
        for m in tree.path(n):
            for i, o in enumerate(plan.offers):
                k = chip[o.chip]
                stock[k, :, n] += plan.arriving[i, :, m] - plan.left[i, :, m]
        for i, pool in enumerate(problem.pools):
            stock[chip[pool.chip], :, n] += plan.pool_stock[i, :, n]
    assert np.allclose(stock, plan.stock, rtol=1e-9, atol=1e-6)
    # end stock of the parent is the start stock of every child: one array, looked up twice
    child = np.flatnonzero(tree.parent >= 0)
    start = plan.stock[..., tree.parent[child]]
    assert start.tobytes() == plan.stock[..., tree.parent][..., child].tobytes()


# 3 ------------------------------------------------------------------------------------------
@pytest.mark.parametrize("field", ["demand", "units_per_chip"])
def test_half_filled_inputs_are_refused(field: str) -> None:
    problem = simple()
    array = getattr(problem, field).copy()
    array.flat[-1] = np.nan
    with pytest.raises(InputError, match="missing"):
        solve(replace(problem, **{field: array}))
    with pytest.raises(InputError, match="shape"):
        solve(replace(problem, **{field: getattr(problem, field)[..., :-1]}))


# 4 and 5 ------------------------------------------------------------------------------------
@few
@given(seeds)
def test_flows_by_period_add_up_to_the_objective(seed: int) -> None:
    problem = random_problem(seed, tail=0.0)
    plan = solve(problem)
    chance = problem.tree.probability
    by_period = np.zeros(len(problem.tree.periods))
    for f in plan.flows:
        by_period[problem.tree.period[f.node]] += chance[f.node] * f.discount * f.amount
    assert near(float(by_period.sum()), plan.objective)
    assert near(plan.expected_cost, plan.objective)


def test_probability_never_enters_the_discount() -> None:
    coin = Factor("coin", ("a", "b"), (0.2, 0.8), 1)
    plan = solve(simple(rate=0.1, factors=(coin,)))
    discount = {}
    for f in plan.flows:
        if f.treatment != "terminal":
            period = plan.problem.tree.period[f.node]
            discount.setdefault(int(period), set()).add(round(f.discount, 15))
    assert all(len(v) == 1 for v in discount.values())


# 6 ------------------------------------------------------------------------------------------
def test_splitting_a_period_changes_nothing() -> None:
    halves, quarters = simple(2, 6), simple(4, 3)
    assert near(solve(halves).objective, solve(quarters).objective)


# 7 ------------------------------------------------------------------------------------------
def test_one_period_equals_many_with_one() -> None:
    one = solve(simple(1, 12, life=1.0)).objective
    late = Factor("late", ("a", "b"), (0.5, 0.5), 9)  # seen after the horizon: splits nothing
    assert near(solve(simple(1, 12, life=1.0, factors=(late,))).objective, one)
    many = solve(simple(3, 12, life=1.0)).objective
    assert near(many, 3 * one)  # each year buys anew what lives for a year


# 8 ------------------------------------------------------------------------------------------
def test_remaining_value_does_not_punish_late_orders() -> None:
    problem = simple(4, 12, price=100.0, life=10.0)  # straight line over ten years
    late = np.array([0.0, 0.0, 0.0, 10.0])[None, None, :]
    plan = solve(replace(problem, demand=late))
    assert plan.deliveries[0, 0, 3] == pytest.approx(10.0)
    assert plan.deliveries[0, 0, :3].sum() == pytest.approx(0.0, abs=1e-9)
    years = 365.25  # one year of ten is used up, whatever year it is
    first = replace(problem, demand=np.array([10.0, 0, 0, 0])[None, None, :])
    used = (4 * 365 + 1 - 365 - 365 - 366) / years
    assert plan.objective == pytest.approx(1000.0 * used / 10.0, rel=2e-3)
    assert solve(first).objective >= plan.objective


# 9 ------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("life", "bought"),
    [(50.0, 10.0), (4.0, 10.0), (2.0, 20.0), (1.0, 40.0), (0.5, 80.0), (1.25, 33.59375)],
)
def test_life_longer_than_equal_to_and_under_the_horizon(life: float, bought: float) -> None:
    plan = solve(simple(4, 12, life=life))
    # Half a year of life serves half a year; 1.25 years: 10, 7.5, 8.125, 7.96875.
    assert plan.deliveries.sum() == pytest.approx(bought)
    assert plan.stock[0, 0] == pytest.approx(np.full(4, 10.0))


def test_life_of_nothing_is_refused() -> None:
    with pytest.raises(InputError, match="life"):
        solve(simple(life=0.0))


# 10 and 15 ----------------------------------------------------------------------------------
@few
@given(seeds)
def test_order_of_names_changes_nothing(seed: int) -> None:
    problem = random_problem(seed)
    flip = slice(None, None, -1)
    turned = replace(
        problem,
        chips=problem.chips[flip], sites=problem.sites[flip], offers=problem.offers[flip],
        loads=problem.loads[flip], demand=problem.demand[flip],
        units_per_chip=problem.units_per_chip[flip, flip],
        site_chip=problem.site_chip[flip, flip], site_load=problem.site_load[flip, flip],
        rate_factor=problem.rate_factor[flip],
        campaigns=tuple(
            replace(c, units_per_chip=c.units_per_chip[flip]) for c in problem.campaigns
        ),
    )  # fmt: skip
    assert near(solve(turned).objective, solve(problem).objective)


# 11 -----------------------------------------------------------------------------------------
def test_cumulative_limits_count_each_delivery_once() -> None:
    problem = simple(4, 12, need=10.0)
    n = len(problem.tree)
    growing = replace(problem, demand=np.array([2.0, 4.0, 6.0, 8.0])[None, None, :])
    cap = Limit("vendor", ("buy",), np.full(n, 8.0), cumulative=True)
    assert solve(replace(growing, limits=(cap,))).shed.sum() == pytest.approx(0.0, abs=1e-9)
    tight = Limit("vendor", ("buy",), np.full(n, 7.0), cumulative=True)
    shed = solve(replace(growing, limits=(tight,))).shed
    assert shed[0, 0] == pytest.approx([0, 0, 0, 1], abs=1e-7)


# 13 -----------------------------------------------------------------------------------------
@few
@given(seeds)
def test_foresight_beats_recourse_beats_the_mean_value_policy(seed: int) -> None:
    problem = with_sure_tail(random_problem(seed, factors=2))
    recourse = solve(problem).objective
    foresight = sum(p * solve(q).objective for p, q in wait_and_see(problem))
    mean = solve(expected_path(problem))
    fixed = plan_first_stage(mean, first_stage_periods(problem.tree))
    policy = cost_or_inf(problem, fixed, Options())
    slack = REL * max(1.0, abs(recourse))
    assert foresight <= recourse + slack
    assert recourse <= policy + slack


@few
@given(seeds)
def test_a_branch_of_probability_zero_changes_nothing(seed: int) -> None:
    problem = with_sure_tail(random_problem(seed, factors=1))
    sure = reweighted(problem, "licence", "granted", 1.0)
    granted = next(n for n in problem.tree.leaves if problem.tree.labels[n]["licence"] == "granted")
    with_branch = solve(sure).objective
    assert near(with_branch, solve(leaf_path(problem, int(granted))).objective)


# 14 -----------------------------------------------------------------------------------------
def test_an_unclean_end_of_the_solver_falls_back_to_simplex() -> None:
    model = build(random_problem(3))
    right = Session(model.matrix).solve("simplex").objective

    class Unknown(Session):
        """Ends its first run as interior point sometimes does: without an answer."""

        def _configure(self, name: str) -> None:
            super()._configure(name)
            self.tried = [*getattr(self, "tried", []), name]
            self.h.setOptionValue("ipm_iteration_limit", 1 if name == "ipm" else 1000)
            self.h.setOptionValue("run_crossover", "off" if name == "ipm" else "on")

    session = Unknown(model.matrix)
    found = session.solve("ipm")
    assert session.tried[0] == "ipm"
    assert found.status == "optimal"
    assert found.method != "ipm"
    assert near(found.objective, right)


# 15 -----------------------------------------------------------------------------------------
def test_doubling_the_horizon_does_not_move_the_first_year() -> None:
    """Demand that stays; a chip that loses value as it is used: 2% of first-year orders."""
    short, long = simple(8, 3, rate=0.09, price=30.0), simple(16, 3, rate=0.09, price=30.0)
    a, b = solve(short), solve(long)
    assert b.orders[0, :4].sum() == pytest.approx(a.orders[0, :4].sum(), rel=0.02)


@few
@given(seeds, st.sampled_from([1e-6, 7.04, 1e9]))
def test_the_money_unit_scales_cost_and_keeps_the_plan(seed: int, k: float) -> None:
    problem = random_problem(seed)
    from support.scaling import in_other_money

    a, b = solve(problem), solve(in_other_money(problem, k))
    assert near(b.objective / k, a.objective)


def test_matrix_has_no_empty_meaning() -> None:
    matrix = build(random_problem(5)).matrix
    assert isinstance(matrix, Matrix)
    covered = np.concatenate([b.index[b.index >= 0] for b in matrix.rows.values()])
    assert np.array_equal(np.sort(covered), np.arange(matrix.shape[0]))
