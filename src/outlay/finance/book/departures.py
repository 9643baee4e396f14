"""What leaves a plan before its time, or at its end: chips sold or scrapped, leases given back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from outlay.core.arrays import Array
from outlay.core.periods import MONTHS_PER_YEAR
from outlay.finance.types import Disposal, Lease, LeaseEnd, Purchase
from outlay.planning.contracts.clock import clock
from outlay.planning.result import Plan

__all__ = ["departures", "lasting"]

NEGLIGIBLE = 1e-6  # chips: below it a departure is the solver's rounding
TINY = 1e-9


def _came(plan: Plan, o: int) -> Array:
    """[path, period]: chips of the offer that start there."""
    tree = plan.problem.tree
    started: Array = plan.deliveries[o] + plan.diverted[o]
    came: Array = started.sum(axis=0)
    return np.asarray(came[tree.ancestor[tree.leaves]])


def _early(plan: Plan, o: int) -> Array:
    """[path, period of start, period]: chips that leave before their time, at its start."""
    tree = plan.problem.tree
    nodes = tree.ancestor[tree.leaves]
    gone: Array = plan.early[o][nodes[:, :, None], nodes[:, None, :]]
    return np.where(gone > NEGLIGIBLE, gone, 0.0)


def _ends(plan: Plan, o: int) -> list[int]:
    """[period of start]: the period in which a bought chip is scrapped at the end of its life.

    That in which the life ends, the next where it ends with a period; the number of periods where
    it lasts to the horizon.
    """
    tree, offer = plan.problem.tree, plan.offers[o]
    life = next(c.life_years for c in plan.problem.chips if c.id == offer.chip)
    when = clock(tree, offer.lead_months, MONTHS_PER_YEAR * life)
    shut: Array = np.append(tree.start_age[1:], tree.end_age)
    out = []
    for t in range(len(when.end)):
        last = when.end.item(t) - 1
        inside = when.ends_at.item(t) / MONTHS_PER_YEAR < shut.item(last) - TINY
        out.append(last if inside else last + 1)
    return out


def lasting(plan: Plan, o: int) -> Array:
    """[path, period of start]: bought chips of the offer that stand to the end of the horizon."""
    n = len(plan.problem.tree.periods)
    stays = np.array([end >= n for end in _ends(plan, o)], dtype=np.float64)
    early: Array = _early(plan, o).sum(axis=2)
    return (_came(plan, o) - early) * stays


def _sold(plan: Plan, o: int, received: Array) -> Iterator[tuple[int, Array, Array]]:
    """(period of start, chips leaving, what they fetch), [path, period]; one vintage at a time.

    received: [path, period] of all that the offer's chips fetch, shared by the chips it is paid
    for. A chip leaves the books a period after it came at the earliest.
    """
    came, early, n = _came(plan, o), _early(plan, o), len(plan.problem.tree.periods)
    paid_for = np.zeros_like(early)
    for t, end in enumerate(_ends(plan, o)):
        paid_for[:, t] = early[:, t]
        if end < n:
            before: Array = early[:, t].sum(axis=1)
            paid_for[:, t, end] += np.maximum(came[:, t] - before, 0.0)
    whole: Array = paid_for.sum(axis=1)
    for t in range(n):
        gone = np.where(paid_for[:, t] > NEGLIGIBLE, paid_for[:, t], 0.0)
        if not gone.any():
            continue
        share: Array = np.divide(paid_for[:, t], whole, out=np.zeros_like(whole), where=whole > 0)
        money = received * share
        if t + 1 < n:  # who goes in the period in which he came leaves the books in the next
            gone[:, t + 1] += gone[:, t]
            gone[:, t] = 0.0
        yield t, gone, money


def departures(
    plan: Plan, purchases: Iterable[Purchase], leases: Iterable[Lease]
) -> tuple[tuple[Disposal, ...], tuple[LeaseEnd, ...]]:
    """Disposals and early ends of the plan's offers, by vintage.

    A purchase `<offer>` fetches what the plan's resale payments say; `<offer>:host` leaves with it
    and is paid for with it. Leases that end with their term are no early ends.
    """
    bought, leased = {p.id for p in purchases}, {x.id: x for x in leases}
    received = _received(plan)
    disposals: list[Disposal] = []
    ends: list[LeaseEnd] = []
    for o, offer in enumerate(plan.offers):
        if offer.kind in ("purchase", "finance_lease"):
            disposals += _disposals(plan, o, bought, received[o])
        elif offer.id in leased:
            ends += _given_back(plan, o, leased[offer.id])
    return tuple(disposals), tuple(ends)


def _received(plan: Plan) -> Array:
    """[offer, path, period]: what the plan gets for chips of the offer that it sells."""
    tree = plan.problem.tree
    received = np.zeros((len(plan.offers), len(tree)))
    index = {o.id: k for k, o in enumerate(plan.offers)}
    for flow in plan.flows:
        if flow.entry == "resale" and flow.item in index:
            received[index[flow.item], flow.node] -= flow.amount
    return np.asarray(received[:, tree.ancestor[tree.leaves]])


def _disposals(plan: Plan, o: int, bought: set[str], received: Array) -> Iterator[Disposal]:
    """Those of a bought offer; what it fetches stands with the first of its parts."""
    offer = plan.offers[o].id
    parts = [p for p in (offer, f"{offer}:prepaid", f"{offer}:host") if p in bought]
    for vintage, gone, money in _sold(plan, o, received) if parts else ():
        yield Disposal(parts[0], vintage, gone, money)
        yield from (Disposal(p, vintage, gone) for p in parts[1:])


def _given_back(plan: Plan, o: int, lease: Lease) -> Iterator[LeaseEnd]:
    """Early ends of a lease: what leaves within its term."""
    early = _early(plan, o)
    for vintage in range(early.shape[1]):
        gone = early[:, vintage].copy()
        gone[:, vintage + lease.term :] = 0.0
        if gone.any():
            yield LeaseEnd(lease.id, vintage, gone)
