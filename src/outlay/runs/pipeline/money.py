"""The accounts of a run: finance's graph on the plan's flows, and their checks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from outlay.planning.result import Plan
from outlay.results.plans.rows import Invariant as Check
from outlay.runs.pipeline.bought import Paths
from outlay.runs.pipeline.bridge import Bridge, bridge_of
from outlay.runs.pipeline.execute import Stages
from outlay.runs.pipeline.firm import least_cash, policy_of
from outlay.runs.pipeline.flows import flows_of

if TYPE_CHECKING:
    from outlay.finance.reports.accounts import Accounts

__all__ = ["RunAccounts", "accounts_of"]

CENT = 0.01


@dataclass(frozen=True)
class RunAccounts:
    """Accounts under the study's policy, their bridge to the objective, and their checks."""

    accounts: Accounts
    bridge: Bridge
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
        if f.treatment == "capex" and f.entry != "resale":
            paid[f.node] += f.amount
    path = paid[tree.ancestor[tree.leaves]]
    cash = a.rows["capex.paid"]
    for p in a.flows.purchases:
        if p.outside:
            cash = cash - a.rows[f"buy.{p.id}.cost"]
    gap = float(np.abs(path - cash).max())
    out.append(
        Check(
            "I4 plan", "money", "capex paid in the accounts = payments of the plan, on every path "
            "and in every period",
            gap, CENT, "", "holds" if gap <= CENT else "broken",
        )
    )  # fmt: skip
    running = np.zeros(len(tree))
    for f in plan.flows:
        if f.treatment in ("opex", "lease"):
            running[f.node] += f.amount
    planned = running[tree.ancestor[tree.leaves]]
    booked = sum((a.rows[f"cost.{c.id}.cost"] for c in a.flows.costs), np.zeros_like(planned))
    for x in a.flows.leases:
        booked = booked + a.rows[f"lease.{x.id}.paid"]
        if f"lease.{x.id}.variable.cost" in a.rows:
            booked = booked + a.rows[f"lease.{x.id}.variable.cost"]
    apart = float(np.abs(planned - booked).max())
    out.append(
        Check(
            "I4 running", "money",
            "rent and running costs paid in the accounts = payments of the plan, on every path "
            "and in every period",
            apart, CENT, "", "holds" if apart <= CENT else "broken",
        )
    )  # fmt: skip
    return tuple(out)


def accounts_of(stages: Stages, plan: Plan) -> RunAccounts:
    """Accounts of the plan under the study's policy."""
    from outlay.finance.reports.accounts import account

    study = stages.loaded.study
    nodes = stages.seen
    flows = flows_of(
        plan, stages.demand, stages.capacity, study, stages.chips, stages.money, nodes,
        stages.apart,
    )  # fmt: skip
    least = None if nodes is None else least_cash(nodes, Paths(plan))
    a = account(flows, policy_of(study, stages.money, least))
    bridge = bridge_of(a, plan)
    return RunAccounts(a, bridge, (*_checks(a, plan), bridge.check))
