"""Two results side by side: steps that sum to the difference, orders of the first period."""

from __future__ import annotations

from dataclasses import replace

import pytest

from outlay.core.errors import InputError
from outlay.results.rows import CostPart
from outlay.runs.compare import compare_replay, compare_results
from support.plans import hand_made

FIRST = hand_made()
PARTS = (
    CostPart("delivery", "capex", 250e6),
    CostPart("rent", "opex", 150e6),
    CostPart("rent", "lease", 20e6),
    CostPart("shed", "penalty", 0.1),
)
SECOND = replace(
    FIRST,
    title="Another",
    cost_parts=PARTS,
    orders=(replace(FIRST.orders[0], quantity=2600.0), *FIRST.orders[2:]),
)


def test_steps_by_payment_sum_to_the_difference_largest_first() -> None:
    found = compare_results(FIRST, SECOND)
    # delivery 211 to 250; rent 200 to 150 and 20; shed from nothing
    assert [(s.name, s.value) for s in found.steps] == [
        ("delivery", 39e6), ("rent", -30e6), ("shed", 0.1),
    ]  # fmt: skip
    assert found.difference == pytest.approx(9e6 + 0.1)
    assert sum(s.value for s in found.steps) == pytest.approx(found.difference, rel=1e-15)
    assert found.currency == "USD"


def test_each_side_says_what_it_is() -> None:
    found = compare_results(FIRST, SECOND)
    assert (found.before.title, found.after.title) == ("A plan made by hand", "Another")
    assert (found.before.expected_cost, found.after.expected_cost) == (411e6, 420e6 + 0.1)
    assert (found.before.result_hash, found.before.input_hash) == ("4" * 64, "1" * 64)
    assert (found.before.verdict, found.before.overrides) == ("valid", ("a=1",))


def test_orders_of_the_first_period_that_differ() -> None:
    found = compare_results(FIRST, SECOND)
    assert [(o.offer, o.before, o.after) for o in found.orders] == [
        ("buy", 2000.0, 2600.0), ("lease", 500.0, 0.0),
    ]  # fmt: skip
    later = replace(FIRST, orders=(*FIRST.orders[:2], replace(FIRST.orders[2], quantity=1.0)))
    assert compare_results(FIRST, later).orders == ()
    hair = replace(FIRST, orders=(replace(FIRST.orders[0], quantity=2000.4), *FIRST.orders[1:]))
    assert compare_results(FIRST, hair).orders == ()


def test_two_currencies_are_not_compared() -> None:
    with pytest.raises(InputError, match="different currencies"):
        compare_results(FIRST, replace(SECOND, currency="CNY"))


def test_a_replay_says_what_is_not_the_same() -> None:
    assert compare_replay(FIRST, FIRST).same
    assert compare_replay(FIRST, FIRST).parts_changed == ()
    new = replace(FIRST.record, result_hash="9" * 64, code_hash="8" * 64)
    found = compare_replay(FIRST, replace(SECOND, record=new))
    assert not found.same
    assert (found.recorded, found.replayed) == ("4" * 64, "9" * 64)
    assert found.inputs_changed == ("code_hash",)
    assert found.parts_changed == ("title", "orders", "cost_parts")
