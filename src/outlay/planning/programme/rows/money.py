r"""Money: every payment once, in one ledger; authorisations by fiscal year, and cash.

Rows `budget`: capex of the classes, summed over the path's nodes of the year, <= amount + over.
LaTeX: B_{bn} = B_{b a(n)} + \sum_j c_{jn} x_j, \qquad B_{bn} \le \bar B_b + o_{bn}
Capex counts when ordered, delivered or paid, as the budget says (`basis`).
Rows `cash`: cash_n = cash_{a(n)} + income_n + drawn_n - payments_n; cash_n + under_n >= floor;
debt_n = debt_{a(n)} + drawn_n <= ceiling; interest = rate × years × debt_{a(n)}.
LaTeX: L_n = L_{a(n)} + I_n + b_n - \sum_j p_{jn} x_j, \quad E_n = E_{a(n)} + b_n \le \bar E_n
Unit: currency (the solver sees millions of chips' worth).
In words: authorisation and cash are two limits, and a deposit is cash before it is a chip.
"""

from __future__ import annotations

import numpy as np

from outlay.core.arrays import Array, BoolArray, IntArray
from outlay.core.periods import HOURS_PER_YEAR, MONTHS_PER_YEAR
from outlay.planning.problem.types import Treatment
from outlay.planning.programme.draft import Draft
from outlay.planning.programme.frame import residual_share

__all__ = ["columns", "payments", "rows"]


def payments(d: Draft) -> None:
    """Enter what contracts, pools and standing chips cost into the ledger."""
    for i in range(len(d.problem.offers)):
        _contract(d, i)
    _pools(d)


def _contract(d: Draft, i: int) -> None:
    f, p, tree = d.frame, d.problem, d.problem.tree
    o, terms = p.offers[i], f.terms[i]
    every = np.arange(len(tree))
    starts: list[IntArray] = [d.col["start"][i], d.col["divert"][i]]  # [site, node]
    held = _held(d, i, terms.end)
    owing = held if terms.paid_to is None else _held(d, i, terms.paid_to)
    for pay in terms.payments:
        if pay.event == "order":
            cls = o.budget_class
            d.ledger.pay(d.col["order"][i], every, pay.amount, pay.entry, pay.treatment, o.id, cls)
        elif pay.event == "start":
            cls = (o.host_class if pay.host else o.budget_class) if pay.capex else ""
            for cols in starts:
                d.ledger.pay(cols, every, pay.amount, pay.entry, pay.treatment, o.id, cls)
        else:
            for cols, start, node, _ in owing:
                d.ledger.pay(cols, node, pay.amount[start, node], pay.entry, pay.treatment, o.id)
    _cancelling(d, i)
    _booked(d, i)
    for cols, start, node, site in held:
        del start
        run = f.running(int(f.offer_chip[i]), site, int(f.offer_kind[i]), o.energy_included)
        for entry, per_node in run.items():
            d.ledger.pay(cols, node, per_node[node], entry, "opex", o.id)
    _ends(d, i, held)


def _held(d: Draft, i: int, end: IntArray) -> list[tuple[IntArray, IntArray, IntArray, int]]:
    """(columns, start node, node, site) for every node in which a started chip stands."""
    f, tree = d.frame, d.problem.tree
    terms = f.terms[i]
    ancestor, node = f.pairs
    runs = tree.period[node] < end[tree.period[ancestor]]
    ancestor, node = ancestor[runs], node[runs]
    out = []
    starts: BoolArray = f.may_deliver[i] | f.may_divert[i]
    for s in np.flatnonzero(starts.any(axis=1)):
        ok: BoolArray = starts[s, ancestor]
        a, n = ancestor[ok], node[ok]
        if terms.exit:
            a = n = a[a == n]
            v = d.vintages
            mine = np.flatnonzero((v.offer == i) & (v.site == s))
            out.append((d.col["keep"][mine], v.start[mine], v.node[mine], int(s)))
        for block in ("start", "divert"):
            out.append((d.col[block][i, s, a], a, n, int(s)))
    return out


