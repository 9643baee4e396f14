"""What readers ask of a plan's facts, worked out once: of plans written by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from outlay.core.errors import InputError
from outlay.report.words.plans.answers import said
from outlay.results.plans.accounts import StatementLine
from outlay.results.plans.rows import WorkServed
from outlay.results.schema import from_json, json_schema, to_json, to_text
from support.plans import hand_made
from support.tiny_run import tiny_result


def test_what_is_ordered_now_is_what_the_first_period_orders() -> None:
    p = tiny_result()
    assert p.roots == {0}
    # imports at 100 and hosts at 10; rent is no price; orders of the branches are later
    assert p.order_now == 30 * 110
    assert p.first_orders == {"import": 30.0, "rent": 20.0}
    assert [(o.offer, o.spend) for o in p.orders_now] == [("import", 3300.0), ("rent", 0.0)]
    assert p.spend_by_node == {0: 3300.0, 1: 8 * 121 + 500 * 55.0, 2: 3000 * 65.0}


def test_first_orders_of_one_offer_add_up_and_the_dearest_comes_first() -> None:
    p = hand_made()
    first = p.orders[0]
    twice = replace(p, orders=(*p.orders, replace(first, quantity=5.0, spend=1e9)))
    assert twice.first_orders == {"buy": 2005.0, "lease": 512.0}
    assert [o.spend for o in twice.orders_now] == [1e9, 66e6, 0.0]
    assert twice.order_now == 1e9 + 66e6


def test_two_first_periods_are_both_first() -> None:
    """A forest: what is known at the start stands in several roots."""
    p = hand_made()
    forest = replace(p, nodes=tuple(replace(n, parent=-1) if n.id == 1 else n for n in p.nodes))
    assert forest.roots == {0, 1}
    assert forest.order_now == 66e6 + 217e6


def test_tokens_served_over_tokens_asked_for() -> None:
    p = hand_made()
    assert p.served_share == pytest.approx((1.4 + 0.4 + 0.9) / (1.5 + 0.5 + 1.1))
    nobody = replace(p.served[0], demand=0.0, served=0.0)
    assert replace(p, served=(nobody,)).served_share == 1.0
    by_hand = tiny_result()  # input, cached and output of both periods, 1 to 3 to 0.1
    assert by_hand.served_share == pytest.approx(1 - (360 + 900) / (6000 + 11_700))


def test_where_no_tokens_are_asked_for_the_tile_says_the_share_of_the_work() -> None:
    p = hand_made()
    tile = next(x for x in said(p).headline.tiles if "served" in x.name)
    assert (tile.name, tile.text) == ("Tokens served", "87.1 %")
    work = (WorkServed("2026-Q1", "run", "h200", 300.0, 270.0),
            WorkServed("2026-Q2", "run", "h200", 100.0, 30.0))  # fmt: skip
    worked = said(replace(p, served=(), work=work)).headline.tiles
    tile = next(x for x in worked if "served" in x.name)
    assert (tile.name, tile.text) == ("Work served", "75 %")
    none = said(replace(p, served=(), work=())).headline.tiles
    assert not [t for t in none if "served" in t.name]


def test_money_of_a_year_against_what_is_authorised() -> None:
    p = hand_made()
    assert p.capex("2026") == 64e6
    assert p.capex("2031") == 0.0
    assert (p.authorised("2026"), p.authorised("2026", "processors")) == (120e6, 90e6)
    assert p.authorised("2027") is None


def test_identities_that_hold_and_the_cost() -> None:
    p = hand_made()
    assert p.held == 1  # the other was not checked
    assert p.cost == 211e6 + 200e6


def test_a_line_of_nothing_is_no_line() -> None:
    p = hand_made()
    assert [x.label for x in p.accounts.statements["income"]] == ["EBITDA", "Net income"]
    assert [x.label for x in p.accounts.statements["balance"]] == ["Cash", "Assets"]
    assert StatementLine("x", {"2026": 0.0, "2027": -1.0}).moves
    assert StatementLine("x", {"2026": 5.0, "2027": -5.0}).moves
    assert not StatementLine("x", {"2026": 0.4, "2027": -0.9}).moves


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ('"as_of"', '"when"', "as_of"),
        ('"objective": 412000000.0', '"objective": "412m"', "objective"),
        ('"verdict": "valid"', '"verdict": "fine"', "verdict"),
    ],
)
def test_fields_that_are_not_the_types_are_refused_by_their_place(
    old: str, new: str, where: str
) -> None:
    text = to_text(hand_made())
    assert old in text
    with pytest.raises(InputError) as caught:
        from_json(text.replace(old, new), "plan", "result.json")
    assert any(p.where == f"result.json: {where}" for p in caught.value.problems())


def test_the_document_says_what_wrote_it_and_its_units() -> None:
    doc = to_json(hand_made())
    assert doc["outlay"]["schema"] == 2
    assert doc["kind"] == "plan"
    schema = json_schema("plan")
    assert schema["additionalProperties"] is False
    assert schema["properties"]["kind"] == {"const": "plan"}
    assert schema["$defs"]["Order"]["properties"]["quantity"]["unit"] == "chip"
    assert schema["$defs"]["Power"]["properties"]["used_mw"]["unit"] == "MW"
    assert schema["$defs"]["Served"]["properties"]["demand"]["unit"] == "token/day"


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity"])
def test_a_number_that_json_has_not_is_refused(value: str) -> None:
    text = to_text(tiny_result())
    stated = f'"expected_cost": {tiny_result().expected_cost}'
    assert text.count(stated) == 1
    with pytest.raises(InputError, match=f"not a finite number .found {value}"):
        from_json(text.replace(stated, f'"expected_cost": {value}'), "plan")
