"""The two-period, two-chip, two-state case of docs/planning/by_hand.md, to the cent."""

from __future__ import annotations

import numpy as np
import pytest

from outlay.core.periods import Period, horizon
from outlay.planning.decisions import hedges, no_regret
from outlay.planning.solve import solve
from outlay.planning.tree import Factor, product_tree
from outlay.planning.types import Chip, Load, Offer, PlanProblem, Site
from outlay.planning.value import ALL, values

CENT = 0.005


def two_by_two() -> PlanProblem:
    """Ten chips are needed in 2027; the import's licence is known only then."""
    tree = product_tree(
        horizon(Period(2026, 1, 12), 2),
        [Factor("licence", ("granted", "refused"), (0.5, 0.5), 1)],
    )
    n = len(tree)
    zero, inf = np.zeros(n), np.full(n, np.inf)
    refused = np.array([x.get("licence") == "refused" for x in tree.labels])
    chips = (Chip("import", 1.0, 10.0), Chip("home", 1.0, 10.0, domestic=True))
    offers = (
        Offer("import", "import", "purchase", ("hall",), np.full(n, 100.0), inf,
              np.where(refused, 0.0, 10.0), zero, lead_months=12, deposit=0.4, refund=0.5),
        Offer("home", "home", "purchase", ("hall",), np.full(n, 190.0), inf, inf, zero,
              lead_months=12),
        Offer("rent", "home", "spot", ("hall",), zero, inf, inf, np.full(n, 250.0 / 8760.0),
              energy_included=True),
    )  # fmt: skip
    demand = np.where(tree.period == 1, 10.0, 0.0)[None, None, :]
    return PlanProblem(
        "CNY", tree, 0.0, chips, (Site("hall", "CN", np.full(n, 1.0)),), offers, (),
        (Load("work", shed_cost=1e-3),), ("day",), np.array([24.0]), demand,
        np.ones((1, 2)), np.ones((1, 2), dtype=bool), np.ones((1, 1), dtype=bool),
        terminal_value=0.0,
    )  # fmt: skip


def test_every_number_of_the_page() -> None:
    problem = two_by_two()
    plan = solve(problem)
    assert plan.objective == pytest.approx(1850.0, abs=CENT)
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


def test_what_the_plan_says() -> None:
    problem = two_by_two()
    plan = solve(problem)
    found = [h for h in hedges(plan) if h.offer == "rent" and h.state == "refused"]
    assert found
    assert found[0].last_date == "2027"
    assert found[0].quantity == pytest.approx(10.0)
    assert no_regret(plan, values(problem, plan, ("evpi",))) == []  # each state orders otherwise
