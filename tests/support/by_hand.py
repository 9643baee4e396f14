"""The two-period, two-chip, two-state case of docs/planning/by_hand.md."""

from __future__ import annotations

import numpy as np

from outlay.core.periods import Period, horizon
from outlay.planning.problem.tree import Factor, product_tree
from outlay.planning.problem.types import Chip, Load, Offer, PlanProblem, Site

__all__ = ["two_by_two"]


def two_by_two(granted: float = 0.5, *more: Factor) -> PlanProblem:
    """Ten chips are needed in 2027; the import's licence is known only then.

    granted: its chance. more: factors that change nothing but the number of branches.
    """
    licence = Factor("licence", ("granted", "refused"), (granted, 1 - granted), 1)
    tree = product_tree(horizon(Period(2026, 1, 12), 2), [licence, *more])
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
