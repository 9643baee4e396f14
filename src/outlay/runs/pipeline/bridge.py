"""From the cash of the accounts to the plan's objective, on every history, to the cent.

The accounts and the programme are two ways of counting one plan. What lies between them is named
here: what customers pay, tax and what the firm does beside the plan are in the accounts alone; the
price of what is not served and of limits broken, and what is owed after the horizon, are in the
programme alone. What is left at the horizon is taken from the accounts, so that the bridge closes
only where both let things lose their value alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from outlay.core.arrays import Array
from outlay.planning.result import Plan
from outlay.results.plans.accounts import BRIDGE, BridgeLine
from outlay.results.plans.rows import Invariant as Check

if TYPE_CHECKING:
    from outlay.finance.reports.accounts import Accounts

__all__ = ["Bridge", "bridge_of"]

CENT = 0.01
UNSERVED = ("shed", "short")


@dataclass(frozen=True)
class Bridge:
    """Lines by history, discounted: `lines` sum to what the programme counts, `cost`; [path]."""

    lines: dict[str, Array]
    cost: Array
    probability: Array
    expected_cost: float

    @property
    def gap(self) -> float:
        """Largest difference on a history, or in expectation."""
        found = sum(self.lines.values(), np.zeros_like(self.cost))
        mean = abs(float(found @ self.probability) - self.expected_cost)
        return max(float(np.abs(found - self.cost).max()), mean)

    @property
    def check(self) -> Check:
        """The bridge as an identity of the run."""
        gap = self.gap
        holds = bool(np.isfinite(gap) and gap <= CENT)
        return Check(
            "I10", "bridge",
            "cash of the accounts + what the objective counts beside it = objective, on every "
            "history and in expectation",
            gap, CENT, "", "holds" if holds else "broken",
        )  # fmt: skip

    def rows(self) -> tuple[BridgeLine, ...]:
        """The lines, expected; the last is the objective."""
        out = [BridgeLine(k, float(self.lines[k] @ self.probability)) for k in BRIDGE]
        return (*out, BridgeLine("objective", self.expected_cost))


def _by_path(plan: Plan, entries: tuple[str, ...], treatments: tuple[str, ...]) -> Array:
    """[path]: discounted payments of these entries (all, if none) and treatments."""
    tree = plan.problem.tree
    found = np.zeros(len(tree))
    for f in plan.flows:
        if f.treatment in treatments and (not entries or f.entry in entries):
            found[f.node] += f.amount * f.discount
    return np.asarray(found[tree.ancestor[tree.leaves]].sum(axis=1))


def _left(a: Accounts, plan: Plan) -> Array:
    """[path]: value at the end of what the plan bought, from the accounts, at the end itself."""
    ours = {p.id for p in a.flows.purchases if not p.outside}
    rows = [f"buy.{name}.worth" for name in ours]
    rows += [f"sell.{k}.{d.purchase}.worth" for k, d in enumerate(a.flows.disposals)]
    rows += [f"lease.{x.id}.worth" for x in a.flows.leases if x.worth_class]
    end = sum((a.rows[name][:, -1] for name in sorted(rows)), np.zeros(len(a.flows.paths)))
    tree = plan.problem.tree
    return np.asarray(end * (1.0 + plan.problem.discount_rate) ** -tree.end_years)


def bridge_of(a: Accounts, plan: Plan) -> Bridge:
    """The lines of BRIDGE for every history of the plan."""
    tree = plan.problem.tree
    discount = tree.discount(plan.problem.discount_rate)[tree.ancestor[tree.leaves]]

    def worth(row: str) -> Array:
        return np.asarray((a.rows[row] * discount).sum(axis=1))

    outside = worth("cash.outside")
    for p in a.flows.purchases:
        if p.outside:
            outside = outside - worth(f"buy.{p.id}.cost")
    residual = _by_path(plan, ("residual",), ("terminal",))
    terminal = _by_path(plan, (), ("terminal",))
    penalty = _by_path(plan, (), ("penalty",))
    unserved = _by_path(plan, UNSERVED, ("penalty",))
    lines = {
        "cash": -worth("return.free_cash"),
        "revenue": worth("cash.receipts"),
        "tax": worth("cash.tax"),
        "outside": outside,
        "unserved": unserved,
        "limits": penalty - unserved,
        "interest": -worth("cash.interest"),
        "left": -_left(a, plan),
        "owed": terminal - residual,
    }
    return Bridge(
        lines, plan.leaf_cost, tree.probability[tree.leaves], plan.expected_cost
    )  # fmt: skip
