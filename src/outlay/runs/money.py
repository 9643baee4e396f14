"""The accounts of a run: finance's graph on the plan's flows, and what the document keeps of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from outlay.planning.result import Plan
from outlay.runs.execute import Stages
from outlay.runs.flows import flows_of, policy_of
from outlay.runs.types import Check

__all__ = ["RunAccounts", "accounts_of"]

CENT = 0.01
RENT = 0.01
"""Share by which rent may differ: the accounts take the horizon's periods as equally long."""


@dataclass(frozen=True)
class RunAccounts:
    """Accounts under the study's policy, and the parts that the result document holds."""

    accounts: Any  # finance.accounts.Accounts
    cost_per_mtok: Mapping[str, Mapping[str, float]]
    document: Mapping[str, Any]
    checks: tuple[Check, ...]


def _unit_costs(a: Any) -> dict[str, dict[str, float]]:
    """service → kind → cost per million tokens over the horizon, expected."""
    out: dict[str, dict[str, float]] = {}
    for sale in a.flows.sales:
        full = f"economic.full.{sale.service}.{sale.kind}"
        mtok = f"sale.{sale.service}.{sale.kind}.mtok"
        if full not in a.rows:
            continue
        tokens = float(a.expected(mtok).sum())
        direct = float(a.expected(f"economic.direct.{sale.service}.{sale.kind}").sum())
        if tokens > 0:
            kinds = out.setdefault(sale.service, {})
            kinds[sale.kind] = float(a.expected(full).sum()) / tokens
            kinds[f"{sale.kind}_direct"] = direct / tokens
    return out


def _statements(a: Any) -> dict[str, Any]:
    """Expected statements by fiscal year, row by row."""
    weights = np.asarray(a.flows.weights)
    out: dict[str, Any] = {}
    for which in ("income", "cash", "balance"):
        rows = {}
        for name, label in a.statement(which):
            by_year = {str(y): float(v @ weights) for y, v in a.by_year(name).items()}
            rows[name] = {"label": label, **by_year}
        out[which] = rows
    earns = float(np.abs(a.rows["income.revenue"]).sum()) > 0  # else there is nothing to return
    out["returns"] = (
        {}
        if not earns
        else {
            name: float(np.asarray(a.expected(name)))
            for name in ("return.npv", "return.irr")
            if name in a.rows and np.isfinite(a.rows[name]).all()
        }
    )
    return out


def _checks(a: Any, plan: Plan) -> tuple[Check, ...]:
    """I4 from the accounts: every money identity, and capex is the plan's own to the cent."""
    from outlay.finance.identities import identities

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
    from outlay.demand.build import money_in
    from outlay.finance.accounts import account
    from outlay.runs.statement_tables import curve_rows

    study = stages.loaded.study

    def money(num: Any) -> float:
        return money_in(num, study, stages.fx)

    flows = flows_of(plan, stages.demand, stages.capacity, study, stages.chips, money)
    a = account(flows, policy_of(study, money))
    document = {**_statements(a), "utilisation": curve_rows(a)}
    return RunAccounts(a, _unit_costs(a), document, _checks(a, plan))
