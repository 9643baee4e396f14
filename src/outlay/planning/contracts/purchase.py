"""Chips that become one's own: bought outright, or through a finance lease."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from outlay.core.annuity import monthly_annuity
from outlay.core.arrays import Array
from outlay.core.periods import MONTHS_PER_YEAR
from outlay.planning.contracts.clock import Clock, clock
from outlay.planning.contracts.terms import Payment, Terms, after_horizon, hold_matrix, ordered_at
from outlay.planning.problem.types import Chip, Offer, PlanProblem

__all__ = ["finance_lease", "purchase"]


def purchase(offer: Offer, chip: Chip, problem: PlanProblem) -> Terms:
    """Bought: `deposit` of the price at the order, the rest, hosts and levy at delivery.

    Starts a lead after the order, ends with economic life (or a sale, where `resale`); all of
    it capex; cancelled as the offer says; stands on own power. Price, levy and deposit hold as of
    the order; who waits keeps the price of his order, and pays the difference as he waits.
    """
    tree = problem.tree
    n = len(tree)
    when = clock(tree, offer.lead_months, MONTHS_PER_YEAR * chip.life_years)
    price, levy = ordered_at(tree, when, offer.price), ordered_at(tree, when, offer.levy)
    host = np.broadcast_to(np.asarray(offer.host_cost, dtype=np.float64), (n,))
    deposit = np.zeros(n) if when.direct else ordered_at(tree, when, offer.deposit)
    payments = [
        Payment("delivery", "start", price * (1 - deposit), "capex", capex=True),
        Payment("levy", "start", price * levy, "capex", capex=True),
        Payment("host", "start", host, "capex", capex=True, host=True),
    ]
    if not when.direct and np.any(offer.deposit):
        now = np.asarray(offer.price) * offer.deposit
        payments.append(Payment("deposit", "order", now, "capex", capex=True))
    payments.append(_waited(problem, price * (1 - deposit + levy)))
    payments.append(_upkeep(offer, problem, when))
    own = np.broadcast_to(np.asarray(offer.levy, dtype=np.float64), (n,))
    return Terms(
        when,
        True,
        tuple(payments),
        price * (1 + levy),
        np.asarray(offer.price) * (1 + own),
        offer.resale,
        None,
        np.zeros(n),
        offer.uses_power,
    )


def _waited(problem: PlanProblem, balance: Array) -> Payment:
    """What waits is delivered at the balance of a later order: where that is less, the rest is due
    as it waits. Where prices rose, nobody sells what waits at the old one."""
    up = problem.tree.parent
    change = np.where(up >= 0, np.maximum(balance[np.maximum(up, 0)] - balance, 0.0), 0.0)
    return Payment("waited", "waited", change, "capex", capex=True)


def _upkeep(offer: Offer, problem: PlanProblem, when: Clock) -> Payment:
    per_year = ordered_at(problem.tree, when, offer.upkeep_per_year)
    return Payment("upkeep", "hold", hold_matrix(problem.tree, when, per_year), "opex")


def finance_lease(offer: Offer, chip: Chip, problem: PlanProblem) -> Terms:
    """Owned in all but name: capex at delivery, paid in level instalments over the term.

    Equation: instalments a year = price (1 - deposit + levy) 12 m / (1 - (1 + i)^-n), paid each
    month; i annual rate, m = (1 + i)^(1/12) - 1, n term [years] (level annuity,
    Brealey-Myers-Allen, chapter 2); i = 0: ÷ n.
    Hosts are paid at delivery. Instalments after the horizon are owed in full.
    """
    tree = problem.tree
    bought = purchase(offer, chip, problem)
    deposit = 0.0 if bought.direct else ordered_at(tree, bought.clock, offer.deposit)
    years = max(offer.term_months / MONTHS_PER_YEAR, 1e-9)
    annuity = monthly_annuity(offer.finance_rate, years)
    price, levy = (ordered_at(tree, bought.clock, x) for x in (offer.price, offer.levy))
    per_year = price * (1 - deposit + levy) * annuity
    paid = clock(tree, offer.lead_months, offer.term_months)
    instalment = Payment("instalment", "hold", hold_matrix(tree, paid, per_year), "lease")
    kept = [p for p in bought.payments if p.entry in ("host", "deposit", "upkeep")]
    return replace(
        bought,
        payments=(instalment, *kept),
        exit=False,
        owed_after=per_year * after_horizon(tree, paid),
        paid=paid,
    )
