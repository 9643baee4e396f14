"""Chips that stay somebody else's: operating lease, cloud reservation, spot."""

from __future__ import annotations

import numpy as np

from outlay.core.arrays import Array, IntArray
from outlay.core.periods import HOURS_PER_YEAR, MONTHS_PER_YEAR
from outlay.planning.contracts.terms import (
    Payment,
    Terms,
    end_period,
    hold_matrix,
    order_periods,
    rent_owed_after,
)
from outlay.planning.problem.tree import Tree
from outlay.planning.problem.types import Chip, Offer

__all__ = ["operating_lease", "reservation", "spot"]


def operating_lease(offer: Offer, chip: Chip, tree: Tree) -> Terms:
    """Rent from the start until the term ends, at the rent of the start node; no capex.

    May be left early where `exit_share` is given: then that share of the rent still owed, plus
    `notice_months` of rent (never more than is owed), falls due on leaving.
    """
    del chip
    last, in_time, direct = order_periods(tree, offer.lead_months)
    end = end_period(tree, offer.term_months)
    per_year = offer.rent_hour * HOURS_PER_YEAR
    upfront = np.broadcast_to(np.asarray(offer.price, dtype=np.float64), (len(tree),))
    payments = [
        Payment("rent", "hold", hold_matrix(tree, end, per_year), "lease"),
        Payment("upfront", "start", upfront, "lease"),
        Payment("host", "start", np.asarray(offer.host_cost) + 0 * upfront, "capex", True, True),
    ]
    fee = None
    if offer.exit_share is not None:
        fee = _exit_fee(offer, tree, end, per_year)
    return Terms(
        last,
        in_time,
        direct,
        end,
        False,
        tuple(payments),
        np.zeros(len(tree)),
        offer.exit_share is not None,
        fee,
        rent_owed_after(offer, tree),
        offer.uses_power,
    )


def reservation(offer: Offer, chip: Chip, tree: Tree) -> Terms:
    """Cloud capacity for a term, paid whether used or not, on the cloud's own power."""
    out = operating_lease(offer, chip, tree)
    from dataclasses import replace

    return replace(out, own_power=False, exit=False, exit_fee=None)


def spot(offer: Offer, chip: Chip, tree: Tree) -> Terms:
    """Rented for the period at hand and no further, at that period's rent; nothing owed after."""
    from dataclasses import replace

    out = operating_lease(replace(offer, term_months=0.0, exit_share=None), chip, tree)
    return replace(out, own_power=False)


def _exit_fee(offer: Offer, tree: Tree, end: IntArray, per_year: Array) -> Array:
    """[start node, node]: paid on leaving at the start of the node, per chip."""
    n = len(tree)
    out = np.zeros((n, n))
    years = offer.term_months / MONTHS_PER_YEAR
    share = offer.exit_share or 0.0
    for t in range(len(tree.periods)):
        at = tree.ancestor[:, t]
        node = np.flatnonzero((at >= 0) & (tree.period > t) & (tree.period < end[t]))
        start = at[node]
        gone = tree.start_age[tree.period[node]] - tree.start_age[t]
        owed = np.maximum(years - gone, 0.0)
        notice = np.minimum(offer.notice_months / MONTHS_PER_YEAR, owed)
        out[start, node] = per_year[start] * np.maximum(share * owed, notice)
    return out
