"""Tiers that say the same cost the same; dearer ones never cost less, more choice never more."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outlay.planning.problem.types import PlanProblem, Tier
from outlay.planning.solver.solve import solve
from support.studies import random_problem, with_fallback, with_tiers

few = settings(max_examples=10)
seeds = st.integers(0, 500)


def close(cost: float) -> float:
    return pytest.approx(cost, rel=1e-7, abs=1e-6)  # type: ignore[no-any-return]


def tiered(problem: PlanProblem, *tiers: Tier) -> PlanProblem:
    return replace(problem, loads=tuple(replace(x, tiers=tiers) for x in problem.loads))


@few
@given(seeds, st.floats(0.05, 0.95))
def test_a_tier_cut_in_two_changes_nothing(seed: int, at: float) -> None:
    plain = random_problem(seed)
    cost = solve(plain).objective
    assert solve(tiered(plain, Tier(1.0, 1.0))).objective == close(cost)
    assert solve(tiered(plain, Tier(at, 1.0), Tier(1.0 - at, 1.0))).objective == close(cost)


@few
@given(seeds, st.floats(1.0, 3.0))
def test_dearer_tiers_never_cost_less_and_all_of_them_as_much_as_the_price(
    seed: int, k: float
) -> None:
    some = with_tiers(random_problem(seed, tail=0.0), seed)
    base = solve(some).objective

    def times(x: tuple[Tier, ...], first: int) -> tuple[Tier, ...]:
        return tuple(replace(t, times=t.times * (k if n >= first else 1)) for n, t in enumerate(x))

    last = tuple(replace(x, tiers=times(x.tiers, len(x.tiers) - 1)) for x in some.loads)
    whole = tuple(x if x.instead_of else replace(x, tiers=times(x.tiers, 0)) for x in some.loads)
    slack = 1e-6 * max(1.0, abs(base))
    middle = solve(replace(some, loads=last)).objective
    assert base <= middle + slack
    dear = tuple(x if x.instead_of else replace(x, shed_cost=x.shed_cost * k) for x in some.loads)
    # What a smaller model loses goes with the price of not serving, the tiers only with `times`.
    lost = tuple(replace(x, loss=x.loss / k) if x.instead_of else x for x in dear)
    assert solve(replace(some, loads=lost)).objective == close(
        solve(replace(some, loads=whole)).objective
    )


@few
@given(seeds, st.integers(0, 100), st.integers(0, 100))
def test_more_of_a_better_smaller_model_never_costs_more(seed: int, a: int, b: int) -> None:
    plain = random_problem(seed)
    group = plain.loads[0].group
    members = [i for i, x in enumerate(plain.loads) if x.group == group]
    cost = solve(plain).objective
    slack = 1e-6 * max(1.0, abs(cost))
    low, high = min(a, b) / 100, max(a, b) / 100
    little = solve(with_fallback(plain, members, low, high, 3.0)).objective
    much = solve(with_fallback(plain, members, high, low, 3.0)).objective
    assert much <= little + slack
    assert little <= cost + slack
    assert solve(with_fallback(plain, members, 0.0, 0.0, 3.0)).objective == close(cost)
