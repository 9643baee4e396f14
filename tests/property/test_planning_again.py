"""A changed programme solved from an old basis has the optimum of one solved from nothing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outlay.planning.answers.again import Started, Warm, alike, corner, corner_of, moved
from outlay.planning.answers.estimate import Bounds, implied, least
from outlay.planning.problem.types import PlanProblem
from outlay.planning.programme.blocks import Matrix
from outlay.planning.programme.model import build
from outlay.planning.solver import solve as solve_module
from outlay.planning.solver.basis import Basis, read
from outlay.planning.solver.certify import certify
from outlay.planning.solver.factored import Factored
from outlay.planning.solver.highs import Session
from outlay.planning.solver.solve import solve
from outlay.planning.solver.tree import branches as branches_module
from support.studies import random_problem

seeds = st.integers(0, 2_000)
factors = st.floats(0.7, 1.4)
kinds = st.sampled_from(["price", "demand", "cap", "power", "chance"])
few = settings(max_examples=25, deadline=None)


def changed(problem: PlanProblem, kind: str, by: float) -> PlanProblem:
    """One kind of number, times `by`."""
    if kind == "price":
        offers = tuple(replace(o, price=o.price * by) for o in problem.offers)
        return replace(problem, offers=offers)
    if kind == "demand":
        return replace(problem, demand=problem.demand * by)
    if kind == "cap":
        return replace(
            problem,
            offers=tuple(replace(o, delivery_cap=o.delivery_cap * by) for o in problem.offers),
        )
    if kind == "power":
        sites = tuple(replace(s, power_mw=s.power_mw * by) for s in problem.sites)
        return replace(problem, sites=sites)
    tree = problem.tree
    last = np.isin(np.arange(len(tree)), tree.leaves)
    weight = np.where(last & (np.cumsum(last) % 2 == 1), by, 1.0) * tree.probability
    weight = np.where(last, weight, 0.0)
    for node in range(len(tree) - 1, -1, -1):
        if tree.parent[node] >= 0:
            weight[tree.parent[node]] += weight[node]
    roots = weight[tree.roots].sum()
    return replace(problem, tree=replace(tree, probability=weight / roots))


def solved(problem: PlanProblem) -> tuple[Matrix, Basis, np.ndarray]:
    matrix = build(problem).matrix
    session = Session(matrix)
    found = session.solve("simplex")
    assert found.status == "optimal"
    return matrix, read(session), found.row_dual


@few
@given(seeds, kinds, factors)
def test_the_quick_answer_holds_the_exact_one_which_is_that_of_a_new_solve(
    seed: int, kind: str, by: float
) -> None:
    problem = random_problem(seed, factors=2, periods=4)
    matrix, basis, prices = solved(problem)
    new = build(changed(problem, kind, by)).matrix
    best = Session(new).solve("simplex")
    assert best.status == "optimal"
    assert alike(matrix, new)
    warm = Warm(new, basis)
    at = corner(warm, prices)
    size = 1e-7 * max(1.0, abs(best.objective))
    assert at.least <= best.objective + size
    if at.broken == 0:
        assert at.objective >= best.objective - size
    if "entries" not in (what := moved(matrix, new)) and "cost" not in what:
        # Where right sides alone moved, the old prices are still a bound.
        assert at.least == pytest.approx(at.objective, rel=1e-9, abs=1e-6)
    # The factor of the old basis leads to the corner that the solver finds, or says that it cannot.
    factored = Factored.of(matrix, basis)
    assert factored is not None
    if (there := factored.corner(new)) is not None:
        near = {"rel": 1e-9, "abs": 1e-6 * max(1.0, abs(at.objective))}
        assert corner_of(new, there, prices).objective == pytest.approx(at.objective, **near)
        assert np.clip(there.x, new.lower, new.upper) == pytest.approx(at.x, rel=1e-7, abs=1e-5)
    if kind in ("cap", "power", "chance"):  # no entry moves
        assert there is not None
    found = warm.finish()
    assert found.status == "optimal"
    assert certify(new, found).ok(1e-6)
    assert found.objective == pytest.approx(best.objective, rel=1e-9, abs=1e-6)


@few
@given(seeds, st.integers(0, 2**32 - 1))
def test_no_prices_whatever_give_more_than_the_optimum(seed: int, draw: int) -> None:
    matrix, _, prices = solved(random_problem(seed, factors=2, periods=4))
    best = Session(matrix).solve("simplex").objective
    bounds = implied(matrix)
    x = Session(matrix).solve("simplex").x
    slack = 1e-6 * (matrix.col_unit + np.abs(x))
    assert np.all(x <= bounds.upper + slack)
    assert np.all(x >= bounds.lower - slack)
    assert least(matrix, prices, bounds) == pytest.approx(best, rel=1e-7, abs=1e-4)
    rng = np.random.default_rng(draw)
    size = 1e-7 * max(1.0, abs(best))
    for scale in (0.01, 1.0, 100.0):
        other = prices * rng.lognormal(0, scale, len(prices)) + rng.normal(0, scale, len(prices))
        assert least(matrix, other, bounds) <= best + size
        plain = Bounds(matrix.lower, matrix.upper)
        assert least(matrix, other, plain, mend=0) <= best + size


@few
@given(seeds, kinds, factors)
def test_a_plan_that_starts_from_an_old_basis_is_the_plan(seed: int, kind: str, by: float) -> None:
    problem = random_problem(seed, factors=2, periods=4)
    _, basis, _ = solved(problem)
    new = changed(problem, kind, by)
    plain = solve(new)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(branches_module, "SIMPLEX_BELOW", 0)
        patch.setattr(solve_module, "SIMPLEX_BELOW", 0)
        branches = Started(new, lambda _: basis)
        plan = solve(new, branches=branches)
    assert branches.started
    assert plan.objective == pytest.approx(plain.objective, rel=1e-9, abs=1e-6)
