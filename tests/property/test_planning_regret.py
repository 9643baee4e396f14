"""No first decisions beat the plan's: held, with all that follows decided anew, they cost more."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outlay.planning.answers.policy import with_first_stage
from outlay.planning.answers.regret import PLAN, _held, first_decisions, regret_table
from outlay.planning.answers.tipping import DUST, FINE, tips
from outlay.planning.answers.what_if import WhatIf
from outlay.planning.solver.solve import solve
from support.studies import random_problem

seeds = st.integers(0, 2_000)
few = settings(max_examples=12, deadline=None)


@few
@given(seeds, st.sampled_from([0.0, 0.3]))
def test_regret_is_never_below_nought_and_the_plans_own_is_nought(seed: int, tail: float) -> None:
    problem = random_problem(seed, factors=2, tail=tail)
    plan, what_if = solve(problem), WhatIf(problem)
    found = regret_table(plan, what_if, {})
    assert found.candidates[0] == PLAN
    assert found.more[0] == 0.0
    assert np.all(found.more >= 0.0)
    # the plan's own first decisions, held and decided anew like any other's
    cost, leaf_cost = _held(what_if, first_decisions(plan, what_if.model))
    assert cost == pytest.approx(plan.objective, rel=1e-6, abs=1e-6)
    chance = problem.tree.probability[problem.tree.leaves]
    if not problem.tail.weight:  # what is lost by branch is what is lost in all
        assert float(chance @ leaf_cost) == pytest.approx(cost, rel=1e-6, abs=1e-6)
        ends = np.isfinite(found.more)
        assert found.by_leaf[ends] @ chance == pytest.approx(
            found.more[ends], rel=1e-6, abs=1e-6 * max(1.0, abs(plan.objective))
        )


@few
@given(seeds)
def test_no_candidate_is_better_off_in_every_branch(seed: int) -> None:
    problem = random_problem(seed, factors=2, tail=0.0)
    plan = solve(problem)
    found = regret_table(plan, WhatIf(problem))
    slack = 1e-6 * max(1.0, abs(plan.objective))
    assert np.all(found.by_leaf.max(axis=1) >= -slack)


@few
@given(seeds)
def test_held_from_where_the_plan_ended_is_held_from_scratch(seed: int) -> None:
    """Nothing decided first: the same optimum as that of the programme built anew."""
    problem = random_problem(seed, factors=1, tail=0.0)
    plan, what_if = solve(problem), WhatIf(problem)
    stage = {k: np.zeros_like(v) for k, v in first_decisions(plan, what_if.model).items()}
    cost, _ = _held(what_if, stage)
    direct = np.array([t.direct for t in what_if.model.frame.terms], dtype=bool)
    start = np.where(direct[:, None, None], 0.0, np.nan)
    anew = with_first_stage(
        problem,
        {
            "order": stage["order"][:, None],
            "start": np.broadcast_to(start, (*stage["start"].shape, 1)),
            "expand": stage["expand"][:, None],
        },
    )
    assert cost == pytest.approx(anew.objective, rel=1e-6, abs=1e-6)
    # and what is asked afterwards is asked of the plan as it was
    _, again = what_if.solve(problem)
    assert again.objective == pytest.approx(plan.objective, rel=1e-6, abs=1e-6)


@settings(max_examples=6, deadline=None)
@given(seeds)
def test_an_order_tips_on_the_far_side_of_its_price_and_not_on_the_near(seed: int) -> None:
    from outlay.planning.answers.alternatives import dearer, first_orders

    problem = random_problem(seed, factors=1, tail=0.0)
    names = [o.id for o in problem.offers]
    for tip in tips(WhatIf(problem), problem, names[:2], names[:1]):
        for side in (1.0 / FINE, FINE):
            factor = tip.factor * side
            model, found = WhatIf(problem).solve(dearer(problem, [tip.of], factor))
            cols = first_orders(model).get(tip.offer, np.zeros(0, dtype=np.int64))
            chips = float(found.x[cols].sum())
            beyond = (factor > tip.factor) == (tip.factor > 1)
            tipped = chips < tip.now / 2 if tip.now > 0 else chips > DUST
            assert tipped == beyond, (tip, side, chips)
