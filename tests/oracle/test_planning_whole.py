"""Whole lots, steps and blocks in the first period, and what they cost."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outlay.core.errors import InfeasibleError
from outlay.core.periods import Period, horizon
from outlay.planning.answers.alternatives import near_optimal
from outlay.planning.answers.value import values
from outlay.planning.problem.tree import product_tree
from outlay.planning.problem.types import Chip, Expansion, Load, Offer, PlanProblem, Site
from outlay.planning.programme.draft import WHOLE
from outlay.planning.solver import solve as module
from outlay.planning.solver.solve import solve
from outlay.planning.solver.tree import branches as branches_module
from outlay.planning.solver.tree.branches import Branches
from support.studies import random_problem


def market(*prices: float, lot: float = 8.0, need: float = 10.0) -> PlanProblem:
    """Ten chips are needed for a year; the first offer comes in lots, the others do not."""
    tree = product_tree(horizon(Period(2026, 1, 12), 1), ())
    inf, zero = np.full(1, np.inf), np.zeros(1)
    offers = tuple(
        Offer(f"buy{i}", "a", "purchase", ("hall",), np.full(1, price), inf, inf, zero,
              lot=0.0 if i else lot)
        for i, price in enumerate(prices)
    )  # fmt: skip
    return PlanProblem(
        "USD", tree, 0.0, (Chip("a", 1.0, 10.0),), (Site("hall", "R", np.full(1, 1.0)),), offers,
        (), (Load("work", 1e-5),), ("day",), np.array([24.0]), np.full((1, 1, 1), need),
        np.ones((1, 1)), np.ones((1, 1), dtype=bool), np.ones((1, 1), dtype=bool),
        terminal_value=0.0,
    )  # fmt: skip


def first(problem: PlanProblem) -> tuple[list[float], float | None]:
    plan = solve(problem, WHOLE)
    assert plan.certificates.ok(1e-6)
    return plan.orders[:, 0].tolist(), plan.rounding


@pytest.fixture(params=[20_000, 0], ids=["exact", "search"])
def both_ways(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A small programme, by the solver's integers; as if it were a large one, by the search."""
    monkeypatch.setattr(module, "SIMPLEX_BELOW", request.param)


@pytest.mark.usefixtures("both_ways")
def test_ten_chips_in_lots_of_eight_are_sixteen() -> None:
    orders, rounding = first(market(10.0))
    assert orders == pytest.approx([16.0])
    assert rounding == pytest.approx(6 * 10.0)


@pytest.mark.usefixtures("both_ways")
def test_a_dearer_single_chip_beats_the_second_lot_where_it_is_cheaper_in_all() -> None:
    """Two singles at 15 cost 30 where a second lot costs 80: 10 more than two shares of a lot."""
    orders, rounding = first(market(10.0, 15.0))
    assert orders == pytest.approx([8.0, 2.0])
    assert rounding == pytest.approx(2 * (15.0 - 10.0))
    orders, rounding = first(market(10.0, 41.0))  # at 82 a second lot is cheaper
    assert orders == pytest.approx([16.0, 0.0])
    assert rounding == pytest.approx(60.0)


def test_where_nothing_is_whole_the_programme_stays_linear() -> None:
    plan = solve(market(10.0, lot=0.0), WHOLE)
    assert plan.rounding is None
    assert plan.certificates.method != "mip"
    assert plan.any_share == plan.objective


@pytest.mark.usefixtures("both_ways")
def test_a_hall_grows_by_whole_steps_in_the_first_period() -> None:
    """Ten chips of 1 kW stand on 4 kW and 3 steps of 3 kW: 9 kW ordered at 2 a kilowatt."""
    problem = market(10.0, lot=0.0)
    grow = Expansion(
        lead_months=0.0, cost_per_w=np.full(1, 0.002), cap_mw=np.ones(1), step_mw=0.003,
        asset_life_years=20.0,
    )  # fmt: skip
    site = replace(problem.sites[0], power_mw=np.full(1, 0.004), expansion=grow)
    plan = solve(replace(problem, sites=(site,)), WHOLE)
    assert plan.expansion_mw[0, 0] == pytest.approx(0.006)
    assert plan.rounding == pytest.approx(0.0, abs=1e-9)  # two steps are what ten chips need
    less = replace(problem, sites=(site,), demand=np.full((1, 1, 1), 9.0))
    plan = solve(less, WHOLE)
    assert plan.expansion_mw[0, 0] == pytest.approx(0.006)  # 5 kW would do
    assert plan.rounding == pytest.approx(1.0 * 1e3 * 0.002)


@pytest.mark.usefixtures("both_ways")
def test_whole_lots_that_nothing_allows_are_refused() -> None:
    """Twelve chips are ordered already and the offer comes in lots of eight, at most twelve."""
    problem = market(10.0)
    twelve = replace(problem.offers[0], order_floor=np.full(1, 12.0), order_cap=np.full(1, 12.0))
    with pytest.raises(InfeasibleError, match="whole lots"):
        solve(replace(problem, offers=(twelve,)), WHOLE)


def test_what_things_are_worth_is_set_against_any_share() -> None:
    """One history has nothing to know: lots of eight must not make that worth sixty."""
    problem = market(10.0)
    plan = solve(problem, WHOLE)
    assert values(problem, plan, ("evpi",)).evpi == pytest.approx(0.0, abs=1e-6)
    (row,) = near_optimal(problem, (0.01,), planned={"buy0": 16.0})
    assert (row.low, row.best, row.high) == pytest.approx((10.0, 16.0, 16.0), rel=0.02)


def lots(seed: int, lot: float) -> PlanProblem:
    problem = random_problem(seed, factors=2, periods=3)
    return replace(
        problem,
        offers=tuple(replace(o, lot=lot if o.kind == "purchase" else 0.0) for o in problem.offers),
    )


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 2_000), st.sampled_from([3.0, 7.0, 40.0]))
def test_the_search_finds_what_the_integer_method_finds(seed: int, lot: float) -> None:
    problem = lots(seed, lot)
    exact = solve(problem, replace(WHOLE, mip_gap=1e-7))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "SIMPLEX_BELOW", 0)
        patch.setattr(branches_module, "SIMPLEX_BELOW", 0)
        branches = Branches(problem)
        found = solve(problem, replace(WHOLE, mip_gap=1e-7), branches)
    scale = abs(exact.objective)
    assert found.objective >= exact.objective - 1e-6 * scale
    assert found.objective - exact.objective <= found.certificates.bound_gap * scale + 1e-6 * scale
    ordered = found.orders[[o.kind == "purchase" for o in found.offers], 0] / lot
    assert np.allclose(ordered, np.round(ordered), atol=1e-5)
    # What is kept of the branches for later questions does not hold the lots.
    leaves = problem.tree.leaves
    plain = Branches(problem).cost(leaves[:1])
    assert branches.cost(leaves[:1]) == pytest.approx(plain, rel=1e-7)
