"""What a plan buys, as finance takes it: the plan's own payments, spread over what arrives.

Every amount is read from the plan's payments, so that cash in the accounts is cash of the plan
whatever a contract says. What was paid ahead is held until the chips it was paid for arrive, those
ordered first before later ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from outlay.core.arrays import Array, IntArray, Number
from outlay.core.periods import MONTHS_PER_YEAR
from outlay.finance.types import Purchase
from outlay.planning.contracts.clock import Clock, clock
from outlay.planning.contracts.terms import ordered_at
from outlay.planning.problem.tree import Tree
from outlay.planning.problem.types import Expansion, Offer, Treatment
from outlay.planning.result import Plan

__all__ = ["Paths", "Payments", "calendar_of", "late_by", "paid_ahead", "purchases_of"]

APART = ("deposit", "waited", "refund", "host", "resale")
"""Payments of an offer's capex that are not made for the chip as it arrives."""
WATT_PER_MW = 1e6
TINY = 1e-9


class Paths:
    """Node arrays as path arrays: paths that share a node share its value."""

    def __init__(self, plan: Plan) -> None:
        tree = plan.problem.tree
        self.tree = tree
        self.nodes = tree.ancestor[tree.leaves]  # [path, period]

    def __call__(self, by_node: Array) -> Array:
        return np.asarray(by_node[self.nodes], dtype=np.float64)


@dataclass(frozen=True)
class Payments:
    """The plan's payments by (entry, item): amounts and quantities by node, and what they are."""

    amount: Mapping[tuple[str, str], Array]
    quantity: Mapping[tuple[str, str], Array]
    treatment: Mapping[tuple[str, str], Treatment]

    @classmethod
    def of(cls, plan: Plan) -> Payments:
        n = len(plan.problem.tree)
        amount: dict[tuple[str, str], Array] = {}
        quantity: dict[tuple[str, str], Array] = {}
        treatment: dict[tuple[str, str], Treatment] = {}
        for f in plan.flows:
            key = (f.entry, f.item)
            amount.setdefault(key, np.zeros(n))[f.node] += f.amount
            quantity.setdefault(key, np.zeros(n))[f.node] += f.quantity
            treatment.setdefault(key, f.treatment)
        return cls(amount, quantity, treatment)

    def paid(self, entry: str, item: str, like: Array) -> Array:
        """[node]: what is paid under the entry for the item; nothing where there is none."""
        return self.amount.get((entry, item), np.zeros(like.shape))

    def at_arrival(self, offer: str, like: Array) -> Array:
        """[node]: capex of an offer's chips that is due as they arrive."""
        out = np.zeros(like.shape)
        for (entry, item), amount in self.amount.items():
            capex = self.treatment[entry, item] == "capex"
            if capex and item == offer and entry not in APART:
                out = out + amount
        return out


@dataclass(frozen=True)
class _Taken:
    """[path, period ordered, period]: of what arrives, and of what is cancelled, when ordered."""

    arrived: Array
    cancelled: Array


def _taken(ordered: Array, arrived: Array, cancelled: Array) -> _Taken:
    """First ordered, first taken; in a period what arrives before what is cancelled."""
    until = np.cumsum(ordered, axis=1)
    since = until - ordered
    gone = np.cumsum(arrived + cancelled, axis=1)
    start = gone - arrived - cancelled
    middle = gone - cancelled

    def overlap(low: Array, high: Array) -> Array:
        upper = np.minimum(until[:, :, None], high[:, None, :])
        lower = np.maximum(since[:, :, None], low[:, None, :])
        return np.asarray(np.maximum(upper - lower, 0.0))

    return _Taken(overlap(start, middle), overlap(middle, gone))


def _mean(taken: Array, price: Array, other: Array) -> Array:
    """[path, period]: mean price at the order of what is taken; `other` where nothing is."""
    many: Array = taken.sum(axis=1)
    worth: Array = (taken * price[:, :, None]).sum(axis=1)
    out = np.array(other, dtype=np.float64)
    return np.asarray(np.divide(worth, many, out=out, where=many > 0))


def calendar_of(plan: Plan, offer: Offer) -> Clock:
    """When orders of the offer arrive; a bought chip stands for its life, others for their term."""
    months: float | None = float(offer.term_months)
    if offer.kind in ("purchase", "finance_lease"):
        life = next(c.life_years for c in plan.problem.chips if c.id == offer.chip)
        months = MONTHS_PER_YEAR * life
    elif offer.kind == "spot":
        months = None
    return clock(plan.problem.tree, offer.lead_months, months)


def late_by(plan: Plan, lead_months: float) -> float:
    """Part of its period that is gone when something with this lead arrives."""
    months = plan.problem.tree.periods[0].months
    part = (lead_months % months) / months
    return 0.0 if part < TINY or part > 1.0 - TINY else part


def paid_ahead(offer: Offer, paid: Payments) -> Number:
    """Share of the price paid at the order, by the order's node; nothing where ordering and
    starting are one."""
    return offer.deposit if ("deposit", offer.id) in paid.amount else 0.0


