"""Regret: other first decisions held, everything after them decided anew, beside the plan.

For a candidate c of first decisions, V(c) is the optimum of the whole tree with what is ordered,
leased and built in the first period held at c: what is known when stays as it is, so a candidate
never sees more than the plan does. Its regret is V(c) - V(plan) >= 0, and 0 for the plan itself,
since the plan is the best of all first decisions. By history it may be either: what is lost in
one, and won in another.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from outlay.core.arrays import Array, IntArray
from outlay.core.errors import InfeasibleError
from outlay.planning.answers.policy import with_first_orders
from outlay.planning.answers.what_if import WhatIf
from outlay.planning.problem.remap import wait_and_see, with_sure_tail
from outlay.planning.programme.model import Model
from outlay.planning.result import Plan
from outlay.planning.solver.solve import solve

__all__ = [
    "APPROVED",
    "NOTHING",
    "PLAN",
    "Regret",
    "approved_cost",
    "first_decisions",
    "more_than",
    "regret_table",
]

PLAN, NOTHING, APPROVED = "plan", "nothing", "approved"
"""Candidates that are not a history's own."""

First = dict[str, Array]
"""Chips ordered [offer], chips started at once [offer, place] and megawatts ordered [hall]."""


@dataclass(frozen=True)
class Regret:
    """more [candidate]: optimum with its first decisions held, less the plan's; inf where they
    leave no plan. by_leaf [candidate, leaf]: cost of each history, less the plan's there.

    leaves: names of the histories.
    """

    candidates: tuple[str, ...]
    leaves: tuple[str, ...]
    more: Array
    by_leaf: Array


def regret_table(
    plan: Plan, what_if: WhatIf, approved: Mapping[str, float] | None = None
) -> Regret:
    """Regret of the plan, of deciding nothing, of what each history alone would decide (equal
    ones once), and of the last approved orders.

    what_if: of the plan's problem, with whatever it was asked last.
    """
    problem = plan.problem
    tree = problem.tree
    names = tuple(tree.name(int(n)) for n in tree.leaves)
    what_if.solve(problem)
    own = first_decisions(plan, what_if.model)
    tried: dict[str, First] = {PLAN: own}
    nothing = _nothing(what_if.model)
    if not _same(own, nothing):
        tried[NOTHING] = nothing
    live = tree.probability[tree.leaves] > 0
    for name, at, (_, path) in zip(names, live, wait_and_see(with_sure_tail(problem)), strict=True):
        if at:
            stage = first_decisions(solve(path, what_if.options), what_if.model)
            if not any(_same(stage, other) for other in tried.values()):
                tried[f"as if {name}"] = stage
    more, by_leaf = [0.0], [np.zeros(len(names))]  # the plan's own: nothing is decided otherwise
    for name, stage in tried.items():
        if name != PLAN:
            cost, leaf_cost = _held(what_if, stage)
            more.append(more_than(plan, cost))
            by_leaf.append(leaf_cost - plan.leaf_cost)
    candidates = list(tried)
    if approved is not None:
        cost, leaf_cost = approved_cost(plan, approved)
        candidates.append(APPROVED)
        more.append(more_than(plan, cost))
        by_leaf.append(leaf_cost - plan.leaf_cost)
    return Regret(tuple(candidates), names, np.array(more), np.array(by_leaf))


def first_decisions(plan: Plan, model: Model) -> First:
    """What a plan (of the tree, or of one of its histories) decides in the first period."""
    f, root = model.frame, plan.problem.tree.roots.item(0)
    start = np.zeros((len(f.problem.offers), len(f.problem.sites)))
    for hall, place in enumerate(f.hall_place):
        start[:, place] += plan.deliveries[:, hall, root]
    direct = np.array([t.direct for t in f.terms], dtype=bool)
    return {
        "order": np.where(direct, 0.0, plan.orders[:, root]),
        "start": np.where(direct[:, None], start, 0.0),
        "expand": plan.expansion_mw[:, root].copy(),
    }


def _nothing(model: Model) -> First:
    """No order, no lease, no renewal and no hall; what is committed stands."""
    f = model.frame
    root = model.problem.tree.roots.item(0)
    floor = np.array(
        [0.0 if o.order_floor is None else o.order_floor.item(root) for o in f.problem.offers]
    )
    direct = np.array([t.direct for t in f.terms], dtype=bool)
    start = np.zeros((len(f.problem.offers), len(f.problem.sites)))
    start[direct & (floor > 0)] = np.nan  # committed, and where it goes is free
    return {
        "order": np.where(direct, 0.0, floor),
        "start": start,
        "expand": np.zeros(len(f.halls)),
    }


def _same(a: First, b: First) -> bool:
    """Alike in what is said of them: chips of each offer, megawatts of each hall."""
    return all(
        np.allclose(x, y, rtol=1e-6, atol=1e-6)
        for x, y in (
            (a["order"], b["order"]),
            (a["start"].sum(axis=-1), b["start"].sum(axis=-1)),
            (a["expand"], b["expand"]),
        )
    )


def _held(what_if: WhatIf, stage: First) -> tuple[float, Array]:
    """(optimum, cost [leaf]) with first decisions held; infinite where they leave no plan."""
    model = what_if.model
    cols, wanted = [], []
    direct = np.array([t.direct for t in model.frame.terms], dtype=bool)
    for name, values in stage.items():
        block = model.draft.col[name]
        for root in model.problem.tree.roots:
            index = block[..., root]
            hit = (index >= 0) & np.isfinite(values)
            if name == "start":  # of offers with a lead: what was ordered before arrives
                hit &= direct[:, None]
            cols.append(index[hit])
            wanted.append(values[hit])
    at: IntArray = np.concatenate(cols)
    found = what_if.held(at, np.concatenate(wanted))
    if found is None:
        return np.inf, np.full(len(model.problem.tree.leaves), np.inf)
    return found.objective, _leaf_cost(model, found.x)


def _leaf_cost(model: Model, x: Array) -> Array:
    """[leaf] discounted cost along each history, from the ledger."""
    e, tree = model.entries, model.problem.tree
    at_node = np.bincount(e.node, e.amount * e.discount * x[e.col], minlength=len(tree))
    ancestor, node = model.frame.pairs
    path = np.bincount(node, at_node[ancestor], minlength=len(tree))
    return np.asarray(path[tree.leaves])


def approved_cost(plan: Plan, orders: Mapping[str, float]) -> tuple[float, Array]:
    """The same with the last approved plan's orders, chips by offer, halls decided anew."""
    held = {k: v for k, v in orders.items() if v > 0}
    try:
        found = solve(with_first_orders(plan.problem, held))
    except InfeasibleError:
        return np.inf, np.full(len(plan.leaf_cost), np.inf)
    return found.objective, found.leaf_cost


def more_than(plan: Plan, cost: float) -> float:
    """What a candidate costs more. Below the solver's own tolerance it is nothing."""
    c = plan.certificates
    slack = (1e-6 + c.bound_gap) * max(1.0, abs(plan.objective))
    more = cost - plan.objective
    return 0.0 if abs(more) <= 1e-9 * abs(plan.objective) or -slack <= more < 0 else more
