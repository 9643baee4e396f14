"""The plan beside its peers: only what was known, the ratios and the currency."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from outlay.runs.answers.peers import peers_of
from support.tiny_plan import DEMAND
from support.tiny_run import tiny_stages

CNY_PER_USD = 7.0432  # of December 2025


def test_what_was_known_on_the_day() -> None:
    found = peers_of(tiny_stages())  # 2025-12-31
    (four,) = [r for r in found.capex if r.company == "US four"]
    assert (four.period, four.low, four.high, four.currency) == ("2025", 300e9, None, "USD")
    assert (four.status, four.as_of, four.scope) == ("press", "2025-12-23", "more than")
    google = next(v for v in found.tokens if v.firm == "google")
    assert (google.date[:7], google.tokens_per_day, google.over) == ("2025-10", 4.33e13, False)
    bytedance = next(v for v in found.tokens if v.firm == "bytedance")
    assert (bytedance.date, bytedance.tokens_per_day, bytedance.over) == ("2025-12-18", 5e13, True)
    before = peers_of(tiny_stages("as_of=2025-06-30"))
    google = next(v for v in before.tokens if v.firm == "google")
    assert (google.date[:7], google.tokens_per_day) == ("2025-05", 1.6e13)
    assert not [r for r in before.capex if r.company == "US four"]
    assert before.us_four_ratio is None


def test_the_plan_beside_the_largest() -> None:
    """16 billion yuan in dollars; 21.6, 64.8 and 2.16 million tokens a day by hand."""
    found = peers_of(tiny_stages())
    assert (found.budget_year, found.budget_usd) == ("2026", pytest.approx(16e9 / CNY_PER_USD))
    assert found.us_four_ratio == pytest.approx(300e9 / (16e9 / CNY_PER_USD))
    assert found.google_ratio == pytest.approx(4.33e13 / 88.56e6)
    dollars = peers_of(tiny_stages("currency=USD", "budget.capex.2026=2bn USD"))
    assert dollars.budget_usd == pytest.approx(2e9)


def test_without_a_budget_or_tokens_there_is_no_ratio() -> None:
    none = peers_of(tiny_stages("budget.capex=null"))
    assert (none.budget_year, none.budget_usd, none.us_four_ratio) == ("", None, None)
    idle = replace(DEMAND, tokens_per_day=np.zeros_like(DEMAND.tokens_per_day))
    assert peers_of(replace(tiny_stages(), demand=idle)).google_ratio is None
