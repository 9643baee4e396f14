"""Several plans in the same worlds: cost by state of the world, regret, and who wins how often."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from outlay.core.errors import QuantityError
from outlay.risk.evaluate import Evaluator, evaluate_worlds
from outlay.risk.value import Regret, regret_table
from outlay.risk.worlds import WorldModel, Worlds, draw_worlds

__all__ = ["PlanComparison", "compare_plans"]

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class PlanComparison:
    """cost: [plan, world], on common random numbers. regret: plans by scenario, a scenario being
    the worlds in which the chosen factors are in one combination of states. wins: [plan] share of
    worlds in which the plan is the cheapest. difference: [plan] mean cost over that of the
    cheapest plan, with standard_error of that paired difference."""

    plans: tuple[str, ...]
    cost: Array
    regret: Regret
    wins: Array
    difference: Array
    standard_error: Array


def compare_plans(
    policies: Mapping[str, Evaluator],
    model: WorldModel,
    by: tuple[str, ...],
    *,
    states: Mapping[str, tuple[str, ...]] | None = None,
    output: str = "cost",
    n: int = 500,
    seed: int = 0,
    workers: int = 1,
) -> PlanComparison:
    """Live through the same worlds with each policy.

    by: factors with states whose combinations are the columns of the regret table. states: their
    names, for headings. Raises QuantityError for no policy or a factor without states.
    """
    if not policies:
        raise QuantityError("no plan to compare")
    for name in by:
        if name not in model.factors or model.factors[name].kind != "states":
            raise QuantityError("regret is by factors with states", where=name)
    worlds = draw_worlds(model, n, seed)
    cost = np.stack(
        [
            evaluate_worlds(p, worlds, workers=workers)[:, p.outputs.index(output)]
            for p in policies.values()
        ]
    )
    names, group = _groups(worlds, by, states or {})
    counts = np.bincount(group, minlength=len(names)).astype(float)
    sums = [np.bincount(group, cost[i, :], minlength=len(names)) for i in range(len(cost))]
    table = np.stack(sums) / counts
    regret = regret_table(tuple(policies), names, table, [float(c) for c in (counts / n).flat])
    best = int(np.argmin(cost.mean(axis=1)))
    gap = cost - cost[best, :]
    spread: Array = gap.std(axis=1, ddof=1) / np.sqrt(n) if n > 1 else np.zeros(len(cost))
    return PlanComparison(
        tuple(policies),
        cost,
        regret,
        np.bincount(np.argmin(cost, axis=0), minlength=len(cost)) / n,
        np.asarray(gap.mean(axis=1), dtype=np.float64),
        np.asarray(spread, dtype=np.float64),
    )


def _groups(
    worlds: Worlds, by: tuple[str, ...], states: Mapping[str, tuple[str, ...]]
) -> tuple[list[str], npt.NDArray[np.int64]]:
    """Headings of the combinations that occur, and each world's number among them."""
    if not by:
        return ["all"], np.zeros(len(worlds), dtype=np.int64)
    rows = np.stack([worlds[k].astype(np.int64) for k in by], axis=1)
    kinds, group = np.unique(rows, axis=0, return_inverse=True)

    def label(k: str, i: int) -> str:
        return f"{k}={states[k][i]}" if k in states else f"{k}={i}"

    names = [
        ", ".join(label(k, int(i)) for k, i in zip(by, kinds[n, :].flat, strict=True))
        for n in range(len(kinds))
    ]
    return names, np.asarray(group, dtype=np.int64).ravel()
