"""How firm a number is said to be: no firmer than the weakest that moves it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outlay.results.catalogue import FxRate, Price, Region
from outlay.results.explanation import Branch, Explanation, Origin, Step
from outlay.results.study import Number
from outlay.workbench.assistant.figures import entry_figures, of_number, ratio
from outlay.workbench.assistant.plans import explain_answer
from outlay.workbench.assistant.shapes import STATUSES
from outlay.workbench.assistant.status import of_grade, of_numbers, of_step, weakest


def number(grade: str, low: float | None = None, high: float | None = None, **more: str) -> Number:
    return Number(
        path="a.b", value=2.0, unit="USD", low=low, high=high, source=more.get("source", ""),
        grade=grade, note="", stated=True, line=3, where="s.yaml:3: a.b",
    )  # fmt: skip


@given(st.lists(st.sampled_from(STATUSES)), st.sampled_from(STATUSES))
def test_what_is_worked_out_is_no_firmer_than_any_of_its_inputs(found: list, least: str) -> None:
    answer = weakest(found, least)
    assert all(STATUSES.index(answer) >= STATUSES.index(s) for s in [*found, least])
    assert answer in [*found, least]


def test_grades_of_sources_in_five_words() -> None:
    assert [of_grade(g) for g in ("official", "reported", "derived", "estimate", "recalled")] == [
        "reported", "reported", "derived", "estimated", "estimated",
    ]  # fmt: skip
    assert [of_grade(g) for g in ("guess", "assumption", "", "a new grade")] == ["assumed"] * 4


def test_one_assumption_makes_what_rests_on_it_assumed() -> None:
    assert of_numbers([number("official"), number("reported")]) == "derived"
    assert of_numbers([number("official"), number("recalled")]) == "estimated"
    assert of_numbers([number("official"), number("assumption")]) == "assumed"


def step(*inputs: Step, **more: object) -> Step:
    return Step(name="x", value=1.0, unit="USD", formula="a + b" if inputs else "", inputs=inputs,
                **more)  # type: ignore[arg-type]  # fmt: skip


def test_an_explained_number_is_as_firm_as_its_weakest_leaf() -> None:
    said = step(source=Origin(id="ft", grade="reported"))
    assert of_step(said, "assumed") == "reported"
    assert of_step(step(said, said), "assumed") == "derived"
    assert of_step(step(said, step(assumption="nobody knows")), "derived") == "assumed"
    assert of_step(step(step(said), step(source=Origin(text="default"))), "derived") == "assumed"
    assert of_step(step(said, step(source=Origin(text="plan"))), "estimated") == "estimated"
    assert of_step(step(said, step(source=Origin(text="1 by definition"))), "assumed") == "derived"
    assert of_step(step(said, step()), "derived") == "assumed", "an input that nobody stands behind"


def test_an_explained_result_ranges_over_its_branches() -> None:
    branches = (Branch("demand high", 0.5, 9.0), Branch("demand low", 0.25, 3.0),
                Branch("no such number", 0.25, None))  # fmt: skip
    doc = Explanation(name="capex", value=6.0, unit="USD", formula="a + b", branches=branches,
                      inputs=(step(source=Origin(text="plan")),))  # fmt: skip
    found = explain_answer(doc, "estimated", ("said",), 10)
    assert (found.number.low, found.number.value, found.number.high) == (3.0, 6.0, 9.0)
    assert (found.number.status, found.number.source) == ("estimated", "a + b")
    assert [s.source for s in found.steps] == ["decided by the plan"]
    stated = explain_answer(replace(doc, range=(1.0, None)), "estimated", ("said",), 0)
    assert (stated.number.low, stated.number.high) == (1.0, None), "the range that is stated"
    assert (stated.steps, len(stated.notes)) == ((), 1), "what is left out is told"


def test_a_number_of_a_study_keeps_its_range_and_who_says_it() -> None:
    found = of_number(number("reported", 1.0, 4.0, source="ft"), {"ft": "A newspaper"})
    assert (found.low, found.value, found.high, found.unit) == (1.0, 2.0, 4.0, "USD")
    assert (found.status, found.source) == ("reported", "A newspaper (reported); s.yaml:3: a.b")
    assert ratio(number("guess", 1.0, 4.0)) == 4.0
    assert ratio(number("guess")) == ratio(number("guess", 0.0, 4.0)) == 1.0


def test_ends_of_a_row_are_one_figure_in_the_unit_that_the_row_states() -> None:
    price = Price(item="chip", category="chip", low=10.0, high=30.0, unit="chip", currency="CNY",
                  date="2026", region="CN", source="s", grade="reported")  # fmt: skip
    (found,) = entry_figures(price, "reported", "s")
    assert (found.value, found.low, found.high, found.unit) == (20.0, 10.0, 30.0, "CNY per chip")
    rate = FxRate(date="2026", kind="spot", base="USD", quote="CNY", rate=7.0, source="s",
                  grade="official")  # fmt: skip
    (found,) = entry_figures(rate, "reported", "s")
    assert (found.value, found.low, found.high, found.unit) == (7.0, None, None, "CNY per USD")
    place = Region(id="x", name="X", country="CN", tariff=0.3, tariff_currency="CNY", pue=None,
                   source="s", grade="guess", tariff_low=0.2, tariff_high=0.5)  # fmt: skip
    (found,) = entry_figures(place, "assumed", "s")
    assert (found.low, found.high, found.unit) == (0.2, 0.5, "CNY per kWh")


@pytest.mark.parametrize("grade", ["official", "guess"])
def test_a_default_of_ours_says_so(grade: str) -> None:
    given_by_us = Number("a", 1.0, "1", None, None, "", grade, "", False, None)
    assert of_number(given_by_us, {}).source == "Outlay's default"
