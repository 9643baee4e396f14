"""The outlook of a study's plan: its worlds, its promises, its units, one call."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from outlay.demand.types import DemandPaths
from outlay.planning.problem.types import Budget
from outlay.planning.result import Plan
from outlay.results.plans.outlook import Outlook
from outlay.risk.outlook import make_outlook
from outlay.risk.policy.policy import PlanPolicy
from outlay.risk.types import Promise
from outlay.risk.worlds.of_study import study_worlds
from outlay.serving.types import Capacity
from outlay.study.model.study import Study

__all__ = ["plan_outlook"]

ALL_SERVED = 0.999
"""Share of the work below which "everything is served" counts as broken: one part in a thousand
is the solver's and the slices' rounding."""


def plan_outlook(
    study: Study,
    plan: Plan,
    demand: DemandPaths,
    capacity: Capacity | None = None,
    *,
    n: int = 500,
    seed: int | None = None,
    workers: int = 1,
    done: Callable[[int], None] = lambda _: None,
) -> Outlook:
    """Live through `n` worlds with the plan and say how it fares.

    seed: the study's by default. Equal seeds give equal bits for any number of workers. done:
    told of each batch of worlds, by how many they are.
    """
    worlds = study_worlds(study, plan.problem, demand, capacity)
    policy = PlanPolicy(plan, worlds.settings)
    currency = plan.problem.currency
    units = {k: _unit(k, currency) for k in policy.outputs}
    promises = [_within(b) for b in plan.problem.budgets]
    promises += [Promise("everything is served", "served_share", ALL_SERVED, "below")]
    promises += [
        Promise(f"{s} is served", f"served/{s}", ALL_SERVED, "below") for s in policy.services
    ]
    return make_outlook(
        policy,
        worlds.model,
        n=n,
        seed=study.seed if seed is None else seed,
        workers=workers,
        done=done,
        units=units,
        low_is_worse=[k for k in policy.outputs if k.startswith("served")],
        promises=promises,
        headline="cash",
        beside="unserved_cost",
        notes=worlds.notes,
    )


def _unit(output: str, currency: str) -> str:
    if output.startswith("served"):
        return "fraction"
    return f"{currency}/Mtok" if output == "cost_per_mtok" else currency


def _within(budget: Budget) -> Promise:
    name = f"spend on {budget.id} stays within its budget"
    if np.ndim(budget.amount):
        return Promise(name, f"over/{budget.id}", 0.0, "above")
    return Promise(name, f"budget/{budget.id}", float(budget.amount), "above")
