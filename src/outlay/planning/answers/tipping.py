"""Which price tips an order of the first period, and at what price.

One offer's price (or rent) is multiplied by a factor in every node, all else as it is, and the
plan is solved again from where it stands. An order tips at the factor nearest to 1 from which
less than half of it is placed, or, where none is placed now, from which some is. The factor is
bracketed on a short grid and then halved, geometrically, down to `FINE`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from outlay.core.arrays import IntArray
from outlay.core.periods import HOURS_PER_YEAR, MONTHS_PER_YEAR
from outlay.planning.answers.alternatives import dearer, first_orders
from outlay.planning.answers.what_if import WhatIf
from outlay.planning.problem.types import Offer, PlanProblem

__all__ = ["Tip", "near_offers", "tips"]

UP = (1.25, 2.5)
DOWN = (0.8, 0.4)
"""Factors at which the plan is asked first, each way; beyond them no order is said to hang."""
FINE = 1.02
"""Ratio of the two factors between which a tipping point is left."""
FEW = 0.01
"""Share of the largest first order that asks how near another is."""
DUST = 1e-6
"""Share of the largest first order below which an order is none."""


@dataclass(frozen=True)
class Tip:
    """The first order of `offer` tips where the price of `of` is `factor` times what it is.

    now: chips placed; then: chips placed just beyond.
    """

    offer: str
    of: str
    factor: float
    now: float
    then: float


def _groups(problem: PlanProblem) -> dict[str, tuple[str, ...]]:
    """Offer of the study → those of the plan: a trial and its call-off have one price."""
    out: dict[str, list[str]] = {}
    for o in problem.offers:
        out.setdefault(o.id if o.call_off is None else o.call_off.trial, []).append(o.id)
    return {k: tuple(v) for k, v in out.items()}


class _Asked:
    """First orders by offer as a function of a factor on one offer's price; asked once each."""

    def __init__(self, what_if: WhatIf, problem: PlanProblem) -> None:
        self.what_if, self.problem, self.groups = what_if, problem, _groups(problem)
        self.found: dict[tuple[str, float], dict[str, float]] = {}

    def __call__(self, of: str, factor: float) -> dict[str, float]:
        key = (of, factor)
        if key not in self.found:
            changed = dearer(self.problem, self.groups[of], factor)
            model, solution = self.what_if.solve(changed)
            cols = first_orders(model)
            self.found[key] = {
                name: sum(float(solution.x[cols[k]].sum()) for k in ids if k in cols)
                for name, ids in self.groups.items()
            }
        return self.found[key]


def tips(
    what_if: WhatIf, problem: PlanProblem, own: Iterable[str], across: Iterable[str]
) -> list[Tip]:
    """Where first orders tip: of each offer in `own` by its own price, and of every order that is
    placed now by the prices of the offers in `across`. Offers are those of the study."""
    ask, out = _Asked(what_if, problem), []
    others = set(across)
    for of in dict.fromkeys((*own, *others_in_order(problem, others))):
        now = ask(of, 1.0)
        floor = DUST * max(1.0, *now.values())
        placed = [k for k, v in now.items() if v > floor]
        for grid in (UP, DOWN):
            watched = {k for k in placed if k != of} if of in others else set[str]()
            if (of in placed) == (grid is UP):  # dearer takes an order away, cheaper brings it
                watched.add(of)
            out += list(_along(ask, of, grid, sorted(watched), floor))
    return out


def others_in_order(problem: PlanProblem, names: set[str]) -> list[str]:
    """The names in the order of the problem's offers."""
    return [k for k in _groups(problem) if k in names]


def _along(
    ask: _Asked, of: str, grid: Sequence[float], watched: Sequence[str], floor: float
) -> Iterator[Tip]:
    """Tips of the watched orders as the price of `of` goes along the grid."""
    left = list(watched)
    before = 1.0
    for factor in grid:
        if not left:
            return
        for name in list(left):
            now = ask(of, 1.0)[name]
            if _tipped(ask(of, factor)[name], now, floor):
                left.remove(name)
                at, then = _bracketed(ask, of, name, before, factor, floor)
                yield Tip(name, of, at, now if now > floor else 0.0, then if then > floor else 0.0)
        before = factor


def _tipped(then: float, now: float, floor: float) -> bool:
    return then < now / 2 if now > floor else then > floor


def _bracketed(
    ask: _Asked, of: str, name: str, near: float, far: float, floor: float
) -> tuple[float, float]:
    """(factor at which it tips, chips just beyond), between one that does not and one that does."""
    now = ask(of, 1.0)[name]
    while max(far / near, near / far) > FINE:
        middle = float(np.sqrt(near * far))
        if _tipped(ask(of, middle)[name], now, floor):
            far = middle
        else:
            near = middle
    return float(np.sqrt(near * far)), ask(of, far)[name]


def near_offers(what_if: WhatIf, problem: PlanProblem, among: Iterable[str]) -> list[str]:
    """Those of `among` that may be ordered in the first period and are not, the nearest first.

    Nearness: what the plan costs more with a few ordered, a chip, as a share of what one costs.
    """
    model, found = what_if.solve(problem)
    cols = first_orders(model)
    root = problem.tree.roots.item(0)
    placed = {k: float(found.x[c].sum()) for k, c in cols.items()}
    most = max([1.0, *placed.values()])
    far: dict[str, float] = {}
    for offer in problem.offers:
        cost = _cost(offer, root)
        if offer.id not in among or placed.get(offer.id, most) > DUST * most or cost <= 0:
            continue
        more = _marginal(what_if, cols[offer.id], FEW * most)
        if np.isfinite(more):
            far[offer.id] = more / cost
    return sorted(far, key=lambda k: (far[k], k))


def _marginal(what_if: WhatIf, cols: IntArray, chips: float) -> float:
    """What each of so many chips costs more where it costs least; infinite where none can be."""
    m, base = what_if.session.matrix, what_if.solution
    # Started at once in one of several places: there a column has its own reduced cost.
    col = cols[np.argmin(base.col_dual[cols])][None]
    some = min(chips, float(m.upper[col][0]))
    found = what_if.held(col, np.array([some])) if some > 0 else None
    return np.inf if found is None else max(found.objective - base.objective, 0.0) / some


def _cost(offer: Offer, node: int) -> float:
    """Price with its levy, and rent over the term, of one chip ordered in the node."""
    hours = HOURS_PER_YEAR * max(offer.term_months, 1.0) / MONTHS_PER_YEAR
    levy = np.broadcast_to(np.asarray(offer.levy, dtype=float), offer.price.shape)
    return float(offer.price[node] * (1 + levy[node]) + offer.rent_hour[node] * hours)
