"""What leaves a plan before its time: chips sold or retired, leases given back early."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from outlay.core.arrays import Array
from outlay.finance.book.vintages import leavers_by_vintage
from outlay.finance.types import Disposal, Lease, LeaseEnd, Purchase
from outlay.planning.result import Plan

__all__ = ["departures"]

NEGLIGIBLE = 1e-6  # chips: below it a departure is the solver's rounding


def departures(
    plan: Plan, purchases: Iterable[Purchase], leases: Iterable[Lease]
) -> tuple[tuple[Disposal, ...], tuple[LeaseEnd, ...]]:
    """Disposals and early ends of the plan's offers, oldest vintages first.

    A purchase `<offer>` is sold for what the plan's resale payments say; `<offer>:host` leaves
    with it and brings in nothing. Leases that end with their term are no early ends.
    """
    tree = plan.problem.tree
    nodes = tree.ancestor[tree.leaves]  # [path, period]
    bought, leased = {p.id for p in purchases}, {x.id: x for x in leases}
    received = np.zeros((len(plan.offers), len(tree)))
    index = {o.id: k for k, o in enumerate(plan.offers)}
    for flow in plan.flows:
        if flow.entry == "resale" and flow.item in index:
            received[index[flow.item], flow.node] -= flow.amount
    disposals: list[Disposal] = []
    ends: list[LeaseEnd] = []
    for o, offer in enumerate(plan.offers):
        if offer.id not in bought and offer.id not in leased:
            continue
        if offer.kind == "finance_lease":  # owned in the end: nothing is given back
            continue
        came: Array = (plan.deliveries[o, ...] + plan.diverted[o, ...]).sum(axis=0)
        went: Array = plan.left[o, ...].sum(axis=0)
        arrived, left = came[nodes], went[nodes]
        left[left <= NEGLIGIBLE] = 0.0
        if offer.id in leased:
            early = leavers_by_vintage(arrived, left, leased[offer.id].term)
            ends += [LeaseEnd(offer.id, v, q) for v, q in early.items()]
            continue
        for vintage, gone in leavers_by_vintage(arrived, left).items():
            share: Array = np.divide(gone, left, out=np.zeros_like(gone), where=left > 0)
            money = received[o, :][nodes] * share
            disposals.append(Disposal(offer.id, vintage, gone, money))
            if f"{offer.id}:host" in bought:
                disposals.append(Disposal(f"{offer.id}:host", vintage, gone))
    return tuple(disposals), tuple(ends)
