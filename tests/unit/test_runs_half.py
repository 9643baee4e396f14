"""The plan beside one at half the compute: paid, left and turned away, from a plan on paper."""

from __future__ import annotations

from dataclasses import replace

import pytest

from outlay.runs.answers.half import half_of
from support.tiny_plan import DEMAND, PLAN

LEANER = replace(
    PLAN,
    flows=tuple(replace(f, amount=f.amount / 4) for f in PLAN.flows),
    stock=PLAN.stock / 5,
    expected_cost=PLAN.expected_cost / 4,
)


def test_what_is_paid_left_and_not_served_sums_to_the_cost() -> None:
    found = half_of(PLAN, LEANER, DEMAND)
    assert found.status == "computed"
    assert found.planned is not None
    part = found.planned
    # shed and short at their price; residual and obligation are what is left
    shed = 0.95 * 30 + 0.75 * 0.9 * 200 + 0.25 * 0.9 * 5
    left = 0.25 * 0.8 * -1500 + 0.75 * 0.8 * 60
    assert part.shed == pytest.approx(shed)
    assert part.left == pytest.approx(left)
    assert part.paid == pytest.approx(65_446.6086 - shed - left)
    assert part.cost == 65_446.6086
    assert part.chips == pytest.approx(0.25 * 160 + 0.75 * 122)


def test_the_leaner_plan_is_the_second_of_the_two() -> None:
    found = half_of(PLAN, LEANER, DEMAND)
    assert found.planned is not None
    assert found.half is not None
    for name in ("paid", "left", "shed", "cost"):
        assert getattr(found.half, name) == pytest.approx(getattr(found.planned, name) / 4), name
    assert found.half.chips == pytest.approx(found.planned.chips / 5)


def test_what_was_not_worked_out_is_said() -> None:
    assert half_of(PLAN, None, DEMAND).status == "not_computed"
    work = replace(DEMAND, loads=DEMAND.loads[2:])
    found = half_of(PLAN, None, work)
    assert (found.status, found.planned, found.half) == ("no_model", None, None)
