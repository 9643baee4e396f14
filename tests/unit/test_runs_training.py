"""When training is done, and what is late: a run on chips that stand, worked out on paper.

A hundred H200 stand in one hall and none can come in time. The run asks for eighty through two
quarters of 90 and 91 days, or for twice as many where it turns out large, as the second begins.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from outlay.results.plans.plan import Plan
from outlay.results.plans.training import TrainingRun

FIRST, SECOND = 90 * 24, 91 * 24
HOURS = FIRST + SECOND
RATE = 4e14
SMALL, LARGE = "size=small", "size=large"


def flop(chips: float, hours: float = HOURS) -> str:
    return f"{chips * RATE * hours * 3600:.12e} FLOP"


@cache
def planned(
    spread: str, chips: int = 100, asks: float = 80, large: float = 160, small: int = 60
) -> Plan:
    import outlay

    run = {
        "flop": flop(asks), "start": "2026-Q1", "by": "2026-Q2", "reference": "h200-sxm",
        "sustained": "400 TFLOP/s", "goodput": "100 %", "places": ["US"],
        "unserved": "10 USD/chip-hour", "spread": spread,
    }  # fmt: skip
    study: dict[str, Any] = {
        "outlay": 1, "title": "A run", "as_of": "2025-12-31", "currency": "USD",
        "horizon": {"start": "2026-Q1", "periods": 4}, "discount_rate": "10 %/year",
        "slices": "mean", "training": {"run": run, "twin": {**run, "flop": flop(20)}},
        "fleet": {"own": {"chip": "h200-sxm", "quantity": chips, "places": ["US"]}},
        "supply": {"buy": {"chip": "h200-sxm", "by": "purchase", "price": "30_000 USD",
                           "to": ["US"], "lead": "4 quarters"}},
        "sites": {"hall": {"region": "US", "power": "1 MW", "pue": 1.2,
                           "electricity": "0.1 USD/kWh"}},
        "rules": {"usable": "100 %", "fragmentation": 1.0},
        "uncertainty": {"size": {"reveal": "2026-Q2", "states": {"small": f"{small} %",
                                                                "large": f"{100 - small} %"},
                                 "effect": {"small": {},
                                            "large": {"training.run.flop": flop(large)}}}},
    }  # fmt: skip
    if spread == "free":
        del study["training"]["twin"]
    return outlay.plan(study, quick=True, worlds=0)


def run_of(plan: Plan, name: str = "run") -> TrainingRun:
    return next(r for r in plan.training if r.run == name)


def test_a_run_that_the_plan_places_is_done_where_chips_reach() -> None:
    """Large: 160 chips' work on 100, five eighths of it; what is missed is 60 at 10 an hour."""
    r = run_of(planned("free"))
    assert (r.start, r.by, r.chip, r.block) == ("2026-Q1", "2026-Q2", "h200-sxm", 0)
    assert r.chips == pytest.approx(80)
    assert r.done_by == {SMALL: "2026-Q2", LARGE: ""}
    assert (r.first, r.middle, r.last) == ("2026-Q2", "2026-Q2", "")
    assert r.in_time == pytest.approx(0.6)
    assert r.least == pytest.approx(5 / 8, abs=1e-5)
    assert r.done == pytest.approx(0.6 + 0.4 * 5 / 8, abs=1e-5)
    assert r.where == LARGE
    discount = 1.1 ** -((90 + 45.5) / 365.25)
    assert r.missed == pytest.approx(0.4 * discount * 60 * HOURS * 10, rel=1e-4)
    assert (r.price, r.whole) == (10, pytest.approx(80 * HOURS * 10))
    assert (r.reason, r.what) == ("no supply", "")
    # all hundred where it is large, eighty where not
    assert r.held == {"h200-sxm": pytest.approx(0.6 * 80 + 0.4 * 100, rel=1e-4)}


def test_the_likely_period_is_that_of_half_the_chances() -> None:
    r = run_of(planned("free", small=40))
    assert (r.first, r.middle, r.last) == ("2026-Q2", "", "")
    assert r.in_time == pytest.approx(0.4)


def test_runs_that_are_one_load_share_what_is_missed_by_what_they_ask() -> None:
    """A steady run of 80 and one of 20: large, 180 are asked of 100 in the second quarter."""
    plan = planned("even")
    run, twin = run_of(plan), run_of(plan, "twin")
    part = 80 / 180  # of the second quarter's work, not done
    assert run.least == pytest.approx(1 - part * 160 * SECOND / (80 * FIRST + 160 * SECOND))
    assert twin.least == pytest.approx(1 - part * SECOND / HOURS)
    discount = 1.1 ** -((90 + 45.5) / 365.25)
    assert run.missed == pytest.approx(0.4 * discount * part * 160 * SECOND * 10, rel=1e-4)
    assert twin.missed == pytest.approx(0.4 * discount * part * 20 * SECOND * 10, rel=1e-4)
    second = 0.6 * 80 + 0.4 * 160 / 180 * 100
    assert run.held["h200-sxm"] == pytest.approx((80 * FIRST + second * SECOND) / HOURS, rel=1e-4)
    assert (run.done_by, twin.first) == ({SMALL: "2026-Q2", LARGE: ""}, "2026-Q2")


def test_a_run_is_done_when_the_last_of_it_is() -> None:
    """Four hundred chips would do it in a month: it is done in the first quarter, or the second
    where it turns out large then."""
    r = run_of(planned("free", 400))
    assert r.in_time == 1
    assert (r.least, r.missed, r.reason, r.where) == (pytest.approx(1), 0, "", "")
    assert {r.first, r.middle, r.last} <= {"2026-Q1", "2026-Q2"}
    assert r.done_by[LARGE] == r.last


@pytest.mark.parametrize(
    ("asks", "in_time", "done_by"), [(100.04, 1.0, "2026-Q2"), (100.3, 0.0, "")]
)
def test_a_run_is_done_but_for_less_than_a_thousandth(
    asks: float, in_time: float, done_by: str
) -> None:
    """Nobody calls a run late of which a few parts in ten thousand are missing."""
    r = run_of(planned("free", 100, asks, asks))
    assert (r.in_time, r.last) == (in_time, done_by)
    assert r.least == pytest.approx(100 / asks, abs=1e-6)
