"""A tree solved from its branches has the optimum of the tree solved whole, whatever it holds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outlay.planning.answers.policy import with_first_orders
from outlay.planning.answers.what_if import WhatIf
from outlay.planning.problem.remap import given as certain
from outlay.planning.problem.remap import leaves_given, wait_and_see
from outlay.planning.problem.types import PlanProblem, Tail
from outlay.planning.programme.draft import Options
from outlay.planning.programme.model import build
from outlay.planning.solver.certify import certify
from outlay.planning.solver.highs import Session
from outlay.planning.solver.solve import solve
from outlay.planning.solver.tree import branches as module
from outlay.planning.solver.tree.branches import Branches, apart
from support.studies import random_problem

seeds = st.integers(0, 2_000)
few = settings(max_examples=15, deadline=None)


def branching(seed: int, tail: float = 0.0) -> PlanProblem:
    problem = random_problem(seed, factors=2, periods=4)
    return replace(problem, tail=Tail(0.5, tail))


@few
@given(seeds, st.sampled_from([0.0, 0.3]))
def test_from_branches_and_whole_agree(seed: int, tail: float) -> None:
    problem = branching(seed, tail)
    model = build(problem)
    whole = Session(model.matrix).solve("simplex")
    _, found = Branches(problem).solve(model)
    assert found.status == "optimal"
    assert certify(model.matrix, found).ok(1e-6)
    assert found.objective == pytest.approx(whole.objective, rel=1e-7, abs=1e-6)


@few
@given(seeds)
def test_costs_of_branches_are_those_of_their_own_problems(seed: int) -> None:
    problem = branching(seed)
    branches = Branches(problem)
    tree = problem.tree
    alone = branches.costs(tree.leaves[i : i + 1] for i in range(len(tree.leaves)))
    assert alone == pytest.approx([solve(q).objective for _, q in wait_and_see(problem)], rel=1e-7)
    for f in tree.factors:
        for state in f.states:
            leaves = leaves_given(tree, {f.name: state})
            own = solve(certain(problem, {f.name: state})[1]).objective
            assert branches.cost(leaves) == pytest.approx(own, rel=1e-7)


@few
@given(seeds)
def test_the_order_of_asking_changes_nothing(seed: int) -> None:
    """Bit for bit: what is kept must not depend on what was asked before."""
    problem = branching(seed)
    leaves = problem.tree.leaves
    first, second = Branches(problem), Branches(problem)
    second.costs(leaves[i : i + 1] for i in reversed(range(len(leaves))))
    for f in problem.tree.factors:
        second.cost(leaves_given(problem.tree, {f.name: f.states[0]}))
    a = first.solve(build(problem))[1]
    b = second.solve(build(problem))[1]
    assert np.array_equal(a.x, b.x)


def test_first_orders_are_those_of_the_history_alone() -> None:
    problem = branching(3)
    branches = Branches(problem)
    dearer = []
    for leaf, (_, q) in zip(problem.tree.leaves, wait_and_see(problem), strict=True):
        plan = solve(q)
        mine = branches.first_orders(int(leaf))
        assert mine.shape == plan.orders[:, 0].shape
        assert branches.cost(np.array([leaf])) == pytest.approx(plan.objective, rel=1e-7)
        # Another optimum may order otherwise; held, the orders must cost no more than the best.
        said = {o.id: max(float(n), 0.0) for o, n in zip(plan.offers, mine, strict=True)}
        held = solve(with_first_orders(q, said))
        assert held.objective == pytest.approx(plan.objective, rel=1e-6)
        other = solve(with_first_orders(q, dict.fromkeys(said, 0.0)))
        dearer.append(other.objective > plan.objective * (1 + 1e-4))
    assert any(dearer)  # so that it matters which orders are held


def test_solve_takes_the_way_over_branches_where_the_tree_is_large(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    problem = branching(5)
    plain = solve(problem)
    monkeypatch.setattr(module, "SIMPLEX_BELOW", 0)
    branches = Branches(problem)
    over = solve(problem, branches=branches)
    assert over.objective == pytest.approx(plain.objective, rel=1e-7)
    assert branches._costs  # it went that way


def test_ties_and_idle_branches_go_the_plain_way() -> None:
    problem = branching(5)
    assert apart(problem, Options())
    assert not apart(problem, Options(tie="static"))
    idle = replace(problem.tree, probability=np.where(problem.tree.period == 0, 1.0, 0.0))
    assert not apart(replace(problem, tree=idle), Options())


@few
@given(seeds, st.floats(0.5, 2.0), st.floats(0.5, 2.0))
def test_a_what_if_is_the_plan_of_the_changed_problem(
    seed: int, dearer: float, more: float
) -> None:
    problem = branching(seed)
    what_if = WhatIf(problem)
    for price, demand in ((dearer, 1.0), (1.0, more), (1.0, 1.0)):
        offers = tuple(replace(o, price=o.price * price) for o in problem.offers)
        changed = replace(problem, offers=offers, demand=problem.demand * demand)
        _, found = what_if.solve(changed)
        assert found.objective == pytest.approx(solve(changed).objective, rel=1e-7, abs=1e-6)
