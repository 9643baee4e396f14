"""A what-if in words: what is certain, what is not yet, and every number of it in a sentence."""

from __future__ import annotations

import json
from dataclasses import replace

import jsonschema
import pytest

from outlay.report.words.language import words
from outlay.report.words.plans.what_if import headline_of, what_if_lines
from outlay.results.plans.headline import Headline
from outlay.results.schema import from_json, json_schema, to_text
from support.what_ifs import CORNER, EXACT, QUICK


def test_each_is_said_as_what_it_is() -> None:
    assert list(what_if_lines(QUICK)) == [
        "At once: a plan that keeps every limit would cost ¥1.2bn (-¥100m against ¥1.3bn); "
        "the best may cost less.",
        "  none costs less than ¥1.14bn: 5 % below",
        "  order now, h200: 2,500 → 2,000 chips",
        "  order now, local: 40 → 0 chips",
    ]
    assert list(what_if_lines(EXACT))[:2] == [
        "The plan would cost ¥1.2bn (-¥100m against ¥1.3bn).",
        "  order now, h200: 2,500 → 2,000 chips",
    ]
    assert list(what_if_lines(replace(CORNER, objective=1.4e9)))[:2] == [
        "At once: about ¥1.4bn (+¥100m against ¥1.3bn); the best plan may cost more.",
        "  none costs less than ¥1.14bn; how much more it takes is known when it is solved",
    ]
    unknown = replace(CORNER, least=None, first_orders=QUICK.base_orders)
    assert list(what_if_lines(unknown))[1:] == [
        "  how far the best is from that is known when it is solved",
        "  order now: the same",
    ]
    # Dust of the solver's is no gap, and what changes nothing says so.
    dust = replace(QUICK, gap=1.3e-16)
    assert list(what_if_lines(dust))[1] == "  none costs less than ¥1.14bn: 0 % below"
    assert list(what_if_lines(replace(EXACT, gap=1.3e-16))) == list(what_if_lines(EXACT))
    idle = list(what_if_lines(replace(EXACT, moved=())))
    assert idle[1] == "  nothing that the plan reckons with is changed"
    # Where whole lots leave a gap, the exact answer says it.
    assert ": 0.001 % below" in list(what_if_lines(replace(EXACT, gap=1e-5)))[1]
    assert ": < 0.001 % below" in list(what_if_lines(replace(EXACT, gap=2e-7)))[1]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("objective", 1.25e9),
        ("base", 1.35e9),
        ("least", 1.1e9),
        ("gap", 0.06),
        ("first_orders", {"h200": 2100.0}),
        ("base_orders", {"h200": 2600.0}),
        ("kept", False),
        ("stage", "exact"),
        ("currency", "USD"),
    ],
)
def test_every_number_is_read(field: str, value: object) -> None:
    assert list(what_if_lines(replace(QUICK, **{field: value}))) != list(what_if_lines(QUICK))  # type: ignore[arg-type]


def test_a_headline_has_every_fact_of_the_what_if_and_the_words_made_of_it() -> None:
    found = headline_of(QUICK, 7)
    assert (found.seq, found.stage, found.language) == (7, "coarse", "en")
    for name in ("title", "currency", "changes", "moved", "objective", "kept", "least", "gap",
                 "base", "difference", "first_orders", "base_orders", "things"):  # fmt: skip
        assert getattr(found, name) == getattr(QUICK, name), name
    assert found.sentences == tuple(line.strip() for line in what_if_lines(QUICK))
    exact = headline_of(replace(EXACT, objective=1.23456789e9), 8)
    for text in (exact.cost_shown, exact.base_shown, exact.difference_shown):
        assert text in exact.sentences[0], "one precision beside and in the sentence"
    shown = (found.cost_shown, found.base_shown, found.difference_shown, found.least_shown)
    assert shown == ("¥1.2bn", "¥1.3bn", "-¥100m", "¥1.14bn")
    assert [(o.called, o.shown, o.shown_before, o.changed) for o in found.orders] == [
        ("h200", "2,000", "2,500", True),
        ("lease", "512", "512", False),
        ("local", "0", "40", True),
    ]
    assert [(o.chips, o.before) for o in found.orders] == [
        (2000.0, 2500.0), (512.0, 512.2), (0.0, 40.0),
    ]  # fmt: skip
    dearer = headline_of(replace(EXACT, objective=1.4e9, least=None), 8, words("zh"))
    assert (dearer.stage, dearer.language, dearer.least_shown) == ("exact", "zh", "")
    assert dearer.difference_shown.startswith("+")
    assert isinstance(from_json(to_text(found), "headline"), Headline)
    jsonschema.validate(json.loads(to_text(found)), json_schema("headline"))
