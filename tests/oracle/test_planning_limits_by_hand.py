"""Limits of halls and campaigns on cases whose answer a pencil finds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from outlay.core.periods import Period, horizon
from outlay.planning.problem.tree import product_tree
from outlay.planning.problem.types import Campaign, Ceiling, Chip, Load, PlanProblem, Pool, Site
from outlay.planning.solver.solve import Options, solve

SECONDS = 90 * 86400.0  # the first quarter of 2026


def hall(**limits: float) -> PlanProblem:
    """Ten leased chips at most, one unit a second each, ten units asked for, in one quarter."""
    tree = product_tree(horizon(Period(2026, 1, 3), 1), ())
    one = np.ones(1)
    return PlanProblem(
        "USD", tree, 0.0, (Chip("a", 1.0, racks=0.5, liquid=True),),
        (Site("hall", "R", one, **limits),), (), (Pool("there", "a", ("hall",), 10 * one),),
        (Load("work", 1.0),), ("day",), np.array([24.0]), np.full((1, 1, 1), 10.0),
        np.ones((1, 1)), np.ones((1, 1), dtype=bool), np.ones((1, 1), dtype=bool),
    )  # fmt: skip


def served(problem: PlanProblem) -> float:
    return float(solve(problem).served.sum())


def test_racks_liquid_cooling_and_a_ceiling_each_set_how_many_chips_work() -> None:
    assert served(hall()) == pytest.approx(10.0)
    assert served(hall(rack_limit=3.0)) == pytest.approx(6.0)  # half a rack each
    assert served(hall(liquid_mw=0.004)) == pytest.approx(4.0)  # 1 kW each
    at_meter = replace(hall().sites[0], it_power=False, pue=1.25, liquid_mw=0.004)
    assert served(replace(hall(), sites=(at_meter,))) == pytest.approx(3.2)  # 1.25 kW at the meter
    capped = replace(hall(), ceilings=(Ceiling("grid", ("hall",), np.full(1, 0.007)),))
    assert served(capped) == pytest.approx(7.0)
    # A ceiling counts IT power, whatever basis the hall is in.
    metered = replace(hall().sites[0], it_power=False, pue=1.25)
    assert served(replace(capped, sites=(metered,))) == pytest.approx(7.0)


def test_a_ceiling_s_price_is_what_one_more_megawatt_saves() -> None:
    capped = replace(hall(), ceilings=(Ceiling("grid", ("hall",), np.full(1, 0.007)),))
    plan = solve(capped)
    price = next(p for p in plan.prices if p.item == "rules.ceilings.grid")
    # 1,000 chips per MW, one unit a second each, 1 USD per unit, over the quarter.
    assert price.value == pytest.approx(1000.0 * SECONDS)
    assert price.binding


@pytest.mark.parametrize(("block", "done"), [(0.0, 1.0), (8.0, 1.0), (12.0, 0.0)])
def test_a_campaign_runs_as_a_block_or_not_at_all(block: float, done: float) -> None:
    """Ten chips stand there: a block of eight may run, a block of twelve may not."""
    problem = replace(
        hall(), demand=np.zeros((1, 1, 1)),
        campaigns=(
            Campaign("run", 5 * SECONDS, 0, 0, np.ones(1), ("hall",), 1e-3, block_chips=block),
        ),
    )  # fmt: skip
    plan = solve(problem, Options(whole_depth=1))
    assert float(plan.short.sum()) == pytest.approx((1 - done) * 5 * SECONDS, abs=1e-3)
