"""Facts beside a study: judged by rule or by hand, nothing lost, read back as written."""
# ruff: noqa: E501 - patterns and formulas are kept in one piece

from __future__ import annotations

import pytest

from outlay.core.errors import DocumentError, UnknownNameError
from outlay.evidence import Fact, read_text
from outlay.evidence.ledger import Ledger, from_reading, load_ledger, save_ledger
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
    assert {f.claim.quote for f in ledger.rejected()} == {"$50 billion", "$9 billion"}
    assert "factor of ten" in next(
        f.reason for f in ledger.rejected() if f.claim.quote == "$50 billion"
    )


def test_round_trip(tmp_path, reading):
    ledger = from_reading(reading, "acme")
    save_ledger(ledger, tmp_path / "facts.yaml")
    assert load_ledger(tmp_path / "facts.yaml") == ledger
    assert [p.name for p in tmp_path.iterdir()] == ["facts.yaml"]


def test_a_person_overrules_and_the_old_verdict_stays(reading):
    ledger = from_reading(reading, "acme")
    old = ledger.rejected()[0]
    again = ledger.judge(
        Fact(old.id, old.claim, "accepted", "official", "seen in the filing", "an analyst")
    )
    assert again.fact(f"acme/{old.id}").verdict == "accepted"
    assert len(again.facts) == len(ledger.facts) + 1
    assert old.id not in {f.id for f in again.rejected()}


def test_a_judgement_needs_reason_and_grade(reading):
    c = reading.claims[0]
    with pytest.raises(DocumentError):
        Ledger("x").judge(Fact("f", c, "accepted", "reported", " ", "me"))
    with pytest.raises(UnknownNameError):
        Ledger("x").judge(Fact("f", c, "accepted", "certain", "because", "me"))
    with pytest.raises(UnknownNameError):
        Ledger("x").fact("x/none")


@pytest.mark.parametrize(
    "text",
    ["", "[1, 2", "facts: 3", "ledger: a\nfacts:\n - {id: 1}", "!!python/object:os.system {}"],
)
def test_a_bad_ledger_is_a_document_error(tmp_path, text):
    path = tmp_path / "facts.yaml"
    path.write_text(text)
    with pytest.raises(DocumentError):
        load_ledger(path)


def test_the_page_escapes_and_puts_contradictions_first(reading):
    page = document_html(reading)
    assert "<b>data centers" not in page.replace("<b>×", "")
    assert "&lt;b&gt;data centers" in page
    assert page.index("contradict themselves") < page.index("<article")
    assert page.count("<u class=") == len(reading.claims)
    assert "<script" not in page
    assert "factor of ten" in page
