"""What the plan decides beside chips, how firm it is, and what of it may be lost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from outlay.core.arrays import Array, IntArray
from outlay.core.periods import HOURS_PER_YEAR, MONTHS_PER_YEAR
from outlay.planning.programme.rows.sites import energised
from outlay.planning.result import Plan
from outlay.results.plans.lines import (
    AtRisk,
    Expansion,
    Overrun,
    PowerReturn,
    Return,
    Standing,
)
from outlay.results.plans.rows import Budget, Order
from outlay.results.plans.worth import Range
from outlay.runs.answers.tables import TRACE, branch_name

__all__ = [
    "LEAVING",
    "at_risk",
    "expansion_rows",
    "overruns",
    "power_return_rows",
    "return_rows",
    "standing_of",
]

WATT_PER_MW = 1e6
KW_PER_MW = 1e3
LEAST_MW = 1e-6
"""Megawatts below this, one watt, are the solver's rounding."""
TESTED = 0.01
"""How much dearer the plans are among which an order is called firm."""
FIRM = 0.95
"""Share of an order that every such plan keeps, for it to be called firm."""
LEAVING = ("exit_fee", "notice")
"""Entries paid for leaving a contract before its end."""


def expansion_rows(plan: Plan) -> tuple[Expansion, ...]:
    """Every order of power on every node."""
    tree = plan.problem.tree
    out = []
    for s, site in enumerate(plan.problem.sites):
        if site.expansion is None:
            continue
        cost = _by_node(site.expansion.cost_per_w, len(tree)) * WATT_PER_MW
        for n in np.flatnonzero(plan.expansion_mw[s] > LEAST_MW):
            period = tree.periods[tree.period.item(n)]
            mw = plan.expansion_mw.item(s, n)
            ready = period.after(float(site.expansion.lead_months))
            out.append(
                Expansion(
                    int(n), str(period), branch_name(tree, int(n)), tree.probability.item(n),
                    site.id, mw, str(ready), mw * cost.item(n), mw * _signed(plan, s, int(n)),
                )
            )  # fmt: skip
    return tuple(out)


def _signed(plan: Plan, hall: int, node: int) -> float:
    """Rent that a megawatt ordered at a node owes, expected: to its term, or to the horizon's end.

    As the programme charges it: `minimum_use` of each node's rent while the horizon lasts, of the
    last node's for what of the term lies beyond it.
    """
    tree, site = plan.problem.tree, plan.problem.sites[hall]
    assert site.expansion is not None
    least = min(site.minimum_use, 1.0) * KW_PER_MW
    rent = _by_node(site.rent_kw_month, len(tree)) * least
    there = energised(tree, site.expansion.lead_months)[tree.period[node]]
    months = there * np.array([float(t.months) for t in tree.periods])
    begun = tree.start_age[tree.period[node]] * MONTHS_PER_YEAR + site.expansion.lead_months
    beyond = begun + site.expansion.term_months - tree.end_age * MONTHS_PER_YEAR
    owed = 0.0
    for n in range(len(tree)):
        if node in tree.path(n):
            last = max(beyond, 0.0) if n in tree.leaves else 0.0
            length = months.item(tree.period.item(n)) + last
            owed += tree.probability.item(n) * rent.item(n) * length
    chance = tree.probability.item(node)
    return owed / chance if chance > 0 else 0.0


def _by_node(value: float | Array, nodes: int) -> Array:
    return np.broadcast_to(np.asarray(value, dtype=float), (nodes,))


def return_rows(plan: Plan) -> tuple[Return, ...]:
    """Chips that leave early: pools that fall faster than they run out, leases left, chips sold."""
    tree = plan.problem.tree
    fees = _fees(plan)
    out = []
    for q, pool in enumerate(plan.problem.pools):
        held: Array = plan.pool_stock[q].sum(axis=0)
        there = _by_node(pool.available, len(tree))
        # What runs out of itself was not given back: only what stands below it was.
        before: Array = np.where(tree.parent >= 0, np.minimum(held[tree.parent], there), there)
        rent: Array = (before - held) * _by_node(pool.rent_hour, len(tree)) * HOURS_PER_YEAR
        ends = pool.exit_share is not None and bool(np.any(rent))
        out += _left_on(plan, pool.id, pool.chip, before - held, rent, ends, fees)
    for o, offer in enumerate(plan.offers):
        gone: Array = plan.early[o].sum(axis=0)
        rent = plan.early[o].T @ _by_node(offer.rent_hour, len(tree)) * HOURS_PER_YEAR
        leased = bool(np.any(np.asarray(offer.rent_hour) > 0))
        out += _left_on(plan, offer.id, offer.chip, gone, rent, leased, fees)
    return tuple(sorted(out, key=lambda r: (r.node, -r.quantity)))


