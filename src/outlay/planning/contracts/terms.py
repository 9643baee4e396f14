"""The five answers of a contract, and what the kinds work them out with."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from outlay.core.arrays import Array, BoolArray, IntArray
from outlay.core.periods import HOURS_PER_YEAR, MONTHS_PER_YEAR
from outlay.planning.problem.tree import Tree
from outlay.planning.problem.types import Offer, Treatment

__all__ = ["Payment", "Terms", "end_period", "order_periods"]


@dataclass(frozen=True, slots=True)
class Payment:
    """Paid per chip: [node] at the event's own node, or [ancestor, node] while the chip stands.

    event: `order`, `start`, or `hold` (then `amount` is per node at which it is held, fixed at
    the start node: [start node, node]).
    """

    entry: str
    event: str
    amount: Array
    treatment: Treatment
    capex: bool = False
    host: bool = False  # booked under the offer's class for hosts


@dataclass(frozen=True, slots=True)
class Terms:
    """Answers for one offer.

    order_period: [period] last period whose orders are due at the start of the period (-1: none).
    arrives_in_time: [period] an order of the period is due within the horizon.
    direct: lead 0, so that ordering and starting are one decision.
    end: [period] first period in which a chip started in `period` is gone (n periods = after).
    owned: stands as an asset (residual value at the horizon); payments; full_price: [node] what
    is booked as capex, 0 for leases; exit: may leave early; exit_fee: [start node, node] paid
    per chip that leaves at the start of the node; owed_after: [start node] rent owed after the
    horizon per chip; own_power: stands against the site's megawatts; paid_to: [period] like
    `end`, where instalments run to another date than the chip's life.
    """

    order_period: IntArray
    arrives_in_time: BoolArray
    direct: bool
    end: IntArray
    owned: bool
    payments: tuple[Payment, ...]
    full_price: Array
    exit: bool
    exit_fee: Array | None
    owed_after: Array
    own_power: bool
    paid_to: IntArray | None = None


def order_periods(tree: Tree, lead_months: float) -> tuple[IntArray, BoolArray, bool]:
    """(order_period, arrives_in_time, direct) of a lead time."""
    last = tree.lag_period(lead_months)
    in_time = np.zeros(len(tree.periods), dtype=bool)
    in_time[: int(last[-1]) + 1] = True
    return last, in_time, bool(np.all(last == np.arange(len(last))))


def end_period(tree: Tree, months: float) -> IntArray:
    """[period]: first period that starts `months` or more after the start of the period."""
    starts = np.array([p.ordinal for p in tree.periods], dtype=np.float64)
    ends = starts + months - 1e-9
    out = np.searchsorted(starts, ends)
    return np.maximum(out, np.arange(len(starts)) + 1).astype(np.int64)


def hold_matrix(tree: Tree, end: IntArray, per_year: Array) -> Array:
    """[start node, node]: per_year[start] × years of the node while the term runs; else 0."""
    n = len(tree)
    out = np.zeros((n, n))
    node, t = np.nonzero(tree.ancestor >= 0)
    runs = tree.period[node] < end[t]
    node, start = node[runs], tree.ancestor[node[runs], t[runs]]
    out[start, node] = per_year[start] * tree.years[node]
    return out


def rent_owed_after(offer: Offer, tree: Tree) -> Array:
    """[start node]: rent of the term that falls after the horizon, per chip."""
    start = tree.start_age[tree.period]
    after = np.maximum(start + offer.term_months / MONTHS_PER_YEAR - tree.end_age, 0.0)
    return np.asarray(offer.rent_hour * HOURS_PER_YEAR * after)
