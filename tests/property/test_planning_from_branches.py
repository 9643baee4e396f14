"""Sixty random trees, solved from their branches and the full way: one answer."""

from __future__ import annotations

import numpy as np
import pytest

from outlay.planning.answers.policy import with_first_orders
from outlay.planning.answers.value import values
from outlay.planning.problem.remap import given, wait_and_see
from outlay.planning.problem.types import PlanProblem
from outlay.planning.programme.model import build
from outlay.planning.result import Plan
from outlay.planning.solver.certify import certify
from outlay.planning.solver.highs import Session
from outlay.planning.solver.solve import solve
from outlay.planning.solver.tree.branches import Branches
from support.studies import random_problem

SAME = 1e-9


def full(problem: PlanProblem) -> float:
    """The optimum of the programme as it stands, by the solver's own way from nothing."""
    model = build(problem)
    found = Session(model.matrix).solve("simplex")
    assert found.status == "optimal"
    assert certify(model.matrix, found).ok(1e-7)
    return found.objective


def first(plan: Plan) -> dict[str, float]:
    """Chips ordered in the first period."""
    return {o.id: max(float(n), 0.0) for o, n in zip(plan.offers, plan.orders[:, 0], strict=True)}


@pytest.mark.parametrize("seed", range(60))
def test_the_way_over_branches_gives_the_answer_of_the_full_way(seed: int) -> None:
    problem = random_problem(seed, factors=2, periods=4, prices=seed % 2 == 1)
    model, best = build(problem), full(problem)
    tolerance = SAME * max(1.0, abs(best))
    branches = Branches(problem)
    _, found = branches.solve(model)
    assert found.status == "optimal"
    assert certify(model.matrix, found).ok(1e-7)
    assert found.objective == pytest.approx(best, abs=tolerance)
    plan = solve(problem)
    # Orders may be several of one cost: each way's, held, cost the other's optimum.
    root = problem.tree.roots[0]
    columns, x = model.matrix.columns, found.x

    def taken(name: str) -> np.ndarray:
        index = columns[name].index[..., root]
        return np.where(index >= 0, x[np.maximum(index, 0)], 0.0)

    started = (taken("start") + taken("divert")).sum(axis=-1)
    direct = (columns["order"].index < 0).all(axis=-1)
    orders = np.where(direct, started, taken("order"))
    mine = {o.id: max(float(n), 0.0) for o, n in zip(plan.offers, orders, strict=True)}
    assert mine.keys() == first(plan).keys()
    held = full(with_first_orders(problem, mine))
    assert held == pytest.approx(best, abs=1e3 * tolerance)  # held to the solver's own slack


@pytest.mark.parametrize("seed", range(0, 60, 4))
def test_values_from_branches_are_those_of_the_full_way(seed: int) -> None:
    problem = random_problem(seed, factors=2, periods=3, prices=seed % 8 == 4, tail=0.0)
    plan, branches = solve(problem), Branches(problem)
    branches.solve(build(problem))
    found = values(problem, plan, ("evpi", "factors"), branches=branches)
    tolerance = SAME * max(1.0, abs(plan.objective))
    alone = [full(q) for _, q in wait_and_see(problem)]
    assert found.leaf_cost == pytest.approx(alone, abs=tolerance)
    chance = problem.tree.probability[problem.tree.leaves]
    assert found.evpi == pytest.approx(plan.objective - float(chance @ alone), abs=2 * tolerance)
    for name, costs in found.given.items():
        for state, cost in costs.items():
            own = full(given(problem, {name: state})[1])
            assert cost == pytest.approx(own, abs=tolerance)
