"""Facts of question 6: what a model that needs half the compute saves, by planning again."""

from __future__ import annotations

from outlay.demand.types import DemandPaths
from outlay.planning.result import Plan
from outlay.results.plans.worth import Half, HalfPart

__all__ = ["half_of"]

UNSERVED = ("shed", "short")


def _part(plan: Plan) -> HalfPart:
    """Paid, left at the end, turned away: discounted means that sum to the cost."""
    tree = plan.problem.tree
    paid = left = shed = 0.0
    for f in plan.flows:
        worth = f.amount * f.discount * tree.probability.item(f.node)
        if f.entry in UNSERVED:
            shed += worth
        elif f.treatment == "terminal":
            left += worth
        else:
            paid += worth
    last = tree.leaves
    chips = float(plan.stock[:, :, last].sum(axis=(0, 1)) @ tree.probability[last])
    return HalfPart(paid, left, shed, plan.expected_cost, chips)


def half_of(plan: Plan, half: Plan | None, demand: DemandPaths) -> Half:
    """The plan beside the one at half the compute, where that was worked out."""
    if half is not None:
        return Half("computed", _part(plan), _part(half))
    models = any(x.unit == "token/s" for x in demand.loads)
    return Half("not_computed" if models else "no_model", None, None)
