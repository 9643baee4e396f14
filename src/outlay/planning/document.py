"""The fields of kind `plan` that are planning's, as plain numbers, text and lists."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np

from outlay.planning.decisions import hedges, no_regret, orders
from outlay.planning.result import Plan
from outlay.planning.value import Values

__all__ = ["document", "values_document"]

MOST_PRICES = 400  # the largest, by what one unit is worth times what the limit holds


def document(plan: Plan, values: Values | None = None) -> dict[str, Any]:
    """status, objective, currency, orders, nodes, fleet, served, power, prices, slacks,
    capex_by_year, opex_by_year, hedges, certificates; with values also values and no_regret.

    Money in `currency`; capex and opex by year are expected, undiscounted, by class.
    """
    out: dict[str, Any] = {
        "status": plan.status,
        "objective": plan.objective,
        "expected_cost": plan.expected_cost,
        "currency": plan.problem.currency,
        "nodes": _nodes(plan),
        "orders": [asdict(o) for o in orders(plan)],
        "fleet": _fleet(plan),
        "power": _power(plan),
        "served": _served(plan),
        "capex_by_year": _by_year(plan, ("capex",)),
        "opex_by_year": _by_year(plan, ("opex", "lease", "financing")),
        "prices": _prices(plan),
        "slacks": [{**asdict(s), "at": plan.problem.tree.name(s.node)} for s in plan.slacks],
        "hedges": [{**asdict(h), "text": h.sentence()} for h in hedges(plan)],
        "certificates": {**asdict(plan.certificates), "ok": plan.certificates.ok()},
        "notes": list(plan.notes),
    }
    if values is not None:
        out["values"] = values_document(values)
        out["no_regret"] = [asdict(x) for x in no_regret(plan, values)]
    return out


def values_document(v: Values) -> dict[str, Any]:
    """Values as plain numbers; what was not asked for is left out, what is impossible is null."""
    out: dict[str, Any] = {}
    for name in ("evpi", "vss", "flexibility", "quarter", "do_nothing"):
        value = getattr(v, name)
        if value is not None:
            out[name] = value if np.isfinite(value) else None
    out["knowing"] = v.factors
    out["given"] = v.given
    out["licence"] = {f: v.licence(f) for f in v.given}
    out["megawatt"] = v.megawatt
    out["chips_1000"] = v.chips
    return out


def _nodes(plan: Plan) -> list[dict[str, Any]]:
    tree = plan.problem.tree
    return [
        {
            "node": n,
            "parent": int(tree.parent[n]) if tree.parent[n] >= 0 else None,
            "period": str(tree.periods[tree.period[n]]),
            "name": tree.name(n),
            "probability": float(tree.probability[n]),
            "labels": dict(tree.labels[n]),
        }
        for n in range(len(tree))
    ]


def _fleet(plan: Plan) -> list[dict[str, Any]]:
    p = plan.problem
    floor = 1e-6 * max(1.0, float(plan.stock.max(initial=0.0)))
    return [
        {
            "node": int(n),
            "chip": p.chips[k].id,
            "site": p.sites[s].id,
            "quantity": float(plan.stock[k, s, n]),
        }
        for k, s, n in np.argwhere(plan.stock > floor)
    ]


def _power(plan: Plan) -> list[dict[str, Any]]:
    p = plan.problem
    return [
        {
            "node": n,
            "site": s.id,
            "used_mw": float(plan.used_mw[i, n]),
            "energised_mw": float(plan.energised_mw[i, n]),
            "ordered_mw": float(plan.expansion_mw[i, n]),
        }
        for i, s in enumerate(p.sites)
        for n in range(len(p.tree))
    ]


def _served(plan: Plan) -> list[dict[str, Any]]:
    """Means over the day by load and node, and by chip within, in load units per second."""
    p = plan.problem
    share = p.slice_hours / 24.0
    by_chip = np.einsum("lkzhn,h->lkn", plan.served, share)
    demand = np.einsum("lhn,h->ln", p.demand, share)
    shed = np.einsum("lhn,h->ln", plan.shed, share)
    moved = np.einsum("lhn,h->ln", np.abs(plan.deferred), share) / 2
    out = []
    for i, n in np.argwhere(demand > 0):
        chips = np.flatnonzero(by_chip[i, :, n] > 1e-9 * demand[i, n])
        out.append(
            {
                "node": int(n),
                "load": p.loads[i].id,
                "service": p.loads[i].service,
                "demand": float(demand[i, n]),
                "served": float(by_chip[i, :, n].sum()),
                "shed": float(shed[i, n]),
                "deferred": float(moved[i, n]),
                "chips": {p.chips[k].id: float(by_chip[i, k, n]) for k in chips},
            }
        )
    return out


def _by_year(plan: Plan, treatments: tuple[str, ...]) -> dict[str, dict[str, float]]:
    tree = plan.problem.tree
    out: dict[str, dict[str, float]] = {}
    for f in plan.flows:
        if f.treatment not in treatments:
            continue
        year = str(tree.periods[tree.period[f.node]].year)
        row = out.setdefault(year, {})
        name = f.capex_class or f.entry
        row[name] = row.get(name, 0.0) + f.amount * float(tree.probability[f.node])
    return out


def _prices(plan: Plan) -> list[dict[str, Any]]:
    tree = plan.problem.tree
    found = [x for x in plan.prices if abs(x.value) > 0 and x.family != "capacity"]
    found.sort(key=lambda x: -abs(x.value * (x.limit or 1.0)))
    return [{**asdict(x), "at": tree.name(x.node)} for x in found[:MOST_PRICES]]
