"""What is passed over to save time: nothing that a text says."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from outlay.evidence import read_text
from outlay.evidence.blocks import measures
from outlay.evidence.checks.things import Things
from outlay.evidence.lexicon import _lower, metrics_from, rows, split_top
from outlay.evidence.quantities.meaning import find_hits
from outlay.evidence.rules import rules


@pytest.mark.parametrize(
    "line",
    ["in thousands", "Amounts in US$ bn", "(MW)", "'000", "单位：万元", "in m kr", "per hour"],
)
def test_no_statement_of_a_scale_is_passed_over(line: str) -> None:
    assert measures._may_say(line) == (measures._MAY_SAY.search(line) is not None)


def test_each_metric_word_is_found_by_its_first_letter() -> None:
    for row in rows("metrics.csv"):
        for word in split_top(row["pattern"]):
            plain = _lower(word)
            if re.fullmatch("[a-z -]+", plain):
                assert metrics_from(plain[0]).match(plain), word
    said = "contracted power capacity and 3 IT load, capex"
    found = [said[h.start : h.end] for h in find_hits(said, 0, len(said))]
    assert found == ["contracted power capacity", "IT load", "capex"]


def test_what_speaks_of_shares_has_its_hint() -> None:
    named = ("sentences.per_share", "sentences.share_price")
    said = [r for r in rules() if r.name in named and r.language == "en"]
    hint = next(r for r in rules() if r.name == "sentences.share_hint")
    assert len(said) == 2
    assert all(re.search(hint.pattern, e.lower()) for r in said for e in r.examples)
    read = read_text("Tarn Corp's stock fell 12% in March. Its revenue rose 12% to $3 billion.")
    assert {c.metric for c in read.claims if c.unit == "fraction"} == {"revenue growth"}


def test_a_row_that_stands_for_those_above_it_is_no_further_part() -> None:
    rows_said = [("Old", 900), ("East", 40), ("West", 60), ("Both", 100), ("North", 300)]
    lines = [f"| {name} | {value} |" for name, value in (*rows_said, ("Total", 1300))]
    read = read_text("\n".join(["Spending in $ million", "| Site | 2025 |", "|---|---|", *lines]))
    told = [i for i in read.identities if i.verdict == "agrees" and len(i.claims) == 4]
    assert [c.value for c in read.claims if c.id in told[0].claims] == [9e8, 1e8, 3e8, 1.3e9]


def test_a_name_is_the_one_longer_name_that_begins_with_it() -> None:
    names = ("Tarn", "Tarn Power", "Orr", "Orr Labs", "Orr Bank", "Orrin Works")
    claims = read_text("Tarn spent $1 million in 2025.").claims
    things = Things([replace(claims[0], id=n, subject=n) for n in names])
    found = [things.who(replace(claims[0], subject=n)) for n in names]
    assert found == ["Tarn Power", "Tarn Power", "Orr", "Orr Labs", "Orr Bank", "Orrin Works"]
