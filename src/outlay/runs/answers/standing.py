"""Facts of the fleet that stands: what has no book value, what it would cost, what is lost."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from outlay.core.annuity import level_annuity
from outlay.core.arrays import Array
from outlay.finance.reports.accounts import Accounts, account
from outlay.finance.types import Cost
from outlay.planning.result import Plan
from outlay.results.plans import accounts as results
from outlay.runs.pipeline.bought import Paths
from outlay.runs.pipeline.execute import Stages
from outlay.runs.pipeline.firm import retired, unbooked

__all__ = ["replaced", "unbooked_rows", "written_off_rows"]

TRACE = 0.5
"""Chips below this are the solver's rounding."""


def _price_today(stages: Stages, chip: str) -> float | None:
    """Price with levy and host of the study's cheapest purchase of a chip, in its first period."""
    found = []
    for o in stages.problem.offers:
        n = len(stages.problem.tree)
        levy, host = (np.broadcast_to(np.asarray(x, float), (n,)) for x in (o.levy, o.host_cost))
        some = np.flatnonzero(np.asarray(o.price) > 0)
        if o.kind == "purchase" and o.chip == chip and len(some):
            first = some.item(0)
            found.append(float(o.price[first] * (1 + levy[first]) + host[first]))
    return min(found, default=None)


def unbooked_rows(stages: Stages) -> tuple[results.Unbooked, ...]:
    """Owned pools without a book value, with what a chip of theirs costs today."""
    fleet = stages.loaded.study.fleet
    return tuple(
        results.Unbooked(name, fleet[name].chip, fleet[name].quantity.value,
                         _price_today(stages, fleet[name].chip))
        for name in unbooked(stages.loaded.study)
    )  # fmt: skip


def _held(plan: Plan, name: str, at: Paths) -> Array:
    """[path, period]: chips of a pool that stand; of one that was under way, since it arrived."""
    for k, pool in enumerate(plan.problem.pools):
        if pool.id == name:
            return at(plan.pool_stock[k].sum(axis=0))
    for o, offer in enumerate(plan.offers):
        if offer.id == name:
            change: Array = (plan.arriving[o] - plan.left[o]).sum(axis=0)
            return np.asarray(np.cumsum(at(change), axis=1))
    return np.zeros(at.nodes.shape)


def replaced(stages: Stages, a: Accounts, plan: Plan) -> Accounts | None:
    """The accounts with chips of no book value at the yearly cost of buying them today.

    Equation: price × i ÷ (1 − (1 + i)^−n) a year, i the discount rate, n the economic life (level
    annuity). None where all chips have a book value, or one of them no price in the study.
    """
    rows = unbooked_rows(stages)
    prices = {r.pool: r.replacement for r in rows if r.replacement is not None}
    if not rows or len(prices) < len(rows):
        return None
    at, tree = Paths(plan), plan.problem.tree
    life = a.policy.classes["accelerators"].economic_years
    annuity = level_annuity(plan.problem.discount_rate, life)
    years = at(tree.years)
    costs = tuple(
        Cost(f"replacement:{r.pool}", "replacement", _held(plan, r.pool, at),
             prices[r.pool] * annuity * years, a.flows.currency, unit="chip", chip=r.chip)
        for r in rows
    )  # fmt: skip
    return account(replace(a.flows, costs=(*a.flows.costs, *costs)), a.policy)


def written_off_rows(stages: Stages, a: Accounts, plan: Plan) -> tuple[results.WrittenOff, ...]:
    """Owned pools of which the plan takes chips out of service before their end."""
    fleet, at = stages.loaded.study.fleet, Paths(plan)
    weights = np.asarray(a.flows.weights)
    out = []
    for k, q in enumerate(plan.problem.pools):
        said = fleet.get(q.id)
        chips = float(retired(plan, k, at).sum(axis=1) @ weights)
        if said is None or said.tenure != "owned" or chips < TRACE:
            continue
        row = f"opening.{q.id}.lost"
        amount = float(a.expected(row).sum()) if row in a.rows else None
        out.append(results.WrittenOff(q.id, chips, amount))
    return tuple(out)
