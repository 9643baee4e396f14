"""Whose money it is: what the plan decides, what stands outside it, and what is no cash at all."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from outlay.core.arrays import Array
from outlay.planning.result import Flow, Plan
from outlay.results.plans.lines import Bill, Perimeter
from outlay.runs.answers.tables import UNSERVED
from outlay.runs.lines.decided import LEAVING

__all__ = ["bill_of", "perimeter_of"]


def bill_of(plan: Plan, committed: Mapping[int, Mapping[str, float]]) -> Bill:
    """The expected discounted cost in cash, what is left, and the prices that nobody pays.

    committed: as of `perimeter_of`; no part of the cost.
    """
    chance = plan.problem.tree.probability
    paid = left = unserved = broken = 0.0
    for f in plan.flows:
        worth = f.amount * f.discount * chance.item(f.node)
        if f.entry in UNSERVED:
            unserved += worth
        elif f.treatment == "penalty":
            broken += worth
        elif f.treatment == "terminal":
            left -= worth
        else:
            paid += worth
    beside = sum(sum(parts.values()) for parts in committed.values())
    return Bill(paid, left, unserved, broken, beside)


def perimeter_of(
    plan: Plan, first_month: int, committed: Mapping[int, Mapping[str, float]]
) -> tuple[Perimeter, ...]:
    """Expected money by fiscal year: decided by the plan, or due whatever it orders.

    committed: fiscal year → what → capital expenditure beside the plan.
    """
    tree = plan.problem.tree
    stands = _standing_share(plan)
    sums: dict[tuple[str, str], list[float]] = {}
    for f in plan.flows:
        kind = "capex" if f.treatment == "capex" else "running"
        if f.treatment not in ("capex", "opex", "lease") or f.capex_class == "resale":
            continue  # what is sold brings in cash; beside what is authorised it is no spending
        year = str(tree.periods[tree.period.item(f.node)].fiscal_year(first_month))
        outside = _outside(f, plan, stands)
        worth = f.amount * tree.probability.item(f.node)
        row = sums.setdefault((year, kind), [0.0, 0.0])
        row[0] += worth * (1 - outside)
        row[1] += worth * outside
    for due, parts in committed.items():
        sums.setdefault((str(due), "capex"), [0.0, 0.0])[1] += sum(parts.values())
    return tuple(Perimeter(y, k, *amounts) for (y, k), amounts in sorted(sums.items()))  # type: ignore[arg-type]


def _outside(flow: Flow, plan: Plan, stands: Mapping[str, tuple[Array, Array]]) -> float:
    """Share of a payment that is due for what stood, was ordered or contracted before the plan."""
    if flow.entry in LEAVING:
        return 0.0
    if any(flow.item == q.id for q in plan.problem.pools):
        return 1.0
    if any(flow.item == o.id and o.order_floor is not None for o in plan.problem.offers):
        return 1.0
    if flow.treatment == "capex" or flow.item not in stands:
        return 0.0
    space, chips = stands[flow.item]
    return float((space if flow.entry == "site_rent" else chips)[flow.node])


def _standing_share(plan: Plan) -> dict[str, tuple[Array, Array]]:
    """Site → ([node] share of its megawatts contracted before, of its load by chips of before)."""
    p = plan.problem
    kw = np.array([c.power_kw for c in p.chips])
    chip = {c.id: i for i, c in enumerate(p.chips)}
    out = {}
    for s, site in enumerate(p.sites):
        load: Array = kw @ plan.stock[:, s]
        old = np.zeros(len(p.tree))
        for q, pool in enumerate(p.pools):
            old += kw[chip[pool.chip]] * plan.pool_stock[q, s]
        there: Array = plan.energised_mw[s]
        space: Array = np.divide(site.power_mw, there, out=np.ones(len(p.tree)), where=there > 0)
        of_old = np.divide(old, load, out=np.zeros(len(p.tree)), where=load > 0)
        out[site.id] = np.minimum(space, 1.0), np.minimum(of_old, 1.0)
    return out
