"""What the pictures of a plan, and of two plans side by side, say of what they are drawn from."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from outlay.api.plans.compare import ComparisonAnswer
from outlay.core.errors import InvariantError
from outlay.core.quantities.quantity import parse
from outlay.report.figures import FIGURES
from outlay.report.pictures.comparison import comparison_picture
from outlay.report.theme import to_svg
from outlay.report.words.language import words
from outlay.results.comparison import Comparison, Step
from outlay.results.plans.plan import Plan
from outlay.results.plans.rows import Node
from outlay.runs.documents.compare import compare_results
from support.pictures import layers, looks, rows, title
from support.plans import hand_made

SAY = words()
PLAN = hand_made()


def drawn(name: str, plan: Plan = PLAN) -> Any:
    made = FIGURES[name](plan, SAY)
    assert made is not None
    caption, spec = made
    assert spec["description"] == caption
    return spec


@pytest.mark.parametrize("name", FIGURES)
def test_the_renderer_takes_it_and_an_empty_plan_has_no_picture(name: str) -> None:
    assert to_svg(drawn(name)).startswith("<svg")
    empty = replace(
        PLAN, served=(), fleet=(), orders=(), expansions=(), power=(), capex_by_year={},
        cost_per_mtok={}, worth=(), outlook=None, accounts=replace(PLAN.accounts, utilisation=()),
        deep=replace(PLAN.deep, price_curve=(), near_optimal=(), regret=()),
        need=replace(PLAN.need, growth_parts={}),
    )  # fmt: skip
    assert (FIGURES[name](empty, SAY) is not None) == (name == "tree")


def test_money_is_drawn_in_millions_below_a_billion_and_written_as_the_same_amount() -> None:
    base = {"worth": [w.value for w in PLAN.worth], "regret": [r.mean for r in PLAN.deep.regret]}
    for name, amounts in base.items():
        bar = layers(drawn(name))[0]
        assert title(bar, "x") == "m USD"
        found = bar["data"]["values"]
        assert [r["value"] for r in found] == [x / 1e6 for x in amounts if x is not None]
        for row in found:
            assert parse(row["text"], "money").value == pytest.approx(row["value"] * 1e6, rel=0.005)


def test_need_is_drawn_in_thousands_of_the_chip_it_is_counted_in() -> None:
    bar = layers(drawn("need"))[0]
    assert title(bar, "x") == "thousand h200"
    assert [(r["at"], r["value"], r["text"]) for r in bar["data"]["values"]] == [
        ("more tokens", 1.5, "1.5 thousand"), ("larger models", 0.9, "900"),
        ("faster software", -0.2, "-200"),
    ]  # fmt: skip


def test_served_tokens_stack_under_what_is_asked_for() -> None:
    bars, line = layers(drawn("served"))
    assert title(bars, "y") == "trillion tokens a day"
    assert [(r["at"], r["series"], r["value"]) for r in bars["data"]["values"]] == [
        ("2026-Q1", "chat", pytest.approx(1.8)), ("2026-Q2", "chat", pytest.approx(0.9)),
    ]  # fmt: skip
    asked = [(r["series"], r["value"]) for r in line["data"]["values"]]
    assert asked == [("demand", 2.0), ("demand", pytest.approx(1.1))]


def test_tokens_of_a_smaller_model_stand_apart_in_the_same_stack() -> None:
    first, *rest = PLAN.served
    handed = replace(first, smaller=0.4e12)
    bars, _ = layers(drawn("served", replace(PLAN, served=(handed, *rest))))
    assert [(r["at"], r["series"], r["value"]) for r in bars["data"]["values"]] == [
        ("2026-Q1", "chat", pytest.approx(1.4)),
        ("2026-Q1", "chat, smaller model", pytest.approx(0.4)),
        ("2026-Q2", "chat", pytest.approx(0.9)),
    ]


def test_fleet_and_power_say_their_units() -> None:
    (bars,) = layers(drawn("fleet"))
    assert title(bars, "y") == "thousand chips"
    assert [r["value"] for r in bars["data"]["values"]] == [1.0, 4.8]
    second = replace(PLAN.power[0], site="outer", used_mw=0.5, energised_mw=1.0)
    bars, line = layers(drawn("power", replace(PLAN, power=(*PLAN.power, second))))
    assert title(bars, "y") == "MW of IT power"
    assert [r["value"] for r in bars["data"]["values"]] == [1.5, 3.5, 0.5]
    energised = [(r["at"], r["series"], r["value"]) for r in line["data"]["values"]]
    assert energised == [("2026-Q1", "energised", 5.0), ("2026-Q2", "energised", 4.5)]


def test_capital_expenditure_stands_beside_what_is_authorised() -> None:
    bars, tick, text = layers(drawn("capex"))
    assert title(bars, "y") == title(tick, "y") == "m USD"
    assert [(r["at"], r["series"], r["value"]) for r in bars["data"]["values"]] == [
        ("2026", "processors", 57.0), ("2026", "servers", 7.0), ("2027", "processors", 8.0),
    ]  # fmt: skip
    assert [r["value"] for r in tick["data"]["values"]] == [120.0, 90.0]
    rich = replace(PLAN, budgets=(replace(PLAN.budgets[0], amount=160e9),))
    assert rows(drawn("capex", rich), 2)[0]["text"] == "authorised $160bn"
    assert title(layers(drawn("capex", rich))[1], "y") == "bn USD"
    assert text["encoding"]["y"]["field"] == "value"


def test_what_is_ordered_now_is_told_from_what_waits_for_a_branch() -> None:
    few = replace(PLAN.orders[2], offer="few", quantity=2.0)  # 0.8 chips expected: no order
    circles = layers(drawn("calendar", replace(PLAN, orders=(*PLAN.orders, few))))[0]
    found = [(r["offer"], r["period"], r["value"], r["series"]) for r in circles["data"]["values"]]
    assert found == [
        ("buy", "2026-Q1", 2000.0, "order now"),
        ("lease", "2026-Q1", 512.0, "order now"),
        ("buy", "2026-Q2", 2800.0, "later, if the branch asks for it"),
        ("local", "2026-Q2", 5400.0, "later, if the branch asks for it"),
    ]
    assert title(circles, "size") == "chips, expected"


def test_the_tree_ends_where_nothing_more_becomes_known() -> None:
    later = Node(3, 1, "2026-Q3", 0.4, {"licence": "granted"}, "2026-Q3 licence=granted")
    plan = replace(PLAN, nodes=(*PLAN.nodes, later), periods=(*PLAN.periods, "2026-Q3"))
    links, circles, sums, facts = layers(drawn("tree", plan))
    assert [(r["label"], r["value"]) for r in circles["data"]["values"]] == [
        ("2026-Q1: $66m", 66.0), ("2026-Q2 licence=granted: $217m", 217.0),
        ("2026-Q2 licence=refused: $108m", 108.0),
    ]  # fmt: skip
    assert title(circles, "size") == "ordered at the node, m"
    assert [r["text"] for r in sums["data"]["values"]] == ["$66m", "$217m", "$108m"]
    assert [r["text"] for r in facts["data"]["values"]] == [
        "2026-Q1", "licence granted (40 %)", "licence refused (60 %)",
    ]  # fmt: skip
    assert len(links["data"]["values"]) == 2


def test_costs_of_tokens_are_per_million_and_leave_out_what_is_free() -> None:
    (dots,) = layers(drawn("unit_cost", replace(PLAN, cost_per_mtok={
        "chat": {"input": 0.2, "input_direct": 0.1, "cached": 0.0, "output": 0.7},
    })))  # fmt: skip
    assert title(dots, "y") == "USD per million tokens"
    assert [(r["series"], r["value"]) for r in dots["data"]["values"]] == [
        ("input", 0.2), ("output", 0.7),
    ]  # fmt: skip


def test_the_dot_stands_where_the_plan_is() -> None:
    line, dot = layers(drawn("utilisation"))
    assert [(r["x"], r["y"]) for r in line["data"]["values"]] == [(0.2, 1.9), (0.8, 0.5)]
    assert dot["data"]["values"][0]["label"] == "chat at 55 %: 0.7 USD per million output tokens"
    assert looks(line) == looks(dot)
    assert title(line, "y") == "USD per million output tokens, log scale"


def test_ranges_are_drawn_between_their_ends_and_outcomes_of_one_unit_only() -> None:
    (bars,) = layers(drawn("price_curve"))
    assert title(bars, "y") == "thousand chips"
    taken = [(r["at"], r["series"], r["value"]) for r in bars["data"]["values"]]
    assert taken[:2] == [("1", "buy", 9.0), ("1.25", "buy", 7.0)]
    near, sampled = rows(drawn("near_optimal")), rows(drawn("outcome"))
    assert [(r["at"], r["low"], r["value"], r["high"]) for r in near[:1] + sampled] == [
        ("buy, within 1 %", 1500.0, 2000.0, 2500.0),
        # cash, and apart from it the price of what is not served: their sum is not drawn
        ("cash, less what is left", 300.0, 390.0, 520.0),
        ("price of what is not served (no cash)", 10.0, 45.0, 90.0),
    ]  # fmt: skip
    assert title(layers(drawn("near_optimal"))[0], "x") == "chips ordered now"
    assert title(layers(drawn("outcome"))[0], "x") == "m USD"


def test_small_fleets_and_few_tokens_are_drawn_in_units_that_they_reach() -> None:
    few = replace(PLAN, fleet=tuple(replace(r, expected=r.expected / 100) for r in PLAN.fleet))
    (bars,) = layers(drawn("fleet", few))
    assert title(bars, "y") == "chips"
    assert [r["value"] for r in bars["data"]["values"]] == [10.0, 48.0]
    served = tuple(replace(r, demand=r.demand / 1e3, served=r.served / 1e3) for r in PLAN.served)
    bars, _ = layers(drawn("served", replace(PLAN, served=served)))
    assert title(bars, "y") == "billion tokens a day"
    parts = {k: v / 1e3 for k, v in PLAN.need.growth_parts.items()}
    small = replace(PLAN, need=replace(PLAN.need, growth_parts=parts))
    bar = layers(drawn("need", small))[0]
    assert title(bar, "x") == "h200"
    assert [r["text"] for r in bar["data"]["values"]] == ["1.5", "0.9", "-0.2"]


def compared(difference: float, scale: float = 1.0) -> Comparison:
    """The hand-made plan against one whose deliveries cost `difference` more."""
    delivery, rent = (replace(p, value=p.value * scale) for p in PLAN.cost_parts)
    dearer = replace(delivery, value=delivery.value + difference)
    first = replace(PLAN, cost_parts=(delivery, rent))
    return compare_results(first, replace(PLAN, title="Dearer", cost_parts=(dearer, rent)))


def test_the_waterfall_of_a_comparison_leads_from_one_cost_to_the_other(tmp_path: Path) -> None:
    found = compared(10e6)
    spec = comparison_picture(found, SAY)
    ends, bars, text = layers(spec)
    assert title(bars, "x") == "m USD"  # 411 million: no billions to speak of
    assert [(r["at"], r["low"]) for r in ends["data"]["values"]] == [
        ("cash, from: A plan made by hand", 411.0), ("cash, to: Dearer", 421.0),
    ]  # fmt: skip
    assert [(r["at"], r["low"], r["high"], r["series"]) for r in bars["data"]["values"]] == [
        ("delivery", 411.0, 421.0, "adds"),
    ]  # fmt: skip
    assert [r["text"] for r in text["data"]["values"]] == ["$411m", "$421m", "$10m"]
    assert "changes by $10m" in str(spec["title"])
    large = layers(comparison_picture(compared(-10e9, scale=100.0), SAY))[1]
    assert title(large, "x") == "bn USD"
    row = large["data"]["values"][0]
    assert (row["low"], row["high"], row["series"]) == (31.1, 41.1, "takes away")
    dust = replace(found, steps=(*found.steps, Step("rounding", 1.4e-9, True)))
    assert len(rows(comparison_picture(dust, SAY), 1)) == 1
    with pytest.raises(InvariantError):
        comparison_picture(replace(found, steps=()), SAY)
    answer = ComparisonAnswer(*(getattr(found, f) for f in found.__slots__))
    assert answer.save(tmp_path).name == "run.json"
    assert (tmp_path / "run.svg").read_text(encoding="utf-8").startswith("<svg")
