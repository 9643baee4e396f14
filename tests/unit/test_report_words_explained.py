"""What people read of an explanation, and of a command that was stopped."""

from __future__ import annotations

import pytest

from outlay.report.words.error import Halt, goes_on, kept
from outlay.report.words.explanation import amount, explanation_lines
from outlay.report.words.language import words
from outlay.results.explanation import Explanation, Origin
from support.explained import BY_BRANCH, row, tree


def test_an_explanation_of_an_input() -> None:
    named = Origin(id="ft", document="a.md", publisher="FT", date="2025-12-23", url="u",
                   grade="reported", sentence="It said so.")  # fmt: skip
    doc = Explanation("supply.h200.price", 27_000.0, "USD", "", where="s.yaml:3", source=named,
                      range=(20_000.0, None))  # fmt: skip
    assert explanation_lines(doc, 1) == [
        "supply.h200.price",
        "  $27,000 ($20,000 to $27,000)",
        "  at s.yaml:3",
        "  source: a.md; FT; 2025-12-23; u; reported",
        "  “It said so.”",
    ]
    assumed = Explanation("x", 0.09, "1/year", "", assumption="a guess")
    assert explanation_lines(assumed, 1) == ["x", "  9 %/year", "  assumption: a guess"]


def test_an_explanation_is_a_tree_of_a_level_and_says_how_to_go_deeper() -> None:
    doc = tree()
    assert explanation_lines(doc, 1, asked="my run") == [
        "capex.paid.2026: Capex",
        "  $1m, expected over 2 branches",
        "  least $0 (licence refused, demand low, 75 %)",
        "  most $4m (licence granted, demand high, 25 %)",
        "  = buy + use",
        "├─ buy.cost: 2 periods, $1m to $3m",
        "├─ use.mtok.2026-Q1: 5T tokens (decided by the plan)",
        "└─ again.2026-Q1: $1 (as above)",
        "Deeper: outlay explain 'my run' buy.cost",
        "One branch: outlay explain 'my run' capex.paid.2026 "
        "--branch 'licence refused, demand low'",
    ]
    deeper = explanation_lines(doc, 3)
    assert "│  └─ 2026-Q2: $3m" in deeper
    assert "│     └─ lease.price: $10,800 per chip-hour = supply.l.rent (at s.yaml:9; " \
        "assumption: so)" in deeper  # fmt: skip
    assert len(explanation_lines(doc, 2)) == len(deeper) - 2


def test_an_explanation_takes_forty_lines_and_counts_what_is_left_out() -> None:
    parts = [row(f"part{i}", 100.0 + i, row(f"deep{i}", 1.0), formula="deep") for i in range(60)]
    nothing = [row(f"none{i}", 0.0) for i in range(5)]
    doc = Explanation("sum", 1.0, "USD", "Σ", inputs=(*parts, *nothing))
    for level in (1, 2, 9):
        lines = explanation_lines(doc, level, asked="run")
        assert len(lines) <= 40
        assert any(line.endswith("5 that are 0") for line in lines)
        kept = sum(line.startswith("├─ part") for line in lines)
        assert any(line.endswith(f" {60 - kept} smaller") for line in lines)
        assert any("part59" in line for line in lines), "the largest is there"
        assert "Deeper: outlay explain run part59" in lines


def test_what_is_explained_deeper_down_is_opened_where_it_is_met() -> None:
    tax = row("tax", 30.0, period="2027", unit="USD")
    before = row("before_tax", 100.0, row("revenue", 130.0), tax, period="2027")
    after = row("after", 70.0, before, period="2027")
    doc = Explanation("net", 70.0, "USD", "b − a", inputs=(after, row(
        "before_tax", 100.0, period="2027", repeated=True)), period="2027")  # fmt: skip
    assert explanation_lines(doc, 2, asked="run")[3:] == [
        "├─ after.2027: $70",
        "│  └─ before_tax.2027: $100",
        "└─ before_tax.2027: $100",
        "   ├─ revenue: $130",
        "   └─ tax.2027: $30",
        "Deeper: outlay explain run before_tax.2027",
    ]


def test_branches_below_a_number_say_their_chance() -> None:
    chances = (("licence=granted", 0.35, 2e9), ("licence=refused", 0.65, 3e9))
    split = [row("cost", v, period="2026-Q1", branch=b, chance=c) for b, c, v in chances]
    doc = Explanation("cost", 2.65e9, "USD", "a × b", inputs=tuple(split), period="2026-Q1")
    assert explanation_lines(doc, 1)[3:] == [
        "├─ licence granted (35 %): $2bn", "└─ licence refused (65 %): $3bn",
    ]  # fmt: skip
    one = Explanation("cost", 2e9, "USD", "", branches=BY_BRANCH[:1])
    assert explanation_lines(one, 1)[1] == "  $2bn where licence granted, demand high"
    none = Explanation("many", None, "", "2 numbers", inputs=(row("a", 1.0), row("b", 2.0)))
    assert explanation_lines(none, 1)[0] == "many"


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (1.4808599, "CNY/Mtok", "¥1.48 per million tokens"),
        (12.9 / 3600, "CNY/chip/s", "¥12.9 per chip-hour"),
        (3.6e9, "chip*s", "1 million chip-hours"),
        (7.2e9, "kW*s", "2 GWh"),
        (0.606, "1", "0.606"), (7.0, "chip", "7 chip"), (None, "CNY", "no single number"),
    ],
)  # fmt: skip
def test_an_amount_is_in_units_that_people_use(value: float | None, unit: str, text: str) -> None:
    assert amount(value, unit, words().scaled("CNY")) == text


@pytest.mark.parametrize(
    ("halt", "what", "hint"),
    [
        (Halt(), "interrupted; nothing was written", "the beginning"),
        (Halt("o"), "interrupted; nothing was written into o", "the beginning"),
        (Halt(simulated=7, wanted=62), "interrupted; nothing was written; 7 of 62 capacities that "
         "had to be simulated are kept in the cache", "goes on from there"),
        (Halt(wanted=62), "interrupted; nothing was written", "the beginning"),
        (Halt("o", solved=True), "interrupted; nothing was written into o; the solved programme is "
         "kept in the cache", "goes on from there"),
        (Halt("o", written=True), "interrupted; the answer is in o (result.json), its report is "
         "not", "writes the report"),
        (Halt("o", written=True, whole=True), "interrupted; the answer and its report are in o",
         ""),
    ],
)  # fmt: skip
def test_who_stops_a_command_is_told_what_is_kept(halt: Halt, what: str, hint: str) -> None:
    assert kept(halt) == what
    assert hint in goes_on(halt)
