"""What must hold for any study: more need costs more, a looser limit or a new chip never does."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from outlay.planning.solver.solve import Options, solve
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
        # More power costs its rent, or its least energy, where either is owed unused.
        s if s.minimum_use or s.minimum_energy else replace(s, power_mw=s.power_mw * 2)
        for s in problem.sites
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
    plan = solve(problem, Options(full=True))
    served = plan.served.sum(axis=(1, 2))
    wanted = problem.demand + plan.deferred
    assert np.allclose(served + plan.shed, wanted, rtol=1e-7, atol=1e-6)
    assert np.allclose(np.einsum("lhn,h->ln", plan.deferred, problem.slice_hours), 0.0, atol=1e-6)
    assert np.all(plan.used_mw <= plan.energised_mw * (1 + 1e-9) + 1e-9)
    kw = {c.id: c.power_kw for c in problem.chips}
    at_meter = np.array([1.0 if s.it_power else s.pue for s in problem.sites]) / 1e3
    drawn = np.zeros_like(plan.used_mw)
    for i, o in enumerate(plan.offers):
        if o.uses_power and o.kind not in ("spot", "reservation"):
            for n in range(len(problem.tree)):
                path = problem.tree.path(n)
                stands = (plan.arriving[i][:, path] - plan.left[i][:, path]).sum(axis=1)
                drawn[:, n] += kw[o.chip] * at_meter * stands
    for i, q in enumerate(problem.pools):
        if q.uses_power:
            drawn += kw[q.chip] * at_meter[:, None] * plan.pool_stock[i]
    assert np.allclose(drawn, plan.used_mw, rtol=1e-6, atol=1e-8)
    assert plan.certificates.ok(1e-6)
