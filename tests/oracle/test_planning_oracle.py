"""The programme against its second formulation in plain loops, on random instances."""

from __future__ import annotations

import pytest

from outlay.planning.solver.solve import Options, solve
from support.planning_oracle import oracle_cost
from support.studies import random_problem, with_tiers

SEEDS = range(60)


@pytest.mark.parametrize("seed", SEEDS)
def test_objective_equals_the_second_formulation(seed: int) -> None:
    problem = random_problem(seed)
    plan = solve(problem, Options(full=True))
    assert plan.certificates.ok(1e-6)
    assert plan.objective == pytest.approx(oracle_cost(problem), rel=1e-7, abs=1e-6)


@pytest.mark.parametrize("seed", range(1000, 1050))
def test_objective_equals_linopy_s(seed: int) -> None:
    """Other instances, through another modelling layer and its way to the solver."""
    problem = random_problem(seed)
    plan = solve(problem, Options(full=True))
    assert plan.objective == pytest.approx(oracle_cost(problem, linopy=True), rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("seed", range(2000, 2040))
def test_tiers_and_a_smaller_model_cost_what_the_second_formulation_says(seed: int) -> None:
    problem = with_tiers(random_problem(seed), seed)
    plan = solve(problem, Options(full=True))
    assert plan.objective == pytest.approx(
        oracle_cost(problem, linopy=seed % 4 == 0), rel=1e-6, abs=1e-6
    )


@pytest.mark.parametrize("seed", range(0, 60, 3))
def test_planning_by_place_loses_next_to_nothing(seed: int) -> None:
    problem = random_problem(seed)
    by_place = solve(problem).objective
    by_hall = solve(problem, Options(full=True)).objective
    # Chips of unlike power may trade halls, so a place can only be cheaper, and hardly is.
    assert by_place <= by_hall + 1e-6 * abs(by_hall)
    assert by_place == pytest.approx(by_hall, rel=1e-3)
