"""Facts beside a study: judged by rule, nothing lost, written whole."""
# ruff: noqa: E501 - patterns and formulas are kept in one piece

from __future__ import annotations

import json

import pytest
from ruamel.yaml import YAML

from outlay.evidence import read_text
from outlay.evidence.ledger import from_reading, save_ledger
from outlay.evidence.page import document_html

TEXT = (
    "Acme Corp plans capital expenditure of $50 billion in 2026.\n\n"
    "Two people familiar with the matter said Acme Corp plans capital expenditure of $5 billion (about RMB 35 billion) in 2026. "
    "It denied that it would spend $9 billion on leasing <b>data centers</b>."
)


@pytest.fixture
def reading():
    return read_text(TEXT, "acme.txt", "2025-12-23")


def test_a_known_cause_rejects_and_a_denial_too(reading):
    ledger = from_reading(reading, "acme")
    rejected = {f.claim.quote: f for f in ledger.facts if f.verdict == "rejected"}
    assert set(rejected) == {"$50 billion", "$9 billion"}
    assert "factor of ten" in rejected["$50 billion"].reason
    assert rejected["$9 billion"].by == "rule: denied"
    assert [f.id for f in ledger.facts] == [c.id for c in reading.claims]


def test_it_is_written_whole(tmp_path, reading):
    ledger = from_reading(reading, "acme")
    save_ledger(ledger, tmp_path / "facts.yaml")
    body = YAML(typ="safe").load(tmp_path / "facts.yaml")
    assert body["ledger"] == "acme"
    for fact, said in zip(ledger.facts, body["facts"], strict=True):
        claim = json.loads(json.dumps(fact.claim.as_dict()))  # tuples are lists in a file
        assert said.pop("claim") == claim
        assert said == {k: getattr(fact, k) for k in said}
        assert set(said) == {"id", "verdict", "grade", "reason", "by", "on"}
    assert [p.name for p in tmp_path.iterdir()] == ["facts.yaml"]


def test_the_page_escapes_and_puts_contradictions_first(reading):
    page = document_html(reading)
    assert "<b>data centers" not in page.replace("<b>×", "")
    assert "&lt;b&gt;data centers" in page
    assert page.index("contradict themselves") < page.index("<article")
    assert page.count("<u class=") == len(reading.claims)
    assert "<script" not in page
    assert "factor of ten" in page
