r"""Money: authorisations by fiscal year, and cash, read from one ledger of payments.

Rows `budget`: capex of the classes, summed over the path's nodes of the year, <= amount + over.
LaTeX: B_{bn} = B_{b a(n)} + \sum_j c_{jn} x_j, \qquad B_{bn} \le \bar B_b + o_{bn}
Capex counts when ordered, delivered or paid, as the budget says (`basis`).
Rows `cash`: cash_n = cash_{a(n)} + income_n + drawn_n - payments_n; cash_n + under_n >= floor;
debt_n = debt_{a(n)} + drawn_n <= ceiling; interest = rate × years × (debt_{a(n)} + debt_n) / 2.
LaTeX: L_n = L_{a(n)} + I_n + b_n - \sum_j p_{jn} x_j, \quad E_n = E_{a(n)} + b_n \le \bar E_n
Unit: currency (the solver sees millions of chips' worth).
In words: authorisation and cash are two limits, and a deposit is cash before it is a chip.
"""

from __future__ import annotations

import numpy as np

from outlay.core.arrays import Array, BoolArray, Number
from outlay.planning.problem.limits import Cash
from outlay.planning.programme.draft import Draft

__all__ = ["columns", "rows"]


def columns(d: Draft) -> None:
    """spent, over [budget, node]; cash, under, debt, draw [node]. All in currency."""
    p, b, tree = d.problem, d.blocks, d.problem.tree
    n = len(tree)
    inside = np.zeros((len(p.budgets), n), dtype=bool)
    last = np.zeros(inside.shape, dtype=bool)
    price = np.zeros((len(p.budgets), 1))
    unit = np.ones((len(p.budgets), 1))
    for i, budget in enumerate(p.budgets):
        inside[i] = np.isin(tree.period, budget.periods)
        last[i] = inside[i] & (tree.period == max(budget.periods, default=-1))
        price[i] = budget.slack_cost
        most = np.max(budget.amount, where=np.isfinite(budget.amount), initial=1.0)
        unit[i] = 2.0 ** np.round(np.log2(most / 64.0))
    axes = ("budget", "node")
    spent = b.column("spent", axes, inside, lower=-np.inf, unit=unit, meaning="capex so far")
    over = b.column("over", axes, last & np.isfinite(price), unit=unit, meaning="over budget")
    d.col["spent"], d.col["over"], d.col["budget_last"] = spent, over, last.astype(np.int64)
    for i, budget in enumerate(p.budgets):
        every = np.arange(n)
        d.ledger.pay(over[i], every, budget.slack_cost, "slack", "penalty", budget.id)
    if p.cash is None:
        return
    c = p.cash
    one = np.ones(n, dtype=bool)
    unit_cash = _cash_unit(d, c)
    d.col["cash"] = b.column("cash", ("node",), one, lower=-np.inf, unit=unit_cash)
    soft: BoolArray = one & np.isfinite(c.slack_cost)
    d.col["under"] = b.column("under", ("node",), soft, unit=unit_cash, meaning="below the floor")
    has_debt = one & (np.max(c.debt_ceiling) > 0)
    d.col["debt"] = b.column("debt", ("node",), has_debt, upper=c.debt_ceiling, unit=unit_cash)
    every = np.arange(n)
    d.ledger.pay(d.col["under"], every, c.slack_cost, "slack", "penalty", "cash")
    child = np.flatnonzero(tree.parent >= 0)
    interest = c.debt_rate * tree.years / 2.0  # on the mean of what is owed before and after
    before = d.col["debt"][tree.parent[child]]
    d.ledger.pay(before, child, interest[child], "interest", "financing", "debt")
    d.ledger.pay(d.col["debt"], every, interest, "interest", "financing", "debt")


def _cash_unit(d: Draft, c: Cash) -> float:
    """Power of two near 1/64 of what moves: the firm's cash, or what the plan's chips cost."""

    def most(values: Number) -> float:
        found = np.abs(np.asarray(values, dtype=float))
        return float(np.max(np.where(np.isfinite(found), found, 0.0), initial=0.0))

    chips = max((most(o.price) for o in d.problem.offers), default=0.0)
    size = max(most(c.income), abs(c.start), most(c.floor), most(c.debt_ceiling), 1.0,
               chips * d.frame.chip_unit * 64.0)  # fmt: skip
    return float(2.0 ** np.round(np.log2(size / 64.0)))


def rows(d: Draft) -> None:
    """After every payment is entered."""
    p, b, tree = d.problem, d.blocks, d.problem.tree
    spent, over = d.col["spent"], d.col["over"]
    last = d.col["budget_last"].astype(bool)
    state = b.row("spent", ("budget", "node"), spent >= 0, lower=0.0, upper=0.0)
    b.put(state, spent, 1.0)
    child = np.flatnonzero(tree.parent >= 0)
    b.put(state[:, child], spent[:, tree.parent[child]], -1.0)
    amount = np.array([np.broadcast_to(x.amount, (len(tree),)) for x in p.budgets])
    limited = last & np.isfinite(amount.reshape(last.shape))
    row = b.row(
        "budget", ("budget", "node"), limited, upper=amount.reshape(last.shape), unit="currency"
    )
    b.put(row, spent, 1.0)
    b.put(row, over, -1.0)
    entries = d.ledger.entries()
    kinds = d.ledger.kinds
    paid = np.array([k[1] == "capex" and k[2] not in ("", "resale") for k in kinds], dtype=bool)
    for i, budget in enumerate(p.budgets):
        if budget.basis == "payment":
            right = np.array([not budget.classes or k[2] in budget.classes for k in kinds])
            e = entries
            hit: BoolArray = (paid & right)[e.kind] if len(kinds) else np.zeros(0, dtype=bool)
            b.put(state[i, e.node[hit]], e.col[hit], -e.amount[hit])
        for basis, cls, cols, nodes, value in d.ledger.booked:
            if basis == budget.basis and (not budget.classes or cls in budget.classes):
                b.put(state[i, nodes], cols, -value)
    if p.cash is not None:
        _cash(d)


def _cash(d: Draft) -> None:
    p, b, tree = d.problem, d.blocks, d.problem.tree
    c = p.cash
    assert c is not None
    n = len(tree)
    one = np.ones(n, dtype=bool)
    income = np.broadcast_to(np.asarray(c.income, dtype=float), (n,))
    first: Array = np.where(tree.parent < 0, c.start, 0.0) + income
    row = b.row("cash", ("node",), one, lower=first, upper=first, unit="currency")
    child = np.flatnonzero(tree.parent >= 0)
    up = tree.parent[child]
    b.put(row, d.col["cash"], 1.0)
    b.put(row[child], d.col["cash"][up], -1.0)
    b.put(row, d.col["debt"], -1.0)
    b.put(row[child], d.col["debt"][up], 1.0)
    e, kinds = d.ledger.entries(), d.ledger.kinds
    real = np.array([k[1] in ("capex", "opex", "lease", "financing", "income") for k in kinds])
    hit: BoolArray = real[e.kind]
    b.put(row[e.node[hit]], e.col[hit], e.amount[hit])
    least = np.broadcast_to(np.asarray(c.floor, dtype=float), (n,))
    floor = b.row("cash_floor", ("node",), np.isfinite(least), lower=least, unit="currency")
    b.put(floor, d.col["cash"], 1.0)
    b.put(floor, d.col["under"], 1.0)
