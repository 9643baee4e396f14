"""What is passed over to save time holds nothing that a rule would find there."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outlay.evidence import read_text
from outlay.evidence.calendar import words as calendar
from outlay.evidence.lexicon import objects
from outlay.evidence.quantities import numbers
from outlay.evidence.rules import Rule, pattern, rules, words
from outlay.evidence.text import clean, triggers

FOLDED = re.compile("[\u0130\u0131\u017f\u212a]")
THINGS = [Rule(f"objects.{n}", "en", p.pattern, (), (), 0) for n, (_, p) in enumerate(objects())]
NEEDS = {(r.name, r.language): triggers.needed(r) for r in (*rules(), *THINGS)}
NEEDY = [r for r in (*rules(), *THINGS) if NEEDS[r.name, r.language]]
ASKED = [r for r in NEEDY if r.name in triggers.ASKED or r in THINGS]
BETWEEN = st.text("aA1 .,-$x半年第@:\n", max_size=8)


def _holds_one(rule: Rule, said: str) -> bool:
    return any(w in said or w in said.lower() for w in NEEDS[rule.name, rule.language])


def test_each_example_of_a_rule_holds_a_word_that_it_needs() -> None:
    told = [(r, re.search(r.pattern, e, r.flags)) for r in NEEDY for e in r.examples]
    said = [(r, m[0]) for r, m in told if m]
    assert len(said) > 600
    assert not [(r.name, m) for r, m in said if not _holds_one(r, m)]


@settings(max_examples=120)
@given(st.data())
def test_all_that_a_rule_finds_holds_a_word_that_it_needs(data: st.DataObject) -> None:
    rule = data.draw(st.sampled_from(ASKED))
    found = re.compile(rule.pattern, rule.flags)
    if m := found.search(data.draw(st.from_regex(found))):
        assert FOLDED.search(m[0]) or _holds_one(rule, m[0]), (rule.name, m[0])


def test_what_is_asked_so_is_a_rule() -> None:
    assert {r.name for r in rules()} >= triggers.ASKED


@pytest.mark.parametrize(
    ("said", "needs"),
    [
        ("(?:was|is) (?:capped|held)? at", {"at"}),
        ("plans?(?: to)?", {"plan"}),
        (r"n[’']t\b", {"’", "'"}),
        ("AI|chips", {"AI", "chips"}),
        ("[Ii]f (?=only)", {"if"}),
        (r"\d+(?:st|nd)?+", set()),
        ("(?i:US) bonds", {"bonds"}),
        (r"(a)\1", set()),
        (r"\u4e00nd", set()),
        ("年底|今年", {"年底", "今年"}),
    ],
)
def test_what_a_pattern_needs(said: str, needs: set[str]) -> None:
    assert triggers.needed(Rule("x", "en", said, (), (), 0)) == needs


def _sentences() -> str:
    said = [e for r in rules() if r.name.startswith(("names", "quantities")) for e in r.examples]
    lines = (f"Acme said {e} $3 billion in 2025, not 4, up from 12 chips." for e in said[::9])
    opens = ("If it is approved, Acme will spend $7 billion in 2027.", "Up to $9 billion is due.")
    return "\n\n".join((*lines, *opens))


def test_a_long_text_is_read_as_if_every_rule_were_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    text = _sentences()
    assert len(text) > 2_000
    told = read_text(text, date="2026-11-30")
    monkeypatch.setattr(triggers, "_SHORT", len(text) + 1)
    monkeypatch.setattr(triggers.Hint, "may", lambda *_: True)
    assert read_text(text, date="2026-11-30") == told
    assert len(told.claims) > 40


def _spans(found: Iterator[re.Match[str]]) -> list[tuple[int, int]]:
    return [m.span() for m in found]


@pytest.mark.parametrize(
    ("whole", "found"),
    [
        (numbers._pattern(), numbers._found),
        (clean._NOISE, clean._noise),
        (clean._CODE, clean._codes),
    ],
    ids=["numbers", "noise", "codes"],
)
@settings(max_examples=60)
@given(data=st.data())
def test_nothing_begins_where_it_is_not_looked_for(
    whole: re.Pattern[str],
    found: Callable[[str], Iterator[re.Match[str]]],
    data: st.DataObject,
) -> None:
    text = "".join(data.draw(st.lists(st.one_of(st.from_regex(whole), BETWEEN), max_size=3)))
    assert _spans(found(text)) == _spans(whole.finditer(text))


@pytest.mark.parametrize("name", ["fold", "part", "few", "vague"])
def test_numbers_in_words_are_looked_for(name: str) -> None:
    for said in next(r for r in rules() if r.name == f"quantities.{name}").examples:
        assert _spans(numbers._found(said)) == _spans(numbers._pattern().finditer(said))


@pytest.mark.parametrize("language", ["en", "zh"])
@settings(max_examples=40)
@given(data=st.data())
def test_a_date_without_a_word_of_the_calendar_has_its_digits(
    language: str, data: st.DataObject
) -> None:
    plain = [f"calendar.{n}" for n in words("calendar.order", language)]
    plain = [n for n in plain if n not in calendar._worded(language)]
    said = data.draw(st.from_regex(pattern(data.draw(st.sampled_from(plain)), language)))
    assert calendar._DATED.search(said)
