"""What a plan pays, once, in one ledger: contracts, what stands, what is sold, left and owed."""

from __future__ import annotations

import numpy as np

from outlay.core.arrays import Array, BoolArray, IntArray
from outlay.core.curve import residual_share
from outlay.core.periods import HOURS_PER_YEAR, MONTHS_PER_YEAR
from outlay.planning.contracts.clock import Clock
from outlay.planning.contracts.terms import exit_years, ordered_at, use_left
from outlay.planning.problem.types import Pool, Treatment
from outlay.planning.programme.draft import Draft

__all__ = ["payments"]


def payments(d: Draft) -> None:
    """Enter what contracts, pools and standing chips cost into the ledger."""
    for i in range(len(d.problem.offers)):
        _contract(d, i)
    _pools(d)


def _contract(d: Draft, i: int) -> None:
    f, p, tree = d.frame, d.problem, d.problem.tree
    o, terms = p.offers[i], f.terms[i]
    every = np.arange(len(tree))
    child = np.flatnonzero(tree.parent >= 0)
    starts: list[IntArray] = [d.col["start"][i], d.col["divert"][i]]  # [site, node]
    held = _held(d, i, terms.clock)
    owing = held if terms.paid is None else _held(d, i, terms.paid)
    for pay in terms.payments:
        cls = (o.host_class if pay.host else o.budget_class) if pay.capex else ""
        if pay.event == "order":
            d.ledger.pay(d.col["order"][i], every, pay.amount, pay.entry, pay.treatment, o.id, cls)
        elif pay.event == "start":
            for cols in starts:
                d.ledger.pay(cols, every, pay.amount, pay.entry, pay.treatment, o.id, cls)
        elif pay.event == "waited":
            waits: IntArray = d.col["wait"][i, tree.parent[child]]
            amount = pay.amount[child]
            d.ledger.pay(waits, child, amount, pay.entry, pay.treatment, o.id, cls)
        else:
            for cols, start, node, _ in owing if pay.entry == "instalment" else held:
                amount = pay.amount[tree.period[start], node]
                d.ledger.pay(cols, node, amount, pay.entry, pay.treatment, o.id)
    _cancelling(d, i)
    _booked(d, i)
    for cols, start, node, site in held:
        run = f.running(int(f.offer_chip[i]), site, int(f.offer_kind[i]), o.energy_included)
        part: Array = terms.clock.presence[tree.period[start], tree.period[node]]
        for entry, per_node in run.items():
            d.ledger.pay(cols, node, per_node[node] * part, entry, "opex", o.id)
    _ends(d, i, held)


def _held(d: Draft, i: int, clock: Clock) -> list[tuple[IntArray, IntArray, IntArray, int]]:
    """(columns, start node, node, site) for every node in which a started chip stands."""
    f, tree = d.frame, d.problem.tree
    ancestor, node = f.pairs
    return _standing(d, i, ancestor, node, clock.presence[tree.period[ancestor], tree.period[node]])


def _standing(
    d: Draft, i: int, ancestor: IntArray, node: IntArray, presence: Array
) -> list[tuple[IntArray, IntArray, IntArray, int]]:
    f = d.frame
    runs: BoolArray = presence > 0
    ancestor, node = ancestor[runs], node[runs]
    out = []
    starts: BoolArray = f.may_deliver[i] | f.may_divert[i]
    for s in np.flatnonzero(starts.any(axis=1)):
        ok: BoolArray = starts[s, ancestor]
        a, n = ancestor[ok], node[ok]
        if f.terms[i].exit:
            a = n = a[a == n]
            v = d.vintages
            mine = np.flatnonzero((v.offer == i) & (v.site == s))
            out.append((d.col["keep"][mine], v.start[mine], v.node[mine], int(s)))
        for block in ("start", "divert"):
            out.append((d.col[block][i, s, a], a, n, int(s)))
    return out


def _least_so_far(d: Draft, i: int, value: Array) -> Array:
    """[node]: least of `value` on the path to the node: of orders that may be waiting there."""
    out: Array = np.where(d.frame.due[i], value, np.inf)
    for node, up in enumerate(d.problem.tree.parent.tolist()):
        if up >= 0:
            out[node] = min(out[node], out[up])
    return np.where(d.frame.due[i], out, 0.0)


