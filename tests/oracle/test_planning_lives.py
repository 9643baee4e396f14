"""Lives and terms that end within a period: the same by years, by quarters and by months."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from outlay.core.periods import Period, horizon
from outlay.planning.problem.tree import product_tree
from outlay.planning.problem.types import Chip, Load, Offer, PlanProblem, Site
from outlay.planning.solver.solve import solve

YEARS = 6
DAYS = 6 * 365 + 1


def problem(months: int, life: float, rate: float = 0.0) -> PlanProblem:
    """Ten chips of 100 are needed for six years; straight line over life; 3 a year of upkeep."""
    tree = product_tree(horizon(Period(2026, 1, months), YEARS * 12 // months), ())
    n = len(tree)
    inf = np.full(n, np.inf)
    return PlanProblem(
        "USD", tree, rate, (Chip("chip", 1.0, life, upkeep_per_year=3.0),),
        (Site("hall", "R", inf),),
        (Offer("buy", "chip", "purchase", ("hall",), np.full(n, 100.0), inf, inf, np.zeros(n)),),
        (), (Load("work", 1e-2),), ("day",), np.array([24.0]), np.full((1, 1, n), 10.0),
        np.ones((1, 1)), np.ones((1, 1), dtype=bool), np.ones((1, 1), dtype=bool),
    )  # fmt: skip


@pytest.mark.parametrize("months", [12, 3, 1])
@pytest.mark.parametrize("life", [4.0, 4.1, 4.5, 5.5])
def test_a_life_that_ends_within_a_period_costs_what_it_serves(life: float, months: int) -> None:
    """Sixty chip-years of ÷ life each, whatever the periods: nothing stands that is not needed."""
    plan = solve(problem(months, life))
    upkeep = 10 * 3.0 * DAYS / 365.25
    assert plan.objective == pytest.approx(10 * 100.0 * YEARS / life + upkeep)
    assert plan.stock[0, 0] == pytest.approx(np.full(len(plan.problem.tree), 10.0))


@pytest.mark.parametrize(("life", "bought"), [(4.1, 20.0), (4.5, 20.0), (5.5, 15.0)])
def test_discount_moves_a_payment_by_half_a_period_at_most(life: float, bought: float) -> None:
    """At 8 % a year, periods move only when in the year is paid: 4 % of what is paid at most."""
    by_year, by_month = (solve(problem(m, life, 0.08)) for m in (12, 1))
    paid = sum(f.discount * f.amount for f in by_month.flows if f.treatment != "terminal")
    assert by_year.objective == pytest.approx(by_month.objective, abs=paid * (1.08**0.5 - 1))
    # The year in which chips end buys for its mean: half as many, if half of it is left; the next
    # year buys the others, if there is one within the horizon.
    assert by_month.deliveries.sum() == pytest.approx(20.0)
    assert by_year.deliveries.sum() == pytest.approx(bought)


@pytest.mark.parametrize("months", [12, 6, 3, 1])
def test_a_lease_of_thirty_months_pays_thirty_months(months: int) -> None:
    """Ten chips at 0.01 an hour to the middle of 2028; a part of a year is its part of the days."""
    base = problem(months, 5.0)
    n = len(base.tree)
    inf = np.full(n, np.inf)
    first = np.where(np.arange(n) == 0, np.inf, 0.0)
    lease = Offer("rent", "chip", "operating_lease", ("hall",), np.zeros(n), first, inf,
                  np.full(n, 0.01), term_months=30.0)  # fmt: skip
    start = base.tree.start_age * 12
    need = 10 * np.clip((30 - start) / months, 0.0, 1.0)
    plan = solve(replace(base, offers=(lease,), demand=need[None, None, :]))
    days = 365 + 365 + (366 / 2 if months == 12 else 182)
    rent = sum(f.amount for f in plan.flows if f.entry == "rent")
    assert rent == pytest.approx(10 * 0.01 * 24 * days)
