"""When a branch closes the door on orders that are due: a licence refused."""

from __future__ import annotations

import numpy as np

from outlay.core.arrays import BoolArray
from outlay.planning.problem.tree import Tree
from outlay.planning.problem.types import Offer

__all__ = ["closed_door"]


def closed_door(offer: Offer, tree: Tree) -> BoolArray:
    """[node]: the branch closes the door on due orders of the offer (see `Offer`)."""
    if offer.closed is not None:
        return np.asarray(offer.closed, dtype=bool)
    best = np.full(len(tree.periods), -np.inf)
    np.maximum.at(best, tree.period, offer.delivery_cap)
    return np.asarray(offer.delivery_cap < best[tree.period])