def _cancelling(d: Draft, i: int) -> None:
    """Part of the deposit comes back; a fee where the order could have been delivered."""
    f, p = d.frame, d.problem
    o, terms = p.offers[i], f.terms[i]
    every = np.arange(len(p.tree))
    col: IntArray = d.col["cancel"][i]
    price = ordered_at(p.tree, terms.clock, o.price)
    if not terms.direct and np.any(o.deposit):
        paid, refund = (ordered_at(p.tree, terms.clock, x) for x in (o.deposit, o.refund))
        back = -price * paid * refund
        d.ledger.pay(col, every, back, "refund", "capex", o.id, o.budget_class)
        least = -_least_so_far(d, i, -back)
        gone: IntArray = d.col["give_up"][i]
        d.ledger.pay(gone, every, least, "refund", "capex", o.id, o.budget_class)
    if o.cancel_fee:
        rent = ordered_at(p.tree, terms.clock, o.rent_hour)
        rent = rent * HOURS_PER_YEAR * o.term_months / MONTHS_PER_YEAR
        worth = price + rent * (not terms.owned)
        open_ = np.where(f.closed[i], -1, col)
        d.ledger.pay(open_, every, worth * o.cancel_fee, "cancel_fee", "opex", o.id)
        open_ = np.where(f.closed[i], -1, d.col["give_up"][i])
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
        d.ledger.book("order", o.budget_class, order, every, terms.ordered_price)
        d.ledger.book("order", o.host_class, order, every, host)
        d.ledger.book("order", o.budget_class, cancel, every, -terms.full_price)
        booked = ordered_at(p.tree, terms.clock, o.host_cost)
        d.ledger.book("order", o.host_class, cancel, every, -booked)
        gone: IntArray = d.col["give_up"][i]
        d.ledger.book("order", o.budget_class, gone, every, -_least_so_far(d, i, terms.full_price))
        d.ledger.book("order", o.host_class, gone, every, -_least_so_far(d, i, booked))
    for cols in starts:
        d.ledger.book("delivery", o.budget_class, cols, every, terms.full_price)
        d.ledger.book("delivery", o.host_class, cols, every, host)
        if o.kind == "finance_lease":
            d.ledger.book("payment", o.budget_class, cols, every, terms.full_price)


def _worth(d: Draft, i: int, age: Array, start: IntArray) -> Array:
    """Currency per chip of the offer at `age` [years], by its start node: chip and host."""
    f, p = d.frame, d.problem
    o, chip = p.offers[i], p.chips[int(f.offer_chip[i])]
    host = np.broadcast_to(np.asarray(o.host_cost, dtype=float), (len(p.tree),))
    left = residual_share(chip.residual, chip.life_years, age) * f.terms[i].full_price[start]
    return np.asarray(
        left + residual_share(p.hosts.residual, p.hosts.life_years, age) * host[start]
    )


def _ends(d: Draft, i: int, held: list[tuple[IntArray, IntArray, IntArray, int]]) -> None:
    """Sales, early exits and ends of life on the way; what is left or owed at the horizon."""
    f, p, tree = d.frame, d.problem, d.problem.tree
    o, terms = p.offers[i], f.terms[i]
    leaf = np.zeros(len(tree), dtype=bool)
    leaf[tree.leaves] = True
    close = tree.end_age * MONTHS_PER_YEAR
    if terms.owned:
        for cols, start, node, _ in held:
            last: BoolArray = leaf[node] & (terms.clock.ends_at[tree.period[start]] >= close - 1e-6)
            c, a, n = cols[last], start[last], node[last]
            age = tree.end_age - terms.clock.arrives_at[tree.period[a]] / MONTHS_PER_YEAR
            left = _worth(d, i, age, a) * p.terminal_value
            d.ledger.pay(c, n, -left, "residual", "terminal", o.id, discount=f.end_discount)
        _salvage(d, i, held)
    owing = held
    if terms.paid is not None:  # instalments may run longer than the chip's life
        ancestor, node = f.pairs
        owing = _standing(d, i, ancestor, node, np.ones(len(node)))
    for cols, start, node, _ in owing:
        last = leaf[node] & (cols >= 0)
        c, a, n = cols[last], start[last], node[last]
        owed = terms.owed_after[a]
        d.ledger.pay(c, n, owed, "obligation", "terminal", o.id, discount=f.end_discount)
    if terms.exit:
        _leaving(d, i)


def _salvage(d: Draft, i: int, held: list[tuple[IntArray, IntArray, IntArray, int]]) -> None:
    """What a chip fetches at the end of its life, in the period in which that lies."""
    f, p, tree = d.frame, d.problem, d.problem.tree
    o, terms, chip = p.offers[i], f.terms[i], p.chips[int(f.offer_chip[i])]
    kids = np.flatnonzero(tree.parent >= 0)
    for cols, start, node, _ in held:
        begun = tree.period[start]
        last: BoolArray = tree.period[node] == terms.clock.end[begun] - 1
        ends: Array = terms.clock.ends_at[begun] / MONTHS_PER_YEAR
        shut = np.append(tree.start_age[1:], tree.end_age)[tree.period[node]]
        inside: BoolArray = last & (ends < shut - 1e-9)
        worth = _worth(d, i, np.full(len(start), chip.life_years), start)
        c, n = cols[inside], node[inside]
        pay = d.ledger.pay
        pay(c, n, -worth[inside], "resale", "capex", o.id, "resale")
        next_: BoolArray = last & ~inside & (tree.period[node] + 1 < len(tree.periods))
        over = np.flatnonzero(next_)
        child, j = np.nonzero(tree.parent[kids][:, None] == node[over])  # by child, then as held
        pay(cols[over[j]], kids[child], -worth[over[j]], "resale", "capex", o.id, "resale")