def _left_on(
    plan: Plan,
    what: str,
    chip: str,
    gone: Array,
    rent: Array,
    given_back: bool,
    fees: Mapping[tuple[str, int], float],
) -> list[Return]:
    tree = plan.problem.tree
    return [
        Return(
            int(n), str(tree.periods[tree.period.item(n)]), branch_name(tree, int(n)),
            tree.probability.item(n), what, chip, given_back, gone.item(n),
            rent.item(n), fees.get((what, int(n)), 0.0),
        )
        for n in np.flatnonzero(gone > TRACE)
    ]  # fmt: skip


def power_return_rows(plan: Plan) -> tuple[PowerReturn, ...]:
    """Contracted power that is given up, on the node from which it is."""
    tree = plan.problem.tree
    fees = _fees(plan)
    out = []
    for s, site in enumerate(plan.problem.sites):
        given: Array = plan.given_mw[s]
        now = given - np.where(tree.parent >= 0, given[tree.parent], 0.0)
        per_mw = _by_node(site.rent_kw_month, len(tree)) * KW_PER_MW * MONTHS_PER_YEAR
        out += [
            PowerReturn(
                int(n), str(tree.periods[tree.period.item(n)]), branch_name(tree, int(n)),
                tree.probability.item(n), site.id, now.item(n), float(now[n] * per_mw[n]),
                fees.get((site.id, int(n)), 0.0),
            )
            for n in np.flatnonzero(now > LEAST_MW)
        ]  # fmt: skip
    return tuple(out)


def _fees(plan: Plan) -> dict[tuple[str, int], float]:
    """(pool, offer or site, node) → paid there for leaving."""
    out: dict[tuple[str, int], float] = {}
    for f in plan.flows:
        if f.entry in LEAVING:
            out[f.item, f.node] = out.get((f.item, f.node), 0.0) + f.amount
    return out


def standing_of(now: Iterable[Order], ranges: Iterable[Range]) -> tuple[Standing, ...]:
    """Whether each first order is firm, flexible or optional at 1 % more, where it was tested."""
    tested = {r.offer: r for r in ranges if np.isclose(r.tolerance, TESTED)}
    chips: dict[str, float] = {}
    for r in now:
        chips[r.offer] = chips.get(r.offer, 0.0) + r.quantity
    return tuple(_standing(k, n, tested.get(k)) for k, n in chips.items())


def _standing(offer: str, chips: float, found: Range | None) -> Standing:
    if found is None:
        return Standing(offer, "not tested", None, None)
    if found.low >= FIRM * chips:
        return Standing(offer, "firm", found.low, found.high)
    optional = found.low <= TRACE
    status = "optional" if optional else "flexible"
    return Standing(offer, status, found.low, found.high)  # type: ignore[arg-type]


def overruns(plan: Plan, budgets: Sequence[Budget]) -> tuple[Overrun, ...]:
    """Limits that the plan breaks: by how much, how often; authorisations first, largest first."""
    tree = plan.problem.tree
    authorised: dict[str, float] = {}
    for b in budgets:  # the study's own first, then what branches say otherwise
        authorised.setdefault(f"{b.kind} {b.year}", b.amount)
    by_item: dict[str, Array] = {}
    for s in plan.slacks:
        by_item.setdefault(s.item, np.zeros(len(tree)))[s.node] += s.amount
    chance = tree.probability[tree.leaves]
    out = []
    for item, amount in by_item.items():
        # A year is over at its end, cash below its floor in any period: neither adds up on a path.
        over: Array = np.array([amount[tree.path(int(n))].max() for n in tree.leaves])
        if over.max() > 0:
            out.append(
                Overrun(item, authorised.get(item), float(chance @ over), float(over.max()),
                        float(chance[over > 0].sum()))
            )  # fmt: skip
    return tuple(sorted(out, key=lambda r: (r.authorised is None, -r.worst)))


def at_risk(plan: Plan, now: Iterable[Order], refusable: Iterable[str]) -> tuple[AtRisk, ...]:
    """Deposits of first orders that are lost where a branch refuses them, largest first."""
    tree = plan.problem.tree
    leaves: list[IntArray] = [tree.path(int(n)) for n in tree.leaves]
    chance = tree.probability[tree.leaves]
    hoped, out = set(refusable), []
    placed = {r.offer for r in now}
    for o, offer in enumerate(plan.offers):
        if offer.id not in hoped & placed:
            continue
        stake: Array = _by_node(offer.deposit, len(tree)) * offer.price * plan.orders[o]
        keep = 1.0 - _by_node(offer.refund, len(tree))
        lost = np.zeros(len(leaves))
        for i, path in enumerate(leaves):
            root = int(path[0])
            dropped: Array = plan.cancelled[o][path]
            # Later orders of the branch may be cancelled too: those are not of today.
            share = min(1.0, float(dropped.sum()) / max(plan.orders.item(o, root), 1e-9))
            lost[i] = stake.item(root) * keep.item(root) * share  # both as agreed at the order
        if lost.max() > 0:
            out.append(
                AtRisk(offer.id, float(chance[lost > 0].sum()), float(chance @ lost),
                       float(lost.max()))
            )  # fmt: skip
    return tuple(sorted(out, key=lambda r: -r.worst))
