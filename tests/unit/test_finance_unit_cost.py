"""Cost of tokens: direct, idle and full, shared costs, and the curve over utilisation."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from outlay.core.errors import UnknownNameError
from outlay.core.periods import Period, horizon
from outlay.finance import (
    Activity,
    AssetClass,
    Cost,
    Flows,
    Policy,
    Sale,
    account,
    utilisation_curve,
)

YEARS = horizon(Period.parse("2026"), 3)
POLICY = Policy({"accelerators": AssetClass(3, 3)}, discount_rate=0.09)


def fleet(use: float) -> Flows:
    seconds = 100 * 365 * 86_400.0
    busy = seconds * use
    return Flows(
        YEARS[:1], "USD",
        costs=(
            Cost("rent", "site_rent", 1.0, 900_000.0, "USD", chip="h200"),
            Cost("energy", "power", use, 200_000.0, "USD", chip="h200", variable=1.0),
        ),
        sales=(Sale("chat", "output", busy * 2_000 / 1e6), Sale("chat", "input", busy * 0.01)),
        activities=(
            Activity("chat", "output", "h200", busy * 0.7),
            Activity("chat", "input", "h200", busy * 0.3),
        ),
        available={"h200": seconds},
    )  # fmt: skip


def test_the_curve_is_what_planning_for_that_use_would_give() -> None:
    a = account(fleet(0.4), POLICY)
    grid = (0.2, 0.4, 0.8)
    curve = utilisation_curve(a, "chat", "output", utilisation=grid)
    for use, cost in zip(grid, curve.cost_per_mtok, strict=True):
        again = account(fleet(use), POLICY)
        assert cost == pytest.approx(again["economic.per_mtok.chat.output.mean"][0], rel=1e-12)
    assert curve.here == pytest.approx((0.4, curve.cost_per_mtok[1]))
    assert (np.diff(curve.cost_per_mtok) < 0).all()


def test_what_follows_use_is_a_share_of_a_cost() -> None:
    flows = Flows(
        YEARS[:1], "USD",
        costs=(Cost("energy", "power", 2.0, 100.0, "USD", chip="a", variable=0.4),
               Cost("shared", "power", 1.0, 40.0, "USD", variable=0.5)),
        available={"a": 3.0, "b": 1.0},
    )  # fmt: skip
    a = account(flows, POLICY)
    assert a["pool.a.variable"][0, 0] == pytest.approx(80 + 15)
    assert a["pool.b.variable"][0, 0] == pytest.approx(5)


def test_direct_idle_and_full_cost() -> None:
    a = account(fleet(0.4), POLICY)
    total = 900_000 + 0.4 * 200_000
    assert a["book.total"][0, 0] == pytest.approx(total)
    assert a["book.idle"][0, 0] == pytest.approx(0.6 * total)
    assert a["book.direct.chat.output"][0, 0] == pytest.approx(0.7 * 0.4 * total)
    assert a["book.full.chat.output"][0, 0] == pytest.approx(0.7 * total)


def test_shared_costs_follow_the_power_that_stands_ready() -> None:
    flows = Flows(
        YEARS[:1], "USD",
        costs=(Cost("site", "site_rent", 1.0, 100.0, "USD"),
               Cost("own", "power", 1.0, 7.0, "USD", chip="b")),
        available={"a": 3.0, "b": 1.0}, power_kw={"a": 1.0, "b": 2.0},
    )  # fmt: skip
    a = account(flows, POLICY)
    assert a["book.pool.a"][0, 0] == pytest.approx(60)
    assert a["book.pool.b"][0, 0] == pytest.approx(40 + 7)
    assert a["book.idle"][0, 0] == pytest.approx(107)


def test_cost_without_a_fleet_is_idle_cost() -> None:
    flows = Flows(YEARS[:1], "USD", costs=(Cost("site", "site_rent", 1.0, 100.0, "USD"),))
    a = account(flows, POLICY)
    assert a["book.idle"][0, 0] == 100
    assert a["check.total"].max() == 0
    empty = account(replace(flows, available={"a": 0.0}), POLICY)
    assert empty["book.idle"][0, 0] == 100
    assert empty["check.total"].max() == 0


def test_no_curve_for_tokens_that_are_not_served() -> None:
    a = account(fleet(0.4), POLICY)
    with pytest.raises(UnknownNameError, match="did you mean"):
        utilisation_curve(a, "chat", "outputs")
