"""`--set path=value`: one value, whole, once; what it takes away is asked for by name."""

from __future__ import annotations

import pytest

import outlay
from outlay.core.errors import InputError, Problem
from support.small import SMALL


def refused(*overrides: str) -> Problem:
    with pytest.raises(InputError) as caught:
        outlay.check(SMALL, overrides=list(overrides))
    assert caught.value.exit_code == 2
    return caught.value.problems()[0]


@pytest.mark.parametrize("value", ["", " ", "# soon", "\t"])
@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("discount_rate", "rate per year (`9 %/year`, more than -100 %)"),
        ("title", "text"),
        ("budget", "a mapping; null takes it away"),
        ("budget.capex", "money (`85bn CNY`, 0 or more), by fiscal year; null takes it away"),
    ],
)
def test_no_value_is_no_null(path: str, allowed: str, value: str) -> None:
    found = refused(f"{path}={value}")
    assert (found.where, found.what) == (f"--set {path}", "no value")
    assert found.allowed == allowed


def test_null_takes_away_what_a_study_can_be_without() -> None:
    assert outlay.check(SMALL, overrides=["budget=null"]).input_hash
    found = refused("discount_rate=null")
    assert (found.where, found.what) == (
        "--set discount_rate", "a study cannot be without it",
    )  # fmt: skip
    assert refused("title=~").what == "a study cannot be without it"


@pytest.mark.parametrize("text", ["=5", " =5", "=", "title", "discount_rate: 5", "--nothing"])
def test_what_is_no_override(text: str) -> None:
    found = refused(text)
    assert (found.where, found.what, found.allowed) == ("--set", "not an override", "path=value")
    assert found.value == repr(text)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("discount_rat=5 %/year", "'discount_rate'"),
        ("supply.ascend-910d.price=1 CNY", "'ascend-910c'"),
        ("a.b.c=x", ""),
    ],
)
def test_an_unknown_path_has_its_nearest_name(text: str, hint: str) -> None:
    found = refused(text)
    assert found.what.startswith("no such path in the study")
    assert found.where == f"--set {text.partition('=')[0]}"
    assert hint in found.hint


@pytest.mark.parametrize(
    ("value", "what"),
    [
        ("5 %/year # low", "what begins with # would be left out"),
        ('"5 %/year" # low', "what begins with # would be left out"),
        ("5 %/year\ntitle: x", "more than one value"),
    ],
)
def test_a_value_is_taken_whole(value: str, what: str) -> None:
    assert refused(f"discount_rate={value}").what == what
    assert refused("title=Plan # 2").hint == 'a text in quotes: title="Plan # 2"'
    assert outlay.check(SMALL, overrides=['title="Plan # 2"']).title == "Plan # 2"
    assert outlay.check(SMALL, overrides=["title=Plan#2"]).title == "Plan#2"


def test_a_path_is_set_once() -> None:
    found = refused("discount_rate=5 %/year", "title=x", "discount_rate = 6 %/year")
    assert (found.where, found.what) == ("--set discount_rate", "set twice")
    assert found.value == "5 %/year, 6 %/year"
    kept = outlay.load(SMALL, overrides=["discount_rate=5 %/year"])
    again = outlay.load(kept, overrides=["discount_rate=6 %/year"])
    assert again.study.discount_rate != kept.study.discount_rate, "another call comes after"


def test_what_a_what_if_cannot_be_is_found_before_the_study_is_solved() -> None:
    said: list[str] = []
    for texts in (["discount_rate="], ["title=x", "title=y"], ["a.b=c"]):
        with pytest.raises(InputError):
            outlay.what_if(SMALL, overrides=texts, progress=said.append)
    assert said == []
