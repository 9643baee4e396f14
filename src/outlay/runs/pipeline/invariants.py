"""A run checks itself: tokens, fleet, sites, money, certificate, tree, physics, evidence."""

from __future__ import annotations

from typing import Literal

import numpy as np

from outlay.core.arrays import Array
from outlay.core.periods import HOURS_PER_DAY, SECONDS_PER_HOUR
from outlay.demand.types import DemandPaths
from outlay.planning.result import Plan
from outlay.results.plans.rows import Invariant as Check
from outlay.runs.pipeline.contracts import unpaid
from outlay.serving.types import Capacity

__all__ = ["check_fleet", "check_plan", "verdict"]

RELATIVE = 1e-6


def _check(
    key: str, name: str, statement: str, worst: float, tolerance: float, where: str = ""
) -> Check:
    holds = bool(np.isfinite(worst) and worst <= tolerance)
    status: Literal["holds", "broken"] = "holds" if holds else "broken"
    return Check(key, name, statement, float(worst), tolerance, where, status)


def _tokens(plan: Plan) -> Check:
    """I1: what was asked for is served, shed, or moved to another slice of the same day.

    What is handed to a smaller model is served by that model's own loads, of which nothing is
    asked.

    `plan.deferred` is what moves into a slice: negative where work waits, positive where it is
    done (as in `Plan`), so over the day it sums to nothing.
    """
    p = plan.problem
    served: Array = plan.served.sum(axis=(1, 2))  # [load, slice, node]
    asked = p.demand
    balance: Array = served + plan.handed + plan.shed - (asked + plan.deferred)
    scale: Array = np.maximum(1.0, np.abs(asked).max(axis=(1, 2), keepdims=True))
    worst = float(np.abs(balance / scale).max()) if asked.size else 0.0
    hours = p.hours[None]
    moved: Array = (plan.deferred * hours).sum(axis=1)
    moved_scale: Array = np.maximum(1.0, (asked * hours).sum(axis=1))
    worst = max(worst, float(np.abs(moved / moved_scale).max()) if asked.size else 0.0)
    worst = max(worst, _training_missing(plan))
    return _check(
        "I1", "tokens",
        "demand + deferred into the slice = served + shed, what is deferred comes back, and "
        "training is done by its date or counted as not done",
        worst, RELATIVE,
    )  # fmt: skip


def _training_missing(plan: Plan) -> float:
    """Share of a campaign's work that is neither done by its date nor counted as not done."""
    tree, worst = plan.problem.tree, 0.0
    for c, campaign in enumerate(plan.problem.campaigns):
        done: Array = plan.work[c].sum(axis=(0, 1))  # [node]
        asked = np.broadcast_to(np.asarray(campaign.work, dtype=np.float64), (len(tree),))
        for n in np.flatnonzero(tree.period <= campaign.due):
            if campaign.even and tree.period[n] >= campaign.start:
                had = done[n] + plan.short[c, n]
            elif tree.period[n] == campaign.due:
                had = done[tree.path(int(n))].sum() + plan.short[c, n]
            else:
                continue
            worst = max(worst, float(asked[n] - had) / max(asked.item(n), 1.0))
    return worst


def check_fleet(plan: Plan) -> Check:
    """I2: stock of each chip = stock before + arrivals - departures, on every path of the tree.

    Counted over all sites: within a place the plan may move chips between halls (`plan.moved`).
    """
    p, tree = plan.problem, plan.problem.tree
    chip_index = {c.id: i for i, c in enumerate(p.chips)}
    bought: Array = plan.stock.sum(axis=1)  # [chip, node]
    flow: Array = np.zeros_like(bought)
    for o, offer in enumerate(plan.offers):
        change: Array = plan.arriving[o] - plan.left[o]
        flow[chip_index[offer.chip]] += change.sum(axis=0)
    for k, x in enumerate(p.pools):
        bought[chip_index[x.chip]] -= plan.pool_stock[k].sum(axis=0)
    parent = tree.parent
    before: Array = np.where(parent >= 0, bought[:, np.maximum(parent, 0)], 0.0)
    scale = max(1.0, float(np.abs(plan.stock).sum(axis=1).max()))
    worst = float(np.abs(bought - before - flow).max()) / scale
    return _check(
        "I2", "fleet", "stock = stock before + deliveries + diversions - departures", worst,
        RELATIVE,
    )  # fmt: skip


