"""The notebooks run, and say what the study's own numbers lead one to expect."""

from __future__ import annotations

import runpy
from collections.abc import Mapping
from typing import Any

import pytest

import outlay
from support.shared import ROOT

pytest.importorskip("marimo", reason="notebooks need marimo (the group `site`)")


def defined(name: str) -> Mapping[str, Any]:
    """What the cells of a notebook define, run from top to bottom."""
    app = runpy.run_path(str(ROOT / "docs" / "notebooks" / f"{name}.py"))["app"]
    _, names = app.run()
    found: Mapping[str, Any] = names
    return found


def test_the_founder_s() -> None:
    names = defined("founder")
    plan, changed, step = names["plan"], names["changed"], names["step"]
    assert plan.expected_cost == pytest.approx(
        outlay.plan(ROOT / "examples/gpu-cloud-founder/study.yaml", quick=True).expected_cost
    )
    assert step.difference == pytest.approx(changed.expected_cost - plan.expected_cost)
    moved = {
        row["offer"]: (row["before"], row["after"]) for row in step.to_polars("orders").to_dicts()
    }
    assert moved["buy-h200"] == (32, 8), "a cheap year of rent takes most of the purchase's place"
    assert moved["rent-h200-year"][0] == 0 < moved["rent-h200-year"][1]
    assert names["fleet"]["period"].n_unique() == 18
    assert names["picture"].startswith("<svg")


def test_the_analyst_s() -> None:
    names = defined("analyst")
    assert names["contradictions"].height > 0
    assert 0.5 < names["assumed"] < 1
    scenarios = {row["scenario"]: row["change"] for row in names["scenarios"].to_dicts()}
    assert scenarios["ifrs"] == 0, "books change no cash"
    swing = {row[0]: row[1:] for row in names["swing"].rows()}
    # Orders stay as they are over these ranges, so cost is a straight line in each price: the two
    # ends are as far apart as in the study.
    for path, low, stated, high in (
        ("supply.buy-b200.price", 36_000, 42_000, 50_000),
        ("supply.reserve-h200.rent", 2.6, 3.0, 3.8),
        ("sites.oslo.electricity", 0.045, 0.06, 0.09),
    ):
        down, up = swing[path]
        assert up > 0 > down
        assert up / -down == pytest.approx((high - stated) / (stated - low), rel=1e-6)
    assert names["picture"].startswith("<svg")
