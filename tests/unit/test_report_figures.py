"""What the pictures of a plan, and of two plans side by side, say of what they are drawn from."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from outlay.api.plans.compare import ComparisonAnswer
from outlay.core.errors import InvariantError
from outlay.report.figures import FIGURES
from outlay.report.figures.figure import chip_colours, when
from outlay.report.figures.files import KINDS, Gallery, csv_of, standing_alone
from outlay.report.pictures.comparison import comparison_picture
from outlay.report.theme import OTHER, PALETTE, to_svg
from outlay.report.words.language import words
from outlay.report.words.of_plan import words_of
from outlay.report.words.plans.answers import said
from outlay.results.comparison import Comparison, Step
from outlay.results.plans.plan import Plan
from outlay.results.plans.rows import Node
from outlay.runs.documents.compare import compare_results
from support.pictures import layers, looks, rows, title
from support.plans import hand_made

SAY = words()
PLAN = hand_made()


def drawn(name: str, plan: Plan = PLAN) -> Any:
    made = FIGURES[name](plan, words_of(plan))
    assert made is not None
    caption, spec = made
    assert spec["description"] == caption
    return spec


def told(name: str, plan: Plan = PLAN) -> list[tuple[object, ...]]:
    """What a picture draws, a mark a row: (thing, series or place in time, numbers …)."""
    out: list[tuple[object, ...]] = []
    for r in csv.DictReader(io.StringIO(csv_of(drawn(name, plan)))):
        texts = [r[k] for k in ("what", "series", "at") if r[k]]
        out.append((*texts, *(float(r[k]) for k in ("value", "low", "high") if r[k])))
    return out


@pytest.mark.parametrize("name", FIGURES)
def test_the_renderer_takes_it_and_an_empty_plan_has_no_picture(name: str) -> None:
    assert to_svg(drawn(name)).startswith("<svg")
    accounts = replace(
        PLAN.accounts, utilisation=(), unit_costs=(), balance={},
        chip_hours=replace(PLAN.accounts.chip_hours, rows=()),
    )  # fmt: skip
    empty = replace(
        PLAN, served=(), fleet=(), orders=(), expansions=(), power=(), capex_by_year={},
        worth=(), hedges=(), outlook=None, accounts=accounts, pays=None,
        deep=replace(PLAN.deep, price_curve=(), near_optimal=(), regret=()),
        need=replace(PLAN.need, by_cause=(), asked=(), announced=()),
    )  # fmt: skip
    assert (FIGURES[name](empty, SAY) is not None) == (name == "tree")


@pytest.mark.parametrize("name", FIGURES)
def test_a_picture_says_what_it_shows_how_and_from_where(name: str) -> None:
    spec = drawn(name, said(PLAN))
    meta = spec["usermeta"]
    assert meta["name"] == name
    assert not meta["title"][0].islower()
    assert meta["title"].endswith(".")
    assert meta["source"].startswith("Source: ")
    assert spec["description"].startswith(meta["title"])


def test_money_is_drawn_in_the_unit_that_it_reaches_and_written_as_the_same_amount() -> None:
    plan = said(PLAN)
    for name, unit in (("worth_limits", "m USD"), ("regret", "m USD")):
        bar, _, number = layers(drawn(name, plan))
        assert title(bar, "x") == unit
        shown = [r["high"] for r in bar["data"]["values"]]
        assert [float(r["text"].strip("$m")) for r in number["data"]["values"]] == shown
    dust = tuple(replace(w, value=3e-8) if w.what == "quarter" else w for w in plan.worth)
    number = layers(drawn("worth_limits", replace(plan, worth=dust)))[-1]
    assert number["data"]["values"][0]["text"] == "$0"
    small = tuple(replace(w, value=w.value and w.value / 1e4) for w in plan.worth)
    bar, _, number = layers(drawn("worth_limits", replace(plan, worth=small)))
    assert title(bar, "x") == "USD"
    assert [r["high"] for r in bar["data"]["values"]] == [130.0, 108.0, 620.0]
    assert number["data"]["values"][0]["text"] == "$130"


def test_need_leads_from_the_first_period_to_the_last_cause_by_cause() -> None:
    assert told("need") == [
        ("need in Q1 26", "need", 0.0, 3000.0),
        ("more tokens", "adds", 3000.0, 4500.0),
        ("larger models", "adds", 4500.0, 5400.0),
        ("faster software", "saves", 5200.0, 5400.0),
        ("need in Q2 26", "need", 0.0, 5200.0),
    ]
    assert [r["text"] for r in rows(drawn("need"), 2)] == [
        "3,000", "+1,500", "+900", "-200", "5,200",
    ]  # fmt: skip
    assert "from 3,000 to 5,200 h200" in drawn("need")["usermeta"]["title"]
    dust = replace(PLAN.need.by_cause[0], name="images", chips=(0.0, 5.0))
    need = replace(PLAN.need, by_cause=(*PLAN.need.by_cause, dust), total=(3000.0, 5205.0))
    assert told("need", replace(PLAN, need=need))[-2] == ("other", "adds", 5200.0, 5205.0)
    large = tuple(replace(w, chips=tuple(c * 100 for c in w.chips)) for w in PLAN.need.by_cause)
    many = replace(PLAN, need=replace(PLAN.need, by_cause=large, total=(300e3, 520e3)))
    assert title(layers(drawn("need", many))[0], "x") == "thousand chips"
    assert told("need", many)[0] == ("need in Q1 26", "need", 0.0, 300.0)


def test_demand_fans_out_over_its_states_from_what_was_announced() -> None:
    spec = drawn("demand")
    band, line, dots = layers(spec)
    assert [(r["x"], r["low"], r["high"]) for r in band["data"]["values"]] == [
        ("2026-02-15", 1.9, 2.1), ("2026-05-16", 0.9, 1.6),
    ]  # fmt: skip
    assert [r["y"] for r in line["data"]["values"]] == [2.0, 1.1]
    assert [(r["x"], r["series"], r["y"]) for r in dots["data"]["values"]] == [
        ("2025-10-16", "announced as a floor", 1.2), ("2025-12-18", "announced", 1.5),
    ]  # fmt: skip
    assert "a talk" in dots["data"]["values"][0]["label"]
    assert title(band, "y") == "trillion tokens a day"
    sure = tuple(replace(a, least=a.expected, most=a.expected) for a in PLAN.need.asked)
    alone = replace(PLAN, need=replace(PLAN.need, asked=sure, announced=()))
    assert FIGURES["demand"](alone, SAY) is None  # one state and no point: nothing fans out


def test_served_tokens_stack_under_what_is_asked_for() -> None:
    bars, line = layers(drawn("served"))
    assert title(bars, "y") == "trillion tokens a day"
    assert [(r["at"], r["series"], r["value"]) for r in bars["data"]["values"]] == [
        ("Q1 26", "chat", pytest.approx(1.8)), ("Q2 26", "chat", pytest.approx(0.9)),
    ]  # fmt: skip
    asked = [(r["series"], r["value"]) for r in line["data"]["values"]]
    assert asked == [("asked for", 2.0), ("asked for", pytest.approx(1.1))]
    for times, unit in ((1e-3, "billion tokens a day"), (1e-6, "million tokens a day")):
        served = tuple(
            replace(r, demand=r.demand * times, served=r.served * times) for r in PLAN.served
        )
        bars, _ = layers(drawn("served", replace(PLAN, served=served)))
        assert title(bars, "y") == unit
        assert bars["data"]["values"][0]["value"] == pytest.approx(1.8)


def test_tokens_of_a_smaller_model_stand_apart_in_the_same_stack() -> None:
    first, *rest = PLAN.served
    handed = replace(first, smaller=0.4e12)
    bars, _ = layers(drawn("served", replace(PLAN, served=(handed, *rest))))
    assert [(r["at"], r["series"], r["value"]) for r in bars["data"]["values"]] == [
        ("Q1 26", "chat", pytest.approx(1.4)),
        ("Q1 26", "by a smaller model", pytest.approx(0.4)),
        ("Q2 26", "chat", pytest.approx(0.9)),
    ]


def test_a_chip_keeps_its_colour_and_the_ninth_is_other() -> None:
    fleet = tuple(
        replace(PLAN.fleet[0], chip=f"chip {i:02}", expected=1000.0 - i) for i in range(11)
    )
    plan = replace(PLAN, fleet=fleet)
    (bars,) = layers(drawn("fleet", plan))
    assert list(looks(bars).values()) == [*PALETTE, OTHER]
    assert looks(bars)["chip 03"] == chip_colours(plan)["chip 03"] == PALETTE[3]
    assert told("fleet", plan)[-1] == ("Q1 26", "other", 992.0 + 991.0 + 990.0)


def test_power_is_what_is_used_of_what_is_there_at_sites_that_are_used() -> None:
    second = replace(PLAN.power[1], site="outer", used_mw=0.5, energised_mw=6.0)
    idle = replace(PLAN.power[1], site="idle", used_mw=0.0, energised_mw=9.0)
    plan = replace(PLAN, power=(*PLAN.power, second, idle))
    assert told("power", plan) == [
        ("outer", "there", 0.0, 6.0), ("inner", "there", 0.0, 4.5),
        ("outer", "in use", 0.0, 0.5), ("inner", "in use", 0.0, 3.5),
    ]  # fmt: skip
    assert drawn("power", plan)["usermeta"]["title"] == "4 of 10.5 MW are in use in Q2 26."
    kilo = tuple(replace(r, used_mw=r.used_mw / 100, energised_mw=r.energised_mw / 100)
                 for r in PLAN.power)  # fmt: skip
    assert told("power", replace(PLAN, power=kilo)) == [
        ("inner", "there", 0.0, 45.0), ("inner", "in use", 0.0, 35.0),
    ]  # fmt: skip
    assert title(layers(drawn("power", replace(PLAN, power=kilo)))[0], "x") == "kW of IT power"


def test_processors_stand_beside_their_own_authorisation() -> None:
    assert told("capex") == [
        ("2026, all", "processors", 0.0, 57.0), ("2026, all", "servers", 57.0, 64.0),
        ("2026, processors", "processors", 0.0, 57.0), ("2027, all", "processors", 0.0, 8.0),
        ("2026, all", "authorised", 120.0), ("2026, processors", "authorised", 90.0),
    ]  # fmt: skip
    numbers = [r["text"] for r in layers(drawn("capex"))[-1]["data"]["values"]]
    assert numbers == ["$64m of $120m", "$57m of $90m", "$8m"]
    rich = replace(PLAN, budgets=(replace(PLAN.budgets[0], amount=160e9),))
    assert title(layers(drawn("capex", rich))[0], "x") == "bn USD"
    due = {"2026": {"processors": 57e6, "outside this plan": 43e6}}
    beside = drawn("capex", replace(PLAN, capex_by_year=due))
    assert looks(layers(beside)[0])["outside this plan"] == OTHER
    assert beside["usermeta"]["title"].startswith("$57m decided here and what is due beside it come"
                                                  " to $100m of $120m authorised")  # fmt: skip


def test_what_is_ordered_now_is_told_from_what_waits_and_says_how_firm_it_is() -> None:
    few = replace(PLAN.orders[2], offer="few", quantity=2.0)  # 0.8 chips expected: no order
    plan = replace(PLAN, orders=(*PLAN.orders, few))
    later = "later, where a branch asks for it"
    assert told("calendar", plan) == [
        ("buy", "flexible", "Q1 26", 2000.0), ("buy", later, "Q2 26", 2800.0),
        ("lease", "optional", "Q1 26", 512.0), ("local", later, "Q2 26", 5400.0),
    ]  # fmt: skip
    untested = tuple(replace(s, status="not tested") for s in PLAN.lines.standing)
    plan = replace(PLAN, lines=replace(PLAN.lines, standing=untested))
    assert told("calendar", plan)[0] == ("buy", "ordered now", "Q1 26", 2000.0)
    assert "how firm each order is was not tested" in drawn("calendar", plan)["description"]
    assert "not tested" not in drawn("calendar")["description"]


def test_many_periods_share_columns_but_never_with_the_first() -> None:
    months = tuple(f"2026-{m:02}" for m in range(1, 13))
    orders = tuple(
        replace(PLAN.orders[0], node=0 if i == 0 else 1, period=m, quantity=10.0)
        for i, m in enumerate(months)
    )
    plan = replace(PLAN, periods=months, orders=orders)
    found = [(r[2], r[3]) for r in told("calendar", plan)]
    assert found == [("Jan 26", 10.0), ("Feb 26", 20.0), ("Apr 26", 20.0), ("Jun 26", 20.0),
                     ("Aug 26", 20.0), ("Oct 26", 20.0), ("Dec 26", 10.0)]  # fmt: skip


def test_periods_are_written_briefly() -> None:
    for period, text in (("2026-Q3", "Q3 26"), ("2027-01", "Jan 27"), ("2026-H2", "H2 26"),
                         ("2026", "2026"), ("later", "later")):  # fmt: skip
        assert when(period, SAY) == text


def test_what_waits_stands_between_the_states_beside_what_is_ordered_now() -> None:
    name = "buy: licence granted, known Q2 26"
    assert told("wait") == [
        (name, "where it is not", 100.0, 7000.0), (name, "ordered now", 2000.0),
        (name, "where it is not", 100.0), (name, "where it is so", 7000.0),
    ]  # fmt: skip


def test_a_stretch_of_the_tree_holds_the_money_up_to_the_next_branching() -> None:
    later = Node(3, 1, "2026-Q3", 0.4, {"licence": "granted"}, "2026-Q3 licence=granted")
    more = replace(PLAN.orders[0], node=3, spend=3e6)
    plan = replace(
        PLAN, nodes=(*PLAN.nodes, later), periods=(*PLAN.periods, "2026-Q3"),
        orders=(*PLAN.orders, more),
    )  # fmt: skip
    assert [r[1:] for r in told("tree", plan)] == [
        (66.0,), ("granted 40 %", 220.0), ("refused 60 %", 108.0),
    ]  # fmt: skip
    sums, heads = (layers(drawn("tree", plan))[i]["data"]["values"] for i in (5, 6))
    assert [r["text"] for r in sums] == ["$220m", "$108m"]
    assert [r["text"] for r in heads] == ["Q1 26", "Q2 26"]
    assert drawn("tree", plan)["usermeta"]["title"].startswith(
        "$66m is ordered before licence is known"
    )


def test_a_chance_is_that_of_the_branching_not_of_the_path() -> None:
    parts = (("high", 0.1), ("low", 0.3))  # of the 40 % in which the licence is granted
    after = tuple(
        Node(3 + i, 1, "2026-Q3", p, {"licence": "granted", "demand": state}, state)
        for i, (state, p) in enumerate(parts)
    )
    plan = replace(PLAN, nodes=(*PLAN.nodes, *after), periods=(*PLAN.periods, "2026-Q3"))
    known = [r["text"] for r in layers(drawn("tree", plan))[3]["data"]["values"]]
    assert known == ["granted 40 %", "refused 60 %", "high 25 %", "low 75 %"]


def test_a_large_tree_is_told_up_to_where_it_fits() -> None:
    root = PLAN.nodes[0]
    nodes, orders = [root], []
    for i in range(5):
        nodes.append(Node(1 + i, 0, "2026-Q2", 0.2, {"a": str(i)}, f"a={i}"))
        for j in range(5):
            at = 10 + 5 * i + j
            nodes.append(Node(at, 1 + i, "2026-Q3", 0.04, {"a": str(i), "b": str(j)}, f"{i}{j}"))
            orders.append(replace(PLAN.orders[0], node=at, spend=1e6 * j))
    plan = replace(PLAN, nodes=tuple(nodes), orders=tuple(orders))
    found = told("tree", plan)
    assert len(found) == 6  # 25 branches: what b shows is not drawn
    assert found[1][-1] == 2.0  # 0, 1, 2, 3 or 4 m, each a fifth


def test_costs_of_tokens_stand_on_their_range_beside_prices() -> None:
    assert told("unit_cost") == [
        ("chat, output", "by branch", 0.6, 0.9), ("chat, output", "customers pay", 0.95),
        ("chat, output", "list price", 1.1), ("chat, output", "mean", 0.7),
    ]  # fmt: skip
    spec = drawn("unit_cost")
    assert title(layers(spec)[0], "x") == "USD per million tokens, log scale"
    assert (
        spec["usermeta"]["title"] == "1 of 1 kinds of tokens that customers pay for cost less than "
        "the price paid, in new money only."
    )
    dear = tuple(replace(u, full=2.0) for u in PLAN.accounts.unit_costs)
    lossy = drawn("unit_cost", replace(PLAN, accounts=replace(PLAN.accounts, unit_costs=dear)))
    assert lossy["usermeta"]["title"].startswith("0 of 1 kinds")


def test_what_comes_back_stands_branch_by_branch_worst_first() -> None:
    assert told("earned") == [
        ("licence refused (60 %)", -12.0, 0.0), ("licence granted (40 %)", 0.0, 48.0),
    ]  # fmt: skip
    numbers = layers(drawn("earned"))[-1]["data"]["values"]
    assert [r["text"] for r in numbers] == ["-$12m, not back", "$48m, back after 11 months"]
    assert drawn("earned")["usermeta"]["title"].startswith("What comes back is worth -$12m to $48m")


def test_the_dot_stands_where_the_plan_is() -> None:
    line, dot = layers(drawn("utilisation"))
    assert [(r["x"], r["y"]) for r in line["data"]["values"]] == [(0.2, 1.9), (0.8, 0.5)]
    assert dot["data"]["values"][0]["label"] == "chat at 55 %: 0.7 USD per million output tokens"
    assert looks(line) == looks(dot)
    assert title(line, "y") == "USD per million output tokens, log scale"


def test_owning_pays_from_the_share_of_hours_that_renting_would_cost_as_much() -> None:
    """The rent of `hire` holds power and hall: 1.02 + 0.08 + 0.2 and 0.04 while it waits, against
    1.7 less what working draws more than waiting, 0.06. That of `reserve` holds neither."""
    hire, year = pytest.approx(1.34 / 1.64), pytest.approx(1.1 / 1.6)
    assert told("own_or_rent") == [
        ("buy against reserve", "renting is cheaper", 0.0, year),
        ("buy against reserve", "owning is cheaper", year, 1.0),
        ("buy against hire", "renting is cheaper", 0.0, hire),
        ("buy against hire", "owning is cheaper", hire, 1.0),
    ]

    def texts(plan: Plan) -> tuple[list[str], str]:
        spec = drawn("own_or_rent", plan)
        rows = layers(spec)[-1]["data"]["values"]
        return [r["text"] for r in rows], spec["usermeta"]["title"]

    assert texts(PLAN) == (
        ["69 % of its life", "82 % of its hours"],
        "Buy costs less than reserve from 69 % of its life on.",
    )
    note = drawn("own_or_rent")["usermeta"]["note"]
    assert "against a rent that holds power and hall, those too, as at inner" in note
    own, *rents = PLAN.accounts.chip_hours.rows

    def with_own(**changes: object) -> Plan:
        rows = (replace(own, **changes), *rents)  # type: ignore[arg-type]
        hours = replace(PLAN.accounts.chip_hours, rows=rows)
        return replace(PLAN, accounts=replace(PLAN.accounts, chip_hours=hours))

    assert texts(with_own(per_hour=2.0)) == (
        ["never", "never"], "Reserve costs less than buy at any use.",
    )  # fmt: skip
    nowhere = drawn("own_or_rent", with_own(hall=None, power=None, idle=None, site=""))
    assert "hire" not in str(nowhere)
    assert "power and hall, those too" not in nowhere["usermeta"]["note"]


def test_money_and_what_is_not_served_have_axes_of_their_own() -> None:
    assert told("outcome") == [
        ("cash, less what is left", 300.0, 520.0), ("cash, less what is left", "middle", 390.0),
    ]  # fmt: skip
    assert told("outcome_unserved") == [
        ("price of what is not served (no cash)", 10.0, 90.0),
        ("price of what is not served (no cash)", "middle", 45.0),
    ]
    assert told("outcome_served")[0][-2:] == (0.81, 0.995)
    assert told("worth", said(PLAN))[:2] == [
        ("licence: granted rather than refused", "cash saved", -3.0, 0.0),
        ("licence: granted rather than refused", "less not served (no cash)", 0.0, 22.0),
    ]


def test_factors_stand_largest_swing_first_around_the_middle() -> None:
    assert PLAN.outlook is not None
    small = replace(PLAN.outlook.tornado[0], factor="rate.h200", at_low=430e6, at_high=450e6)
    nothing = replace(small, factor="idle", at_low=440e6, at_high=440e6)
    swings = (nothing, small, *PLAN.outlook.tornado)
    plan = replace(
        PLAN, outlook=replace(PLAN.outlook, tornado=(PLAN.outlook.tornado[0], *swings[:2]))
    )
    assert told("tornado", plan) == [
        ("demand", "factor at 10 %", 350.0, 440.0), ("demand", "factor at 90 %", 440.0, 520.0),
        ("speed of h200", "factor at 10 %", 430.0, 440.0),
        ("speed of h200", "factor at 90 %", 440.0, 450.0),
    ]  # fmt: skip
    assert told("tornado_unserved")[:1] == [("demand", "between", 11.0, 95.0)]


def test_ranges_are_drawn_between_their_ends() -> None:
    (bars,) = layers(drawn("price_curve"))
    assert title(bars, "y") == "chips"
    taken = [(r["at"], r["series"], r["value"]) for r in bars["data"]["values"]]
    assert taken[:2] == [("1", "buy", 9000.0), ("1.25", "buy", 7000.0)]
    assert told("near_optimal")[0] == ("buy, within 1 %", 1500.0, 2500.0)
    assert told("near_optimal")[3] == ("buy, within 1 %", "middle", 2000.0)
    assert title(layers(drawn("near_optimal"))[0], "x") == "chips ordered now"


def test_each_picture_is_drawn_once_and_becomes_three_files(monkeypatch: Any) -> None:
    gallery = Gallery()
    calls = []

    def counted(spec: Any) -> str:
        calls.append(spec)
        return to_svg(spec)

    monkeypatch.setattr("outlay.report.figures.files.to_svg", counted)
    assert gallery.draw(drawn("capex")) == gallery.draw(drawn("capex"))
    assert len(calls) == 1
    files = dict(gallery.files())
    assert list(files) == [f"pictures/capex.{k}" for k in KINDS]
    assert files["pictures/capex.png"].startswith(b"\x89PNG")
    alone = files["pictures/capex.svg"].decode()
    for word in ("$64m of $120m", "Source: this plan"):  # what the page says beside it
        assert word in alone
    assert files["pictures/capex.csv"].decode().splitlines()[:2] == [
        "what,series,at,value,low,high,unit,in words",
        '"2026, all",processors,,,0.0,57.0,m USD,"2026, all, processors: 57 m USD"',
    ]
    assert standing_alone(drawn("capex"), "<svg>") == "<svg>"


def compared(difference: float, scale: float = 1.0) -> Comparison:
    """The hand-made plan against one whose deliveries cost `difference` more."""
    delivery, rent = (replace(p, value=p.value * scale) for p in PLAN.cost_parts)
    dearer = replace(delivery, value=delivery.value + difference)
    first = replace(PLAN, cost_parts=(delivery, rent))
    return compare_results(first, replace(PLAN, title="Dearer", cost_parts=(dearer, rent)))


def test_the_waterfall_of_a_comparison_leads_from_one_cost_to_the_other(tmp_path: Path) -> None:
    found = compared(10e6)
    spec = comparison_picture(found, SAY)
    bars, ends, _, text = layers(spec)
    assert title(bars, "x") == "m USD"  # 411 million: no billions to speak of
    assert [(r["at"], r["value"]) for r in ends["data"]["values"]] == [
        ("cash, from: A plan made by hand, changed: a=1", 411.0),
        ("cash, to: Dearer, changed: a=1", 421.0),
    ]  # fmt: skip
    assert [(r["at"], r["low"], r["high"], r["series"]) for r in bars["data"]["values"]] == [
        ("paid at delivery", 411.0, 421.0, "adds"),
    ]  # fmt: skip
    assert [r["text"] for r in text["data"]["values"]] == ["$411m", "$10m", "$421m"]
    assert "changes by $10m" in str(spec["title"])
    large = layers(comparison_picture(compared(-10e9, scale=100.0), SAY))[0]
    assert title(large, "x") == "bn USD"
    row = large["data"]["values"][0]
    assert (row["low"], row["high"], row["series"]) == (31.1, 41.1, "takes away")
    dust = replace(found, steps=(*found.steps, Step("rounding", 1.4e-9, True)))
    assert len(rows(comparison_picture(dust, SAY))) == 1
    with pytest.raises(InvariantError):
        comparison_picture(replace(found, steps=()), SAY)
    answer = ComparisonAnswer(*(getattr(found, f) for f in found.__slots__))
    assert answer.save(tmp_path).name == "run.json"
    assert (tmp_path / "run.svg").read_text(encoding="utf-8").startswith("<svg")
