"""Whole numbers near the root: a search over those few, each step a warm solve of the rest.

Branch and bound (Land and Doig, Econometrica 28, 1960), depth first and the nearer whole number
first: the first dive ends in a plan, and each step moves one bound, so the dual simplex starts a
few steps from its end. A general integer solver starts the whole programme anew, which takes many
times the linear solve where the tree is large. The search ends when nothing left open can be
better by more than the gap asked for, or after so many steps; what is left of the gap is said.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from outlay.core.arrays import Array, IntArray
from outlay.planning.solver.highs import Session, Solution

__all__ = ["Whole", "search"]

STEPS = 60
"""Most solves after which the best plan found so far is taken, once there is one."""
NEAR = 1e-6
"""Distance from a whole number that counts as none."""
EXACT = 1e-9
"""Distance up to which a whole number is as good as held there."""


@dataclass(frozen=True)
class Whole:
    """The best plan in whole numbers; the least that any could cost; solves that it took.

    values [column asked for]. solution: with those numbers held.
    """

    solution: Solution
    values: Array
    bound: float
    steps: int


@dataclass(frozen=True)
class _Open:
    lower: Array
    upper: Array
    bound: float


def search(session: Session, root: Solution, columns: IntArray, gap: float) -> Whole | None:
    """The cheapest plan whose `columns` are whole, None where no whole numbers have one.

    session: ended at `root`, the linear optimum. gap: share of the cost that the answer may be
    away from the best.
    """
    m = session.matrix
    # The bounds are moved here alone: the matrix is shared with whoever built it.
    session.matrix = replace(m, lower=m.lower.copy(), upper=m.upper.copy())
    lower, upper = m.lower[columns], m.upper[columns]
    heap = [_Open(np.ceil(lower - NEAR), np.floor(upper + NEAR), root.objective)]
    best: Solution | None = None
    values, steps, left = lower, 0, list[float]()  # left: what the branches let go might cost
    while heap and not (best is not None and steps >= STEPS):
        node = heap.pop()
        if best is not None and node.bound >= _enough(best, gap):
            left.append(node.bound)
            continue
        found = root
        if not _same(node, lower, upper):
            session.set_bounds(columns, node.lower, node.upper)
            found = session.solve("dual")
            steps += 1
        if found.status != "optimal":
            continue
        if best is not None and found.objective >= _enough(best, gap):
            left.append(found.objective)
            continue
        x = found.x[columns]
        away = np.abs(x - np.round(x))
        if float(away.max(initial=0.0)) <= NEAR:
            best, values = found, np.round(x)
            continue
        heap += _children(node, x, int(np.argmax(away)), found.objective)
    if best is None:
        return None
    if best is root and bool(np.all(np.abs(root.x[columns] - values) <= EXACT)):
        return Whole(root, values, root.objective, steps)  # it is the optimum of those held, too
    session.set_bounds(columns, values, values)
    final = session.solve("dual")
    least = min([final.objective, *left, *(n.bound for n in heap)])
    return Whole(final, values, max(root.objective, least), steps)


def _enough(best: Solution, gap: float) -> float:
    return best.objective - gap * abs(best.objective)


def _same(node: _Open, lower: Array, upper: Array) -> bool:
    return np.array_equal(node.lower, lower) and np.array_equal(node.upper, upper)


def _children(node: _Open, x: Array, at: int, bound: float) -> list[_Open]:
    """Both sides of the fraction; the nearer whole number last, to be taken first."""
    down, up = node.upper.copy(), node.lower.copy()
    down[at], up[at] = np.floor(x[at]), np.ceil(x[at])
    sides = [_Open(node.lower, down, bound), _Open(up, node.upper, bound)]
    return sides if x[at] - np.floor(x[at]) >= 0.5 else sides[::-1]
