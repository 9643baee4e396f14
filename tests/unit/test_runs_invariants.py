"""A run's checks of itself hold for a sound plan and break for a wrong one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from outlay.runs.execute import Options
from outlay.runs.invariants import check_plan
from outlay.runs.run import run_study
from outlay.study.load import load

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
