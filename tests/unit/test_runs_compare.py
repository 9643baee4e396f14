"""Two results side by side: exact steps, orders of the first period, results of other versions."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from outlay.core.errors import InputError
from outlay.report.tables.comparison import comparison_steps
from outlay.report.words.language import words
from outlay.report.words.plans.answers import said
from outlay.report.words.plans.comparison import (
    comparison_lines,
    comparison_sentence,
    replay_lines,
)
from outlay.results.comparison import ChangedOrder, Step
from outlay.results.plans.plan import Plan
from outlay.results.plans.rows import CostPart
from outlay.results.schema import to_json, to_text
from outlay.runs.documents.compare import compare_replay, compare_results, read_result
from outlay.runs.pipeline.record import result_hash
from support.plans import hand_made

SAY = words()


def written(folder: Path, text: str) -> Path:
    """A result that lies alone."""
    (folder / "result.json").write_text(text, encoding="utf-8")
    return folder / "result.json"


def hashed(plan: Plan) -> Plan:
    """The plan with the hash of its facts in its record, as a run gives it."""
    return replace(plan, record=replace(plan.record, result_hash=result_hash(to_json(plan))))


def test_steps_sum_to_the_difference_exactly() -> None:
    a = replace(hand_made(), cost_parts=(CostPart("rent", "opex", 0.1), CostPart("x", "opex", 1.0)))
    b = replace(
        hand_made(), cost_parts=(CostPart("rent", "opex", 1e8 + 0.3), CostPart("y", "opex", 1e9))
    )
    found = compare_results(a, b)
    exact = sum(Fraction(s.value) for s in found.steps)
    assert exact == Fraction(1e8 + 0.3) - Fraction(0.1) - 1 + Fraction(1e9)
    assert [s.name for s in found.steps] == ["y", "rent", "x", "rounding"]
    assert (found.before.expected_cost, found.after.expected_cost) == (1.1, 1.1e9 + 0.3)


def test_a_payment_treated_in_two_ways_is_one_step() -> None:
    two = (CostPart("rent", "lease", 3.0), CostPart("rent", "opex", 4.0))
    found = compare_results(replace(hand_made(), cost_parts=()), replace(hand_made(),
                            cost_parts=two))  # fmt: skip
    assert found.steps == (Step("rent", 7.0, True),)
    assert found.difference == 7.0


def test_orders_that_differ_are_those_of_the_first_period() -> None:
    a = hand_made()
    first, rented, *later = a.orders
    more = replace(first, quantity=2600.0)
    b = replace(a, orders=(more, replace(rented, quantity=512.4), *later[:1]))
    found = compare_results(a, b)
    assert found.orders == (ChangedOrder("buy", 2000.0, 2600.0),)
    one = replace(a, orders=(rented,))
    assert compare_results(a, one).orders == (ChangedOrder("buy", 2000.0, 0.0),)
    assert compare_results(one, a).orders == (ChangedOrder("buy", 0.0, 2000.0),)
    assert list(comparison_lines(found, SAY)) == ["  order now, buy: 2,000 → 2,600 chips"]


def test_the_words_say_from_what_to_what() -> None:
    a = hand_made()
    parts = (replace(a.cost_parts[0], value=251e6), a.cost_parts[1])
    found = compare_results(a, replace(a, title="Dearer", cost_parts=parts))
    assert comparison_sentence(found, SAY) == "Expected discounted cash changes by $40m:"
    assert comparison_steps(found, SAY).rows == (
        ("cash, from: A plan made by hand, changed: a=1", "$411m"), ("paid at delivery", "$40m"),
        ("cash, to: Dearer, changed: a=1", "$451m"),
    )  # fmt: skip


def test_what_is_not_served_is_told_apart_from_cash() -> None:
    """Forty millions less paid, a hundred more of what is not served: never sixty in sum."""
    a = hand_made()
    paid, rent = a.cost_parts
    shed = CostPart("shed", "penalty", 26e6)
    before = replace(a, cost_parts=(paid, rent, shed))
    after = replace(
        a, title="Idle", cost_parts=(replace(paid, value=171e6), rent, replace(shed, value=126e6))
    )
    found = compare_results(before, after)
    assert (found.difference, found.cash) == (60e6, -40e6)
    assert (found.before.cash, found.after.cash) == (411e6, 371e6)
    assert comparison_sentence(found, SAY) == (
        "Expected discounted cash changes by -$40m; apart from it, prices that nobody pays (for "
        "what is not served, for limits broken) by $100m:"
    )
    assert comparison_steps(found, SAY).rows == (
        ("cash, from: A plan made by hand, changed: a=1", "$411m"), ("paid at delivery", "-$40m"),
        ("cash, to: Idle, changed: a=1", "$371m"), ("apart, no cash: what is not served", "$100m"),
    )  # fmt: skip


def test_each_side_says_what_it_is() -> None:
    found = compare_results(hand_made(), replace(hand_made(), title="Another", verdict="INVALID"))
    assert (found.before.title, found.after.title) == ("A plan made by hand", "Another")
    assert (found.before.verdict, found.after.verdict) == ("valid", "INVALID")
    assert (found.before.result_hash, found.before.input_hash) == ("4" * 64, "1" * 64)
    assert (found.before.scenario, found.before.overrides) == ("", ("a=1",))


def test_currencies_must_be_the_same() -> None:
    with pytest.raises(InputError, match="different currencies"):
        compare_results(hand_made(), replace(hand_made(), currency="CNY"))


def test_a_result_is_read_as_it_was_written(tmp_path: Path) -> None:
    plan = said(hashed(hand_made()))
    file = written(tmp_path, to_text(plan))
    assert read_result(file) == plan
    assert read_result(file).first_orders == {"buy": 2000.0, "lease": 512.0}
    with pytest.raises(InputError, match="nothing says whether it was changed"):
        read_result(tmp_path)


def test_a_result_that_lies_alone_is_held_against_its_hash(tmp_path: Path) -> None:
    """Words are no facts: those of another version change nothing."""
    plan = said(hashed(hand_made()))
    assert plan.worth[0].name, "it has its words by now"
    assert read_result(written(tmp_path, to_text(replace(plan, answers=())))).answers == ()
    for changed in (replace(plan, expected_cost=1.0), replace(plan, orders=plan.orders[1:])):
        with pytest.raises(InputError, match="not those that its result_hash is of") as refused:
            read_result(written(tmp_path, to_text(changed)))
        assert refused.value.problems()[0].where == str(tmp_path / "result.json")


def test_a_result_of_another_schema_is_refused_by_its_number(tmp_path: Path) -> None:
    old = {"outlay": {"version": "0.1.0", "schema": 1}, "kind": "plan", "title": "old"}
    with pytest.raises(InputError) as refused:
        read_result(written(tmp_path, json.dumps(old)))
    (problem,) = refused.value.problems()
    assert problem.value == "schema 1, written by Outlay 0.1.0"
    assert problem.allowed == "schema 2"
    assert "result.json" in problem.where


@pytest.mark.parametrize(
    ("text", "said"),
    [("{", "not JSON"), ('{"kind": "claims"}', "not a document of kind plan"),
     ("[]", "not a document of kind plan")],
)  # fmt: skip
def test_what_is_no_result_is_refused(text: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=said):
        read_result(written(tmp_path, text))


def test_a_replay_names_what_differs() -> None:
    plan = said(hand_made())
    same = compare_replay(plan, plan)
    assert (same.same, same.inputs_changed, same.parts_changed) == (True, (), ())
    assert list(replay_lines(same, SAY)) == [f"same result: {'4' * 64}"]
    record = replace(plan.record, result_hash="5" * 64, code_hash="6" * 64)
    other = compare_replay(plan, replace(plan, objective=1.0, fleet=(), record=record))
    assert not other.same
    assert list(replay_lines(other, SAY)) == [
        f"different result: recorded {'4' * 16}, now {'5' * 16}",
        "  made from something else now: code_hash",
        "  parts that differ: objective, fleet",
    ]
