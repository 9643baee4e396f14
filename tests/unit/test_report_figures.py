"""What the pictures of a plan say of the document that they are drawn from."""

from __future__ import annotations

from typing import Any

import pytest

from outlay.core.quantity import parse
from outlay.report.figures import FIGURES
from outlay.report.theme import to_svg
from support.pictures import layers, looks, rows, title

DOC: dict[str, Any] = {
    "currency": "CNY",
    "periods": ["2026-Q1", "2026-Q2", "2026-Q3"],
    "nodes": [
        {"id": 0, "parent": -1, "period": "2026-Q1", "name": "root", "labels": {},
         "probability": 1.0},
        {"id": 1, "parent": 0, "period": "2026-Q2", "name": "granted",
         "labels": {"licence.h200": "granted"}, "probability": 0.25},
        {"id": 2, "parent": 0, "period": "2026-Q2", "name": "refused",
         "labels": {"licence.h200": "refused"}, "probability": 0.75},
        {"id": 3, "parent": 1, "period": "2026-Q3", "name": "granted, later",
         "labels": {"licence.h200": "granted"}, "probability": 0.25},
    ],
    "orders": [
        {"offer": "h200", "period": "2026-Q1", "node": 0, "quantity": 20_000.0, "probability": 1.0,
         "spend": 4e9},
        {"offer": "h200", "period": "2026-Q2", "node": 1, "quantity": 8_000.0, "probability": 0.25,
         "spend": 2e9},
        {"offer": "b200", "period": "2026-Q2", "node": 1, "quantity": 2.0, "probability": 0.25,
         "spend": 1e9},
    ],
    "served": [
        {"period": "2026-Q1", "service": "chat", "served": 2e12, "demand": 5e12},
        {"period": "2026-Q1", "service": "chat", "served": 1e12, "demand": 1e12},
        {"period": "2026-Q1", "service": "api", "served": 4e12, "demand": 4e12},
    ],
    "fleet": [{"period": "2026-Q1", "chip": "h200-sxm", "expected": 30_000.0}],
    "power": [
        {"period": "2026-Q1", "site": "north", "used_mw": 60.0, "energised_mw": 100.0},
        {"period": "2026-Q1", "site": "south", "used_mw": 20.0, "energised_mw": 50.0},
    ],
    "capex_by_year": {"2026": {"servers": 3e9, "chips": 9e9}},
    "budgets": [{"year": "2026", "name": "authorised", "amount": 160e9}],
    "cost_per_mtok": {"chat": {"input": 0.2, "output": 1.5, "cached": 0.0, "blended": 9.0}},
    "accounts": {"utilisation": [
        {"service": "chat", "utilisation": 0.1, "cost": 8.0, "here": False},
        {"service": "chat", "utilisation": 1.0, "cost": 0.8, "here": False},
        {"service": "chat", "utilisation": 0.6, "cost": 1.5, "here": True},
    ]},
    "need": {"from": "2026-Q1", "to": "2026-Q4", "chip": "h200-sxm",
             "growth_parts": {"more tokens": 245_000.0, "faster software": -113_000.0}},
    "worth": [
        {"name": "licence", "value": 39e9, "unit": "CNY"},
        {"name": "one megawatt", "value": 27.4e6, "unit": "CNY"},
        {"name": "chance", "value": 0.4, "unit": "fraction"},
        {"name": "unknown", "value": None, "unit": "CNY"},
    ],
    "deep": {
        "price_curve": [{"offer": "h200", "factor": 1.5, "chips": 20_000.0}],
        "near_optimal": [{"offer": "h200", "tolerance": 0.02, "low": 1e3, "best": 2e3,
                          "high": 3e3}],
        "regret": [{"name": "buy now", "worst": 7e9}],
    },
    "outlook": {"ranges": [
        {"name": "cost", "p05": 33e9, "p50": 92e9, "p95": 550e9, "scale": 1e9, "group": "bn CNY",
         "text": "¥33bn to ¥550bn"},
        {"name": "served", "p05": 0.1, "p50": 0.5, "p95": 0.9, "scale": 1.0,
         "group": "share served", "text": "10 % to 90 %"},
    ]},
}  # fmt: skip


def drawn(name: str) -> Any:
    made = FIGURES[name](DOC)
    assert made is not None
    caption, spec = made
    assert spec["description"] == caption
    return spec


@pytest.mark.parametrize("name", FIGURES)
def test_the_renderer_takes_it_and_an_empty_document_has_no_picture(name: str) -> None:
    assert to_svg(drawn(name)).startswith("<svg")
    empty = {**DOC, **{k: type(DOC[k])() for k in ("served", "fleet", "orders", "capex_by_year",
             "cost_per_mtok", "accounts", "worth", "deep", "outlook", "power")}}  # fmt: skip
    empty["need"] = {**DOC["need"], "growth_parts": {}}
    made = FIGURES[name](empty)
    assert made is None or to_svg(made[1]).startswith("<svg")
    assert (made is not None) == (name in ("tree", "power"))


@pytest.mark.parametrize(("name", "base"), [("worth", {"licence": 39e9, "one megawatt": 27.4e6}),
                                            ("regret", {"buy now": 7e9})])  # fmt: skip
