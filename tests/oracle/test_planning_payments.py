"""What is paid when, and what one more unit of a limit is worth: to the closed form."""

from __future__ import annotations

import numpy as np
import pytest

from outlay.core.periods import Period, horizon
from outlay.planning.problem.tree import Factor, Tree, product_tree
from outlay.planning.problem.types import Chip, Load, Offer, PlanProblem, Site
from outlay.planning.solver.solve import solve


def problem(tree: Tree, offer: Offer, demand: np.ndarray, power_mw: float) -> PlanProblem:
    """One chip of a kilowatt that does one unit a second, one hall, one load; 10 % a year."""
    return PlanProblem(
        "CNY", tree, 0.1, (Chip("c", 1.0, 10.0),),
        (Site("hall", "CN", np.full(len(tree), power_mw)),), (offer,), (),
        (Load("work", shed_cost=1e-6),), ("day",), np.array([24.0]), demand[None, None, :],
        np.ones((1, 1)), np.ones((1, 1), dtype=bool), np.ones((1, 1), dtype=bool),
    )  # fmt: skip


def rented(kind: str, rent_hour: list[float], term_months: float = 0.0) -> Offer:
    n = len(rent_hour)
    zero, inf = np.zeros(n), np.full(n, np.inf)
    return Offer("rent", "c", kind, ("hall",), zero, inf, inf, np.array(rent_hour),  # type: ignore[arg-type]
                 term_months=term_months)  # fmt: skip


def test_a_megawatt_is_worth_what_it_lets_in_weighted_and_discounted() -> None:
    """Six of ten units find power, where a quarter of the histories asks for any. One more
    megawatt is a thousand chips, each of which saves a year's unserved work less its rent."""
    asks = Factor("demand", ("some", "none"), (0.25, 0.75), 1)
    tree = product_tree(horizon(Period(2026, 1, 12), 2), [asks])
    demand = np.array([0.0, 10.0, 0.0])
    plan = solve(problem(tree, rented("operating_lease", [1e-3] * 3, 12.0), demand, 0.006))
    (price,) = [p for p in plan.prices if p.family == "power" and p.binding and p.value]
    there = 1000 * (365 * 86_400 * 1e-6 - 8760 * 1e-3)
    discount = 1.1 ** -(1.5 * 365 / 365.25)
    assert (price.item, price.node, price.unit) == ("hall", 1, "MW")
    assert price.here == pytest.approx(there)
    assert price.value == pytest.approx(0.25 * there * discount)
    assert (price.used, price.limit) == (pytest.approx(0.006), 0.006)
    assert plan.shed[0, 0, 1] == pytest.approx(4.0)


def test_a_lease_pays_the_rent_of_its_start_through_its_term() -> None:
    """Ten chips for two half years at 0.001 an hour, though rent is five times that later."""
    tree = product_tree(horizon(Period(2026, 1, 6), 2), ())
    offer = rented("operating_lease", [1e-3, 5e-3], 12.0)
    plan = solve(problem(tree, offer, np.full(2, 10.0), 1.0))
    rent = [(f.node, f.amount) for f in plan.flows if f.entry == "rent"]
    assert rent == [(0, pytest.approx(10 * 1e-3 * 181 * 24)), (1, pytest.approx(0.01 * 184 * 24))]
    first, second = 181 / 365.25, 184 / 365.25
    discounts = (1.1 ** -(first / 2), 1.1 ** -(first + second / 2))
    paid = sum(10 * 1e-3 * d * h for d, h in zip(discounts, (181 * 24, 184 * 24), strict=True))
    assert plan.expected_cost == pytest.approx(paid)
    assert plan.leaf_cost == pytest.approx([paid])
