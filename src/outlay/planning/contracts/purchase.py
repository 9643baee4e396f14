"""Chips that become one's own: bought outright, or through a finance lease."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from outlay.core.annuity import level_annuity
from outlay.core.arrays import Array
from outlay.core.periods import MONTHS_PER_YEAR
from outlay.planning.contracts.terms import Payment, Terms, end_period, hold_matrix, order_periods
from outlay.planning.problem.tree import Tree
from outlay.planning.problem.types import Chip, Offer

__all__ = ["finance_lease", "purchase"]


def _full(offer: Offer, tree: Tree) -> tuple[Array, Array]:
    price = np.broadcast_to(np.asarray(offer.price, dtype=np.float64), (len(tree),))
    host = np.broadcast_to(np.asarray(offer.host_cost, dtype=np.float64), (len(tree),))
    return price, host


def purchase(offer: Offer, chip: Chip, tree: Tree) -> Terms:
    """Bought: `deposit` of the price at the order, the rest, hosts and levy at delivery.

    Starts a lead after the order, ends with economic life (or a sale, where `resale`); all of
    it capex; cancelled as the offer says; stands on own power.
    """
    price, host = _full(offer, tree)
    last, in_time, direct = order_periods(tree, offer.lead_months)
    deposit = 0.0 if direct else offer.deposit
    payments = [
        Payment("delivery", "start", price * (1 - deposit), "capex", capex=True),
        Payment("levy", "start", price * offer.levy, "capex", capex=True),
        Payment("host", "start", host, "capex", capex=True, host=True),
    ]
    if deposit:
        payments.append(Payment("deposit", "order", price * deposit, "capex", capex=True))
    return Terms(
        last,
        in_time,
        direct,
        end_period(tree, MONTHS_PER_YEAR * chip.life_years),
        True,
        tuple(payments),
        price * (1 + offer.levy),
        offer.resale,
        None,
        np.zeros(len(tree)),
        offer.uses_power,
    )


def finance_lease(offer: Offer, chip: Chip, tree: Tree) -> Terms:
    """Owned in all but name: capex at delivery, paid in level instalments over the term.

    Equation: instalment per year = (1 - deposit) price (1 + levy) i / (1 - (1 + i)^-n),
    i annual rate, n term [years] (level annuity, Brealey-Myers-Allen, chapter 2); i = 0: ÷ n.
    Hosts are paid at delivery. Instalments after the horizon are owed in full.
    """
    bought, (price, _) = purchase(offer, chip, tree), _full(offer, tree)
    deposit = 0.0 if bought.direct else offer.deposit
    years = max(offer.term_months / MONTHS_PER_YEAR, 1e-9)
    annuity = level_annuity(offer.finance_rate, years)
    per_year = price * (1 - deposit) * (1 + offer.levy) * annuity
    end = end_period(tree, offer.term_months)
    start = tree.start_age[tree.period]
    after = np.maximum(start + years - tree.end_age, 0.0)
    instalment = Payment("instalment", "hold", hold_matrix(tree, end, per_year), "lease")
    kept = [p for p in bought.payments if p.entry in ("host", "deposit")]
    return replace(
        bought, payments=(instalment, *kept), exit=False, owed_after=per_year * after, paid_to=end
    )
