"""What was agreed when the orders were placed that a node delivers: price, levy and deposit."""

from __future__ import annotations

import numpy as np

from outlay.core.arrays import Array, Number
from outlay.planning.contracts.clock import clock
from outlay.planning.contracts.terms import ordered_at
from outlay.planning.problem.types import Offer
from outlay.planning.result import Plan

__all__ = ["agreed", "as_ordered", "deposit"]


def as_ordered(plan: Plan, offer: Offer) -> tuple[Array, float]:
    """([node] price of what is delivered there, levy on top): both as of the order."""
    price, levy = agreed(plan, offer, offer.price), agreed(plan, offer, offer.levy)
    if np.ptp(levy) == 0.0:
        return price, float(levy.flat[0])
    return price * (1.0 + levy), 0.0


def agreed(plan: Plan, offer: Offer, value: Number) -> Array:
    """[node]: what the order that is delivered there was placed at."""
    tree = plan.problem.tree
    return ordered_at(tree, clock(tree, offer.lead_months, None), value)


def deposit(offer: Offer) -> Number:
    """Share of the price paid at the order; an offer without lead has no order of its own."""
    return offer.deposit if offer.lead_months > 0 else 0.0
