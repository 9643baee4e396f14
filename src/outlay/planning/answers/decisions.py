"""The decision in words: hedges with triggers and last dates, and what is sure whatever comes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from outlay.core.arrays import Array, BoolArray
from outlay.planning.answers.value import Values
from outlay.planning.result import Plan
from outlay.results.plans.worth import Hedge, NoRegret

__all__ = ["hedges", "no_regret"]


SMALL_SHARE = 1e-6  # orders below this share of the largest are the solver's dust
DIFFERS = 0.10  # a branch orders otherwise where it differs by this share of the mean


def hedges(plan: Plan) -> list[Hedge]:
    """What each factor decides about each offer of the study, once, largest difference first.

    Its states fall in two: those in which more than the mean is ordered, and the others. A trial
    and its call-off are one offer.
    """
    tree, out = plan.problem.tree, []
    floor = SMALL_SHARE * max(1.0, float(plan.orders.max(initial=0.0)))
    for f in tree.factors:
        seen = [n for n in range(len(tree)) if f.name in tree.labels[n]]
        if not seen or f.reveal == 0:
            continue
        by = min(tree.period.item(n) for n in seen)
        chance = {s: _chance(plan, f.name, s) for s in f.states}
        live = [s for s in f.states if chance[s] > 0]
        if len(live) < 2:
            continue
        share = np.array([chance[s] for s in live])
        after = np.array([_after(plan, seen, f.name, s, by) for s in live])  # [state, offer]
        for name, numbers in _offers(plan).items():
            chips: Array = after[:, numbers].sum(axis=1)
            mean = float(share @ chips / share.sum())
            more: BoolArray = chips > mean
            if not more.any() or more.all():
                continue
            own = float(share[more] @ chips[more] / share[more].sum())
            other = float(share[~more] @ chips[~more] / share[~more].sum())
            if own - other <= max(floor, DIFFERS * own):
                continue
            states = tuple(s for s, high in zip(live, more, strict=True) if high)
            dates = _dates(plan, seen, f.name, states, numbers, floor)
            if dates:
                seen_in, last = (str(tree.periods[t]) for t in (by, dates[-1]))
                out.append(Hedge(f.name, states, seen_in, name, own, other, last))
    return sorted(out, key=lambda h: -(h.quantity - h.otherwise))


def _offers(plan: Plan) -> dict[str, list[int]]:
    """Offer of the study → its numbers in the plan: a trial, and the call-off that it buys."""
    out: dict[str, list[int]] = {}
    for i, o in enumerate(plan.offers):
        name = o.id if o.call_off is None else o.call_off.trial
        out.setdefault(name, []).append(i)
    return out


def _chance(plan: Plan, factor: str, state: str) -> float:
    tree = plan.problem.tree
    return sum(tree.probability.item(n) for n in tree.leaves_where(factor, state))


def _after(plan: Plan, seen: Sequence[int], factor: str, state: str, by: int) -> Array:
    """[offer]: expected orders from period `by` on, given the state."""
    tree = plan.problem.tree
    chance = _chance(plan, factor, state)
    nodes = [n for n in seen if tree.labels[n][factor] == state and tree.period[n] >= by]
    if chance <= 0:
        return np.zeros(len(plan.offers))
    return np.asarray(plan.orders[:, nodes] @ tree.probability[nodes] / chance)


def _dates(
    plan: Plan,
    seen: Sequence[int],
    factor: str,
    states: Sequence[str],
    offers: Sequence[int],
    floor: float,
) -> list[int]:
    tree = plan.problem.tree
    return sorted(
        {
            tree.period.item(n)
            for n in seen
            if tree.labels[n][factor] in states and float(plan.orders[offers, n].max()) > floor
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
        NoRegret(o.id, o.chip, sure.item(i), planned.item(i))
        for i, o in enumerate(plan.offers)
        if sure.item(i) > floor
    ]
