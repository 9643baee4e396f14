"""What a plan leases, as finance takes it: level payments, and what the plan pays beside them.

A lease is booked at the mean rent of the horizon's periods, so that its liability unwinds evenly.
What a period's days, or a part of a period, add to that or take from it is a variable payment of
the period, so that what is paid in the accounts is what the plan pays.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from outlay.core.annuity import monthly_annuity
from outlay.core.arrays import Array
from outlay.core.periods import HOURS_PER_YEAR, MONTHS_PER_YEAR
from outlay.finance.book.departures import lasting
from outlay.finance.types import Lease, LeaseEnd
from outlay.planning.contracts.terms import ordered_at
from outlay.planning.problem.types import Offer
from outlay.planning.result import Plan
from outlay.runs.pipeline.bought import Paths, Payments, calendar_of, late_by, paid_ahead
from outlay.study.model.study import Study

__all__ = ["given_back", "leases_of", "with_what_is_paid"]

TINY = 1e-9
RENT = ("rent", "instalment")
"""Payments of the plan that a lease is made of."""


def leases_of(
    plan: Plan, at: Paths, paid: Payments, currency: str, rate: float, hours: float, study: Study
) -> list[Lease]:
    """Leases of the plan, presented as the study says, else as the tests of ASC 842 decide.

    What the tests need is given: the price of the same chip bought (with its host, unless the
    lease pays one of its own; chips that are paid already say nothing), and its economic life.
    """
    out = []
    months = plan.problem.tree.periods[0].months
    life = {c.id: c.life_years for c in plan.problem.chips}
    bought = [o for o in plan.offers if o.kind == "purchase" and np.all(o.price > 0)]
    for o, offer in enumerate(plan.offers):
        if offer.kind != "operating_lease":
            continue
        starts: Array = plan.deliveries[o].sum(axis=0)
        if not starts.any():
            continue
        term = max(1, round(offer.term_months / months))
        said = study.supply.get(offer.id)
        prices = [_with_host(o) for o in bought if o.chip == offer.chip]
        fair = max(0.0, min(prices, default=0.0) - float(np.mean(offer.host_cost)))
        when = calendar_of(plan, offer)
        rent = at(ordered_at(plan.problem.tree, when, offer.rent_hour)) * hours
        out.append(
            Lease(offer.id, at(starts), rent, currency, term,
                  rate, fair_value=fair, economic_years=life[offer.chip],
                  treatment="by_tests" if said is None else said.accounting,
                  chip=offer.chip, index=f"rent:{offer.id}",
                  source=f"supply.{offer.id}.rent")
        )  # fmt: skip
    out += _financed(plan, at, paid, currency, hours)
    return out + _standing(plan, at, currency, rate, hours)


def _standing(plan: Plan, at: Paths, currency: str, rate: float, hours: float) -> list[Lease]:
    """Leases of the fleet that stands."""
    tree, out = plan.problem.tree, []
    for k, pool in enumerate(plan.problem.pools):
        rent = np.broadcast_to(np.asarray(pool.rent_hour, dtype=float), (len(tree),))
        stays = pool.exit_share is None  # what is contracted is owed, in use or not
        held: Array = pool.leased if stays else plan.pool_stock[k].sum(axis=0) + pool.stored
        if not rent.any() or not held.any():
            continue
        path, start = at(held), np.zeros_like(at(held))
        start[:, 0] = path[:, 0]
        out.append(
            Lease(pool.id, start, at(rent * hours), currency, _contract(plan, k), rate,
                  chip=pool.chip, opening=True, source=f"fleet.{pool.id}.rent")
        )  # fmt: skip
    return out


def _financed(
    plan: Plan, at: Paths, paid: Payments, currency: str, hours: float
) -> list[Lease]:  # fmt: skip
    """Finance leases: what the plan pays in level instalments, title passing at the end."""
    tree, out = plan.problem.tree, []
    months = tree.periods[0].months
    life = {c.id: c.life_years for c in plan.problem.chips}
    for o, offer in enumerate(plan.offers):
        starts: Array = plan.deliveries[o].sum(axis=0) + plan.diverted[o].sum(axis=0)
        if offer.kind != "finance_lease" or not starts.any():
            continue
        when = calendar_of(plan, offer)
        agreed = (offer.price, offer.levy, paid_ahead(offer, paid))
        price, levy, ahead = (ordered_at(tree, when, x) for x in agreed)
        financed = price * (1.0 - ahead + levy)  # of its worth new; the levy is on the whole price
        yearly = financed * monthly_annuity(offer.finance_rate, offer.term_months / MONTHS_PER_YEAR)
        out.append(
            Lease(
                offer.id, at(starts), at(yearly * hours / HOURS_PER_YEAR),
                currency, max(1, round(offer.term_months / months)), offer.finance_rate,
                fair_value=float(financed.mean()), economic_years=life[offer.chip],
                chip=offer.chip, transfers=True, treatment="finance",
                lasting=lasting(plan, o), worth_each=at(financed), worth_class="accelerators",
                late=late_by(plan, offer.lead_months), parts=months,
                index=f"price:{offer.id}", source=f"supply.{offer.id}.price",
            )
        )  # fmt: skip
    return out


def _with_host(offer: Offer) -> float:
    """Mean price of a chip with what it needs around it."""
    return float(np.mean(offer.price) + np.mean(offer.host_cost))


def _contract(plan: Plan, pool: int) -> int:
    """Periods for which the pool's contract runs, whatever the plan gives back of it."""
    tree, q = plan.problem.tree, plan.problem.pools[pool]
    months = tree.periods[0].months
    if q.contract_months:
        return max(1, math.ceil(q.contract_months / months - TINY))
    return max(1, len(set(tree.period[q.available > 0].tolist())))


