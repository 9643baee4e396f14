"""The five answers of a contract, and what the kinds work them out with."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from outlay.core.arrays import Array, BoolArray, IntArray, Number
from outlay.core.curve import residual_share
from outlay.core.periods import HOURS_PER_YEAR, MONTHS_PER_YEAR
from outlay.planning.contracts.clock import Clock
from outlay.planning.problem.tree import Tree
from outlay.planning.problem.types import Offer, PlanProblem, Treatment

__all__ = ["Payment", "Terms", "exit_fee", "exit_years", "leaves_early", "ordered_at", "owed_after"]


@dataclass(frozen=True, slots=True)
class Payment:
    """Paid per chip: [node] at the event's own node, or [start period, node] while it stands.

    event: `order`, `start`, `hold` (then `amount` is per node at which it is held, fixed where the
    chip started on the node's path: [start period, node]), or `waited` (paid in a node for what
    waits there since its parent).
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

    clock: when an order arrives and what of a period its chip stands. owned: stands as an asset
    (worth its residual in the end); payments; full_price: [node] what is booked as capex at
    delivery, 0 for leases; ordered_price: the same at the order. exit: may leave early; exit_fee:
    [start period, node] paid per chip that leaves at the start of the node; owed_after: [start
    node] what is owed after the horizon less what the use left is worth, per chip; own_power:
    stands against the site's megawatts; paid: clock of the instalments, where they run to another
    date than the chip's life.
    """

    clock: Clock
    owned: bool
    payments: tuple[Payment, ...]
    full_price: Array
    ordered_price: Array
    exit: bool
    exit_fee: Array | None
    owed_after: Array
    own_power: bool
    paid: Clock | None = None

    @property
    def direct(self) -> bool:
        """Lead within a period: ordering and starting are one decision."""
        return self.clock.direct


def ordered_at(tree: Tree, clock: Clock, value: Number) -> Array:
    """[node]: `value` [node] at the node of the order that falls due last in the node.

    Price, rent and levy hold as of the order. A node in which no order can be due keeps its own.
    """
    full = np.broadcast_to(np.asarray(value, dtype=np.float64), (len(tree),))
    when = clock.order_period[tree.period]
    at: IntArray = tree.ancestor[np.arange(len(tree)), np.maximum(when, 0)]
    known: BoolArray = (when >= 0) & (at >= 0)
    return np.where(known, full[np.maximum(at, 0)], full)


def leaves_early(offer: Offer) -> bool:
    """Whether the contract may be left: where a share or a notice is stated."""
    return offer.exit_share is not None


def hold_matrix(tree: Tree, clock: Clock, per_year: Array) -> Array:
    """[start period, node]: per_year[start] × years of the node × presence in it, of what started
    in that period on the node's path."""
    out = np.zeros((len(tree.periods), len(tree)))
    node, t = np.nonzero(tree.ancestor >= 0)
    start: IntArray = tree.ancestor[node, t]
    part: Array = clock.presence[t, tree.period[node]]
    out[t, node] = per_year[start] * tree.years[node] * part
    return out


def after_horizon(tree: Tree, clock: Clock) -> Array:
    """[start node]: years for which the contract runs on after the horizon."""
    return np.maximum(clock.ends_at[tree.period] / MONTHS_PER_YEAR - tree.end_age, 0.0)


def owed_after(offer: Offer, problem: PlanProblem, clock: Clock, per_year: Array) -> Array:
    """[start node]: rent owed after the horizon, less what the use left is worth, per chip.

    A lease that may be left costs no more than leaving it at the end of the horizon, when no use
    of it is left.
    """
    tree = problem.tree
    years = after_horizon(tree, clock)
    rent = per_year * years
    age = tree.end_age - clock.arrives_at[tree.period] / MONTHS_PER_YEAR
    owed: Array = rent - use_left(problem, offer.chip, age, years, rent)
    if offer.exit_share is None:
        return owed
    fee = per_year * exit_years(offer.exit_share, offer.notice_months, years)
    return np.asarray(np.minimum(owed, fee))


def use_left(problem: PlanProblem, chip: str, age: Array, years: Array, owed: Array) -> Array:
    """What the use of a chip of `age` for so many more `years` is worth, at most what is `owed`.

    What a chip of its own would lose over that time, at the lowest price at which the problem
    sells it. Nothing where it does not sell it.
    """
    price = _lowest_price(problem, chip)
    if not problem.use_value or price <= 0:
        return np.zeros_like(owed)
    kind = next(c for c in problem.chips if c.id == chip)
    now = residual_share(kind.residual, kind.life_years, age)
    then = residual_share(kind.residual, kind.life_years, age + years)
    return np.asarray(np.minimum(np.maximum(now - then, 0.0) * price, owed))


def _lowest_price(problem: PlanProblem, chip: str) -> float:
    """Price with levy and host of one chip, of the cheapest purchase, in its first period."""
    found = []
    for o in problem.offers:
        if o.kind != "purchase" or o.chip != chip:
            continue
        n = len(problem.tree)
        levy, host = (np.broadcast_to(np.asarray(x, float), (n,)) for x in (o.levy, o.host_cost))
        some = np.flatnonzero(np.asarray(o.price) > 0)
        if len(some):
            at = int(some[0])
            found.append(float(o.price[at] * (1 + levy[at]) + host[at]))
    return min(found, default=0.0)


def exit_years(share: float, notice_months: float, left: Number) -> Array:
    """Years of rent that leaving costs where the contract runs for `left` [years]."""
    return np.asarray(np.maximum(share * left, np.minimum(notice_months / MONTHS_PER_YEAR, left)))


def exit_fee(offer: Offer, tree: Tree, clock: Clock, per_year: Array) -> Array:
    """[start period, node]: paid on leaving at the start of the node, per chip that started in that
    period on the node's path."""
    out = np.zeros((len(tree.periods), len(tree)))
    share = offer.exit_share or 0.0
    for t in range(len(tree.periods)):
        at = tree.ancestor[:, t]
        stands = clock.presence[t, tree.period] > 0
        node = np.flatnonzero((at >= 0) & (tree.period > t) & stands)
        start = at[node]
        left = clock.ends_at[t] / MONTHS_PER_YEAR - tree.start_age[tree.period[node]]
        years = exit_years(share, offer.notice_months, np.maximum(left, 0.0))
        out[t, node] = per_year[start] * years
    return out


def yearly(offer: Offer, tree: Tree, clock: Clock) -> Array:
    """[start node]: rent of a chip and year, at the rent of its order."""
    return ordered_at(tree, clock, offer.rent_hour) * HOURS_PER_YEAR
