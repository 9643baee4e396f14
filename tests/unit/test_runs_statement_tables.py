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
from outlay.runs.answer_money import _statements
from outlay.runs.execute import Options, prepare
from outlay.runs.statement_tables import curve_rows, statement_tables, unit_cost_table
from support.small import SMALL, small_run


def accounts() -> Any:
    return small_run().accounts.accounts


def test_amounts_are_the_statements_and_every_one_says_how() -> None:
    a = accounts()
    tables = statement_tables(a)
    assert set(tables) == {"statement_income", "statement_cash", "statement_balance"}
    table = tables["statement_income"]
    income = {r[0]: (r[1:], h[1:]) for r, h in zip(table["rows"], table["how"], strict=True)}
    (amount, *_), (said, *_) = income["EBITDA"]
    assert amount == pytest.approx(float(a.expected("income.ebitda")[:4].sum()))
    assert said.startswith("income.ebitda = ")
    assert "Running costs" in said
    assert all(h for _, hows in income.values() for h in hows)


def test_parts_named_for_a_balance_are_its_closing_parts() -> None:
    a = accounts()
    tables = statement_tables(a)
    table = tables["statement_balance"]
    rows = {r[0]: h[1] for r, h in zip(table["rows"], table["how"], strict=True)}
    fixed = float(a.expected("balance.fixed_assets")[3])
    said = re.search(r"Fixed assets ¥([\d.]+)bn", rows["Assets"])
    assert said is not None
    assert float(said[1]) == pytest.approx(fixed / 1e9, rel=0.01)
    assert "in the year" in rows["Fixed assets"]


def test_the_page_carries_them_where_a_reader_points_or_tabs() -> None:
    run = small_run()
    page = render(run.document, "text")
    assert 'tabindex="0" data-how="income.' in page
    assert "<script" not in page


def test_unit_costs_stand_beside_list_prices() -> None:
    a = accounts()
    found = unit_cost_table(a, {"chat": {"output": 8.0}})
    assert found is not None
    row = next(r for r in found["rows"] if r[:2] == ["chat", "output"])
    assert 0 < row[2] <= row[3]  # idle capacity comes on top
    assert row[5] == pytest.approx(1 - row[3] / 8.0)
    other = next(r for r in found["rows"] if r[:2] == ["chat", "input"])
    assert other[4] is None
    assert other[5] is None


def test_list_prices_without_a_rate_are_left_out_with_a_note() -> None:
    stages = prepare(SMALL, Options(overrides=("currency=USD",)))
    priced, silent = _statements(stages, accounts())
    assert not silent
    assert any(r[4] for r in priced["unit_costs"]["rows"])
    tables, notes = _statements(replace(stages, fx=FxTable([])), accounts())
    assert not any(r[4] for r in tables["unit_costs"]["rows"])
    assert notes == ["List prices in CNY are left out: no exchange rate for CNY."]


def test_the_curve_falls_with_use() -> None:
    rows = [r for r in curve_rows(accounts()) if not r["here"]]
    costs = [r["cost"] for r in rows]
    assert costs == sorted(costs, reverse=True)
    here = [r for r in curve_rows(accounts()) if r["here"]]
    assert len(here) == 1
    assert 0 < here[0]["utilisation"] <= 1


def test_list_prices_are_the_models_own_and_known_by_the_day() -> None:
    found = list_prices("doubao-seed-1.6", date(2025, 12, 31))
    assert {k: p.low for k, p in found.items()} == {"input": 0.8, "cached": 0.16, "output": 2.0}
    assert "flash" not in found["output"].item.lower()  # another model's
    assert list_prices("doubao-seed-1.6", date(2024, 12, 31)) == {}
    assert list_prices("no-such-model", date(2025, 12, 31)) == {}