def _leaving(d: Draft, i: int) -> None:
    """Leaving in n pays (kept before - kept in n) × fee, or brings in the resale price."""
    f, p, tree = d.frame, d.problem, d.problem.tree
    terms = f.terms[i]
    v = d.vintages
    mine = np.flatnonzero(v.offer == i)
    start, node, site = v.start[mine], v.node[mine], v.site[mine]
    treatment: Treatment
    if terms.owned:
        arrived = terms.clock.arrives_at[tree.period[start]] / MONTHS_PER_YEAR
        age = tree.start_age[tree.period[node]] - arrived
        price = -_worth(d, i, age, start)
        entry, treatment = "resale", "capex"
    elif terms.exit_fee is not None:
        price = terms.exit_fee[tree.period[start], node]
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
    for i, q in enumerate(p.pools):
        pool: IntArray = d.col["pool"][i]
        _pool_rent(d, q, pool)
        for s in np.flatnonzero(np.any(pool >= 0, axis=1)):
            cols: IntArray = pool[s]
            d.ledger.pay(cols, every, q.upkeep_per_year * tree.years, "upkeep", "opex", q.id)
            run = f.running(int(f.pool_chip[i]), int(s), int(f.pool_kind[i]), q.energy_included)
            for entry, per_node in run.items():
                d.ledger.pay(cols, every, per_node, entry, "opex", q.id)


def _pool_rent(d: Draft, q: Pool, pool: IntArray) -> None:
    """Rent of what is contracted, in use or not; of what is kept, where the lease may be left.

    A lease that may be left is left as the chip's life ends: its fee is paid like any other.
    """
    f, p, tree = d.frame, d.problem, d.problem.tree
    every = np.arange(len(tree))
    per_year = np.broadcast_to(np.asarray(q.rent_hour, dtype=float), (len(tree),)) * HOURS_PER_YEAR
    stored = np.broadcast_to(np.asarray(q.stored, dtype=float), (len(tree),))
    runs_on = max(q.contract_months / MONTHS_PER_YEAR - tree.end_age, 0.0)
    owed = np.where(np.isin(every, tree.leaves), per_year * runs_on, 0.0)
    lives = min(runs_on, max(q.life_months / MONTHS_PER_YEAR - tree.end_age, 0.0))
    age = np.full(len(tree), q.age_years + tree.end_age)
    use = use_left(p, q.chip, age, np.full(len(tree), lives), owed)
    stays = owed - use
    if q.exit_share is not None:  # staying for the use that is left, or leaving for the fee
        owed = np.minimum(owed, per_year * exit_years(q.exit_share, q.notice_months, runs_on))
        stays = np.minimum(stays, owed)
    rent = per_year * tree.years
    fixed = q.leased if q.exit_share is None else stored
    owes = owed * fixed - (use * q.available if q.exit_share is None else 0.0)
    pay, end = d.ledger.pay, f.end_discount
    pay(d.col["one"], every, rent * fixed, "rent", "lease", q.id, quantity=fixed)
    pay(d.col["one"], every, owes, "obligation", "terminal", q.id, discount=end)
    if q.exit_share is not None:
        pay(pool, every, rent, "rent", "lease", q.id)
        pay(pool, every, stays, "obligation", "terminal", q.id, discount=end)
        _pool_left(d, q, pool, per_year, q.leased - stored)


def _pool_left(d: Draft, q: Pool, pool: IntArray, per_year: Array, there: Array) -> None:
    """The fee on what is kept no longer, of the chips `there` [node] by contract."""
    tree = d.problem.tree
    every = np.arange(len(tree))
    up = np.maximum(tree.parent, 0)
    root = tree.parent < 0
    before: Array = np.where(root, there, there[up])
    stays = np.divide(there, before, out=np.zeros(len(tree)), where=before > 0)
    left: Array = q.contract_months / MONTHS_PER_YEAR - tree.start_age[tree.period]
    time = np.maximum(left, 0.0)
    # `there` counts a part of a period as a part of the chips; the fee is owed per chip.
    month = np.array([float(x.months) for x in tree.periods]) / MONTHS_PER_YEAR
    part: Array = np.minimum(time / month[tree.period], 1.0)
    fee = per_year * exit_years(q.exit_share or 0.0, q.notice_months, time)
    fee = np.divide(fee, part, out=np.zeros(len(tree)), where=part > 0)
    pay = d.ledger.pay
    pay(pool, every, -fee, "exit_fee", "lease", q.id, quantity=-1.0)
    pay(np.where(root, -1, pool[:, up]), every, fee * stays, "exit_fee", "lease", q.id)
    pay(np.where(root, d.col["one"][0], -1), every, fee * there, "exit_fee", "lease", q.id,
        quantity=there)  # fmt: skip
