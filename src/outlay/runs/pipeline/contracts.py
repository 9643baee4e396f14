"""What is signed is paid: rent of leases, of leased pools and of halls against their contracts.

Worked out from the quantities of the plan and the terms of the problem, not from the programme's
coefficients.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from outlay.core.arrays import Array, IntArray
from outlay.core.periods import HOURS_PER_YEAR, MONTHS_PER_YEAR
from outlay.planning.contracts.clock import clock
from outlay.planning.contracts.terms import leaves_early, ordered_at
from outlay.planning.result import Plan

__all__ = ["unpaid"]

KW_PER_MW = 1e3


def unpaid(plan: Plan) -> tuple[float, str]:
    """(largest part of a contract that the plan does not pay on some node, whose it is)."""
    paid: dict[tuple[str, str], Array] = {}
    n = len(plan.problem.tree)
    for f in plan.flows:
        at = paid.setdefault((f.entry, f.item), np.zeros(n))
        at[f.node] += f.amount
    worst, where = 0.0, ""
    for entry, item, owed in (*_pools(plan), *_leases(plan), *_halls(plan)):
        short: Array = owed - paid.get((entry, item), np.zeros(n))
        gap = float((short / np.maximum(1.0, owed)).max(initial=0.0))
        if gap > worst:
            worst, where = gap, item
    return worst, where


def _pools(plan: Plan) -> Iterator[tuple[str, str, Array]]:
    """A leased pool that may not be left: all chips contracted, in use or not."""
    tree = plan.problem.tree
    for q in plan.problem.pools:
        if q.exit_share is None and np.any(np.asarray(q.rent_hour) > 0):
            yield "rent", q.id, np.asarray(q.rent_hour) * HOURS_PER_YEAR * tree.years * q.leased


def _leases(plan: Plan) -> Iterator[tuple[str, str, Array]]:
    """A lease or reservation that may not be left: what started, to the end of its term."""
    tree = plan.problem.tree
    at, node = _pairs(plan)
    for o, offer in enumerate(plan.offers):
        if offer.kind not in ("operating_lease", "reservation") or leaves_early(offer):
            continue
        when = clock(tree, offer.lead_months, offer.term_months)
        rent = ordered_at(tree, when, offer.rent_hour) * HOURS_PER_YEAR
        began: Array = (plan.deliveries[o] + plan.diverted[o]).sum(axis=0)
        start = when.arrives_at[tree.period[at]] / MONTHS_PER_YEAR
        shut = np.append(tree.start_age[1:], tree.end_age)
        open_: Array = np.maximum(start, tree.start_age[tree.period[node]])
        close: Array = np.minimum(
            start + offer.term_months / MONTHS_PER_YEAR, shut[tree.period[node]]
        )
        whole: Array = shut[tree.period[node]] - tree.start_age[tree.period[node]]
        part = np.maximum(close - open_, 0.0) / whole
        owed: Array = rent[at] * began[at] * part * tree.years[node]
        total = np.zeros(len(tree))
        np.add.at(total, node, owed)
        yield "rent", offer.id, total


def _pairs(plan: Plan) -> tuple[IntArray, IntArray]:
    n, t = np.nonzero(plan.problem.tree.ancestor >= 0)
    return plan.problem.tree.ancestor[n, t], n


def _halls(plan: Plan) -> Iterator[tuple[str, str, Array]]:
    """Rent on the least use of the energised power, by calendar months."""
    tree = plan.problem.tree
    for s, hall in enumerate(plan.problem.sites):
        if hall.minimum_use > 0:
            kw: Array = hall.minimum_use * plan.energised_mw[s] * KW_PER_MW
            yield "site_rent", hall.id, np.asarray(hall.rent_kw_month) * kw * tree.months
