"""Small planning problems whose plans risk lives through in tests."""

from __future__ import annotations

import numpy as np

from outlay.core.periods import Period, horizon
from outlay.planning.problem.tree import Factor, product_tree
from outlay.planning.problem.types import (
    Budget,
    Chip,
    Load,
    Offer,
    PlanProblem,
    Pool,
    Site,
)

PERIODS = horizon(Period.parse("2026-Q1"), 4)


def two_chip_problem(*, deferrable: float = 0.2, lead: float = 3.0) -> PlanProblem:
    """Chat and coding on an imported (licensed) and a domestic chip; demand grows in branches."""
    tree = product_tree(
        PERIODS,
        (
            Factor("licence", ("granted", "refused"), (0.4, 0.6), 1),
            Factor("demand", ("low", "base", "high"), (0.25, 0.45, 0.3), 2),
        ),
    )
    n = len(tree)
    growth = {"low": 1.2, "base": 1.6, "high": 2.3}
    mean = 0.25 * 1.2 + 0.45 * 1.6 + 0.3 * 2.3
    factor = np.array(
        [
            (1 + 0.15 * tree.period[i]) * growth.get(tree.labels[i].get("demand", ""), mean) / mean
            for i in range(n)
        ]
    )
    slices = np.array([8.0, 16.0])
    shape = np.array([1.6, 0.7])
    base = np.array([2.0e6, 3.0e5, 9.0e5, 4.0e4])
    demand = base[:, None, None] * shape[None, :, None] * factor[None, None, :]
    granted = np.array([tree.labels[i].get("licence") != "refused" for i in range(n)])
    price_a, price_b = np.full(n, 150_000.0), np.full(n, 120_000.0)
    late = np.full(n, np.inf)
    return PlanProblem(
        currency="CNY",
        tree=tree,
        discount_rate=0.09,
        chips=(Chip("import", 1.4), Chip("domestic", 1.6, domestic=True)),
        sites=(
            Site("north", "CN", np.full(n, 14.0), 1.2, tariff_kwh=0.4),
            Site("south", "CN", np.full(n, 9.0), 1.3, tariff_kwh=0.5),
        ),
        offers=(
            Offer("buy-import", "import", "purchase", ("north", "south"), price_a, late,
                  np.where(granted, 4000.0, 0.0), np.zeros(n), lead_months=lead, deposit=0.2),
            Offer("buy-domestic", "domestic", "purchase", ("north", "south"), price_b, late,
                  np.full(n, 900.0), np.zeros(n), lead_months=lead, deposit=0.3),
            Offer("rent", "import", "spot", ("south",), np.zeros(n), late, np.full(n, 300.0),
                  np.full(n, 22.0), uses_power=False, energy_included=True, budget_class=""),
        ),
        pools=(Pool("old", "domestic", ("north",), np.full(n, 1500.0)),),
        loads=(
            Load("chat/prefill", 2e-5, "chat", "chat", "prefill", deferrable=0.0),
            Load("chat/decode", 1e-4, "chat", "chat", "decode", deferrable=0.0),
            Load("code/prefill", 3e-5, "code", "code", "prefill", deferrable=deferrable),
            Load("code/decode", 2e-4, "code", "code", "decode", deferrable=deferrable),
        ),
        slices=("peak", "offpeak"),
        slice_hours=slices,
        demand=demand,
        units_per_chip=np.array(
            [[8000.0, 4200.0], [3000.0, 1500.0], [8000.0, 4000.0], [2500.0, 900.0]]
        ),
        site_chip=np.ones((2, 2), dtype=bool),
        site_load=np.ones((2, 4), dtype=bool),
        budgets=(Budget("capex 2026", 5e8, (0, 1, 2, 3), slack_cost=0.5),),
    )  # fmt: skip
