"""Training that the plan places itself, as work that finance charges for."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from outlay.core.arrays import Array
from outlay.demand.types import DemandPaths
from outlay.finance.types import Activity
from outlay.planning.result import Plan

__all__ = ["trained"]


def trained(plan: Plan, demand: DemandPaths, at: Callable[[Array], Array]) -> list[Activity]:
    """Chip-seconds of such campaigns. at: node arrays as path arrays."""
    p, out = plan.problem, []
    for c, (need, campaign) in enumerate(zip(demand.campaigns, p.campaigns, strict=True)):
        done: Array = plan.work[c].sum(axis=1)  # [chip, node] busy seconds of the reference chip
        rates = campaign.rates(len(p.tree))
        for k, chip in enumerate(p.chips):
            per: Array = rates[k]
            if p.chip_factor is not None:
                per = per * p.chip_factor[k]
            busy: Array = np.divide(done[k], per, out=np.zeros_like(per), where=per > 0)
            if busy.any():
                out.append(Activity(need.load.service, "work", chip.id, at(busy)))
    return out
