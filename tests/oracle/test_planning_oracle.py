"""The programme against its second formulation in plain loops, on random instances."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from outlay.planning.solver.solve import Options, solve
from support.planning_oracle import oracle_cost
from support.studies import random_problem, with_contracts, with_event, with_tiers

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


@pytest.mark.parametrize("seed", range(2000, 2016))
@pytest.mark.parametrize("linopy", [False, True])
def test_objective_in_whole_lots_equals_the_second_formulation(seed: int, linopy: bool) -> None:
    """Lots of 3 chips and steps of 20 kW in the first period, proven by both to a millionth."""
    problem = random_problem(seed, factors=seed % 2, tail=0.0)
    problem = replace(
        problem,
        offers=tuple(replace(o, lot=3.0) for o in problem.offers),
        sites=tuple(
            replace(s, expansion=s.expansion and replace(s.expansion, step_mw=0.02))
            for s in problem.sites
        ),
    )
    plan = solve(problem, Options(full=True, whole_depth=1, mip_gap=1e-9))
    second = oracle_cost(problem, linopy, whole_depth=1)
    assert plan.objective == pytest.approx(second, rel=1e-6, abs=1e-6)


def test_the_instances_have_something_of_everything() -> None:
    """Each kind of payment, waiting and power given up occur among those compared above."""
    found: Counter[str] = Counter()
    for seed in SEEDS:
        plan = solve(random_problem(seed), Options(full=True))
        found.update({f.entry for f in plan.flows if abs(f.amount) > 1e-6})
        found["given"] += int(plan.given_mw.max() > 1e-6)
        found["waiting"] += int(plan.waiting.max() > 1e-6)
        found["early"] += int(plan.early.max() > 1e-6)
    some = {
        "cancel_fee", "delivery", "deposit", "divert", "energy", "exit_fee", "expansion", "host",
        "instalment", "interest", "levy", "obligation", "refund", "rent", "resale", "residual",
        "shed", "short", "site_rent", "slack", "staff", "upkeep", "waited", "given", "waiting",
        "early",
    }  # fmt: skip
    assert not {name for name in some if found[name] < 2}


@pytest.mark.parametrize("seed", range(2000, 2040))
def test_tiers_and_a_smaller_model_cost_what_the_second_formulation_says(seed: int) -> None:
    problem = with_tiers(random_problem(seed), seed)
    plan = solve(problem, Options(full=True))
    assert plan.objective == pytest.approx(
        oracle_cost(problem, linopy=seed % 4 == 0), rel=1e-6, abs=1e-6
    )


@pytest.mark.parametrize("seed", range(3000, 3040))
def test_busiest_days_in_some_periods_cost_what_the_second_formulation_says(seed: int) -> None:
    problem = with_event(random_problem(seed), seed)
    plan = solve(problem, Options(full=True))
    assert plan.certificates.ok(1e-6)
    assert plan.objective == pytest.approx(
        oracle_cost(problem, linopy=seed % 4 == 0), rel=1e-6, abs=1e-6
    )


@pytest.mark.parametrize("seed", range(3000, 3040))
def test_a_lease_outlives_its_chips_as_the_second_formulation_says(seed: int) -> None:
    problem = with_contracts(random_problem(seed), seed)
    plan = solve(problem, Options(full=True))
    assert plan.objective == pytest.approx(oracle_cost(problem), rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("seed", range(0, 60, 3))
def test_planning_by_place_loses_next_to_nothing(seed: int) -> None:
    problem = random_problem(seed)
    by_place = solve(problem).objective
    by_hall = solve(problem, Options(full=True)).objective
    # Chips of unlike power may trade halls, so a place can only be cheaper, and hardly is.
    assert by_place <= by_hall + 1e-6 * abs(by_hall)
    assert by_place == pytest.approx(by_hall, rel=1e-3)
