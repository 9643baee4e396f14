"""What must hold for any study: more need costs more, a looser limit or a new chip never does."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from outlay.planning.solver.solve import solve
from support.studies import random_problem

few = settings(max_examples=10)
seeds = st.integers(0, 500)


def at_most(a: float, b: float) -> bool:
    return a <= b + 1e-6 * max(1.0, abs(a), abs(b))


@few
@given(seeds, st.floats(1.0, 3.0))
def test_more_demand_never_costs_less(seed: int, k: float) -> None:
    problem = random_problem(seed)
    more = replace(problem, demand=problem.demand * k)
    assert at_most(solve(problem).objective, solve(more).objective)


@few
@given(seeds)
def test_looser_limits_never_cost_more(seed: int) -> None:
    problem = random_problem(seed)
    base = solve(problem).objective
    offers = tuple(
        replace(o, delivery_cap=o.delivery_cap * 2, order_cap=o.order_cap * 2)
        for o in problem.offers
    )
    assert at_most(solve(replace(problem, offers=offers)).objective, base)
    budgets = tuple(replace(b, amount=b.amount * 2) for b in problem.budgets)
    assert at_most(solve(replace(problem, budgets=budgets)).objective, base)
    limits = tuple(replace(x, cap=x.cap * 2) for x in problem.limits)
    assert at_most(solve(replace(problem, limits=limits)).objective, base)
    sites = tuple(
        s if s.take_or_pay else replace(s, power_mw=s.power_mw * 2) for s in problem.sites
    )
    assert at_most(solve(replace(problem, sites=sites)).objective, base)


@few
@given(seeds)
def test_a_new_chip_never_costs_more(seed: int) -> None:
    problem = random_problem(seed)
    new = replace(problem.chips[0], id="new")
    offer = replace(problem.offers[0], id="buy-new", chip="new", divert_sites=())
    bigger = replace(
        problem,
        chips=(*problem.chips, new),
        offers=(*problem.offers, offer),
        units_per_chip=np.hstack([problem.units_per_chip, problem.units_per_chip[:, :1] * 1.5]),
        site_chip=np.hstack([problem.site_chip, problem.site_chip[:, :1]]),
        campaigns=tuple(
            replace(c, units_per_chip=np.append(c.units_per_chip, 1.0)) for c in problem.campaigns
        ),
    )
    assert at_most(solve(bigger).objective, solve(problem).objective)


@few
@given(seeds, st.sampled_from([1e-3, 1e6]))
def test_the_unit_of_work_changes_nothing(seed: int, k: float) -> None:
    problem = random_problem(seed)
    loads = tuple(replace(x, shed_cost=x.shed_cost / k) for x in problem.loads)
    other = replace(
        problem,
        loads=loads,
        demand=problem.demand * k,
        units_per_chip=problem.units_per_chip * k,
    )
    a, b = solve(problem).objective, solve(other).objective
    assert at_most(a, b)
    assert at_most(b, a)


@few
@given(seeds)
def test_tokens_and_megawatts_balance_in_every_plan(seed: int) -> None:
    problem = random_problem(seed)
    plan = solve(problem)
    served = plan.served.sum(axis=(1, 2))
    wanted = problem.demand + plan.deferred
    assert np.allclose(served + plan.shed, wanted, rtol=1e-7, atol=1e-6)
    assert np.allclose(np.einsum("lhn,h->ln", plan.deferred, problem.slice_hours), 0.0, atol=1e-6)
    assert np.all(plan.used_mw <= plan.energised_mw * (1 + 1e-9) + 1e-9)
    drawn = np.zeros_like(plan.used_mw)
    for k, chip in enumerate(problem.chips):
        for s, site in enumerate(problem.sites):
            own = chip.power_kw * (1.0 if site.it_power else site.pue) / 1e3
            drawn[s] += own * plan.stock[k, s]
    if not any(o.kind == "spot" for o in plan.offers):
        assert np.allclose(drawn, plan.used_mw, rtol=1e-6, atol=1e-8)
    assert plan.certificates.ok(1e-6)
