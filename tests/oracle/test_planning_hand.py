"""The two-period, two-chip, two-state case of docs/planning/by_hand.md, to the cent."""

from __future__ import annotations

from dataclasses import replace

import pytest

from outlay.planning.answers.decisions import hedges, no_regret
from outlay.planning.answers.value import ALL, values
from outlay.planning.problem.types import Budget
from outlay.planning.solver.solve import solve
from support.by_hand import two_by_two

CENT = 0.005


def test_every_number_of_the_page() -> None:
    problem = two_by_two()
    plan = solve(problem)
    assert plan.objective == pytest.approx(1850.0, abs=CENT)
    # granted: the price; refused: half of the deposit of 40 % and a year's rent
    assert plan.leaf_cost == pytest.approx([1000.0, 200.0 + 2500.0], abs=CENT)
    assert plan.expected_cost == pytest.approx(1850.0, abs=CENT)
    assert plan.orders[0, 0] == pytest.approx(10.0)  # the import, in hope
    assert plan.orders[1, 0] == pytest.approx(0.0, abs=1e-9)
    assert plan.cancelled[0, 2] == pytest.approx(10.0)  # refused: half the deposit comes back
    assert plan.orders[2, 2] == pytest.approx(10.0)  # and chips are rented instead
    v = values(problem, plan, ALL)
    assert v.evpi == pytest.approx(400.0, abs=CENT)
    assert v.factors["licence"] == pytest.approx(400.0, abs=CENT)
    assert v.given["licence"]["granted"] == pytest.approx(1000.0, abs=CENT)
    assert v.given["licence"]["refused"] == pytest.approx(1900.0, abs=CENT)
    assert v.licence("licence") == pytest.approx(900.0, abs=CENT)
    assert v.vss == pytest.approx(25.0, abs=CENT)
    assert v.flexibility == pytest.approx(50.0, abs=CENT)


def test_a_limit_that_may_be_broken_says_by_how_much_and_at_what_cost() -> None:
    """40 % of 1,000 is due in 2026 and 100 are authorised: 300 over, at a hundredth each."""
    budget = Budget("capex 2026", 100.0, (0,), slack_cost=0.01)
    (broken,) = solve(replace(two_by_two(), budgets=(budget,))).slacks
    assert (broken.item, broken.node) == ("capex 2026", 0)
    assert (broken.amount, broken.cost) == pytest.approx((300.0, 3.0))


def test_what_the_plan_says() -> None:
    problem = two_by_two()
    plan = solve(problem)
    found = [h for h in hedges(plan) if h.offer == "rent"]
    assert found
    assert found[0].last_date == "2027"
    assert found[0].quantity == pytest.approx(10.0)
    assert no_regret(plan, values(problem, plan, ("evpi",))) == []  # each state orders otherwise
