"""A tree from a trunk that is at hand has its own optimum, wherever the trunk comes from."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outlay.planning.answers import again
from outlay.planning.answers.again import Started, Warm
from outlay.planning.problem.remap import given as certain
from outlay.planning.problem.remap import leaves_given
from outlay.planning.problem.types import PlanProblem, Tail
from outlay.planning.programme.model import Model, build
from outlay.planning.solver.basis import hand_over
from outlay.planning.solver.certify import certify
from outlay.planning.solver.highs import Session
from outlay.planning.solver.solve import solve
from outlay.planning.solver.tree import branches as solved
from outlay.planning.solver.tree import recourse
from outlay.planning.solver.tree.branches import Branches
from outlay.planning.solver.tree.cut import Cutter
from outlay.planning.solver.tree.recourse import Held, Near, follow, toward
from support.studies import random_problem

seeds = st.integers(0, 2_000)
few = settings(max_examples=3, deadline=None)  # a run of 60 holds too


def branching(seed: int) -> PlanProblem:
    return replace(random_problem(seed, factors=2, periods=4), tail=Tail(0.5, 0.0))


def ended(problem: PlanProblem) -> tuple[Branches, Near, Model]:
    """The problem solved, and where it ended."""
    branches, model = Branches(problem), build(problem)
    branches.solve(model)
    assert branches.ended is not None
    return branches, branches.ended, model


@pytest.fixture(autouse=True)
def any_trunk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small trees have large trunks, of which the planes are asked all the same."""
    monkeypatch.setattr(recourse, "SMALL", 1.0)


@few
@given(seeds, st.floats(0.6, 1.6), st.floats(0.6, 1.6))
def test_a_tree_from_one_like_it_has_its_own_optimum(seed: int, dearer: float, more: float) -> None:
    problem = branching(seed)
    _, near, _ = ended(problem)
    offers = tuple(replace(o, price=o.price * dearer) for o in problem.offers)
    changed = replace(problem, offers=offers, demand=problem.demand * more)
    model = build(changed)
    whole = Session(model.matrix).solve("simplex")
    _, found = Branches(changed, near=near).solve(model)
    assert certify(model.matrix, found).ok(1e-6)
    assert found.objective == pytest.approx(whole.objective, rel=1e-9, abs=1e-6)


def changed_and_near(seed: int, more: float) -> tuple[Model, Held | None]:
    problem = branching(seed)
    _, near, _ = ended(problem)
    model = build(replace(problem, demand=problem.demand * more))
    return model, toward(Cutter(model), near, Session)


@pytest.mark.parametrize("seed", [2, 3, 17])
def test_what_is_laid_is_a_plan_within_the_distance_asked_for(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of these studies some histories cannot follow the trunk at hand, which is cut off."""
    cut: list[int] = []
    before = recourse._Planes._before

    def counted(self: recourse._Planes, *given: object) -> None:
        rows = self._session.h.getNumRow()
        before(self, *given)  # type: ignore[arg-type]
        cut.append(self._session.h.getNumRow() - rows)

    monkeypatch.setattr(recourse._Planes, "_before", counted)
    model, held = changed_and_near(seed, 1.3)
    assert held is not None
    best = Session(model.matrix).solve("simplex").objective
    assert best * (1 - 1e-9) <= held.cost
    assert held.cost - best <= recourse.GAP * abs(held.cost) + 1e-6 * abs(best)
    assert cut
    assert all(n == 1 for n in cut)
    session = Session(model.matrix)
    hand_over(session, held.basis)
    assert session.solve("dual").objective == pytest.approx(best, rel=1e-9)


@few
@given(seeds)
def test_a_state_known_costs_what_its_own_problem_does(seed: int) -> None:
    """From what the whole tree decides before the state shows."""
    problem = branching(seed)
    branches, near, model = ended(problem)
    by, tree = Cutter(model), problem.tree
    for f in tree.factors[:1]:
        for state in f.states[:2]:
            leaves = leaves_given(tree, {f.name: state})
            own = solve(certain(problem, {f.name: state})[1]).objective
            assert branches.cost(leaves) == pytest.approx(own, rel=1e-9, abs=1e-6)
            held = follow(by, by.among(leaves), near, Session)
            if held is not None:  # a plan, and none costs less than the best
                assert held.cost >= own - 1e-6 * abs(own)


def test_a_large_trunk_another_programme_and_a_tail_go_the_way_of_branches(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    problem = branching(5)
    _, near, model = ended(problem)
    by = Cutter(model)
    assert toward(by, near, Session) is not None
    assert toward(by, replace(near, key="another"), Session) is None
    monkeypatch.setattr(recourse, "SMALL", 0.01)
    assert toward(by, near, Session) is None
    assert follow(by, by.whole(), near, Session) is None


def test_the_answer_is_the_same_to_the_bit_however_often_it_is_asked() -> None:
    problem = branching(7)
    _, near, _ = ended(problem)
    changed = replace(problem, demand=problem.demand * 1.2)
    answers = [Branches(changed, near=near).solve(build(changed))[1] for _ in range(2)]
    assert np.array_equal(answers[0].x, answers[1].x)


def test_what_is_kept_is_told_apart_by_where_it_was_solved_from() -> None:
    problem = branching(3)
    _, near, model = ended(problem)
    other = replace(near, x=near.x + 1.0)
    keys = {solved.content_key(model, n) for n in (None, near, other)}
    assert len(keys) == 3


@pytest.mark.parametrize("taken", [-1.0, 1.0])  # at once, or once the dual has had its steps
def test_a_what_if_that_is_far_is_solved_from_the_plans_trunk(
    taken: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(again, "TAKEN", taken)
    monkeypatch.setattr(again, "FEW", 0)
    monkeypatch.setattr(again, "TRIED", 0.0)
    problem = branching(5)
    _, near, _ = ended(problem)
    changed = replace(problem, demand=problem.demand * 1.3)
    model = build(changed)
    warm = Warm(model.matrix, near.basis)
    branches = Started(changed, lambda _: warm, near=near)
    session, found = branches.solve(model)
    assert session is not warm
    assert branches.started
    best = Session(model.matrix).solve("simplex").objective
    assert found.objective == pytest.approx(best, rel=1e-9)
    assert branches.ended is not None  # a what-if of its own may start there
    assert np.array_equal(branches.ended.x, found.x)
