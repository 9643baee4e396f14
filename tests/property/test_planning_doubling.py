"""Twice a price moves the plan's cost as the sums of what is paid at that price say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outlay.planning.problem.types import PlanProblem
from outlay.planning.result import Flow, Plan
from outlay.planning.solver.solve import solve
from support.studies import random_problem

Change = Callable[[PlanProblem], PlanProblem]


def sites(**factor: float) -> Change:
    return lambda p: replace(
        p, sites=tuple(replace(s, **{k: getattr(s, k) * f for k, f in factor.items()})
                       for s in p.sites),
    )  # fmt: skip


def offers(*names: str) -> Change:
    return lambda p: replace(
        p, offers=tuple(replace(o, **{k: getattr(o, k) * 2 for k in names}) for o in p.offers)
    )


def building(p: PlanProblem) -> PlanProblem:
    def dear(s):  # type: ignore[no-untyped-def]
        e = s.expansion
        return replace(s, expansion=e and replace(e, cost_per_w=e.cost_per_w * 2))

    return replace(p, sites=tuple(dear(s) for s in p.sites))


def rents(p: PlanProblem) -> PlanProblem:
    pools = tuple(
        replace(
            q, rent_hour=q.rent_hour * 2,
            renew_rent_hour=None if q.renew_rent_hour is None else q.renew_rent_hour * 2,
        )
        for q in p.pools
    )  # fmt: skip
    return replace(offers("rent_hour")(p), pools=pools)


def upkeep(p: PlanProblem) -> PlanProblem:
    def twice(things):  # type: ignore[no-untyped-def]
        return tuple(replace(x, upkeep_per_year=x.upkeep_per_year * 2) for x in things)

    return replace(p, chips=twice(p.chips), offers=twice(p.offers), pools=twice(p.pools))


def unserved(p: PlanProblem) -> PlanProblem:
    return replace(p, loads=tuple(replace(x, shed_cost=x.shed_cost * 2) for x in p.loads))


OWNED = ("buy-", "financed")
"""How the random problems name what becomes one's own."""


def owned(f: Flow) -> bool:
    return f.item.startswith(OWNED)


def hall(f: Flow) -> bool:
    return f.item.startswith("site")


PRICE = (
    "deposit", "delivery", "levy", "waited", "refund", "cancel_fee", "instalment",
    "residual", "resale", "obligation",
)  # fmt: skip

CASES: dict[str, tuple[Change, Callable[[Flow], bool]]] = {
    "price": (
        offers("price", "host_cost"),
        lambda f: f.entry == "host" or (owned(f) and f.entry in PRICE),
    ),
    "rent": (
        rents,
        lambda f: f.entry in ("rent", "exit_fee", "obligation") and not owned(f) and not hall(f),
    ),
    "hall rent": (
        sites(rent_kw_month=2.0),
        lambda f: f.entry == "site_rent" or (hall(f) and f.entry in ("exit_fee", "obligation")),
    ),
    "building": (building, lambda f: hall(f) and f.entry in ("expansion", "residual")),
    "tariff": (sites(tariff_kwh=2.0), lambda f: f.entry == "energy"),
    "staff": (sites(staff_mw_year=2.0), lambda f: f.entry == "staff"),
    "upkeep": (upkeep, lambda f: f.entry == "upkeep"),
    "diverting": (offers("divert_cost"), lambda f: f.entry == "divert"),
    "not serving": (unserved, lambda f: f.entry == "shed"),
}
"""What is doubled → how, and which payments are made at it."""


def part(plan: Plan, mine: Callable[[Flow], bool]) -> float:
    chance = plan.problem.tree.probability
    return sum(float(chance[f.node]) * f.discount * f.amount for f in plan.flows if mine(f))


@pytest.mark.parametrize("name", CASES)
@settings(max_examples=6)
@given(seed=st.integers(0, 500))
def test_twice_a_price_costs_what_is_paid_at_it(name: str, seed: int) -> None:
    """The old plan at the new price bounds the new optimum from above; the new plan at the old
    price, from below. Limits on money are left out: they would let prices decide what may be done.
    """
    problem = replace(
        random_problem(seed, tail=0.0), cash=None, budgets=(), shares=(), use_value=False
    )
    change, mine = CASES[name]
    old, new = solve(problem), solve(change(problem))
    slack = 1e-6 * max(1.0, abs(old.objective), abs(new.objective))
    assert new.objective <= old.objective + part(old, mine) + slack
    assert new.objective >= old.objective + part(new, mine) / 2 - slack
