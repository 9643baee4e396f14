"""The decision in words: orders by node, hedges with triggers and last dates, regret, no regret."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from outlay.core.arrays import Array
from outlay.planning.answers.policy import (
    FirstStage,
    cost_or_inf,
    first_stage_periods,
    plan_first_stage,
)
from outlay.planning.answers.value import Values
from outlay.planning.problem.remap import wait_and_see, with_sure_tail
from outlay.planning.programme.draft import Options
from outlay.planning.result import Plan
from outlay.planning.solver.solve import solve
from outlay.results.plans.worth import Hedge, NoRegret

__all__ = ["Regret", "hedges", "no_regret", "regret_table"]


SMALL_SHARE = 1e-6  # orders below this share of the largest are the solver's dust
DIFFERS = 0.10  # a branch orders otherwise where it differs by this share of the mean


@dataclass(frozen=True)
class Regret:
    """cost [candidate, leaf] with the first stage held and the rest known; regret above the best.

    inf where a first stage leaves no plan in a history.
    """

    candidates: tuple[str, ...]
    leaves: tuple[str, ...]
    probability: Array
    cost: Array
    regret: Array


def hedges(plan: Plan) -> list[Hedge]:
    """What each state of each factor triggers, largest difference first."""
    tree, out = plan.problem.tree, []
    floor = SMALL_SHARE * max(1.0, float(plan.orders.max(initial=0.0)))
    for f in tree.factors:
        seen = [n for n in range(len(tree)) if f.name in tree.labels[n]]
        if not seen or f.reveal == 0:
            continue
        by = min(int(tree.period[n]) for n in seen)
        mean = {s: _after(plan, seen, f.name, s, by) for s in f.states}
        chance = {s: _chance(plan, f.name, s) for s in f.states}
        for s in f.states:
            rest = [r for r in f.states if r != s and chance[r] > 0]
            if chance[s] <= 0 or not rest:
                continue
            share = np.array([chance[r] for r in rest])
            rest_mean: Array = share @ np.array([mean[r] for r in rest]) / share.sum()
            for i, o in enumerate(plan.offers):
                own, other = float(mean[s][i]), float(rest_mean[i])
                if abs(own - other) <= max(floor, DIFFERS * max(own, other)):
                    continue
                dates = _dates(plan, seen, f.name, s, i, floor)
                if dates:
                    seen_in, last = (str(tree.periods[t]) for t in (by, dates[-1]))
                    out.append(Hedge(f.name, s, seen_in, o.id, own, other, last))
    return sorted(out, key=lambda h: -abs(h.quantity - h.otherwise))


def _chance(plan: Plan, factor: str, state: str) -> float:
    tree = plan.problem.tree
    return sum(float(tree.probability[n]) for n in tree.leaves_where(factor, state))


def _after(plan: Plan, seen: Sequence[int], factor: str, state: str, by: int) -> Array:
    """[offer]: expected orders from period `by` on, given the state."""
    tree = plan.problem.tree
    chance = _chance(plan, factor, state)
    nodes = [n for n in seen if tree.labels[n][factor] == state and tree.period[n] >= by]
    if chance <= 0:
        return np.zeros(len(plan.offers))
    return np.asarray(plan.orders[:, nodes] @ tree.probability[nodes] / chance)


def _dates(
    plan: Plan, seen: Sequence[int], factor: str, state: str, offer: int, floor: float
) -> list[int]:
    tree = plan.problem.tree
    return sorted(
        {
            int(tree.period[n])
            for n in seen
            if tree.labels[n][factor] == state and plan.orders[offer, n] > floor
        }
    )


def no_regret(plan: Plan, values: Values) -> list[NoRegret]:
    """Orders of the first period that every history places with foresight, and the plan places."""
    if not values.leaf_first.size:
        return []
    live = plan.problem.tree.probability[plan.problem.tree.leaves] > 0
    least: Array = values.leaf_first[live].min(axis=0)
    planned: Array = plan.orders[:, plan.problem.tree.roots].max(axis=1)
    floor = SMALL_SHARE * max(1.0, float(planned.max(initial=0.0)))
    sure: Array = np.minimum(least, planned)
    return [
        NoRegret(o.id, o.chip, float(sure[i]), float(planned[i]))
        for i, o in enumerate(plan.offers)
        if float(sure[i]) > floor
    ]


def regret_table(
    plan: Plan,
    candidates: Mapping[str, FirstStage] | None = None,
    options: Options | None = None,
) -> Regret:
    """Regret of candidate first stages in every history.

    Without candidates: the plan's own, and that of each history planned with foresight (equal
    ones named once).
    """
    options = options or Options()
    problem = with_sure_tail(plan.problem)
    tree = problem.tree
    periods = first_stage_periods(tree)
    paths = [q for _, q in wait_and_see(problem)]
    names = tuple(tree.name(int(n)) for n in tree.leaves)
    best = [solve(q, options) for q in paths]
    if candidates is None:
        found: dict[str, FirstStage] = {"plan": plan_first_stage(plan, periods)}
        for name, b in zip(names, best, strict=True):
            stage = plan_first_stage(b, periods)
            if not any(_same(stage, other) for other in found.values()):
                found[f"as if {name}"] = stage
        candidates = found
    cost = np.array(
        [[cost_or_inf(q, stage, options) for q in paths] for stage in candidates.values()]
    )
    low = np.array([b.objective for b in best])
    return Regret(tuple(candidates), names, tree.probability[tree.leaves], cost, cost - low)


def _same(a: FirstStage, b: FirstStage) -> bool:
    return all(
        a[k].shape == b[k].shape and np.allclose(a[k], b[k], rtol=1e-6, atol=1e-6, equal_nan=True)
        for k in a
    )