def purchases_of(plan: Plan, at: Paths, paid: Payments, currency: str) -> list[Purchase]:
    """Chips, their hosts and more power; a finance lease is here with what is paid before it."""
    out = []
    for o, offer in enumerate(plan.offers):
        came: Array = plan.deliveries[o].sum(axis=0) + plan.diverted[o].sum(axis=0)
        owned = offer.kind in ("purchase", "finance_lease")
        if owned and (came.any() or plan.orders[o].any()):
            bought = _chips(plan, o, at, paid, currency)
            scrapped = ("resale", offer.id) in paid.amount  # what a financed chip fetches
            if offer.kind == "purchase" or np.any(paid_ahead(offer, paid)) or scrapped:
                out.append(bought)
        host = paid.amount.get(("host", offer.id))
        if host is not None and came.any():
            each: Array = np.divide(host, came, out=_node(offer.host_cost, came), where=came > 0)
            out.append(
                Purchase(f"{offer.id}:host", "servers", at(came), at(each), currency,
                         chip=offer.chip, worth_each=None if owned else 0.0,
                         late=late_by(plan, offer.lead_months), source=f"supply.{offer.id}.host")
            )  # fmt: skip
    for h, hall in enumerate(plan.problem.sites):
        if hall.expansion is not None and ("expansion", hall.id) in paid.amount:
            out.append(_power(plan, h, hall.expansion, at, paid, currency))
    return out


def _node(value: Array | float, like: Array) -> Array:
    return np.array(np.broadcast_to(np.asarray(value, dtype=np.float64), like.shape))


def _chips(plan: Plan, o: int, at: Paths, paid: Payments, currency: str) -> Purchase:
    """Chips at the price of their order; of a finance lease, what is paid at the order.

    The plan takes what is delivered at the price of the order that falls due last, and makes good
    the difference as a chip waits; so does what is held for it here.
    """
    offer, tree = plan.offers[o], plan.problem.tree
    financed = offer.kind == "finance_lease"
    came: Array = plan.deliveries[o].sum(axis=0) + plan.diverted[o].sum(axis=0)
    arrived, cancelled = at(came), at(plan.cancelled[o])
    when = calendar_of(plan, offer)
    share: Array = _node(paid_ahead(offer, paid), came)
    part: Array = share if financed else 1.0 + _node(offer.levy, came)
    here: Array = at(_node(offer.price, came) * part)  # of an order placed there
    due: Array = at(ordered_at(tree, when, _node(offer.price, came) * part))  # of what starts there
    taken = _taken(at(plan.orders[o]), arrived, cancelled)
    cost = arrived * _mean(taken.arrived, here, due)
    now: Array = at(paid.at_arrival(offer.id, came))
    waited: Array = at(paid.paid("waited", offer.id, came))
    used = cost - now
    price = at(ordered_at(tree, when, offer.price))
    rest = due - at(ordered_at(tree, when, share)) * price  # still to be paid of what starts there
    back: Array = -at(paid.paid("refund", offer.id, came))
    lost = cancelled * (_mean(taken.cancelled, here, due) - rest) - back
    levy = 0.0 if financed else float(np.mean(offer.levy))
    each = np.divide(cost, arrived * (1.0 + levy), out=due / (1.0 + levy), where=arrived > 0)
    as_planned = bool(np.allclose(cost, arrived * due, rtol=TINY, atol=0.0))
    return Purchase(
        f"{offer.id}:prepaid" if financed else offer.id, "accelerators", arrived, each, currency,
        chip=offer.chip, levy=levy,
        deposit_paid=at(paid.paid("deposit", offer.id, came)) + waited, deposit_used=used,
        deposit_refunded=back, deposit_lost=lost, worth_each=None if as_planned else due,
        late=late_by(plan, offer.lead_months), index=f"price:{offer.id}",
        source=f"supply.{offer.id}.price",
    )  # fmt: skip


def _opens(tree: Tree, lead_months: float) -> IntArray:
    """[period ordered]: the period that holds the month a lead later; their number where none."""
    starts = np.array([p.ordinal for p in tree.periods], dtype=np.float64)
    end: float = starts[-1] + tree.periods[-1].months
    due = starts + lead_months
    found = np.searchsorted(starts, due + 1e-9, side="right") - 1
    return np.where(due >= end - 1e-9, len(starts), found).astype(np.int64)


def _power(plan: Plan, h: int, e: Expansion, at: Paths, paid: Payments, currency: str) -> Purchase:
    """More power of a hall: an asset from the period in which it is energised."""
    hall = plan.problem.sites[h]
    ordered: Array = at(plan.expansion_mw[h])
    ahead: Array = ordered * at(_node(e.cost_per_w, plan.expansion_mw[h])) * WATT_PER_MW * e.deposit
    arrived, used = np.zeros_like(ordered), np.zeros_like(ordered)
    for t, u in enumerate(_opens(plan.problem.tree, float(e.lead_months)).tolist()):
        if u < arrived.shape[1]:
            arrived[:, u] += ordered[:, t]
            used[:, u] += ahead[:, t]
    now = at(paid.amount["expansion", hall.id]) - ahead
    held = ahead + np.where(arrived > 0, 0.0, now)
    each = np.divide(now + used, arrived, out=np.zeros_like(arrived), where=arrived > 0)
    return Purchase(
        f"{hall.id}:expansion", "buildings", arrived, each, currency, site=hall.id, unit="MW",
        deposit_paid=held, deposit_used=used, late=late_by(plan, float(e.lead_months)),
        source=f"sites.{hall.id}.expand.capex",
    )  # fmt: skip
