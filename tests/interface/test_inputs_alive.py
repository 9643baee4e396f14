"""Inputs of the demand side and of orders, each in a study in which it matters, by the number."""

from __future__ import annotations

import copy
from typing import Any

import pytest

import outlay
from outlay.results.plans.plan import Plan


def study(**changes: Any) -> dict[str, Any]:
    """Ten chips' worth of other work through one year, chips bought without lead, one hall.

    A chip costs 10,000 USD and keeps four fifths of it, on a straight line over five years; power
    is free.
    """
    base: dict[str, Any] = {
        "outlay": 1,
        "title": "Inputs",
        "as_of": "2025-12-31",
        "currency": "USD",
        "horizon": {"start": "2026", "periods": 1},
        "discount_rate": "0 %/year",
        "slices": "mean",
        "work": {
            "ranking": {
                "reference": "h200-sxm",
                "need": 10,
                "serve_from": ["US"],
                "unserved": "100 USD/chip-hour",
            }
        },
        "supply": {
            "buy": {
                "chip": "h200-sxm",
                "by": "purchase",
                "price": "10_000 USD",
                "to": ["US"],
            }
        },
        "sites": {
            "hall": {"region": "US", "power": "10 MW", "pue": 1.0, "electricity": "0 USD/kWh"}
        },
        "rules": {"usable": "100 %"},
        "finance": {"lives": {"accelerators": {"book": "5 years", "residual": "0 %"}}},
    }
    return merged(base, changes)


def merged(base: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    out = copy.deepcopy(base)
    for key, value in changes.items():
        both = isinstance(value, dict) and isinstance(out.get(key), dict)
        out[key] = merged(out[key], value) if both else value
    return out


def planned(**changes: Any) -> Plan:
    plan = outlay.plan(study(**changes), quick=True)
    assert plan.verdict == "valid"
    return plan


def test_orders_of_the_first_period_come_in_whole_lots() -> None:
    plan = planned(supply={"buy": {"lot": 8}})
    assert plan.first_orders["buy"] == pytest.approx(16.0)
    assert plan.decision.rounding == pytest.approx(6 * 10_000 / 5, rel=1e-3)
    assert any("cost $12,000 more" in n for a in plan.answers for n in a.notes)
    any_share = planned()
    assert any_share.first_orders["buy"] == pytest.approx(10.0)
    assert any_share.decision.rounding is None
