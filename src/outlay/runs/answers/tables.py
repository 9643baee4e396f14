"""Rows of a plan: the tree, orders, fleet, what is served, power, branches, money by year."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from outlay.core.arrays import Array, BoolArray, IntArray, Number
from outlay.core.periods import HOURS_PER_DAY, SECONDS_PER_HOUR
from outlay.demand.types import KINDS, DemandPaths
from outlay.planning.problem.node_studies import Branches
from outlay.planning.problem.tree import Tree
from outlay.planning.result import Plan
from outlay.results.plans import rows

__all__ = [
    "TRACE",
    "UNSERVED",
    "branch_name",
    "branch_rows",
    "capex_by_year",
    "cost_by_leaf",
    "cost_parts",
    "expected",
    "fleet_rows",
    "node_rows",
    "opex_by_year",
    "order_rows",
    "paid_in_first_year",
    "power_rows",
    "served_rows",
    "work_rows",
]

ByYear = dict[str, dict[str, float]]

UNSERVED = ("shed", "short")
"""Entries that are the price of what is not served: no cash."""
NO_TERM = ("purchase", "spot")
"""Kinds of contract without a term that is rented out."""
TRACE = 0.5
"""Chips below this are the solver's rounding, not an order."""


def expected(tree: Tree, by_node: Array) -> Array:
    """[..., node] → [..., period]: mean over the nodes of each period."""
    out = np.zeros((*by_node.shape[:-1], len(tree.periods)))
    for t in range(len(tree.periods)):
        here: BoolArray = tree.period == t
        out[..., t] = by_node[..., here] @ tree.probability[here]
    return out


def node_rows(tree: Tree) -> tuple[rows.Node, ...]:
    """Nodes of the scenario tree."""
    return tuple(
        rows.Node(
            id=i,
            parent=tree.parent.item(i),
            period=str(tree.periods[tree.period.item(i)]),
            probability=tree.probability.item(i),
            labels=dict(tree.labels[i]),
            name=tree.name(i),
        )
        for i in range(len(tree))
    )


def branch_name(tree: Tree, node: int) -> str:
    """States known at a node, as `factor=state` in the order of the tree."""
    return " ".join(f"{k}={v}" for k, v in tree.labels[node].items())


def order_rows(plan: Plan) -> tuple[rows.Order, ...]:
    """Every order on every node: what, how many, when it can be there, at what price."""
    tree = plan.problem.tree
    out = []
    for o, offer in enumerate(plan.offers):
        hosts = np.broadcast_to(np.asarray(offer.host_cost, dtype=float), (len(tree),))
        # An order placed before the horizon is no order of this plan.
        placed: Array = plan.orders[o] - (0.0 if offer.order_floor is None else offer.order_floor)
        for n in np.flatnonzero(placed > TRACE):
            period = tree.periods[tree.period.item(n)]
            price, quantity = offer.price.item(n), placed.item(n)
            out.append(
                rows.Order(
                    node=int(n),
                    period=str(period),
                    branch=branch_name(tree, int(n)),
                    probability=tree.probability.item(n),
                    offer=offer.id,
                    chip=offer.chip,
                    kind=offer.kind,
                    sites=tuple(offer.sites),
                    quantity=quantity,
                    delivered_at=str(period.after(offer.lead_months)),
                    unit_price=price,
                    rent_hour=offer.rent_hour.item(n),
                    spend=quantity * (price + hosts.item(n)),
                    term_months=0.0 if offer.kind in NO_TERM else float(offer.term_months),
                )
            )
    return tuple(out)


def fleet_rows(plan: Plan) -> tuple[rows.Fleet, ...]:
    """Chips that stand, expected and over the branches, by period and chip."""
    p, tree = plan.problem, plan.problem.tree
    stock: Array = plan.stock.sum(axis=1)  # [chip, node]
    mean = expected(tree, stock)
    out = []
    for c, chip in enumerate(p.chips):
        for t, period in enumerate(tree.periods):
            here: Array = stock[c, tree.period == t]
            if here.max(initial=0.0) > TRACE:
                low, high = float(here.min()), float(here.max())
                out.append(rows.Fleet(str(period), chip.id, mean.item(c, t), low, high))
    return tuple(out)


