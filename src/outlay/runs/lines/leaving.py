"""Chips that leave early after the first period: how many, where most, and what becomes of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from outlay.core.arrays import Array
from outlay.planning.result import Plan
from outlay.results.plans.lines import Departure, Return
from outlay.runs.answers.tables import TRACE, branch_name

__all__ = ["departures"]


def departures(plan: Plan, returns: Iterable[Return]) -> tuple[Departure, ...]:
    """Each pool and offer of which chips leave after the first period, most first."""
    tree = plan.problem.tree
    roots = set(np.flatnonzero(tree.parent < 0).tolist())
    by_what: dict[tuple[str, str], list[Return]] = {}
    for r in returns:
        by_what.setdefault((r.what, r.chip), []).append(r)
    offers = {o.id for o in plan.offers}
    out = []
    for (what, chip), rows in by_what.items():
        later = _by_leaf(plan, [r for r in rows if r.node not in roots])
        most = int(np.argmax(later))
        if later.item(most) < TRACE:
            continue
        chance: Array = tree.probability[tree.leaves]
        alike = float(np.ptp(later)) < TRACE
        how = (
            "given back" if rows[0].given_back
            else "sold" if what in offers
            else "still owed" if any(r.rent_per_year > 0 for r in rows)
            else "written off"
        )  # fmt: skip
        out.append(
            Departure(
                what, chip, how,  # type: ignore[arg-type]
                now=sum(r.quantity for r in rows if r.node in roots),
                expected=float(chance @ later),
                most=later.item(most),
                branch="" if alike else branch_name(tree, int(tree.leaves[most])),
                chance=float(chance[later >= TRACE].sum()),
            )
        )  # fmt: skip
    return tuple(sorted(out, key=lambda d: -d.expected))


def _by_leaf(plan: Plan, rows: Sequence[Return]) -> Array:
    """[leaf]: chips that leave on the way there."""
    tree = plan.problem.tree
    gone = np.zeros(len(tree))
    for r in rows:
        gone[r.node] += r.quantity
    return np.array([gone[tree.path(int(n))].sum() for n in tree.leaves])
