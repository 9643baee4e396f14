"""Near-optimal plans and break-even points: what is fixed, what is free, what would tip it.

Modelling to generate alternatives (Brill, Chang and Hopkins, Management Science 28, 1982): hold
cost within a tolerance of the best, then drive one quantity as low and as high as it will go.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from outlay.core.arrays import IntArray
from outlay.core.errors import SolverError
from outlay.planning.answers.what_if import WhatIf, relaxed, warm
from outlay.planning.problem.remap import reweighted
from outlay.planning.problem.types import PlanProblem
from outlay.planning.programme.draft import Options
from outlay.planning.programme.model import Model
from outlay.planning.solver.certify import certify, require
from outlay.planning.solver.highs import Session
from outlay.planning.solver.tree.branches import Branches
from outlay.results.plans.worth import Range

__all__ = ["bought_at", "break_even_probability", "dearer", "first_orders", "near_optimal"]


ALMOST = 1e-3
"""Chances nearer to 0 or 1 are not asked for: a branch of chance 0 has no plan of its own."""


def near_optimal(
    problem: PlanProblem,
    tolerances: Sequence[float] = (0.01, 0.02, 0.05),
    offers: Sequence[str] = (),
    options: Options | None = None,
    branches: Branches | None = None,
    planned: Mapping[str, float] | None = None,
) -> list[Range]:
    """Ranges of first-period orders by offer; all offers that can be ordered then by default.

    branches: those that the plan was solved from. planned: orders of the plan, where they are not
    the programme's own: whole lots.
    """
    options = options or Options()
    model = relaxed(problem, options)
    m = model.matrix
    session, best = warm(model, branches)
    if best.status != "optimal":
        raise SolverError(f"the plan itself ended as {best.status}")
    require(certify(m, best), options.tolerance)
    used = np.flatnonzero(m.cost)
    unit, row = session.cost_unit, session.h.getNumRow()
    # One row holds the cost; it is loosened step by step, each from where the last ended.
    scaled = m.cost[used] * m.col_unit[used] / unit
    session.h.addRow(-np.inf, np.inf, len(used), used.astype(np.int32), scaled)
    limits = [best.objective + t * abs(best.objective) for t in sorted(tolerances)]
    start = session.h.getBasis()
    found: dict[tuple[str, int, float], float] = {}
    wanted = {k: c for k, c in first_orders(model).items() if not offers or k in offers}
    for (name, cols), sign in itertools.product(wanted.items(), (1, -1)):
        session.h.setBasis(start)
        value = float(best.x[cols].sum())
        for tolerance, limit in zip(sorted(tolerances), limits, strict=True):
            end = float((m.lower if sign > 0 else m.upper)[cols].sum())
            if not np.isclose(value, end, rtol=1e-6, atol=1e-6):  # else it can go no further
                session.h.changeRowBounds(row, -np.inf, limit / unit)
                value = max(sign * _extreme(session, cols, len(m.cost), float(sign)), 0.0)
            found[name, sign, tolerance] = value
    out = []
    for tolerance, (name, cols) in itertools.product(tolerances, wanted.items()):
        now = (planned or {}).get(name, float(best.x[cols].sum()))
        low, high = found[name, 1, tolerance], found[name, -1, tolerance]
        least, most = min(low, now), max(high, now)
        out.append(Range(name, tolerance, least, now, most, least > 1e-6 * max(1.0, most)))
    return out


def first_orders(model: Model) -> dict[str, IntArray]:
    """Offer → columns that order it in the first period; those that cannot be are left out."""
    roots = model.problem.tree.roots
    out = {}
    for i, (o, terms) in enumerate(zip(model.problem.offers, model.frame.terms, strict=True)):
        block = model.draft.col["start" if terms.direct else "order"][i]
        cols = block[..., roots].ravel()
        if np.any(cols >= 0):
            out[o.id] = cols[cols >= 0]
    return out


def _extreme(session: Session, cols: IntArray, n: int, sign: float) -> float:
    """Least of sign × the sum of the columns, in original units."""
    h, unit = session.h, session.matrix.col_unit
    every = np.arange(n, dtype=np.int32)
    goal = np.zeros(n)
    goal[cols] = sign * unit[cols] / unit[cols].max()
    h.changeColsCost(n, every, goal)
    h.setOptionValue("solver", "simplex")
    # The solver's clock runs on over all solves of one object; the limit is of each.
    h.setOptionValue("time_limit", h.getRunTime() + session.time_limit_s)
    h.run()
    value = float(h.getInfo().objective_function_value) * float(unit[cols].max())
    if "ptimal" not in h.modelStatusToString(h.getModelStatus()):
        raise SolverError("a near-optimal alternative did not solve")
    return value


def dearer(problem: PlanProblem, offers: Sequence[str], factor: float) -> PlanProblem:
    """The problem with the price and rent of `offers` times `factor`."""
    named = set(offers)
    return replace(
        problem,
        offers=tuple(
            replace(o, price=o.price * factor, rent_hour=o.rent_hour * factor)
            if o.id in named
            else o
            for o in problem.offers
        ),
    )


def bought_at(
    problem: PlanProblem,
    offers: Sequence[str],
    factors: Sequence[float],
    options: Options | None = None,
) -> list[float]:
    """Chips of `offers` that come in all, expected, at each factor on their price and rent."""
    ask = _Bought(problem, offers, options)
    return [ask(f) for f in factors]


class _Bought:
    """Expected arrivals of some offers as a function of a factor on their price."""

    def __init__(
        self, problem: PlanProblem, offers: Sequence[str], options: Options | None
    ) -> None:
        ids = [o.id for o in problem.offers]
        self.problem, self.offers = problem, tuple(offers)
        self.numbers = [ids.index(name) for name in offers]
        self.what_if = WhatIf(problem, options)

    def __call__(self, factor: float) -> float:
        model, found = self.what_if.solve(dearer(self.problem, self.offers, factor))
        chance = self.problem.tree.probability
        total = 0.0
        for name in ("start", "divert"):
            index = model.draft.col[name][self.numbers]
            # The solver may end a hair below 0; what is read back does not.
            x = np.where(index >= 0, np.maximum(found.x[np.maximum(index, 0)], 0.0), 0.0)
            total += float(x.sum(axis=(0, 1)) @ chance)
        return total


def break_even_probability(
    problem: PlanProblem,
    factor: str,
    state: str,
    offer: str,
    tolerance: float = 0.01,
    what_if: WhatIf | None = None,
) -> float:
    """Probability of the state from which the offer is ordered in the first period.

    1 where even near certainty does not bring it about, 0 where it is ordered anyway.
    what_if: of the problem, where one is at hand.
    """
    what_if = what_if or WhatIf(problem)

    def waits(chance: float) -> bool:
        model, found = what_if.solve(reweighted(problem, factor, state, chance))
        cols = first_orders(model).get(offer)
        return cols is None or float(found.x[cols].sum()) <= 1e-6

    at = _bisect(waits, ALMOST, 1.0 - ALMOST, tolerance)
    return 0.0 if at <= ALMOST else 1.0 if at >= 1.0 - ALMOST else at


def _bisect(holds: Callable[[float], bool], low: float, high: float, tolerance: float) -> float:
    """Largest x at which `holds` (true below, false above)."""
    if holds(high):
        return high
    if not holds(low):
        return low
    while high - low > tolerance:
        middle = (low + high) / 2
        low, high = (middle, high) if holds(middle) else (low, middle)
    return (low + high) / 2
