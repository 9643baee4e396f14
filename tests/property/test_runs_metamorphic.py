"""What any plan must obey: licences, budgets, demand and money change cost only one way."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from outlay.planning.result import Plan
from outlay.planning.solver.solve import solve
from support.small import small_stages


@cache
def planned(*changes: str) -> Plan:
    return solve(small_stages(*changes).problem)


def cost(*changes: str) -> float:
    return planned(*changes).expected_cost


def ordered(plan: Plan, name: str, **labels: str) -> float:
    o = next(i for i, x in enumerate(plan.problem.offers) if x.id == name)
    tree = plan.problem.tree
    wanted = {k.replace("_", "."): v for k, v in labels.items()}
    here = [
        n for n in range(len(tree)) if all(tree.labels[n].get(k) == v for k, v in wanted.items())
    ]
    return float(plan.orders[o, here].sum())


def test_a_granted_licence_is_never_worth_less_than_nothing() -> None:
    granted = cost("uncertainty.licence.h200.states.granted=100 %",
                   "uncertainty.licence.h200.states.refused=0 %")  # fmt: skip
    refused = cost("uncertainty.licence.h200.states.granted=0 %",
                   "uncertainty.licence.h200.states.refused=100 %")  # fmt: skip
    assert granted <= refused * (1 + 1e-9)
    assert granted * (1 - 1e-9) <= cost() <= refused * (1 + 1e-9)


def test_a_refused_licence_shifts_orders_to_what_can_be_had() -> None:
    plan = planned()
    granted = ordered(plan, "h200-import", licence_h200="granted")
    assert granted > 0
    assert ordered(plan, "h200-import", licence_h200="refused") == pytest.approx(0, abs=1)
    assert ordered(plan, "ascend-910c", licence_h200="refused") > ordered(
        plan, "ascend-910c", licence_h200="granted"
    )


def test_lead_times_are_obeyed() -> None:
    plan = planned()
    problem = plan.problem
    for o, offer in enumerate(problem.offers):
        if offer.lead_months > 0:
            assert plan.deliveries[o][:, problem.tree.period == 0].sum() == 0
            path_orders = plan.orders[o].sum()
            assert plan.deliveries[o].sum() <= 2 * path_orders + 1  # two leaves share the root


@pytest.mark.parametrize(
    ("override", "direction"),
    [
        ("budget.capex.2026=32bn CNY", -1),
        ("budget.capex.2026=1bn CNY", +1),
        ("sites.inner.power=240 MW", -1),
        ("services.chat.tokens_per_day=4T tokens/day", +1),
        ("supply.ascend-910c.price=260_000 CNY", +1),
        ("supply.ascend-910c.lead=2 quarters", +1),
        ("rules.usable=80 %", +1),
    ],
)
def test_looser_never_costs_more_and_tighter_never_less(override: str, direction: int) -> None:
    base, changed = cost(), cost(override)
    assert direction * (changed - base) >= -1e-7 * abs(base)


def test_changing_units_changes_nothing() -> None:
    assert cost("sites.inner.power=0.12 GW") == pytest.approx(cost(), rel=1e-9)
    assert cost("supply.ascend-910c.price=19万元") == pytest.approx(cost(), rel=1e-9)


def test_the_same_study_gives_the_same_plan_bit_for_bit() -> None:
    first = planned()
    again = solve(small_stages().problem)
    np.testing.assert_array_equal(first.orders, again.orders)
    np.testing.assert_array_equal(first.stock, again.stock)
