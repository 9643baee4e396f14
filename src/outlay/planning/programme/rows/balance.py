r"""Balance: work served, shed and deferred is the demand, per load, slice and node.

Equation (rows `balance`): \sum_{kz} busy × units per chip + shed + moved away = demand + moved in
LaTeX: \sum_{kz} r_{lkn} y_{lkzhn} + D_{lhn} u_{ghn} - \bar D_{ln} v_{ghn} = D_{lhn},
\qquad \sum_h t_h v_{ghn} = 0, \quad v_{ghn} \ge -\delta_g D_{ghn} / \bar D_{gn}
u: share of the group's demand that is shed; v: work moved into the slice, in means of the day;
t_h: hours per day. Unit: load units per second (the solver sees shares of the demand).
In words: loads of one group (the phases of a service) are shed and moved in one proportion,
because a request is served whole; what waits is done the same day.
Rows `place`: a colocated group is served in one proportion per zone: \sum_k r y_{lkz} = D_l p_{gz}.
"""

from __future__ import annotations

import numpy as np

from outlay.core.arrays import Array, BoolArray, IntArray
from outlay.core.periods import HOURS_PER_DAY
from outlay.planning.programme.draft import Draft

__all__ = ["columns", "deferral", "rows"]


def deferral(d: Draft) -> Array:
    """[group, slice, node] most that may leave the slice, in means of the day; 0 = nothing."""
    f, p = d.frame, d.problem
    mean: Array = (p.demand * p.slice_hours[None, :, None]).sum(axis=1) / HOURS_PER_DAY
    out = np.zeros((len(f.groups), len(p.slices), len(p.tree)))
    if len(p.slices) < 2:
        return out
    for g, loads in enumerate(f.groups):
        each = [np.broadcast_to(p.loads[i].deferrable, (len(p.tree),)) for i in loads]
        share: Array = np.min(each, axis=0)
        if not share.any():
            continue
        ratio = np.full(out.shape[1:], np.inf)
        for i in loads:
            with np.errstate(divide="ignore", invalid="ignore"):
                usual: Array = mean[i]
                r = np.where(usual > 0, p.demand[i] / usual, np.inf)
            ratio = np.minimum(ratio, r)
        out[g] = np.where(np.isfinite(ratio), share * ratio, 0.0)
    return out


def columns(d: Draft) -> None:
    """shed [group, slice, node] share of the demand; moved [group, slice, node] days' means."""
    f, p, b = d.frame, d.problem, d.blocks
    wanted = np.zeros((len(f.groups), len(p.slices), len(p.tree)), dtype=bool)
    for g, loads in enumerate(f.groups):
        wanted[g] = (p.demand[list(loads)] > 0).any(axis=0)
    axes = ("group", "slice", "node")
    d.col["shed"] = b.column("shed", axes, wanted, upper=1.0, meaning="share of demand not served")
    leave = deferral(d)
    movable = np.repeat((leave > 0).any(axis=1, keepdims=True), len(p.slices), axis=1)
    d.col["moved"] = b.column(
        "moved", axes, movable, lower=-leave, meaning="work moved into the slice, days' means"
    )
    for g, loads in enumerate(f.groups):
        for i in loads:
            load = p.loads[i]
            seconds = p.tree.seconds[None, :] * p.slice_hours[:, None] / HOURS_PER_DAY
            units: Array = p.demand[i] * seconds  # [slice, node]
            shed: IntArray = d.col["shed"][g]
            nodes = np.arange(len(p.tree))[None, :]
            d.ledger.pay(
                shed, nodes, units * load.shed_cost, "shed", "penalty", load.id,
                quantity=units,
            )  # fmt: skip
            if load.revenue:
                gone = units * load.revenue
                d.ledger.pay(shed, nodes, gone, "revenue", "income", load.id)
                d.ledger.pay(
                    d.col["one"], np.arange(len(p.tree)), -gone.sum(axis=0),
                    "revenue", "income", load.id,
                )  # fmt: skip


def rows(d: Draft) -> None:
    f, p, b = d.frame, d.problem, d.blocks
    group_of = np.zeros(len(p.loads), dtype=np.int64)
    for g, loads in enumerate(f.groups):
        group_of[list(loads)] = g
    mean: Array = (p.demand * p.slice_hours[None, :, None]).sum(axis=1) / HOURS_PER_DAY
    moved = d.col["moved"][group_of]
    want: BoolArray = (p.demand > 0) | ((moved >= 0) & (mean > 0)[:, None, :])
    row = b.row(
        "balance", ("load", "slice", "node"), want, lower=p.demand, upper=p.demand, unit="unit/s"
    )
    b.put(row[:, None, None], d.col["busy"], f.rate[:, :, None, None, :])
    b.put(row, d.col["shed"][group_of], p.demand)
    b.put(row, moved, -mean[:, None, :])
    some = np.asarray((d.col["moved"] >= 0).any(axis=1))
    day = b.row("day", ("group", "node"), some, lower=0.0, upper=0.0)
    b.put(day[:, None, :], d.col["moved"], p.slice_hours[None, :, None])
    _places(d)


def _places(d: Draft) -> None:
    f, p, b = d.frame, d.problem, d.blocks
    busy = d.col["busy"]
    together = [
        g
        for g, loads in enumerate(f.groups)
        if len(loads) > 1 and any(p.loads[i].colocated for i in loads)
    ]
    shape = (len(together), len(f.zones), len(p.slices), len(p.tree))
    exists = np.zeros(shape, dtype=bool)
    for j, g in enumerate(together):
        group: IntArray = busy[list(f.groups[g])]
        here = np.any(group >= 0, axis=(0, 1))  # [zone, slice, node]
        exists[j] = here & (here.sum(axis=0, keepdims=True) > 1)
    place = b.column("place", ("together", "zone", "slice", "node"), exists, upper=np.inf)
    members = [(j, i) for j, g in enumerate(together) for i in f.groups[g]]
    on = np.zeros((len(members), *shape[1:]), dtype=bool)
    for m, (j, i) in enumerate(members):
        on[m] = exists[j] & (p.demand[i] > 0)[None]
    row = b.row("place", ("member", "zone", "slice", "node"), on, lower=0.0, upper=0.0)
    for m, (j, i) in enumerate(members):
        here_row: IntArray = row[m]
        rate: Array = f.rate[i]
        demand: Array = p.demand[i]
        b.put(here_row[None], busy[i], rate[:, None, None, :])
        b.put(here_row, place[j], -demand[None])
