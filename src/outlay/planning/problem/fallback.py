"""Smaller models that may do another load's work: whose, and how much of it there is to do.

Nothing is asked of such a load itself, so that sums over what is asked count no work twice.
"""

from __future__ import annotations

import numpy as np

from outlay.core.arrays import Array, IntArray
from outlay.planning.problem.types import PlanProblem

__all__ = ["asked", "whose"]


def whose(problem: PlanProblem) -> IntArray:
    """[load] number of the load whose work it does: itself, or of which it is the fallback."""
    number = {x.id: i for i, x in enumerate(problem.loads)}
    named = [number[x.instead_of or x.id] for x in problem.loads]
    return np.array(named, dtype=np.int64)


def asked(problem: PlanProblem) -> Array:
    """[load, slice, node] the demand, and for a fallback all that it could be handed."""
    return np.asarray(problem.demand[whose(problem)])
