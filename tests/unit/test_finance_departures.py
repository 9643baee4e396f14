"""Chips sold and leases given back by a plan leave the accounts for what the plan says."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from outlay.core.periods import Period, horizon
from outlay.finance import AssetClass, Flows, Lease, Policy, Purchase, account
from outlay.finance.book.departures import departures, lasting
from outlay.planning.problem.tree import product_tree
from outlay.planning.problem.types import Chip, Load, Offer, PlanProblem, Site
from outlay.planning.result import Plan
from outlay.planning.solver.solve import solve

PERIODS = horizon(Period.parse("2026"), 4)
DEMAND = np.array([100.0, 100.0, 40.0, 40.0])
HOURS = 8766.0


def problem(kind: str) -> PlanProblem:
    tree = product_tree(PERIODS, ())
    n = len(tree)
    ever, none = np.full(n, np.inf), np.zeros(n)
    owned = kind == "purchase"
    offer = Offer(
        "offer", "h200", kind, ("hall",),  # type: ignore[arg-type]
        price=np.full(n, 1000.0 if owned else 0.0),
        order_cap=ever, delivery_cap=ever,
        rent_hour=none if owned else np.full(n, 0.05),
        host_cost=100.0 if owned else 0.0,
        term_months=0.0 if owned else 48.0,
        exit_share=None if owned else 0.05,
        resale=owned,
    )  # fmt: skip
    return PlanProblem(
        currency="CNY", tree=tree, discount_rate=0.05,
        chips=(Chip("h200", 1.0, life_years=5.0, residual=((0.0, 1.0), (5.0, 0.5))),),
        sites=(Site("hall", "CN", np.full(n, 10.0)),),
        offers=(offer,), pools=(),
        loads=(Load("chat", shed_cost=1.0),),
        slices=("day",), slice_hours=np.array([24.0]),
        demand=DEMAND[None, None, :], units_per_chip=np.array([[1.0]]),
        site_chip=np.array([[True]]), site_load=np.array([[True]]),
        terminal_value=0.0, use_value=False,
    )  # fmt: skip


def paid(plan: Plan, entry: str) -> np.ndarray:
    out = np.zeros(len(plan.problem.tree))
    for f in plan.flows:
        if f.entry == entry:
            out[f.node] += f.amount
    return out


POLICY = Policy({"accelerators": AssetClass(5, 5), "servers": AssetClass(5, 5)}, 0.05)


def test_chips_that_are_sold() -> None:
    plan = solve(problem("purchase"))
    left = plan.left[0].sum(axis=0)
    assert left.sum() >= 59  # demand fell, and old chips fetch most of their price
    purchases = (
        Purchase("offer", "accelerators", plan.deliveries[0].sum(axis=0), 1000.0, "CNY"),
        Purchase("offer:host", "servers", plan.deliveries[0].sum(axis=0), 100.0, "CNY"),
    )
    disposals, ends = departures(plan, purchases, ())
    assert ends == ()
    assert {d.purchase for d in disposals} == {"offer", "offer:host"}
    a = account(Flows(PERIODS, "CNY", purchases=purchases, disposals=disposals), POLICY)
    np.testing.assert_allclose(a["cash.disposals"][0], -paid(plan, "resale"), rtol=1e-9)
    stock = plan.stock.sum(axis=(0, 1))
    ages = np.arange(1, 5)  # all were bought in the first period
    want = stock * 1100.0 * (1 - ages / 5)
    np.testing.assert_allclose(a["balance.fixed_assets"][0], want, rtol=1e-6, atol=1e-6)


def test_leases_that_are_given_back() -> None:
    plan = solve(problem("operating_lease"))
    assert plan.left[0].sum() >= 59
    started = plan.deliveries[0].sum(axis=0)
    lease = Lease("offer", started, 0.05 * HOURS, "CNY", 4, 0.08)
    disposals, ends = departures(plan, (), (lease,))
    assert disposals == ()
    assert len(ends) == 1
    a = account(Flows(PERIODS, "CNY", leases=(lease,), lease_ends=ends), POLICY)
    rent = paid(plan, "rent")
    # Years of 365 and 366 days differ by three in a thousand.
    np.testing.assert_allclose(a["lease.offer.paid"][0], rent, rtol=3e-3)
    assert rent[2] == pytest.approx(rent[0] * 0.4, rel=5e-3)
    ran_on = account(Flows(PERIODS, "CNY", leases=(lease,)), POLICY)
    assert ran_on["lease.offer.paid"][0, 3] > 2 * a["lease.offer.paid"][0, 3]


def test_leases_that_end_with_their_term_are_no_early_ends() -> None:
    plan = solve(problem("operating_lease"))
    short = Lease("offer", plan.deliveries[0].sum(axis=0), 1.0, "CNY", 2, 0.08)
    gone_at_term = np.zeros_like(plan.early)
    gone_at_term[0, 0, 2] = plan.deliveries[0].sum()
    assert departures(replace(plan, early=gone_at_term), (), (short,)) == ((), ())


def test_chips_at_the_end_of_their_life_fetch_what_is_left() -> None:
    """Two years and a half, of which a half is left: gone in the third year, at half the price."""
    p = problem("purchase")
    chip = replace(p.chips[0], life_years=2.5, residual=((0.0, 1.0), (2.5, 0.5)))
    offer = replace(p.offers[0], resale=False, order_cap=np.array([np.inf, 0.0, 0.0, 0.0]))
    plan = solve(replace(p, chips=(chip,), offers=(offer,)))
    came = plan.deliveries[0].sum(axis=0)
    assert came[0] > 0
    (sold,), ends = departures(plan, (Purchase("offer", "accelerators", came, 1.0, "CNY"),), ())
    assert (sold.vintage, ends) == (0, ())
    np.testing.assert_allclose(sold.quantity, came[0] * np.array([[0, 0, 1, 0]]))
    host = 1 - 2.5 / 5  # of hosts in the plan: five years to nothing
    np.testing.assert_allclose(np.sum(sold.proceeds), came[0] * (500 + 100 * host))
    assert not lasting(plan, 0).any()
