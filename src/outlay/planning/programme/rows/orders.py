r"""Orders, apart from deliveries: an order placed in hope may wait, be diverted or be cancelled.

Equation, per offer and node (rows `due`):
    waiting[parent] + orders that fall due = delivered + diverted + cancelled + given up + waiting
LaTeX: q_{o,a(n)} + \sum_{m \in D_o(n)} x_{o,m} = \sum_s (d_{osn} + v_{osn}) + k_{on} + q_{on}
Unit: chips. D_o(n): nodes on the path whose order is due in n, one lead later.
In words: what was ordered a lead ago is delivered, unless the branch closes the door on it;
then it waits for a later opening, goes elsewhere, or is cancelled, and part of the deposit comes
back. An offer without lead has no orders of its own: ordering is starting.

Rows `cancel`: cancelled <= orders that fall due; what waited is given up apart, since no more of a
deposit comes back than the least that was paid on what may be waiting.
Rows `lots`: x_{on} = lot_o × whole number, near the root only: a lot elsewhere costs little.
Rows `call_off`: x_B(path to n) <= multiple × x_A(path to the parent of n): a trial order buys the
right to a larger one, decided after the branch is seen.
"""

from __future__ import annotations

import numpy as np

from outlay.core.arrays import BoolArray, IntArray
from outlay.planning.programme.draft import Draft

__all__ = ["columns", "rows"]


def columns(d: Draft) -> None:
    """order, cancel, wait [offer, node]; start, divert [offer, site, node]."""
    f, p = d.frame, d.problem
    unit = f.chip_unit
    direct = np.array([t.direct for t in f.terms], dtype=bool)
    inner = np.ones(len(p.tree), dtype=bool)
    inner[p.tree.leaves] = False
    cap = np.array([o.order_cap for o in p.offers]).reshape(len(p.offers), len(p.tree))
    floor = np.array(
        [np.zeros(len(p.tree)) if o.order_floor is None else o.order_floor for o in p.offers]
    ).reshape(cap.shape)
    free = np.array([o.cancel_fee is not None for o in p.offers], dtype=bool)
    own: BoolArray = f.may_order & ~direct[:, None]
    due: BoolArray = f.due & ~direct[:, None]
    axes = ("offer", "node")
    b = d.blocks
    d.col["order"] = b.column(
        "order", axes, own, lower=floor, upper=np.maximum(cap, floor), unit=unit, meaning="chips"
    )
    d.col["cancel"] = b.column(
        "cancel", axes, due & (f.closed | free[:, None]), unit=unit, meaning="chips cancelled"
    )
    d.col["wait"] = b.column(
        "wait", axes, due & f.closed & inner[None, :], unit=unit, meaning="chips waiting"
    )
    had = np.zeros(due.shape, dtype=bool)
    child = np.flatnonzero(p.tree.parent >= 0)
    had[:, child] = d.col["wait"][:, p.tree.parent[child]] >= 0
    d.col["give_up"] = b.column(
        "give_up", axes, had & (d.col["cancel"] >= 0), unit=unit, meaning="waiting chips cancelled"
    )
    lot = np.array([o.lot for o in p.offers])[:, None]
    near = (p.tree.period < d.options.whole_depth)[None, :] & (lot > 0)
    asked = np.where(direct[:, None], f.may_order, own) & near
    d.col["lots"] = b.column("lots", axes, asked, integer=1.0, meaning="whole lots")
    place = ("offer", "site", "node")
    d.col["start"] = b.column("start", place, f.may_deliver, unit=unit, meaning="chips started")
    d.col["divert"] = b.column("divert", place, f.may_divert, unit=unit, meaning="chips diverted")


