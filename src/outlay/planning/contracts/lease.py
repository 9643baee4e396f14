"""Chips that stay somebody else's: operating lease, cloud reservation, spot."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from outlay.planning.contracts.clock import Clock, clock
from outlay.planning.contracts.terms import (
    Payment,
    Terms,
    exit_fee,
    hold_matrix,
    leaves_early,
    ordered_at,
    owed_after,
    yearly,
)
from outlay.planning.problem.types import Chip, Offer, PlanProblem

__all__ = ["operating_lease", "reservation", "spot"]


def operating_lease(offer: Offer, chip: Chip, problem: PlanProblem) -> Terms:
    """Rent from the start until the term ends, at the rent of the order; no capex.

    May be left early where `exit_share` is given: then that share of the rent still owed, or
    `notice_months` of rent where that is more (never more than is owed), falls due on leaving.
    """
    del chip
    return _rented(offer, problem, clock(problem.tree, offer.lead_months, offer.term_months))


def reservation(offer: Offer, chip: Chip, problem: PlanProblem) -> Terms:
    """Cloud capacity for a term, paid whether used or not, on the cloud's own power."""
    return replace(operating_lease(offer, chip, problem), own_power=False)


def spot(offer: Offer, chip: Chip, problem: PlanProblem) -> Terms:
    """Rented for the period at hand and no further, at that period's rent; nothing owed after."""
    del chip
    when = clock(problem.tree, offer.lead_months, None)
    return replace(_rented(replace(offer, exit_share=None), problem, when), own_power=False)


def _rented(offer: Offer, problem: PlanProblem, when: Clock) -> Terms:
    tree = problem.tree
    n = len(tree)
    per_year = yearly(offer, tree, when)
    upfront = ordered_at(tree, when, offer.price)
    host = np.broadcast_to(np.asarray(offer.host_cost, dtype=np.float64), (n,))
    upkeep = ordered_at(tree, when, offer.upkeep_per_year)
    payments = (
        Payment("rent", "hold", hold_matrix(tree, when, per_year), "lease"),
        Payment("upfront", "start", upfront, "lease"),
        Payment("host", "start", host, "capex", True, True),
        Payment("upkeep", "hold", hold_matrix(tree, when, upkeep), "opex"),
    )
    early = leaves_early(offer)
    return Terms(
        when,
        False,
        payments,
        np.zeros(n),
        np.zeros(n),
        early,
        exit_fee(offer, tree, when, per_year) if early else None,
        owed_after(offer, problem, when, per_year),
        offer.uses_power,
    )