def _cancelling(d: Draft, i: int) -> None:
    """Part of the deposit comes back; a fee where the order could have been delivered."""
    f, p = d.frame, d.problem
    o, terms = p.offers[i], f.terms[i]
    every = np.arange(len(p.tree))
    col: IntArray = d.col["cancel"][i]
    price = np.asarray(o.price)
    if not terms.direct and o.deposit:
        back = -price * o.deposit * o.refund
        d.ledger.pay(col, every, back, "refund", "capex", o.id, o.budget_class)
    if o.cancel_fee:
        rent = o.rent_hour * HOURS_PER_YEAR * o.term_months / MONTHS_PER_YEAR
        worth = price + rent * (not terms.owned)
        open_ = np.where(f.closed[i], -1, col)
        d.ledger.pay(open_, every, worth * o.cancel_fee, "cancel_fee", "opex", o.id)
    if o.divert_cost:
        d.ledger.pay(d.col["divert"][i], every, o.divert_cost, "divert", "opex", o.id)


def _booked(d: Draft, i: int) -> None:
    """Full price by order and by delivery, and by payment for what is not paid at once."""
    p, f = d.problem, d.frame
    o, terms = p.offers[i], f.terms[i]
    every = np.arange(len(p.tree))
    host = np.broadcast_to(np.asarray(o.host_cost, dtype=float), (len(p.tree),))
    starts: list[IntArray] = [d.col["start"][i], d.col["divert"][i]]
    if terms.direct:
        for cols in starts:
            d.ledger.book("order", o.budget_class, cols, every, terms.full_price)
            d.ledger.book("order", o.host_class, cols, every, host)
    else:
        order: IntArray = d.col["order"][i]
        cancel: IntArray = d.col["cancel"][i]
        d.ledger.book("order", o.budget_class, order, every, terms.full_price)
        d.ledger.book("order", o.host_class, order, every, host)
        d.ledger.book("order", o.budget_class, cancel, every, -terms.full_price)
        d.ledger.book("order", o.host_class, cancel, every, -host)
    for cols in starts:
        d.ledger.book("delivery", o.budget_class, cols, every, terms.full_price)
        d.ledger.book("delivery", o.host_class, cols, every, host)
        if o.kind == "finance_lease":
            d.ledger.book("payment", o.budget_class, cols, every, terms.full_price)


def _ends(d: Draft, i: int, held: list[tuple[IntArray, IntArray, IntArray, int]]) -> None:
    """Sales and early exits on the way; what is left, or still owed, at the horizon."""
    f, p, tree = d.frame, d.problem, d.problem.tree
    o, terms, chip = p.offers[i], f.terms[i], p.chips[int(f.offer_chip[i])]
    host = np.broadcast_to(np.asarray(o.host_cost, dtype=float), (len(tree),))
    asset = terms.full_price + host if terms.owned else np.zeros(len(tree))
    leaf = np.zeros(len(tree), dtype=bool)
    leaf[tree.leaves] = True
    for cols, start, node, _ in held:
        last = leaf[node] & (cols >= 0)
        c, a, n = cols[last], start[last], node[last]
        if terms.owned:
            age = tree.end_age - tree.start_age[tree.period[a]]
            left = residual_share(chip.residual, chip.life_years, age) * p.terminal_value
            d.ledger.pay(
                c, n, -left * asset[a], "residual", "terminal", o.id, discount=f.end_discount
            )
    always = np.full(len(tree.periods), len(tree.periods), dtype=np.int64)
    owing = _held(d, i, always) if terms.paid_to is not None else held
    share = 1.0 if terms.owned else 1.0 - p.lease_end_value
    for cols, start, node, _ in owing:
        last = leaf[node] & (cols >= 0)
        c, a, n = cols[last], start[last], node[last]
        owed = share * terms.owed_after[a]
        d.ledger.pay(c, n, owed, "obligation", "terminal", o.id, discount=f.end_discount)
    if terms.exit:
        _leaving(d, i, asset)


