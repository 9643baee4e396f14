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


QUARTER_DAYS = 90  # of 2026-Q1


def trained(**campaign: Any) -> dict[str, Any]:
    """A campaign of so many reference chips for the first quarter of two, and no other work."""
    flop = campaign.pop("chips", 100.0) * QUARTER_DAYS * 86_400 * 400e12
    run = {
        "flop": f"{flop:.15g} FLOP",
        "start": "2026-Q1",
        "by": "2026-Q2",
        "reference": "h200-sxm",
        "sustained": "400 TFLOP/s",
        "goodput": "100 %",
        "places": {"US": "100 %"},
        "unserved": "100 USD/chip-hour",
    }
    return {
        "horizon": {"start": "2026-Q1", "periods": 2},
        "work": {"ranking": {"need": 0}},
        "training": {"run": {**run, **campaign}},
    }


def rent(**more: Any) -> dict[str, Any]:
    """Chips by the quarter at 1 USD an hour in the first, at 2 in the second; none to buy."""
    spot = {
        "chip": "h200-sxm",
        "by": "reservation",
        "rent": {"2026-Q1": "1 USD/chip-hour", "2026-Q2": "2 USD/chip-hour"},
        "term": "3 months",
        "to": ["US"],
    }
    return {"rent": {**spot, **more}, "buy": {"cumulative_cap": 0}}


def work_of(plan: Plan, load: str) -> list[tuple[float, float]]:
    return [(w.demand, w.served) for w in plan.work if w.load == load]


def test_a_campaign_that_is_free_runs_where_it_is_cheapest() -> None:
    even = planned(**trained(spread="even"), supply=rent())
    (load,) = {w.load for w in even.work} - {"ranking"}
    days = 90 + 91
    assert [s for _, s in work_of(even, load)] == pytest.approx([100 * 90 / days] * 2)
    free = planned(**trained(spread="free"), supply=rent())
    assert [s for _, s in work_of(free, "run@US")] == pytest.approx([100.0, 0.0], abs=1e-6)
    # the same chip-hours at 1 instead of at 1 and 2 in turn
    hours = 100 * 90 * 24
    assert free.cost == pytest.approx(hours, rel=1e-3)
    assert even.cost == pytest.approx(hours * (90 + 2 * 91) / days, rel=1e-3)


def test_what_is_not_trained_by_its_date_is_paid_for_at_its_price() -> None:
    """Sixty chips at most in each quarter: of 100 × 90 chip-days 60 × 90 + 3,600 in the next."""
    free = planned(**trained(spread="free"), supply=rent(cap={"2026-Q1": 60, "2026-Q2": 30}))
    found = work_of(free, "run@US")
    left = 100 * 90 - 60 * 90 - 30 * 91
    assert [s for _, s in found] == pytest.approx([60.0, 30.0])
    assert found[1][0] - found[1][1] == pytest.approx(left / 91)
    short = sum(c.value for c in free.cost_parts if c.entry == "short")
    assert short == pytest.approx(left * 24 * 100, rel=1e-3)


def test_a_block_larger_than_the_even_need_is_done_before_the_last_day() -> None:
    """100 × 90 chip-days on a block of 150 take 60 days of the first quarter."""
    plan = planned(**trained(spread="even", block=150), supply=rent())
    assert [s for _, s in work_of(plan, "run@US")] == pytest.approx([100.0, 0.0], abs=1e-6)
    # the block stands while it runs, and is rented by the quarter
    assert plan.first_orders["rent"] == pytest.approx(150.0)
    plan = planned(**trained(spread="even", block=40), supply=rent())  # less than the need: 49.7
    assert plan.first_orders["rent"] == pytest.approx(100 * 90 / 181)


def test_a_block_stands_at_one_site_of_its_region() -> None:
    """Two halls for 80 chips each hold 100 for a need of 90, but no block of 90."""
    halls = {k: {"region": "US", "power": "56 kW", "pue": 1.0, "electricity": "0 USD/kWh"}
             for k in ("hall", "other")}  # fmt: skip
    spread = planned(**trained(chips=90, spread="free"), supply=lease(), sites=halls)
    assert work_of(spread, "run@US")[0][1] == pytest.approx(90.0)
    block = planned(**trained(chips=90, spread="free", block=90), supply=lease(), sites=halls)
    assert work_of(block, "run@US")[0][1] == pytest.approx(0.0, abs=1e-6)