def rows(d: Draft) -> None:
    f, p, b, tree = d.frame, d.problem, d.blocks, d.problem.tree
    order, cancel, wait = d.col["order"], d.col["cancel"], d.col["wait"]
    start, divert = d.col["start"], d.col["divert"]
    direct = np.array([t.direct for t in f.terms], dtype=bool)
    has: BoolArray = f.due & ~direct[:, None]
    due = b.row("due", ("offer", "node"), has, lower=0.0, upper=0.0, unit="chips")
    b.put(due, cancel, -1.0)
    b.put(due, wait, -1.0)
    b.put(due, d.col["give_up"], -1.0)
    own = b.row("cancel", ("offer", "node"), d.col["give_up"] >= 0, upper=0.0, unit="chips")
    b.put(own, cancel, 1.0)
    up = tree.parent
    child = np.flatnonzero(up >= 0)
    b.put(due[:, child], wait[:, up[child]], 1.0)
    b.put(due[:, None, :], start, -1.0)
    b.put(due[:, None, :], divert, -1.0)
    for i, terms in enumerate(f.terms):
        if terms.direct:
            continue
        due_by = terms.clock.order_period
        last = due_by[tree.period]
        before = np.where(tree.period > 0, due_by[tree.period - 1], -1)
        at, node = f.pairs  # the orders of a period fall due between two lags
        falls = (tree.period[at] <= last[node]) & (tree.period[at] > before[node])
        b.put(due[i, node[falls]], order[i, at[falls]], 1.0)
        b.put(own[i, node[falls]], order[i, at[falls]], -1.0)
    lots = d.col["lots"]
    lot = np.array([o.lot for o in p.offers])[:, None]
    whole = b.row("lots", ("offer", "node"), lots >= 0, lower=0.0, upper=0.0, unit="chips")
    b.put(whole, order, 1.0)
    whole_direct: IntArray = np.where(direct[:, None], whole, -1)[:, None, :]
    b.put(whole_direct, start, 1.0)
    b.put(whole_direct, divert, 1.0)
    b.put(whole, lots, -lot)
    _committed(d)
    _renewals(d)
    _call_offs(d)


def _committed(d: Draft) -> None:
    """Orders of offers without lead: their caps and commitments bind what starts."""
    f, p = d.frame, d.problem
    shape = (len(p.offers), len(p.tree))
    lower, upper = np.zeros(shape), np.full(shape, np.inf)
    for i, (o, terms) in enumerate(zip(p.offers, f.terms, strict=True)):
        if terms.direct:
            upper[i] = o.order_cap
            if o.order_floor is not None:
                lower[i] = o.order_floor
    may = np.any(f.may_deliver | f.may_divert, axis=1)
    need: BoolArray = np.asarray((np.isfinite(upper) | (lower > 0)) & may)
    need &= ~np.array([o.id.endswith(":renewal") for o in p.offers], dtype=bool)[:, None]
    lower = np.where(lower > 0, lower, -np.inf)
    row = d.blocks.row("order_cap", ("offer", "node"), need, lower=lower, upper=upper, unit="chips")
    d.blocks.put(row[:, None, :], d.col["start"], 1.0)
    d.blocks.put(row[:, None, :], d.col["divert"], 1.0)  # what goes elsewhere was ordered too


def _renewals(d: Draft) -> None:
    """A lease that ends may be renewed for as many chips, again when the renewal ends."""
    f, p, tree = d.frame, d.problem, d.problem.tree
    mask = np.zeros((len(p.offers), len(tree)), dtype=bool)
    cap = np.zeros(mask.shape)
    for i, o in enumerate(p.offers):
        if o.id.endswith(":renewal"):
            mask[i] = f.may_renew[i]
            cap[i] = o.order_cap
    row = d.blocks.row("renewal", ("offer", "node"), mask, upper=cap, unit="chips")
    d.blocks.put(row[:, None, :], d.col["start"], 1.0)
    for j in np.flatnonzero(mask.any(axis=1)):
        at, node, change = f.changes(f.terms[int(j)].clock)
        ends = change < 0
        at, node, change = at[ends], node[ends], change[ends]
        d.blocks.put(row[j, node][None, :], d.col["start"][j][:, at], change)


def _call_offs(d: Draft) -> None:
    f, p, tree = d.frame, d.problem, d.problem.tree
    mask = np.zeros((len(p.offers), len(tree)), dtype=bool)
    for i, o in enumerate(p.offers):
        mask[i] = o.call_off is not None
    row = d.blocks.row("call_off", ("offer", "node"), mask, upper=0.0, unit="chips")
    ancestor, node = f.pairs
    for i, o in enumerate(p.offers):
        if o.call_off is None:
            continue
        trial = f.offer_number[o.call_off.trial]
        _put_orders(d, row[i], i, ancestor, node, 1.0)
        earlier: BoolArray = ancestor != node
        _put_orders(d, row[i], trial, ancestor[earlier], node[earlier], -o.call_off.multiple)


def _put_orders(
    d: Draft, row: IntArray, offer: int, ancestor: IntArray, node: IntArray, value: float
) -> None:
    at: IntArray = row[node]
    if d.frame.terms[offer].direct:
        start: IntArray = d.col["start"][offer]
        d.blocks.put(at[None, :], start[:, ancestor], value)
    else:
        d.blocks.put(at, d.col["order"][offer, ancestor], value)