def _leaving(d: Draft, i: int, asset: Array) -> None:
    """Leaving in n pays (kept before - kept in n) × fee, or brings in the resale price."""
    f, p, tree = d.frame, d.problem, d.problem.tree
    terms, chip = f.terms[i], p.chips[int(f.offer_chip[i])]
    v = d.vintages
    mine = np.flatnonzero(v.offer == i)
    start, node, site = v.start[mine], v.node[mine], v.site[mine]
    treatment: Treatment
    if terms.owned:
        age = tree.start_age[tree.period[node]] - tree.start_age[tree.period[start]]
        price = -residual_share(chip.residual, chip.life_years, age) * asset[start]
        entry, treatment = "resale", "capex"
    elif terms.exit_fee is not None:
        price = terms.exit_fee[start, node]
        entry, treatment = "exit_fee", "lease"
    else:
        return
    name = p.offers[i].id
    before = v.before[mine]
    chain = before >= 0
    cls = "resale" if terms.owned else ""
    pay = d.ledger.pay
    pay(d.col["keep"][mine], node, -price, entry, treatment, name, cls, quantity=-1.0)
    pay(d.col["keep"][before[chain]], node[chain], price[chain], entry, treatment, name, cls)
    first = ~chain
    for block in ("start", "divert"):
        cols: IntArray = d.col[block][i, site[first], start[first]]
        pay(cols, node[first], price[first], entry, treatment, name, cls)


def _pools(d: Draft) -> None:
    f, p, tree = d.frame, d.problem, d.problem.tree
    every = np.arange(len(tree))
    hours = tree.years * HOURS_PER_YEAR
    for i, q in enumerate(p.pools):
        rent = np.broadcast_to(np.asarray(q.rent_hour, dtype=float), (len(tree),)) * hours
        pool: IntArray = d.col["pool"][i]
        for s in np.flatnonzero(np.any(pool >= 0, axis=1)):
            cols: IntArray = pool[s]
            d.ledger.pay(cols, every, rent, "rent", "lease", q.id)
            run = f.running(int(f.pool_chip[i]), int(s), int(f.pool_kind[i]), q.energy_included)
            for entry, per_node in run.items():
                d.ledger.pay(cols, every, per_node, entry, "opex", q.id)


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
        unit[i] = 2.0 ** np.round(np.log2(max(budget.amount, 1.0) / 64.0))
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
    size = max(float(np.abs(c.income).max(initial=0.0)), abs(c.start), 1.0)
    unit_cash = float(2.0 ** np.round(np.log2(size / 64.0)))
    d.col["cash"] = b.column("cash", ("node",), one, lower=-np.inf, unit=unit_cash)
    soft: BoolArray = one & np.isfinite(c.slack_cost)
    d.col["under"] = b.column("under", ("node",), soft, unit=unit_cash, meaning="below the floor")
    has_debt = one & (np.max(c.debt_ceiling) > 0)
    d.col["debt"] = b.column("debt", ("node",), has_debt, upper=c.debt_ceiling, unit=unit_cash)
    every = np.arange(n)
    d.ledger.pay(d.col["under"], every, c.slack_cost, "slack", "penalty", "cash")
    child = np.flatnonzero(tree.parent >= 0)
    interest = c.debt_rate * tree.years[child]
    before = d.col["debt"][tree.parent[child]]
    d.ledger.pay(before, child, interest, "interest", "financing", "debt")


def rows(d: Draft) -> None:
    """After every payment is entered."""
    p, b, tree = d.problem, d.blocks, d.problem.tree
    spent, over = d.col["spent"], d.col["over"]
    last = d.col["budget_last"].astype(bool)
    state = b.row("spent", ("budget", "node"), spent >= 0, lower=0.0, upper=0.0)
    b.put(state, spent, 1.0)
    child = np.flatnonzero(tree.parent >= 0)
    b.put(state[:, child], spent[:, tree.parent[child]], -1.0)
    amount = np.array([x.amount for x in p.budgets]).reshape(-1, 1)
    row = b.row("budget", ("budget", "node"), last, upper=amount, unit="currency")
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
    floor = b.row("cash_floor", ("node",), one, lower=c.floor, unit="currency")
    b.put(floor, d.col["cash"], 1.0)
    b.put(floor, d.col["under"], 1.0)