def given_back(plan: Plan, at: Paths, leases: Sequence[Lease]) -> list[LeaseEnd]:
    """What the plan gives back of the leased pools before their contracts end."""
    named = {x.id: x for x in leases if x.opening}
    out = []
    for k, pool in enumerate(plan.problem.pools):
        if pool.id in named and pool.exit_share is not None:
            held: Array = at(plan.pool_stock[k].sum(axis=0))
            gone = np.maximum(np.diff(held, axis=1, prepend=held[:, :1]) * -1.0, 0.0)
            gone[:, named[pool.id].term :] = 0.0  # the contract's own end is no early one
            if gone.any():
                out.append(LeaseEnd(pool.id, 0, gone))
    return out


def _level(lease: Lease, ends: Sequence[LeaseEnd]) -> Array:
    """[path, period]: level payments of a lease's cohorts, less those given back."""
    shape = np.broadcast_shapes(np.shape(lease.quantity), np.shape(lease.payment))
    quantity = np.broadcast_to(lease.quantity, shape)
    each = np.broadcast_to(lease.payment, shape)
    out = np.zeros(shape)
    for start in range(shape[1]):
        runs = slice(start, start + lease.term)
        out[:, runs] += (quantity[:, start] * each[:, start])[:, None]
        for e in ends:
            if e.lease == lease.id and e.start == start:
                gone = np.cumsum(np.broadcast_to(e.quantity, shape), axis=1)
                out[:, runs] -= gone[:, runs] * each[:, start : start + 1]
    return out


def with_what_is_paid(
    leases: Sequence[Lease], ends: Sequence[LeaseEnd], paid: Payments, at: Paths
) -> tuple[Lease, ...]:
    """The leases, each with what the plan pays beside its level payments."""
    out = []
    for lease in leases:
        whole = sum((at(paid.amount[e, lease.id]) for e in RENT if (e, lease.id) in paid.amount),
                    np.zeros(at.nodes.shape))  # fmt: skip
        out.append(replace(lease, variable=whole - _level(lease, ends)))
    return tuple(out)