def test_money_is_drawn_in_billions_and_written_as_the_same_amount(
    name: str, base: dict[str, float]
) -> None:
    bar = layers(drawn(name))[0]
    assert title(bar, "x") == "bn CNY"
    found = {r["at"]: r for r in bar["data"]["values"]}
    assert set(found) == set(base)
    for at, amount in base.items():
        assert found[at]["value"] == amount / 1e9
        assert parse(found[at]["text"], "money").value == pytest.approx(amount, rel=0.005)


def test_need_is_drawn_in_thousands_of_the_chip_it_is_counted_in() -> None:
    bar = layers(drawn("need"))[0]
    assert title(bar, "x") == "thousand h200-sxm"
    assert [(r["at"], r["value"], r["text"]) for r in bar["data"]["values"]] == [
        ("more tokens", 245.0, "245 thousand"), ("faster software", -113.0, "-113 thousand"),
    ]  # fmt: skip


def test_served_tokens_stack_under_what_is_asked_for() -> None:
    bars, line = layers(drawn("served"))
    assert title(bars, "y") == "trillion tokens a day"
    assert {(r["series"], r["value"]) for r in bars["data"]["values"]} == {
        ("chat", 3.0),
        ("api", 4.0),
    }
    assert [(r["series"], r["value"]) for r in line["data"]["values"]] == [("demand", 10.0)]


def test_fleet_and_power_say_their_units() -> None:
    (bars,) = layers(drawn("fleet"))
    assert (title(bars, "y"), rows(drawn("fleet"))[0]["value"]) == ("thousand chips", 30.0)
    bars, line = layers(drawn("power"))
    assert title(bars, "y") == "MW of IT power"
    assert [r["value"] for r in bars["data"]["values"]] == [60.0, 20.0]
    assert [(r["series"], r["value"]) for r in line["data"]["values"]] == [("energised", 150.0)]


def test_capital_expenditure_stands_beside_what_is_authorised() -> None:
    bars, tick, text = layers(drawn("capex"))
    assert title(bars, "y") == title(tick, "y") == "bn CNY"
    assert {(r["series"], r["value"]) for r in bars["data"]["values"]} == {
        ("servers", 3.0), ("chips", 9.0),
    }  # fmt: skip
    assert tick["data"]["values"][0]["value"] == 160.0
    assert text["data"]["values"][0]["text"] == "authorised 160"


def test_what_is_ordered_now_is_told_from_what_waits_for_a_branch() -> None:
    circles = layers(drawn("calendar"))[0]
    found = [(r["offer"], r["period"], r["value"], r["series"]) for r in rows(drawn("calendar"))]
    assert found == [
        ("h200", "2026-Q1", 20_000.0, "order now"),
        ("h200", "2026-Q2", 2_000.0, "later, if the branch asks for it"),
    ]  # half a chip expected is no order
    assert title(circles, "size") == "chips, expected"


def test_the_tree_ends_where_nothing_more_becomes_known() -> None:
    links, circles, sums, facts = layers(drawn("tree"))
    assert [r["label"] for r in circles["data"]["values"]] == [
        "root: ¥4bn", "granted: ¥3bn", "refused: nothing",
    ]  # fmt: skip
    assert [r["value"] for r in circles["data"]["values"]] == [4.0, 3.0, 0.0]
    assert title(circles, "size") == "ordered at the node, bn"
    assert [r["text"] for r in sums["data"]["values"]] == ["¥4bn", "¥3bn"]
    assert [r["text"] for r in facts["data"]["values"]] == [
        "2026-Q1", "h200 granted (25 %)", "h200 refused (75 %)",
    ]  # fmt: skip
    assert len(links["data"]["values"]) == 2


def test_costs_of_tokens_are_per_million_and_leave_out_what_is_free() -> None:
    (dots,) = layers(drawn("unit_cost"))
    assert title(dots, "y") == "CNY per million tokens"
    assert [(r["series"], r["value"]) for r in dots["data"]["values"]] == [
        ("input", 0.2), ("output", 1.5),
    ]  # fmt: skip


def test_the_dot_stands_where_the_plan_is() -> None:
    line, dot = layers(drawn("utilisation"))
    assert [(r["x"], r["y"]) for r in line["data"]["values"]] == [(0.1, 8.0), (1.0, 0.8)]
    assert dot["data"]["values"][0]["label"] == "chat at 60 %: 1.5 CNY per million output tokens"
    assert looks(line) == looks(dot)
    assert title(line, "y") == "CNY per million output tokens, log scale"


def test_ranges_are_drawn_between_their_ends_and_outcomes_of_one_unit_only() -> None:
    (bars,) = layers(drawn("price_curve"))
    assert title(bars, "y") == "thousand chips"
    row = bars["data"]["values"][0]
    assert (row["at"], row["series"], row["value"]) == ("1.5", "h200", 20.0)
    near, sampled = rows(drawn("near_optimal")), rows(drawn("outcome"))
    assert [(r["at"], r["low"], r["value"], r["high"]) for r in near + sampled] == [
        ("h200, within 2 %", 1e3, 2e3, 3e3), ("cost", 33.0, 92.0, 550.0),
    ]  # fmt: skip
    assert title(layers(drawn("near_optimal"))[0], "x") == "chips ordered now"
    assert title(layers(drawn("outcome"))[0], "x") == "bn CNY"
