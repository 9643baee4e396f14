"""Plans held still: a first stage fixed and the rest re-decided, doing nothing, an old plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from outlay.core.arrays import Array
from outlay.core.errors import InfeasibleError, InputError, nearest
from outlay.planning.problem.tree import Tree
from outlay.planning.problem.types import Offer, PlanProblem
from outlay.planning.programme.draft import Options
from outlay.planning.programme.frame import RENEWAL
from outlay.planning.programme.model import build
from outlay.planning.result import Plan
from outlay.planning.solver.solve import solve, solve_model

__all__ = [
    "FirstStage",
    "do_nothing",
    "first_stage_periods",
    "with_first_orders",
    "with_first_stage",
]

FirstStage = dict[str, Array]
"""Builds of the first periods by block, [..., period], NaN where none can be."""


def first_stage_periods(tree: Tree) -> int:
    """Number of periods that every history shares (at least one)."""
    counts = np.bincount(tree.period, minlength=len(tree.periods))
    split = np.flatnonzero(counts > 1)
    return max(split.item(0) if len(split) else len(tree.periods), 1)


def plan_first_stage(plan: Plan, periods: int) -> FirstStage:
    """The first stage of a finished plan, chips by place."""
    model = build(plan.problem)
    f, tree = model.frame, model.problem.tree
    nodes = [int(np.flatnonzero(tree.period == t)[0]) for t in range(periods)]
    start = np.zeros((len(f.problem.offers), len(f.problem.sites), periods))
    for hall, place in enumerate(f.hall_place):
        start[:, place] += plan.deliveries[:, hall][..., nodes]
    index = model.draft.col
    return {
        "order": np.where(index["order"][..., nodes] >= 0, plan.orders[..., nodes], np.nan),
        "start": np.where(index["start"][..., nodes] >= 0, start, np.nan),
        "expand": np.where(index["expand"][..., nodes] >= 0, plan.expansion_mw[..., nodes], np.nan),
    }


def with_first_stage(
    problem: PlanProblem, fixed: FirstStage, options: Options | None = None
) -> Plan:
    """The best plan whose first builds are `fixed`; raises InfeasibleError where there is none."""
    options = options or Options()
    model = build(problem, options)
    tree = model.problem.tree
    m = model.matrix
    for name, values in fixed.items():
        index = model.draft.col[name]
        for t in range(values.shape[-1]):
            for node in np.flatnonzero(tree.period == t):
                cols, wanted = index[..., node], values[..., t]
                hit = (cols >= 0) & np.isfinite(wanted)
                # A hair of the solver's own slack must not make the twin infeasible.
                value = np.maximum(wanted[hit], 0.0)
                m.lower[cols[hit]] = np.minimum(value, m.upper[cols[hit]])
                m.upper[cols[hit]] = m.lower[cols[hit]]
    return solve_model(model, edited=True)


def with_first_orders(problem: PlanProblem, orders: Mapping[str, float]) -> PlanProblem:
    """The problem where the first period's orders are those given; an offer not named has none.

    Leases that end and are renewed are decided anew. Raises InputError for an offer that the
    problem does not have.
    """
    orders = {k: v for k, v in orders.items() if not k.endswith(RENEWAL)}
    known = {o.id for o in problem.offers}
    for name in orders:
        if name not in known:
            raise InputError("no such offer", value=name, hint=nearest(name, known))
    n, roots = len(problem.tree), problem.tree.roots

    def held(o: Offer) -> Offer:
        floor = np.zeros(n) if o.order_floor is None else o.order_floor.copy()
        cap = o.order_cap.copy()
        floor[roots] = cap[roots] = orders.get(o.id, 0.0)
        return replace(o, order_floor=floor, order_cap=cap)

    return replace(problem, offers=tuple(held(o) for o in problem.offers))


def do_nothing(problem: PlanProblem, options: Options | None = None) -> Plan:
    """The twin that orders, leases and builds nothing beyond what is already committed."""
    n = len(problem.tree)

    def held(o: Offer) -> Offer:
        floor = np.zeros(n) if o.order_floor is None else o.order_floor
        return replace(o, order_cap=floor)

    sites = tuple(
        s if s.expansion is None else replace(s, expansion=replace(s.expansion, cap_mw=np.zeros(n)))
        for s in problem.sites
    )
    pools = tuple(replace(q, renew_rent_hour=None) for q in problem.pools)
    still = replace(
        problem, offers=tuple(held(o) for o in problem.offers), sites=sites, pools=pools
    )
    return solve(still, options)


def cost_or_inf(problem: PlanProblem, fixed: FirstStage, options: Options) -> float:
    """Objective with the first stage fixed; infinite where that leaves no plan."""
    try:
        return with_first_stage(problem, fixed, options).objective
    except InfeasibleError:
        return float("inf")
