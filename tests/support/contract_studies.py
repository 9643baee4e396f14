"""Small studies in which one contract decides, and their plans: a year in quarters, no discount."""

from __future__ import annotations

from collections import Counter
from typing import Any

import yaml

from outlay.planning.result import Plan
from outlay.planning.solver.solve import solve
from outlay.runs.pipeline.execute import prepare
from outlay.study import loads

__all__ = ["paid", "plan_of", "study"]


def study(**change: Any) -> dict[str, Any]:
    """A thousand leased chips' worth of work for one chip, in a hall of 100 MW at no cost.

    change: fields laid over it, whole.
    """
    data: dict[str, Any] = {
        "outlay": 1,
        "title": "one contract",
        "as_of": "2025-12-31",
        "currency": "USD",
        "horizon": {"start": "2026-Q1", "periods": 4},
        "discount_rate": "0 %/year",
        "slices": "mean",
        "work": {
            "serve": {
                "kind": "dense",
                "reference": "h200-sxm",
                "need": 1000,
                "serve_from": ["US"],
                "unserved": "20 USD/chip-hour",
            }
        },
        "supply": {
            "m": {
                "chip": "h200-sxm", "by": "reservation", "rent": "1 USD/chip-hour",
                "term": "1 quarter", "to": ["US"],
            }
        },
        "sites": {
            "a": {"region": "US", "power": "100 MW", "pue": "1.25", "electricity": "0 USD/kWh"}
        },
        "rules": {"usable": "100 %", "fragmentation": "1", "slo_load": "100 %"},
    }  # fmt: skip
    return {**data, **change}


def plan_of(data: dict[str, Any]) -> Plan:
    return solve(prepare(loads(yaml.safe_dump(data))).problem)


def paid(plan: Plan) -> dict[str, float]:
    """Entry → expected payments over the horizon, not discounted."""
    out: Counter[str] = Counter()
    for f in plan.flows:
        out[f.entry] += f.amount * float(plan.problem.tree.probability[f.node])
    return dict(out)