def served_rows(
    plan: Plan, demand: DemandPaths, branches: Branches | None = None
) -> tuple[rows.Served, ...]:
    """Tokens a day by service and kind: asked, served, shed; expected over the branches."""
    p, tree = plan.problem, plan.problem.tree
    hours = p.hours[None]
    cached: Sequence[Number] = [x.cached_per_unit for x in demand.loads]
    if branches is not None:
        cached = list(branches.loads(lambda x: x.cached_per_unit))
    # [load, node] units/day
    asked: Array = (p.demand * hours).sum(axis=1) * SECONDS_PER_HOUR
    shed: Array = (plan.shed * hours).sum(axis=1) * SECONDS_PER_HOUR
    handed: Array = (plan.handed * hours).sum(axis=1) * SECONDS_PER_HOUR
    out = []
    for name in demand.services:
        for kind in KINDS:
            phase = "decode" if kind == "output" else "prefill"
            i = next(k for k, x in enumerate(demand.loads) if x.id == f"{name}/{phase}")
            each: Number = cached[i] if kind == "cached" else 1.0
            wanted, missed = expected(tree, asked[i] * each), expected(tree, shed[i] * each)
            smaller = expected(tree, handed[i] * each)
            for t, period in enumerate(tree.periods):
                want, miss = wanted.item(t), missed.item(t)
                share = miss / want if want > 0 else 0.0
                small = smaller.item(t)
                out.append(rows.Served(str(period), name, kind, want, want - miss, share, small))
    return tuple(out)


def work_rows(plan: Plan, demand: DemandPaths) -> tuple[rows.WorkServed, ...]:
    """Other work by load, in busy reference chips: asked, served; expected.

    Of a campaign that is free in time, what is done in a period is asked for there, and what is
    not done by its date in the last.
    """
    p, tree = plan.problem, plan.problem.tree
    weight = (p.hours / HOURS_PER_DAY)[None]
    asked = expected(tree, (p.demand * weight).sum(axis=1))
    shed = expected(tree, (plan.shed * weight).sum(axis=1))
    steady = [(x, asked[i], shed[i]) for i, x in enumerate(demand.loads) if x.unit == "chip"]
    done: Array = expected(tree, plan.work.sum(axis=(1, 2)) / tree.seconds)  # [campaign, period]
    short = expected(tree, plan.short / tree.seconds)
    placed = [(c.load, done[i] + short[i], short[i]) for i, c in enumerate(demand.campaigns)]
    return tuple(
        rows.WorkServed(
            period=str(period),
            load=x.id,
            reference=x.reference_chip,
            demand=want.item(t),
            served=float(want[t] - miss[t]),
        )
        for x, want, miss in (*steady, *placed)
        for t, period in enumerate(tree.periods)
    )


def power_rows(plan: Plan) -> tuple[rows.Power, ...]:
    """Megawatts used and energised by site and period, expected; chance that a site is full."""
    p, tree = plan.problem, plan.problem.tree
    used, there = expected(tree, plan.used_mw), expected(tree, plan.energised_mw)
    full = expected(tree, (plan.used_mw >= plan.energised_mw * (1 - 1e-6) - 1e-9).astype(float))
    return tuple(
        rows.Power(
            period=str(period),
            site=s.id,
            region=s.region,
            used_mw=used.item(i, t),
            energised_mw=there.item(i, t),
            full=full.item(i, t) if there[i, t] > 0 else 0.0,
        )
        for i, s in enumerate(p.sites)
        for t, period in enumerate(tree.periods)
    )


def paid_in_first_year(plan: Plan, first_month: int, capex_class: str) -> Array:
    """[leaf]: capex of one class paid in the first fiscal year."""
    tree = plan.problem.tree
    years = [p.fiscal_year(first_month) for p in tree.periods]
    paid = np.zeros(len(tree))
    for f in plan.flows:
        if f.treatment == "capex" and f.capex_class == capex_class:
            paid[f.node] += f.amount
    path: Array = paid[tree.ancestor[tree.leaves]]
    return np.asarray(path[:, [i for i, y in enumerate(years) if y == years[0]]].sum(axis=1))


