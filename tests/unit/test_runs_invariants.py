"""A run's checks of itself hold for a sound plan and break for a wrong one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from outlay.planning.result import Plan
from outlay.runs.pipeline.execute import Options
from outlay.runs.pipeline.invariants import check_plan
from outlay.runs.run import run_study
from outlay.study.reading.loader import load
from support.tiny_plan import CAPACITY, DEMAND, PLAN, PROBLEM

FOUNDER = Path(__file__).resolve().parents[2] / "examples" / "gpu-cloud-founder" / "study.yaml"


@pytest.fixture(scope="module")
def deferring() -> Any:
    """A study whose work may wait for a quieter hour, and does."""
    return run_study(load(FOUNDER), Options(values=False, worlds=0))


def _tokens(run: Any, plan: Any) -> str:
    checks = check_plan(plan, run.demand, run.capacity)
    return next(c.status for c in checks if c.id == "I1")


def test_work_that_waits_for_a_quieter_hour_keeps_the_run_valid(deferring: Any) -> None:
    moved = deferring.plan.deferred
    assert np.abs(moved).max() > 0
    assert {c.status for c in deferring.checks} == {"holds"}


def test_work_served_in_the_wrong_slice_or_lost_is_found(deferring: Any) -> None:
    plan = deferring.plan
    assert _tokens(deferring, replace(plan, deferred=-plan.deferred)) == "broken"
    assert _tokens(deferring, replace(plan, served=plan.served * 0.999)) == "broken"
    lost = np.minimum(plan.deferred, 0.0)  # leaves its slice and is done in no other
    assert _tokens(deferring, replace(plan, deferred=lost)) == "broken"


def found(plan: Plan, demand: Any = DEMAND, capacity: Any = CAPACITY) -> dict[str, float]:
    """Identity → how far it is broken, of those that are."""
    return {c.id: c.worst for c in check_plan(plan, demand, capacity) if c.status == "broken"}


def test_each_identity_is_broken_by_what_it_is_about_and_says_by_how_much() -> None:
    more = PLAN.stock.copy()
    more[0, 0, 1] += 7.0  # seven from nowhere, beside the 140 of the other kind
    assert found(replace(PLAN, stock=more)) == {"I2": pytest.approx(0.05)}
    assert found(replace(PLAN, used_mw=PLAN.used_mw + 0.05)) == {"I3": pytest.approx(0.05)}
    assert found(replace(PLAN, expected_cost=60_000.0)) == {"I4": pytest.approx(5446.6086 / 60_000)}
    loose = replace(PLAN.certificates, integrality=0.25)
    assert found(replace(PLAN, certificates=loose)) == {"I6": 0.25}
    unsure = replace(PROBLEM.tree, probability=np.array([1.0, 0.25, 0.7]))
    broken = found(replace(PLAN, problem=replace(PROBLEM, tree=unsure)))
    assert broken["I8"] == pytest.approx(0.05)


def test_a_day_that_does_not_add_up_and_a_rate_outside_its_interval() -> None:
    tokens = DEMAND.tokens_per_day.copy()
    tokens[1, 0, 0, 2] *= 1.25
    assert found(PLAN, replace(DEMAND, tokens_per_day=tokens)) == {"I1d": pytest.approx(0.2)}
    first = replace(CAPACITY.cells[0], low=9.0)
    checks = check_plan(PLAN, DEMAND, replace(CAPACITY, cells=(first, *CAPACITY.cells[1:])))
    (physics,) = [c for c in checks if c.status == "broken"]
    assert (physics.id, physics.where) == ("I9", "chat/prefill on big")


def test_chips_are_counted_over_all_halls() -> None:
    """Every array in two equal parts: what arrives in one hall and stands in the other."""

    def halves(a: Any) -> Any:
        return np.concatenate([a, a], axis=1) / 2

    names = ("arriving", "left", "stock", "pool_stock")
    assert found(replace(PLAN, **{k: halves(getattr(PLAN, k)) for k in names})) == {}


@pytest.mark.parametrize("name", ["arriving", "left"])
def test_chips_diverted_come_and_chips_that_leave_go(name: str) -> None:
    change = np.array(getattr(PLAN, name))
    change[0, 0, 1] += 2.0
    stock = PLAN.stock.copy()
    stock[0, 0, 1] += 2.0 if name == "arriving" else -2.0
    assert found(replace(PLAN, **{name: change}, stock=stock)) == {}  # type: ignore[arg-type]
