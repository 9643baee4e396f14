"""The statements of a run as tables: amounts, how each is worked out, list prices, the curve."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from outlay.catalogue.list_prices import list_prices
from outlay.core.fx import FxTable
from outlay.report.html import render
from outlay.report.words.answers import said
from outlay.results.accounts import Unpriced
from outlay.runs.answer_accounts import _listed
from outlay.runs.execute import prepare
from outlay.runs.statements import curve_rows, statement_lines, unit_costs
from outlay.study.load import load
from support.small import SMALL, small_run


def accounts() -> Any:
    return small_run().accounts.accounts


def test_amounts_are_the_statements_and_every_one_says_how() -> None:
    a = accounts()
    ebitda = statement_lines(a, "income")["income.ebitda"]
    assert ebitda.label == "EBITDA"
    assert ebitda.by_year["2026"] == pytest.approx(float(a.expected("income.ebitda")[:4].sum()))
    assert ebitda.how["2026"].startswith("income.ebitda = ")
    assert "Running costs" in ebitda.how["2026"]
    for which in ("income", "cash", "balance"):
        for line in statement_lines(a, which).values():
            assert set(line.how) == (set(line.by_year) if line.moves else set())


def test_parts_named_for_a_balance_are_its_closing_parts() -> None:
    a = accounts()
    lines = statement_lines(a, "balance")
    fixed = float(a.expected("balance.fixed_assets")[3])
    said = re.search(r"Fixed assets ¥([\d.]+)bn", lines["balance.assets"].how["2026"])
    assert said is not None
    assert float(said[1]) == pytest.approx(fixed / 1e9, rel=0.01)
    assert "in the year" in lines["balance.fixed_assets"].how["2026"]


def test_the_page_carries_them_where_a_reader_points_or_tabs() -> None:
    page = render(said(small_run().result), "text", draw=str)
    assert 'tabindex="0" data-how="income.' in page
    assert "<script" not in page


def test_unit_costs_stand_beside_list_prices() -> None:
    rows = {(u.service, u.kind): u for u in unit_costs(accounts(), {"chat": {"output": 8.0}})}
    output = rows["chat", "output"]
    assert 0 < output.direct <= output.full  # idle capacity comes on top
    assert output.margin == pytest.approx(1 - output.full / 8.0)
    assert rows["chat", "input"].listed is None
    assert rows["chat", "input"].margin is None


def test_list_prices_without_a_rate_are_left_out_with_a_note() -> None:
    stages = prepare(load(SMALL, ("currency=USD",)))
    listed, unpriced = _listed(stages)
    assert not unpriced
    assert any(listed.values())
    listed, unpriced = _listed(replace(stages, fx=FxTable([])))
    assert not any(listed.values())
    assert unpriced == (Unpriced("CNY", "no exchange rate for CNY"),)


def test_the_curve_falls_with_use() -> None:
    rows = curve_rows(accounts())
    costs = [r.cost for r in rows if not r.here]
    assert costs == sorted(costs, reverse=True)
    here = [r for r in rows if r.here]
    assert len(here) == 1
    assert 0 < here[0].utilisation <= 1


def test_list_prices_are_the_models_own_and_known_by_the_day() -> None:
    found = list_prices("doubao-seed-1.6", date(2025, 12, 31))
    assert {k: p.low for k, p in found.items()} == {"input": 0.8, "cached": 0.16, "output": 2.0}
    assert "flash" not in found["output"].item.lower()  # another model's
    assert list_prices("doubao-seed-1.6", date(2024, 12, 31)) == {}
    assert list_prices("no-such-model", date(2025, 12, 31)) == {}