def _sites(plan: Plan) -> Check:
    """I3: power in use stays within what is energised."""
    over = plan.used_mw - plan.energised_mw
    scale = np.maximum(1.0, plan.energised_mw)
    worst = max(0.0, float((over / scale).max())) if over.size else 0.0
    return _check("I3", "sites", "power of the chips ≤ energised power", worst, RELATIVE)


def _certificate(plan: Plan) -> Check:
    c = plan.certificates
    worst = max(c.primal, c.dual, c.gap, c.integrality)
    return _check(
        "I6", "certificate", "primal, dual and gap recomputed from our own matrices", worst, 1e-6
    )


def _tree(plan: Plan) -> Check:
    tree = plan.problem.tree
    worst = abs(float(tree.probability[tree.leaves].sum()) - 1.0)
    return _check("I8", "tree", "probabilities of the leaves sum to 1", worst, 1e-9)


def _money(plan: Plan) -> Check:
    """I4: the payments of the plan, discounted and weighted, are its expected cost."""
    tree = plan.problem.tree
    total = sum(f.amount * f.discount * tree.probability[f.node] for f in plan.flows)
    worst = abs(total - plan.expected_cost) / max(1.0, abs(plan.expected_cost))
    return _check(
        "I4", "money", "Σ payments × discount × probability = expected cost", worst, RELATIVE
    )


def _contracts(plan: Plan) -> Check:
    """I5: rent of what is signed, chips and halls, is at least what its contracts say."""
    worst, where = unpaid(plan)
    return _check(
        "I5", "contracts", "rent paid ≥ rent of the contracts signed, on every node", worst,
        RELATIVE, where,
    )  # fmt: skip


def _physics(capacity: Capacity) -> Check:
    bad = [c for c in capacity.cells if not (c.low <= c.units_per_chip * (1 + 1e-9))]
    worst = 0.0 if not bad else 1.0
    where = "" if not bad else f"{bad[0].load} on {bad[0].chip}"
    return _check("I9", "physics", "every rate lies inside its own interval", worst, 0.0, where)


def _demand(demand: DemandPaths) -> Check:
    """I1 at the source: the loads' mean rates add up to the services' tokens per day."""
    off = np.abs(demand.hours.sum(axis=-1) - HOURS_PER_DAY)
    worst = float(off.max(initial=0.0)) / HOURS_PER_DAY
    for j, name in enumerate(demand.services):
        for phase, kind in (("prefill", 0), ("decode", 2)):
            i = next(k for k, x in enumerate(demand.loads) if x.id == f"{name}/{phase}")
            each: Array = demand.rate[:, :, i, :] * demand.hours
            per_day: Array = each.sum(axis=-1) * SECONDS_PER_HOUR
            said = demand.tokens_per_day[:, :, j, kind]
            worst = max(worst, float((np.abs(per_day - said) / np.maximum(said, 1.0)).max()))
    return _check(
        "I1d", "demand", "slices of the day add up to the tokens of the day", worst, RELATIVE
    )


def check_plan(plan: Plan, demand: DemandPaths, capacity: Capacity) -> tuple[Check, ...]:
    """Every invariant that the plan and its inputs can be held to."""
    return (
        _demand(demand),
        _tokens(plan),
        check_fleet(plan),
        _sites(plan),
        _money(plan),
        _contracts(plan),
        _certificate(plan),
        _tree(plan),
        _physics(capacity),
    )


def verdict(checks: tuple[Check, ...]) -> Literal["valid", "INVALID"]:
    """`valid`, or `INVALID` where any invariant is broken."""
    return "INVALID" if any(c.status == "broken" for c in checks) else "valid"
