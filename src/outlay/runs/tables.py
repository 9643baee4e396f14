"""Plain tables of a plan: orders, fleet, tokens served, power, money by year."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from outlay.demand.types import KINDS, DemandPaths
from outlay.planning.result import Plan
from outlay.planning.tree import Tree
from outlay.study.model import Study

__all__ = [
    "capex_by_year",
    "column",
    "cost_parts",
    "fleet_rows",
    "node_rows",
    "opex_by_year",
    "order_rows",
    "power_rows",
    "served_rows",
    "table",
    "work_rows",
]

Array = npt.NDArray[np.float64]
Row = dict[str, Any]

TRACE = 0.5
"""Chips below this are the solver's rounding, not an order."""


def column(name: str, unit: str = "", *, number: bool = True) -> Row:
    """One column of a table: heading, unit, and whether it holds numbers."""
    return {"name": name, "unit": unit, "number": number}


def table(title: str, columns: Sequence[Row], rows: Sequence[Sequence[Any]]) -> Row:
    """A titled table of raw values; the report formats them."""
    return {"title": title, "columns": list(columns), "rows": [list(r) for r in rows]}


def _expected(tree: Tree, by_node: Array) -> Array:
    """[..., node] → [..., period]: mean over the nodes of each period."""
    out = np.zeros((*by_node.shape[:-1], len(tree.periods)))
    for t in range(len(tree.periods)):
        here = tree.period == t
        out[..., t] = by_node[..., here] @ tree.probability[here]
    return out


def node_rows(tree: Tree) -> list[Row]:
    """Nodes of the scenario tree."""
    return [
        {
            "id": i,
            "parent": int(tree.parent[i]),
            "period": str(tree.periods[tree.period[i]]),
            "probability": float(tree.probability[i]),
            "labels": dict(tree.labels[i]),
            "name": tree.name(i),
        }
        for i in range(len(tree))
    ]


def order_rows(plan: Plan) -> list[Row]:
    """Every order on every node: what, how many, when it can be there, at what price."""
    tree = plan.problem.tree
    out = []
    for o, offer in enumerate(plan.offers):
        hosts = np.broadcast_to(np.asarray(offer.host_cost, dtype=float), (len(tree),))
        for n in np.flatnonzero(plan.orders[o] > TRACE):
            period = tree.periods[tree.period[n]]
            steps = round(offer.lead_months / period.months)
            price = float(offer.price[n])
            out.append(
                {
                    "node": int(n),
                    "period": str(period),
                    "branch": " ".join(f"{k}={v}" for k, v in tree.labels[n].items()),
                    "probability": float(tree.probability[n]),
                    "offer": offer.id,
                    "chip": offer.chip,
                    "kind": offer.kind,
                    "sites": list(offer.sites),
                    "quantity": float(plan.orders[o, n]),
                    "delivered_at": str(period.shift(steps)),
                    "unit_price": price,
                    "rent_hour": float(offer.rent_hour[n]),
                    "spend": float(plan.orders[o, n]) * (price + float(hosts[n])),
                }
            )
    return out


def fleet_rows(plan: Plan) -> list[Row]:
    """Chips that stand, expected and over the branches, by period and chip."""
    p, tree = plan.problem, plan.problem.tree
    stock = plan.stock.sum(axis=1)  # [chip, node]
    mean = _expected(tree, stock)
    out = []
    for c, chip in enumerate(p.chips):
        for t, period in enumerate(tree.periods):
            here = stock[c, tree.period == t]
            if here.max(initial=0.0) > TRACE:
                out.append(
                    {
                        "period": str(period),
                        "chip": chip.id,
                        "expected": float(mean[c, t]),
                        "low": float(here.min()),
                        "high": float(here.max()),
                    }
                )
    return out


