"""What each state triggers, and what is sure whatever comes: on a tree and orders by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from outlay.core.periods import Period, horizon
from outlay.planning.answers.decisions import hedges, no_regret
from outlay.planning.answers.value import Values, _chips, _megawatt
from outlay.planning.problem.tree import Factor, product_tree
from outlay.planning.problem.types import CallOff
from outlay.planning.result import Plan
from support.tiny_plan import OFFERS, PLAN, PROBLEM

PERIODS = horizon(Period.parse("2026-Q1"), 4)


def plan_of(orders: list[list[float]], *factors: Factor) -> Plan:
    """A plan that places these orders [offer][node] on the tree of the factors."""
    tree = product_tree(PERIODS, factors)
    assert len(orders[0]) == len(tree)
    return replace(PLAN, problem=replace(PROBLEM, tree=tree), orders=np.array(orders))


LICENCE = Factor("licence", ("granted", "capped", "refused"), (0.2, 0.3, 0.5), 1)
# nodes: 0; 1, 2, 3 granted, capped, refused; 4, 5, 6 and 7, 8, 9 the same states later
ORDERS = [
    [900.0, 60.0, 0.0, 0.0, 0.0, 10.0, 0.0, 30.0, 0.0, 0.0],
    [5.0, 0.0, 0.0, 80.0, 0.0, 0.0, 20.0, 0.0, 0.0, 0.0],
    [0.0, 50.0, 50.0, 50.0, 0.0, 0.0, 0.0, 0.0, 0.0, 2.0],
]


def test_what_to_order_when_a_state_is_seen_and_until_when() -> None:
    found = {h.offer: h for h in hedges(plan_of(ORDERS, LICENCE))}
    # all of one state: 60 at once and 30 at the end; elsewhere 10 in three of eight tenths
    granted = found["import"]
    assert (granted.factor, granted.states, granted.by) == ("licence", ("granted",), "2026-Q2")
    assert granted.quantity == pytest.approx(90.0)
    assert granted.otherwise == pytest.approx(10 * 0.3 / 0.8)
    assert granted.last_date == "2026-Q4"
    refused = found["home"]
    assert refused.states == ("refused",)
    assert (refused.quantity, refused.otherwise) == (pytest.approx(100.0), 0.0)
    assert refused.last_date == "2026-Q3"
    # rent is the same in all but for 2 of 52, which is less than a tenth
    assert set(found) == {"import", "home"}


def test_each_offer_is_a_hedge_against_a_factor_once() -> None:
    """20 and 40 in two of three states: one row, for both, and none for the third."""
    orders = [[0.0, 20.0, 40.0, 0.0] + [0.0] * 6, [0.0] * 10, [0.0] * 10]
    (row,) = hedges(plan_of(orders, LICENCE))
    assert row.states == ("granted", "capped")
    assert (row.quantity, row.otherwise) == (pytest.approx((0.2 * 20 + 0.3 * 40) / 0.5), 0.0)
    assert row.last_date == "2026-Q2"


def test_a_trial_and_its_call_off_are_one_hedge() -> None:
    plan = plan_of(ORDERS, LICENCE)
    call = replace(OFFERS[1], id="import:call-off", call_off=CallOff("import", 15.0))
    both = replace(plan, offers=(OFFERS[0], call, OFFERS[2]))
    (row,) = hedges(both)
    # 90 of the one in a fifth, 10 of it in three tenths, 100 of the other in a half
    assert (row.offer, row.states) == ("import", ("granted", "refused"))
    assert row.quantity == pytest.approx((0.2 * 90 + 0.5 * 100) / 0.7)
    assert row.otherwise == pytest.approx(10.0)


def test_the_largest_difference_comes_first() -> None:
    sizes = [abs(h.quantity - h.otherwise) for h in hedges(plan_of(ORDERS, LICENCE))]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] == pytest.approx(100.0)


def test_orders_after_a_state_are_weighed_by_the_chances_within_it() -> None:
    """Demand splits each state a quarter to three: 40 and 80 are 70, whatever the state's own."""
    demand = Factor("demand", ("low", "high"), (0.25, 0.75), 2)
    tree = product_tree(PERIODS, (LICENCE, demand))
    orders = np.zeros((3, len(tree)))
    for n, known in enumerate(tree.labels):
        if tree.period[n] == 2 and known["licence"] == "granted":
            orders[0, n] = 40.0 if known["demand"] == "low" else 80.0
    plan = plan_of(orders.tolist(), LICENCE, demand)
    found = {(h.factor, *h.states): h for h in hedges(plan) if h.offer == "import"}
    assert found["licence", "granted"].quantity == pytest.approx(70.0)
    assert found["licence", "granted"].otherwise == 0.0
    # of demand: a fifth of the histories are granted
    assert found["demand", "high"].quantity == pytest.approx(0.2 * 80)
    assert found["demand", "high"].otherwise == pytest.approx(0.2 * 40)
    assert found["demand", "high"].by == "2026-Q3"


def test_what_is_known_at_the_start_triggers_nothing() -> None:
    known = replace(LICENCE, reveal=0)
    nodes = len(product_tree(PERIODS, (known,)))
    assert hedges(plan_of([[1.0 + n for n in range(nodes)]] * 3, known)) == []


def test_no_regret_is_the_least_of_all_histories_and_of_the_plan() -> None:
    plan = plan_of(ORDERS, LICENCE)
    first = np.array([[950.0, 4.0, 0.0], [700.0, 9.0, 3.0], [800.0, 6.0, 2.0]])  # [leaf, offer]
    found = no_regret(plan, Values(0.0, leaf_first=first))
    assert [(x.offer, x.chip, x.quantity, x.planned) for x in found] == [
        ("import", "big", 700.0, 900.0), ("home", "small", 4.0, 5.0),
    ]  # fmt: skip
    more = no_regret(plan, Values(0.0, leaf_first=first + 1000.0))
    assert [(x.offer, x.quantity) for x in more] == [("import", 900.0), ("home", 5.0)]
    assert no_regret(plan, Values(0.0)) == []
    assert len(OFFERS) == 3


def test_a_history_that_cannot_come_has_no_say() -> None:
    never = replace(LICENCE, probabilities=(0.0, 0.5, 0.5))
    first = np.array([[0.0, 0.0, 0.0], [700.0, 9.0, 3.0], [800.0, 6.0, 2.0]])
    found = no_regret(plan_of(ORDERS, never), Values(0.0, leaf_first=first))
    assert [(x.offer, x.quantity) for x in found] == [("import", 700.0), ("home", 5.0)]


def test_a_megawatt_and_a_thousand_chips_are_worth_their_shadow_prices() -> None:
    # of sites alone and in megawatts; of offers by period, what costs something
    assert _megawatt(PLAN) == {"hall": 5 + 2 + 3}
    assert _chips(PLAN) == {
        "import": {"2027-H1": pytest.approx(20.0)},
        "home": {"2027-H1": pytest.approx(10.0 + 30.0)},
    }