def branch_rows(plan: Plan, demand: DemandPaths, first_month: int) -> tuple[rows.Branch, ...]:
    """What each branch serves over the horizon and at its end, its fleet, and its cost."""
    tree, problem = plan.problem.tree, plan.problem
    tokens = np.array([x.unit == "token/s" for x in demand.loads], dtype=bool)
    hours = problem.hours[None]
    asked: Array = (problem.demand * hours).sum(axis=1)[tokens]
    shed: Array = (plan.shed * hours).sum(axis=1)[tokens]
    # what one load hands over another takes: only what is handed over is counted
    handed: Array = (np.maximum(plan.handed, 0.0) * hours).sum(axis=1)[tokens]
    processors = paid_in_first_year(plan, first_month, "processors")
    cash, unserved, broken = cost_by_leaf(plan)

    def share(want: float, miss: float) -> float:
        return float(1 - miss / want) if want > 0 else 1.0

    out = []
    for i, leaf in enumerate(tree.leaves):
        path: IntArray = tree.path(int(leaf))
        weight = tree.years[path]
        want: float = (asked[:, path] * weight).sum()
        out.append(
            rows.Branch(
                name=branch_name(tree, leaf),
                probability=tree.probability.item(leaf),
                served=share(want, (shed[:, path] * weight).sum()),
                served_last=share(asked[:, leaf].sum(), shed[:, leaf].sum()),
                chips=float(plan.stock[:, :, leaf].sum()),
                power_mw=float(plan.used_mw[:, leaf].sum()),
                processors=processors.item(i),
                cash=cash.item(i),
                unserved=unserved.item(i),
                broken=broken.item(i),
                smaller=1.0 - share(want, (handed[:, path] * weight).sum()),
            )
        )
    return tuple(out)


def cost_by_leaf(plan: Plan) -> Array:
    """[cash | price of what is not served | price of limits broken, leaf], discounted."""
    tree = plan.problem.tree
    paid = np.zeros((3, len(tree)))
    for f in plan.flows:
        row = 0 if f.treatment != "penalty" else 1 if f.entry in UNSERVED else 2
        paid[row, f.node] += f.amount * f.discount
    return np.stack([paid[:, tree.path(int(n))].sum(axis=1) for n in tree.leaves], axis=1)


def _by_year(plan: Plan, first_month: int, treatments: tuple[str, ...]) -> ByYear:
    tree = plan.problem.tree
    out: ByYear = {}
    for f in plan.flows:
        if f.treatment not in treatments:
            continue
        year = str(tree.periods[tree.period.item(f.node)].fiscal_year(first_month))
        key = f.capex_class or f.entry
        by_class = out.setdefault(year, {})
        by_class[key] = by_class.get(key, 0.0) + f.amount * tree.probability.item(f.node)
    return {y: dict(sorted(c.items())) for y, c in sorted(out.items())}


def capex_by_year(plan: Plan, first_month: int) -> ByYear:
    """Expected capital expenditure by fiscal year and class, in currency.

    As an authorisation counts it: what is sold brings in cash and gives no authorisation back.
    """
    found = _by_year(plan, first_month, ("capex",))
    return {y: {k: v for k, v in c.items() if k != "resale"} for y, c in found.items()}


def opex_by_year(plan: Plan, first_month: int) -> ByYear:
    """Expected operating cost and lease payments by fiscal year and kind, in currency."""
    return _by_year(plan, first_month, ("opex", "lease"))


def cost_parts(plan: Plan) -> tuple[rows.CostPart, ...]:
    """Expected discounted cost by kind of payment; the parts sum to the expected cost."""
    tree = plan.problem.tree
    out: dict[tuple[str, str], float] = {}
    for f in plan.flows:
        key = (f.entry, f.treatment)
        worth = f.amount * f.discount * tree.probability.item(f.node)
        out[key] = out.get(key, 0.0) + worth
    return tuple(rows.CostPart(e, t, v) for (e, t), v in sorted(out.items()))