def served_rows(plan: Plan, demand: DemandPaths, study: Study) -> list[Row]:
    """Tokens a day by service and kind: asked, served, shed; expected over the branches."""
    p, tree = plan.problem, plan.problem.tree
    hours = p.slice_hours[None, :, None]
    asked = _expected(tree, (p.demand * hours).sum(axis=1) * 3600.0)  # [load, period] units/day
    shed = _expected(tree, (plan.shed * hours).sum(axis=1) * 3600.0)
    out = []
    for name in demand.services:
        for kind in KINDS:
            phase = "decode" if kind == "output" else "prefill"
            i = next(k for k, x in enumerate(demand.loads) if x.id == f"{name}/{phase}")
            per_unit = demand.loads[i].cached_per_unit if kind == "cached" else 1.0
            for t, period in enumerate(tree.periods):
                want, miss = asked[i, t] * per_unit, shed[i, t] * per_unit
                out.append(
                    {
                        "period": str(period),
                        "service": name,
                        "kind": kind,
                        "demand": float(want),
                        "served": float(want - miss),
                        "shed_share": float(miss / want) if want > 0 else 0.0,
                    }
                )
    return out


def work_rows(plan: Plan, demand: DemandPaths) -> list[Row]:
    """Other work by load, in busy reference chips: asked, served; expected."""
    p, tree = plan.problem, plan.problem.tree
    weight = (p.slice_hours / 24.0)[None, :, None]
    asked = _expected(tree, (p.demand * weight).sum(axis=1))
    shed = _expected(tree, (plan.shed * weight).sum(axis=1))
    return [
        {
            "period": str(period),
            "load": x.id,
            "reference": x.reference_chip,
            "demand": float(asked[i, t]),
            "served": float(asked[i, t] - shed[i, t]),
        }
        for i, x in enumerate(demand.loads)
        if x.unit == "chip"
        for t, period in enumerate(tree.periods)
    ]


def power_rows(plan: Plan) -> list[Row]:
    """Megawatts used and energised by site and period, expected; chance that a site is full."""
    p, tree = plan.problem, plan.problem.tree
    used, there = _expected(tree, plan.used_mw), _expected(tree, plan.energised_mw)
    full = _expected(tree, (plan.used_mw >= plan.energised_mw * (1 - 1e-6) - 1e-9).astype(float))
    return [
        {
            "period": str(period),
            "site": s.id,
            "region": s.region,
            "used_mw": float(used[i, t]),
            "energised_mw": float(there[i, t]),
            "full": float(full[i, t]) if there[i, t] > 0 else 0.0,
        }
        for i, s in enumerate(p.sites)
        for t, period in enumerate(tree.periods)
    ]


def _by_year(plan: Plan, first_month: int, treatments: tuple[str, ...]) -> dict[str, Any]:
    tree = plan.problem.tree
    out: dict[str, dict[str, float]] = {}
    for f in plan.flows:
        if f.treatment not in treatments:
            continue
        year = str(tree.periods[tree.period[f.node]].fiscal_year(first_month))
        key = f.capex_class or f.entry
        by_class = out.setdefault(year, {})
        by_class[key] = by_class.get(key, 0.0) + f.amount * float(tree.probability[f.node])
    return {y: dict(sorted(c.items())) for y, c in sorted(out.items())}


def capex_by_year(plan: Plan, first_month: int) -> dict[str, Any]:
    """Expected capital expenditure by fiscal year and class, in currency."""
    return _by_year(plan, first_month, ("capex",))


def opex_by_year(plan: Plan, first_month: int) -> dict[str, Any]:
    """Expected operating cost and lease payments by fiscal year and kind, in currency."""
    return _by_year(plan, first_month, ("opex", "lease"))


def cost_parts(plan: Plan) -> list[Row]:
    """Expected discounted cost by kind of payment; the parts sum to the expected cost."""
    tree = plan.problem.tree
    out: dict[tuple[str, str], float] = {}
    for f in plan.flows:
        key = (f.entry, f.treatment)
        worth = f.amount * f.discount * float(tree.probability[f.node])
        out[key] = out.get(key, 0.0) + worth
    return [{"entry": e, "treatment": t, "value": v} for (e, t), v in sorted(out.items())]
