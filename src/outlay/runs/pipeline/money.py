"""The accounts of a run: finance's graph on the plan's flows, and their checks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from outlay.planning.result import Plan
from outlay.results.plans.rows import Invariant as Check
from outlay.runs.pipeline.execute import Stages
from outlay.runs.pipeline.flows import flows_of, policy_of

if TYPE_CHECKING:
    from outlay.finance.reports.accounts import Accounts

__all__ = ["RunAccounts", "accounts_of"]

CENT = 0.01
RENT = 0.01
"""Share by which rent may differ: the accounts take the horizon's periods as equally long."""


@dataclass(frozen=True)
class RunAccounts:
    """Accounts under the study's policy, and their checks."""

    accounts: Accounts
    checks: tuple[Check, ...]


def _checks(a: Accounts, plan: Plan) -> tuple[Check, ...]:
    """I4 from the accounts: every money identity, and capex is the plan's own to the cent."""
    from outlay.finance.reports.identities import identities

    out = [
        Check(
            f"I4 {x.name}", "money", x.statement, x.worst, x.tolerance, "",
            "holds" if x.holds else "broken",
        )
        for x in identities(a)
    ]  # fmt: skip
    tree = plan.problem.tree
    paid = np.zeros(len(tree))
    for f in plan.flows:
        if f.treatment == "capex" and f.entry not in ("residual", "resale"):
            paid[f.node] += f.amount
    path = paid[tree.ancestor[tree.leaves]]
    cash = a.rows["capex.paid"]
    gap = float(np.abs(path.sum(axis=1) - cash.sum(axis=1)).max())
    out.append(
        Check(
            "I4 plan", "money", "capex paid in the accounts = payments of the plan, on every path",
            gap, CENT, "", "holds" if gap <= CENT else "broken",
        )
    )  # fmt: skip
    rent = np.zeros(len(tree))
    for f in plan.flows:
        if f.entry in ("rent", "instalment"):
            rent[f.node] += f.amount
    planned = rent[tree.ancestor[tree.leaves]].sum(axis=1)
    booked = np.zeros_like(planned)
    for lease in a.flows.leases:
        booked += a.rows[f"lease.{lease.id}.paid"].sum(axis=1)
    for cost in a.flows.costs:
        if cost.category == "cloud":
            booked += np.broadcast_to(cost.quantity * cost.price, a.flows.shape).sum(axis=1)
    apart = float((np.abs(planned - booked) / np.maximum(1.0, np.abs(planned))).max())
    out.append(
        Check(
            "I4 rent", "money",
            "rent paid in the accounts = rent of the plan on every path, quarters taken as equal",
            apart, RENT, "", "holds" if apart <= RENT else "broken",
        )
    )  # fmt: skip
    return tuple(out)


def accounts_of(stages: Stages, plan: Plan) -> RunAccounts:
    """Accounts of the plan under the study's policy."""
    from outlay.finance.reports.accounts import account

    study = stages.loaded.study
    flows = flows_of(
        plan, stages.demand, stages.capacity, study, stages.chips, stages.money, stages.apart
    )
    a = account(flows, policy_of(study, stages.money))
    return RunAccounts(a, _checks(a, plan))
