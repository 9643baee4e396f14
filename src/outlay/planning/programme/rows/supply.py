r"""What vendors and licences let through: caps by node, on a path, and shared by offers.

Equation (rows `delivery_cap`): \sum_s delivered_{osn} <= cap_{on}; a refused licence: cap 0.
Rows `limit`: \sum_{o in limit} \sum_s delivered <= cap_n, in the node or along the path.
LaTeX: \sum_{o \in G} \sum_s d_{osn} \le \bar d_{Gn},
\qquad y_{Gn} = y_{G a(n)} + \sum_{o,s} d_{osn} \le \bar y_{Gn}
Unit: chips. Diverted chips are outside the cap of the offer that refused them, but count in
cumulative limits: they are the vendor's output all the same.
Rows `share`: spend on the offers named >= share × spend on all that count, over the periods.
In words: an order is a wish; what a vendor makes and a state permits is the limit.
"""

from __future__ import annotations

import numpy as np

from outlay.core.arrays import Array
from outlay.planning.programme.draft import Draft

__all__ = ["columns", "rows"]


def _limits(d: Draft) -> list[tuple[str, list[int], Array, bool]]:
    f, p = d.frame, d.problem
    out = [
        (limit.id, [f.offer_number[o] for o in limit.offers], limit.cap, limit.cumulative)
        for limit in p.limits
    ]
    for i, o in enumerate(p.offers):
        if np.isfinite(o.total_cap).any():
            out.append((o.id, [i], np.broadcast_to(o.total_cap, (len(p.tree),)), True))
    return out


def columns(d: Draft) -> None:
    """so_far [limit, node] chips on the path; margin [share, node] currency; share_short."""
    p, b, tree = d.problem, d.blocks, d.problem.tree
    n = len(tree)
    path = np.array([c for *_, c in _limits(d)], dtype=bool)
    d.col["so_far"] = b.column(
        "so_far",
        ("limit", "node"),
        np.repeat(path[:, None], n, axis=1).reshape(len(path), n),
        unit=d.frame.chip_unit,
        meaning="chips delivered on the path",
    )
    inside = np.zeros((len(p.shares), n), dtype=bool)
    last = np.zeros((len(p.shares), n), dtype=bool)
    slack = np.zeros(len(p.shares))
    for i, s in enumerate(p.shares):
        inside[i] = np.isin(tree.period, s.periods)
        last[i] = inside[i] & (tree.period == max(s.periods, default=-1))
        slack[i] = s.slack_cost
    money = _money_unit(d)
    d.col["margin"] = b.column(
        "margin", ("share", "node"), inside, lower=-np.inf, unit=money, meaning="spend above share"
    )
    d.col["share_short"] = b.column(
        "share_short",
        ("share", "node"),
        last & np.isfinite(slack)[:, None],
        unit=money,
        meaning="spend short of the share",
    )
    for i, s in enumerate(p.shares):
        d.ledger.pay(d.col["share_short"][i], np.arange(n), s.slack_cost, "slack", "penalty", s.id)


def _money_unit(d: Draft) -> float:
    prices = [float(np.max(o.price)) for o in d.problem.offers]
    top = max([x for x in prices if x > 0], default=1.0)
    return float(2.0 ** np.round(np.log2(top * d.frame.chip_unit)))


def rows(d: Draft) -> None:
    p, b, tree = d.problem, d.blocks, d.problem.tree
    start, divert = d.col["start"], d.col["divert"]
    cap = np.array([o.delivery_cap for o in p.offers]).reshape(len(p.offers), len(tree))
    need = np.isfinite(cap) & (start >= 0).any(axis=1)
    row = b.row("delivery_cap", ("offer", "node"), need, upper=cap, unit="chips")
    b.put(row[:, None, :], start, 1.0)
    limits = _limits(d)
    caps = np.array([c for _, _, c, _ in limits]).reshape(len(limits), len(tree))
    row = b.row("limit", ("limit", "node"), np.isfinite(caps), upper=caps, unit="chips")
    path = np.array([c for *_, c in limits], dtype=bool)
    state = b.row(
        "so_far", ("limit", "node"), np.repeat(path[:, None], len(tree), axis=1), lower=0, upper=0
    )
    b.put(state, d.col["so_far"], 1.0)
    child = np.flatnonzero(tree.parent >= 0)
    b.put(state[:, child], d.col["so_far"][:, tree.parent[child]], -1.0)
    b.put(row, d.col["so_far"], 1.0)
    for i, (_, offers, _, cumulative) in enumerate(limits):
        for o in offers:
            if cumulative:
                b.put(state[i][None, :], start[o], -1.0)
                b.put(state[i][None, :], divert[o], -1.0)
            else:
                b.put(row[i][None, :], start[o], 1.0)
    _shares(d)


def _shares(d: Draft) -> None:
    p, b, tree, f = d.problem, d.blocks, d.problem.tree, d.frame
    margin, short = d.col["margin"], d.col["share_short"]
    state = b.row("margin", ("share", "node"), margin >= 0, lower=0, upper=0, unit="currency")
    b.put(state, margin, 1.0)
    child = np.flatnonzero(tree.parent >= 0)
    b.put(state[:, child], margin[:, tree.parent[child]], -1.0)
    last = np.zeros(margin.shape, dtype=bool)
    for i, s in enumerate(p.shares):
        last[i] = tree.period == max(s.periods, default=-1)
        for name in s.of:
            o = f.offer_number[name]
            value = ((1.0 if name in s.offers else 0.0) - s.share) * f.terms[o].full_price
            b.put(state[i][None, :], d.col["start"][o], -value[None, :])
            b.put(state[i][None, :], d.col["divert"][o], -value[None, :])
    row = b.row("share", ("share", "node"), last, lower=0.0, unit="currency")
    b.put(row, margin, 1.0)
    b.put(row, short, 1.0)
