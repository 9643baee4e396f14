"""Inputs of a study as sliders: each path lays what it says, and its span holds its value."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outlay.report.words.language import words
from outlay.results.kept.inputs import GROUPS, Input, Inputs
from outlay.study.reading.loader import load
from outlay.workbench.live.chances import with_chances
from outlay.workbench.live.inputs import inputs_of
from support.small import small_study

LAB = Path(__file__).parents[2] / "examples" / "lab-training" / "study.yaml"


@cache
def shown() -> Inputs:
    return inputs_of(small_study(), words(), "s", 3)


def rows() -> list[Input]:
    return [row for group in shown().groups for row in group.inputs]


def test_every_number_of_the_study_stands_in_one_group_once() -> None:
    assert (shown().study, shown().version, shown().currency) == ("s", 3, "CNY")
    assert [g.id for g in shown().groups] == [g for g in GROUPS if g in {r.group for r in rows()}]
    paths = [r.path for r in rows()]
    assert len(set(paths)) == len(paths)
    stated = {n.path for n in small_study().ledger if n.stated and ".effect." not in n.path}
    assert {p for p in stated if not p.startswith("scenarios.")} <= set(paths)


@pytest.mark.parametrize("study", ["small", "lab"])
def test_boxes_are_chinese_where_chinese_is_asked_and_say_the_same_number(study: str) -> None:
    """Codes of currencies and FLOP stay; what is read is a power of ten of what is laid."""
    found = small_study() if study == "small" else load(LAB)
    for row in (r for g in inputs_of(found, words("zh")).groups for r in g.inputs if r.slides):
        bare = re.sub(r"[A-Z]{3}(?=/)|[TP]?FLOP(/s)?|e\d+", "", row.shown)
        assert not re.search("[A-Za-z]", bare), row.shown
        number = re.search(r"-?[\d,]+(?:\.\d+)?(?:e\d+)?", row.shown)
        assert number is not None
        if row.value and row.unit != "s":
            digits = math.log10(row.value / float(number[0].replace(",", "")))
            assert abs(digits - round(digits)) < 1e-3, (row.shown, row.value)


def test_spans_hold_the_value_and_steps_are_round() -> None:
    for row in rows():
        if row.slides:
            assert row.value is not None
            assert row.least is not None
            assert row.most is not None
            assert row.step is not None
            assert row.least <= row.value <= row.most, row
            assert row.step >= 0
            if row.low is not None and row.high is not None:
                assert row.least <= row.low
                assert row.high <= row.most
        assert row.of or "." not in row.path or row.path.split(".")[0] not in ("supply", "sites")


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_a_value_laid_over_by_its_path_and_unit_is_read_as_itself(data: st.DataObject) -> None:
    row = data.draw(st.sampled_from([r for r in rows() if r.slides and r.stated]))
    text = f"{row.path}={row.value:.15g} {row.unit}".strip()  # as a page writes it
    again = small_study().again(with_chances(small_study().study, [text]))
    before, after = ({n.path: n.value for n in s.ledger} for s in (small_study(), again))
    assert after[row.path] == pytest.approx(before[row.path], rel=1e-12)


def test_sources_grades_and_units_are_said_as_people_read_them() -> None:
    lab = inputs_of(load("examples/lab-training/study.yaml"), words())
    found = {r.path: r for g in lab.groups for r in g.inputs}
    price = found["supply.buy-h200.price"]
    assert (price.of, price.name, price.shown, price.unit) == (
        "H200 bought",
        "price",
        "$31,000",
        "USD",
    )
    assert (price.letter, price.source) == ("R", "market")
    assert price.source_text.startswith("prices and rents seen in the market, Outlay's catalogue")
    assert (price.low, price.high, price.least, price.most, price.step) == (
        28e3,
        36e3,
        28e3,
        36e3,
        100.0,
    )
    capex = found["budget.capex.2026"]
    assert (capex.value, capex.unit, capex.low, capex.high) == (60.0, "m USD", 40.0, 80.0)
    power = found["sites.oslo.power.2027-Q1"]
    assert (power.value, power.unit, power.schedule_of, power.period) == (
        4.0, "MW", "sites.oslo.power", "2027-Q1",
    )  # fmt: skip
    rate = found["discount_rate"]
    assert (rate.value, rate.unit, rate.group, rate.letter) == (10.0, "%/year", "rates", "A")
    lead = found["supply.buy-h200.lead"]
    assert (lead.value, lead.unit, lead.step) == (6.0, "months", 1.0)
    chance = found["uncertainty.next-round.states.funded"]
    assert (chance.of, chance.name) == ("next round", "funded")
    assert (chance.group, chance.least, chance.most, chance.unit) == ("chances", 0.0, 1.0, "")
    day = found["as_of"]
    assert (day.slides, day.shown, day.value) == (False, "2025-12-31", None)
    assert lab.scenarios == ("late-halls", "ifrs")


def test_what_moves_the_plan_most_comes_first() -> None:
    prices = next(g for g in shown().groups if g.id == "prices").inputs
    last = prices[-1].path
    again = inputs_of(small_study(), words(), weights={last: 2.0})
    assert next(g for g in again.groups if g.id == "prices").inputs[0].path == last


EXAMPLES = sorted(Path("examples").glob("*/study.yaml"))


def test_fields_read_as_words_in_both_languages() -> None:
    asked: set[str] = set()

    class Heard(dict[str, str]):
        def __getitem__(self, key: str) -> str:
            asked.add(key)
            return super().__getitem__(key)

    plain: set[str] = set()
    for file in EXAMPLES:
        study = load(file)
        say = replace(words("zh"), texts=Heard(words("zh").texts))
        every = [r for g in inputs_of(study, say).groups for r in g.inputs]
        # What no word is known for is shown as it is written: names of the study's own states.
        plain |= {r.path for r in every if r.name.isascii() and ".states." not in r.path}
    assert {p for p in plain if not p.endswith(".pue")} == set()
    assert {k for k in words().texts if k.startswith("field.")} - asked == set()
    study = load("examples/bytedance-2026/study.yaml")
    found = {r.path: r for g in inputs_of(study, words()).groups for r in g.inputs}
    unserved = found["services.chat.value.unserved.input"]
    assert (unserved.of, unserved.name) == ("chat", "price of an input token not served")
    assert found["services.chat.value.tiers.0.share"].name == "tier 1 of value: share"
    assert found["rules.ceilings.china.power.2026-Q1"].name == "most power in china 2026-Q1"


def test_what_is_largest_comes_first_in_its_group() -> None:
    """An offer by what its first orders may cost, a site by its power, a service by its tokens."""
    study = load("examples/bytedance-2026/study.yaml")
    groups = {g.id: g.inputs for g in inputs_of(study, words()).groups}
    offers = list(dict.fromkeys(r.of for r in groups["prices"]))
    # 20,000 × $27,000; 15,000 × $3.40 and $3 an hour of a year: nearly ¥4bn to ¥3bn.
    assert offers[:3] == ["H200 (import)", "GB200 (Johor)", "B200 (Johor)"]
    assert next(r.of for r in groups["caps"]) == "H200 (import)"
    assert next(r.of for r in groups["demand"]) == "in-app"
    assert next(r.of for r in groups["power"]) == "Johor"
    assert next(r.of for r in groups["chances"]) == "H200 licence"
