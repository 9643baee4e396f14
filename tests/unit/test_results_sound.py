"""What a document must hold to be read: types, and what holds between the fields of a plan."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from outlay.core.errors import InputError, Problem
from outlay.results.kept.sound import faults_of, plan_from_json
from outlay.results.schema import SCHEMA, to_json, to_text
from support.plans import hand_made
from support.tiny_run import tiny_result

THING = {"id": "a", "kind": "chip", "title": "A"}
CHANGED = "the document was changed by hand, or written by another version"


def refused(text: str | bytes) -> list[Problem]:
    with pytest.raises(InputError) as caught:
        plan_from_json(text, "result.json")
    return caught.value.problems()


def edited(change: Callable[[dict[str, Any]], None]) -> list[Problem]:
    doc = to_json(hand_made())
    change(doc)
    return refused(json.dumps(doc))


def test_both_plans_of_the_tests_are_sound() -> None:
    for plan in (hand_made(), tiny_result()):
        assert list(faults_of(plan)) == []
        assert to_text(plan_from_json(to_text(plan))) == to_text(plan)


@pytest.mark.parametrize(
    ("text", "what", "value"),
    [
        ("", "not JSON: an empty file", ""),
        (b"\xff\xfe{", "the text is UTF-16", ""),
        (b"\0", "not a text file", "bytes of value zero"),
        ("[]", "not a document of kind plan", "'list'"),
        ("null", "not a document of kind plan", "'NoneType'"),
        ('{"kind": []}', "not a document of kind plan", "[]"),
        ('{"kind": "plan"}', "the document is of another schema number",
         "schema None, written by Outlay ?"),
        ('{"kind": "plan", "outlay": []}', "the document is of another schema number",
         "schema None, written by Outlay ?"),
        ('{"kind": "plan", "outlay": {"schema": true}}',
         "the document is of another schema number", "schema True, written by Outlay ?"),
        (f'{{"kind": "plan", "outlay": {{"schema": {SCHEMA}}}}}', "not a header",
         "{'schema': 2}"),
        (f'{{"kind": "plan", "outlay": {{"schema": {SCHEMA}, "version": 7}}}}', "not a header",
         "{'schema': 2, 'version': 7}"),
        ('{"kind": "plan", "kind": "plan"}', "a key twice", "'kind'"),
        ('{"kind": "plan", "title": NaN}', "not a finite number", "NaN"),
        ('{"kind": "plan", "title": 1e999}', "a number out of range", "1e999"),
        ("[" * 100, "nested too deeply", ""),
    ],
)  # fmt: skip
def test_what_is_no_document_is_refused_in_a_sentence(
    text: str | bytes, what: str, value: str
) -> None:
    found = refused(text)[0]
    assert (found.what, found.value) == (what, value)
    assert found.where.startswith("result.json")


@pytest.mark.parametrize(
    ("change", "where", "what"),
    [
        (lambda d: d.pop("title"), "title", "a field is missing"),
        (lambda d: d.update(titel="x"), "titel", "unknown field"),
        (lambda d: d.update(currency="XXX"), "currency", "unknown currency"),
        (lambda d: d["periods"].append(d["periods"][0]), "periods", "a name twice"),
        (lambda d: d["nodes"].append(d["nodes"][0]), "nodes", "a name twice"),
        (lambda d: d.update(things=[THING, THING]), "things", "a name twice"),
        (lambda d: d["nodes"][1].update(parent=99), "nodes.1.parent", "no such node before it"),
        (lambda d: d["nodes"][0].update(parent=0), "nodes.0.parent", "no such node before it"),
        (lambda d: d["orders"][0].update(node=99), "orders.0.node", "no such node"),
        (lambda d: d["prices"][0].update(node=99), "prices.0.node", "no such node"),
        (lambda d: d["nodes"][0].update(probability=1.5), "nodes.0.probability", "not a chance"),
        (lambda d: d["need"]["total"].pop(), "need.total", "not one number a period"),
        (lambda d: d.update(expected_cost=1.0), "expected_cost", "not the sum of its parts"),
        (lambda d: d["outlook"]["distributions"][0].update(p05=1e12),
         "outlook.distributions.0", "percentiles that fall"),
        (lambda d: d["record"].update(seed=-1), "record.seed", "not a seed"),
        (lambda d: d["record"].update(worlds=10**9), "record.worlds", "not a number of worlds"),
        (lambda d: d.update(objective=1e101), "objective", "a number out of range"),
        (lambda d: d["nodes"][0].update(id=10**120), "nodes.0.id", "a number out of range"),
        (lambda d: d.update(orders={}), "orders", "Input should be a valid array"),
        (lambda d: d.update(title=1), "title", "Input should be a valid string"),
        (lambda d: d["record"].update(seed=True), "record.seed", "Input should be a valid integer"),
    ],
)  # fmt: skip
def test_an_edited_plan_is_refused_at_the_place_that_does_not_fit(
    change: Callable[[dict[str, Any]], None], where: str, what: str
) -> None:
    found = edited(change)
    assert found[0].where == f"result.json: {where}"
    assert found[0].what == what
    assert found[0].hint == CHANGED


def test_large_numbers_that_are_in_texts_are_no_numbers() -> None:
    doc = to_json(hand_made())
    doc["title"] = "9" * 200 + " 1e999"
    assert plan_from_json(json.dumps(doc)).title == doc["title"]
