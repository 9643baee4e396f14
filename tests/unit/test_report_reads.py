"""Every number of a plan that a reader shows is read from the plan: change it, and the reader does.

A reader is a sentence, a table, a picture, the terminal or the page. Numbers that none of them
shows stand in the JSON alone, and are named here.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from functools import cache
from typing import Any

import pytest

from outlay.report.figures import FIGURES
from outlay.report.figures.files import csv_of
from outlay.report.html import render
from outlay.report.memo import memo_of
from outlay.report.screen import screen
from outlay.report.tables.plan import table_of
from outlay.report.tables.table import Table
from outlay.report.words.language import words
from outlay.report.words.plans.answers import said
from outlay.results.plans.plan import Plan
from support.plans import hand_made

SAY = words()
NAMES = ("id", "parent", "node", "line")
"""Whole numbers that name a thing, or a place."""

JSON_ALONE = {
    # the programme's answer, its prices and checks, rates of chips, values before they are named
    "objective", "expected_cost", "leaf_cost", "prices", "slacks", "certificates", "capacity",
    "values", "cost_parts", "work", "accounts.returns",
    # the sum of cash and of a price that nobody pays: readers see the two apart
    "half.planned.cost", "half.half.cost",
    # chips over the mean of the other states: readers see the chips of each state
    "decision.conditional.gain",
    # what the table of branches says branch by branch
    "fleet.low", "fleet.high", "served.shed_share", "power.full",
    # the same by the second and by the day: sentences say the day
    "need.tokens_per_second",
    # where claims stand in their documents, what rounding allows, and copies of contradictions
    "evidence.documents", "evidence.claims.span", "evidence.claims.value_span",
    "evidence.claims.rounding", "evidence.identities.low", "evidence.identities.high",
    "contradictions.factor",
    # what is between the ends of an outcome, which factor goes with which, the seed
    "outlook.seed", "outlook.distributions.sd", "outlook.distributions.p25",
    "outlook.distributions.p75", "outlook.distributions.p90", "outlook.drivers",
    # stated ranges: the widest have a table of their own
    "assumptions.low", "assumptions.high", "facts.low", "facts.high",
}  # fmt: skip


def numbers(value: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Path of every number below `value`, names and records apart."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        yield path
    elif is_dataclass(value):
        for f in fields(value):
            if f.name not in (*NAMES, "record"):
                yield from numbers(getattr(value, f.name), (*path, f.name))
    elif isinstance(value, Mapping):
        for k, v in value.items():
            yield from numbers(v, (*path, f"[{k}]"))
    elif isinstance(value, tuple):
        for i, v in enumerate(value):
            yield from numbers(v, (*path, i))


def changed(value: Any, path: tuple[str | int, ...]) -> Any:
    """`value` with the number at `path` tripled, and moved where it is nought."""
    if not path:
        return value * 3 + (1 if value == 0 else 0)
    head, *rest = path
    if is_dataclass(value):
        return replace(value, **{head: changed(getattr(value, str(head)), tuple(rest))})  # type: ignore[type-var]
    if isinstance(value, Mapping):
        key = str(head)[1:-1]
        return {**value, key: changed(value[key], tuple(rest))}
    at = int(head)
    return (*value[:at], changed(value[at], tuple(rest)), *value[at + 1 :])


def field_of(path: tuple[str | int, ...]) -> str:
    return ".".join(x for x in path if isinstance(x, str) and not x.startswith("["))


@cache
def by_field() -> dict[str, list[tuple[str | int, ...]]]:
    out: dict[str, list[tuple[str | int, ...]]] = {}
    for path in numbers(hand_made()):
        out.setdefault(field_of(path), []).append(path)
    return out


def told(plan: Plan) -> tuple[object, ...]:
    """All that a reader of the plan meets; a picture by its specification."""
    plan = said(plan)
    return (render(plan, "", draw=json.dumps), tuple(screen(plan, SAY)), memo_of(plan))


@cache
def before() -> tuple[object, ...]:
    return told(hand_made())


@pytest.mark.parametrize("field", list(by_field()))
def test_a_number_that_changes_changes_what_is_read(field: str) -> None:
    read = any(told(changed(hand_made(), path)) != before() for path in by_field()[field])
    alone = any(field == x or field.startswith(f"{x}.") for x in JSON_ALONE)
    assert read != alone, "name it among those in the JSON alone" if not read else "it is read"


def test_what_stands_in_the_json_alone_is_there() -> None:
    for name in JSON_ALONE:
        assert any(f == name or f.startswith(f"{name}.") for f in by_field()), name


def the_table(name: str, plan: Plan | None = None) -> Table:
    found = table_of(name, said(plan or hand_made()), SAY)
    assert found is not None
    return found


def rows_of(table: Table) -> dict[object, dict[str, object]]:
    """First cell → heading → value."""
    heads = [c.name for c in table.columns]
    return {r[0]: dict(zip(heads[1:], r[1:], strict=True)) for r in table.rows}


def test_order_now_is_the_first_period_alone() -> None:
    plan = said(hand_made())
    tile = plan.headline.tiles[0]
    assert (tile.name, tile.text) == ("Order now", "$66m")
    assert tile.range == "and $17m for power"
    assert plan.first_orders == {"buy": 2000.0, "lease": 512.0}
    assert [r[0] for r in the_table("orders_now").rows] == ["buy", "lease"]
    assert [r[:3] for r in next(iter(screen(plan, SAY))).rows] == [
        ("buy", "2,000", "2026-Q2 if let in"), ("lease", "512", "2026-Q2"),
        ("power at inner", "35 MW", "2026-Q2"), ("hired (leaves)", "-2,500", "2026-Q1"),
        ("old (leaves)", "-640", "2026-Q1"), ("power at outer (leaves)", "-3 MW", "2026-Q1"),
    ]  # fmt: skip


def test_the_leaner_model_stands_beside_the_plan_not_for_it() -> None:
    plan = hand_made()
    full, lean = plan.half.planned, plan.half.half
    assert full is not None
    assert lean is not None
    assert rows_of(the_table("half")) == {
        "paid": {"as planned": full.paid, "half compute": lean.paid},
        "left at the end of the horizon (off)": {
            "as planned": full.left, "half compute": lean.left
        },
        "cash, net of what is left": {"as planned": 350e6, "half compute": 262e6},
        "price of demand not served (no cash)": {
            "as planned": full.shed, "half compute": lean.shed
        },
    }  # fmt: skip


def test_what_is_spent_under_an_authorisation_stands_beside_it() -> None:
    plan = hand_made()
    assert plan.outlook is not None
    cash = next(d for d in plan.outlook.distributions if d.name == "cash")
    spent = replace(cash, name="budget/capex 2026")
    kept = replace(plan.outlook.probabilities[0], output="budget/capex 2026", limit=120e6)
    outlook = replace(plan.outlook, distributions=(cash, spent), probabilities=(kept,))
    table = table_of("outcomes", replace(plan, outlook=outlook), SAY)
    assert table is not None
    rows = rows_of(table)
    assert rows["spent under an authorisation: capex 2026"]["authorised for it"] == 120e6
    assert rows["cash, less what is left"]["authorised for it"] is None


def test_tables_of_branches_states_and_ranges_say_which_is_which() -> None:
    by_state = rows_of(the_table("orders_if_licence"))
    assert by_state["buy"] == {"granted": 7000.0, "refused": 0.0}
    branch = rows_of(the_table("served_by_branch"))["licence granted"]
    assert (branch["tokens served, horizon"], branch["tokens served, last period"]) == (0.95, 0.93)
    ranges = rows_of(the_table("near_optimal"))["lease"]
    assert (ranges["least"], ranges["this plan"], ranges["most"]) == (0.0, 500.0, 800.0)
    swing = rows_of(the_table("tornado"))["demand"]
    assert (swing["cash, this factor alone at 10 %"], swing["cash, at 90 %"]) == (350e6, 520e6)
    assert swing["not served, its price, this factor alone at 10 %"] == 11e6
    assert swing["not served, its price, at 90 %"] == 95e6
    assert (swing["factor at 10 %"], swing["factor at 90 %"]) == (0.8, 1.3)
    chance = rows_of(the_table("break_even_chance"))["buy"]
    assert (chance["chance in the study"], chance["ordered from"]) == (0.4, 0.22)
    year = [r for r in the_table("capex").rows if r[:3] == ("2026", "capex", "all")]
    assert year == [("2026", "capex", "all", 64e6, 120e6)]


SCALES = {"bn": 1e9, "m": 1e6, "thousand": 1e3, "trillion": 1e12}
DRAWN: dict[str, list[float]] = {
    "need": [0, 3000, 3000, 4500, 4500, 5400, 5200, 5400, 0, 5200],
    # the band, the mean, what was announced
    "demand": [1.9e12, 2.1e12, 0.9e12, 1.6e12, 2.0e12, 1.1e12, 1.2e12, 1.5e12],
    "served": [1.8e12, 0.9e12, 2.0e12, 1.1e12],
    "fleet": [1000.0, 4800.0],
    "calendar": [2000.0, 2800.0, 512.0, 5400.0],
    "calendar_power": [35.0, 24.0],
    "wait": [100.0, 7000.0, 2000.0, 100.0, 7000.0],
    "tree": [66e6, 217e6, 108e6],
    # all of 2026, its processors once more, all of 2027; then both authorisations
    "capex": [0, 57e6, 57e6, 64e6, 0, 57e6, 0, 8e6, 120e6, 90e6],
    "power": [0, 4.5, 0, 3.5],
    # 3 m more cash, 22 m less of what is not served; the plan over the approved one
    "worth": [-3e6, 0, 0, 22e6, 0, 0.9e6],
    "worth_knowing": [0, 4.1e6, 0, 3.1e6, 0, 5.1e6, 0, 1.1e6, 0, 1.2e6],
    "worth_limits": [0, 1.3e6, 0, 1.08e6, 0, 6.2e6],
    "cash": [0, 9e6, 0, 6e6],
    "margin": [0, 0.36],
    "earned": [-12e6, 0, 0, 48e6],  # the worst branch first
    "unit_cost": [0.6, 0.9, 0.95, 1.1, 0.7],
    "utilisation": [1.9, 0.5, 0.7],
    # 1.1 an hour owned against 1.6, and with hall and power 1.34 against 1.7 less 0.06
    "own_or_rent": [0, 0.6875, 0.6875, 1.0, 0, 1.34 / 1.64, 1.34 / 1.64, 1.0],
    "outcome": [300e6, 520e6, 390e6],
    "outcome_unserved": [10e6, 90e6, 45e6],
    "outcome_served": [0.81, 0.995, 0.94],
    "tornado": [350e6, 440e6, 440e6, 520e6],
    "tornado_unserved": [11e6, 95e6, 11e6, 95e6],
    "price_curve": [9000.0, 7000.0, 3000.0, 0.0],
    "near_optimal": [1500, 2500, 1000, 3000, 0, 800, 2000, 2000, 500],
    "regret": [0, 0, 0, 5e6],
}
"""What each picture draws of the plan made by hand, in base units: ends of bars, then marks."""


@pytest.mark.parametrize("name", list(FIGURES))
def test_a_picture_draws_the_plans_numbers_in_the_unit_it_names(name: str) -> None:
    drawn = FIGURES[name](said(hand_made()), SAY)
    assert drawn is not None
    found: list[float] = []
    for row in csv.DictReader(io.StringIO(csv_of(drawn[1]))):
        words = row["unit"].replace(",", " ").split()
        scale = next((v for k, v in SCALES.items() if k in words), 1.0)
        found += [float(row[k]) * scale for k in ("value", "low", "high") if row[k]]
    assert found == pytest.approx(DRAWN[name])


def test_an_empty_plan_draws_nothing() -> None:
    bare = replace(
        hand_made(), served=(), fleet=(), power=(), orders=(), expansions=(), capex_by_year={},
        worth=(), hedges=(), outlook=None, pays=None, deep=type(hand_made().deep)(),
    )  # fmt: skip
    drawn = {name for name, draw in FIGURES.items() if draw(bare, SAY) is not None}
    assert drawn == {
        "tree",
        "need",
        "demand",
        "cash",
        "margin",
        "unit_cost",
        "utilisation",
        "own_or_rent",
    }
