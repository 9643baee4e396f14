"""Build and hold the accounts: every row by path and period, in expectation and by tree node."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from outlay.core.arrays import Array
from outlay.core.errors import UnknownNameError, nearest
from outlay.core.graph.eval import Program
from outlay.core.graph.graph import Graph
from outlay.finance.book.assets import build_assets
from outlay.finance.book.book import Book, open_book
from outlay.finance.book.leases import build_leases
from outlay.finance.book.merge import merged
from outlay.finance.book.running import build_costs, build_debts, build_outside, build_sales
from outlay.finance.check import check
from outlay.finance.reports.returns import build_returns
from outlay.finance.reports.statements import BALANCE, CASH, INCOME, build_statements
from outlay.finance.reports.unit_cost import build_unit_costs
from outlay.finance.reports.years import build_years
from outlay.finance.types import Flows, Policy

__all__ = ["LEVELS", "Accounts", "account", "build_book"]


STATEMENTS = {"income": INCOME, "cash": CASH, "balance": BALANCE}
LEVELS = ("balance.", "cover.", "tax.losses", "return.cumulative")  # last of a year, not its sum


@dataclass(frozen=True)
class Accounts:
    """The accounts of one plan under one policy.

    rows: name → [path, period], or [path] for scalars, in the unit of `graph[name]`.
    inputs: values of the graph's inputs, ready for another evaluation.
    """

    flows: Flows
    policy: Policy
    graph: Graph
    inputs: Mapping[str, Array]
    rows: Mapping[str, Array]

    def __getitem__(self, name: str) -> Array:
        if name not in self.rows:
            raise UnknownNameError("no such row", value=name, hint=nearest(name, self.rows))
        return self.rows[name]

    def expected(self, name: str) -> Array:
        """Mean over the paths with their probabilities: [period] or a number."""
        return np.asarray(np.tensordot(self.flows.weights, self[name], axes=(0, 0)))

    @property
    def years(self) -> list[int]:
        """Fiscal years of the horizon."""
        start = self.policy.fiscal_year_start
        return sorted({p.fiscal_year(start) for p in self.flows.periods})

    def by_year(self, name: str) -> dict[int, Array]:
        """Fiscal year → [path]: sums of flows, the last period of balances and ratios."""
        start, values = self.policy.fiscal_year_start, self[name]
        out = {}
        for year in self.years:
            t = [i for i, p in enumerate(self.flows.periods) if p.fiscal_year(start) == year]
            out[year] = values[:, t[-1]] if name.startswith(LEVELS) else values[:, t].sum(axis=1)
        return out

    def names(self, prefix: str) -> list[str]:
        return [n for n in self.rows if n.startswith(prefix)]

    def statement(self, which: str) -> list[tuple[str, str]]:
        """(row, label) of the lines of `income`, `cash` or `balance`."""
        return [(n, self.graph[n].label) for n in STATEMENTS[which]]

    def path_inputs(self, path: int) -> dict[str, Array]:
        """The inputs of one path, without the path axis."""
        out = {}
        for name, value in self.inputs.items():
            wide = value.ndim == (2 if self.graph[name].series else 1)
            out[name] = value[path] if wide else value
        return out


def build_book(flows: Flows, policy: Policy) -> Book:
    """The graph of the accounts, not yet evaluated; raises InputError naming every problem."""
    check(flows, policy)
    flows = merged(flows)
    b = open_book(flows, policy)
    build_assets(b)
    build_leases(b)
    build_costs(b)
    build_sales(b)
    build_debts(b)
    build_outside(b)
    build_statements(b)
    build_returns(b)
    build_unit_costs(b)
    build_years(b)
    b.graph.row(
        "check.total",
        b.graph.add([r.at_least(-r) for r in b.lists["check"]], b.cur),
        b.cur,
        "Sum of the sizes of all gaps",
    )
    return b


def account(flows: Flows, policy: Policy, rows: Iterable[str] | None = None) -> Accounts:
    """The accounts of `flows` under `policy`; `rows`: those that are asked for, all by default."""
    b = build_book(flows, policy)
    program = Program(b.graph, rows)
    # Inputs that are the same on every path get an axis of one, so that every row has it.
    deep = {n: v if v.ndim == (2 if b.graph[n].series else 1) else v[None]
            for n, v in b.values.items()}  # fmt: skip
    values = program.run(deep)
    paths = len(flows.paths)
    found = {name: np.broadcast_to(v, (paths, *v.shape[1:])) for name, v in values.items()}
    return Accounts(b.flows, policy, b.graph, b.values, found)
