r"""Balance: work served, shed and deferred is the demand, per load, slice and node.

Equation (rows `balance`): \sum_{kz} busy × units per chip + shed + handed over + moved away
= demand + moved in
LaTeX: \sum_{kz} r_{lkn} y_{lkzhn} + D_{lhn} (\sum_i u_{gihn} + w_{ghn}) - \bar D_{ln} v_{ghn}
= D_{lhn}, \qquad \sum_h t_h v_{ghn} = 0, \quad v_{ghn} \ge -\delta_g D_{ghn} / \bar D_{gn},
\quad 0 \le u_{gihn} \le \sigma_{gi}, \quad 0 \le w_{ghn} \le \omega_g
With u: share of the group's demand that is shed, by tier i of size \sigma; w: share handed to a
smaller model, whose own loads have the row \sum_{kz} r y = D w; v: work moved into the slice, in
means of the day; t_h: hours per day. Unit: load units per second (the solver sees shares of it).
In words: loads of one group (the phases of a service) are shed, handed over and moved in one
proportion, because a request is served whole; what waits is done the same day; the tiers that cost
least are given up first, since the plan pays for each.
Rows `least`: 1 - \sum_i u_{gihn} >= least: so much is served, by the smaller model too.
Rows `place`: a colocated group is served in one proportion per zone: \sum_k r y_{lkz} = D_l p_{gz}.
"""

from __future__ import annotations

import numpy as np

from outlay.core.arrays import Array, BoolArray, IntArray
from outlay.core.periods import HOURS_PER_DAY
from outlay.demand.types import EVENT
from outlay.planning.problem.fallback import asked, whose
from outlay.planning.programme.draft import Draft

__all__ = ["asks", "columns", "deferral", "rows"]


def deferral(d: Draft) -> Array:
    """[group, slice, node] most that may leave the slice, in means of the day; 0 = nothing."""
    f, p = d.frame, d.problem
    mean: Array = (p.demand * p.hours[None]).sum(axis=1) / HOURS_PER_DAY
    out = np.zeros((len(f.groups), len(p.slices), len(p.tree)))
    if np.sum(~_event(d)) < 2:
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
    out[:, _event(d)] = 0.0  # what is asked for on a day of the year cannot wait for another
    return out


def _event(d: Draft) -> BoolArray:
    """[slice]: the peak hours of the year's busiest days."""
    return np.array([name == EVENT for name in d.problem.slices], dtype=bool)


def columns(d: Draft) -> None:
    """Shares of the demand: shed [group, tier, slice, node], fallback [group, slice, node];
    moved [group, slice, node] in days' means."""
    f, p, b = d.frame, d.problem, d.blocks
    wanted = np.zeros((len(f.groups), len(p.slices), len(p.tree)), dtype=bool)
    size = np.zeros((len(f.groups), max((len(x.tiers) for x in p.loads), default=1)))
    most = np.zeros((len(f.groups), len(p.tree)))
    smaller = _smaller(d)
    for g, loads in enumerate(f.groups):
        wanted[g] = (p.demand[list(loads)] > 0).any(axis=0)
        tiers = p.loads[loads[0]].tiers
        size[g, : len(tiers)] = [t.share for t in tiers]
        for i in (i for i in loads if i in smaller):
            own = p.loads[smaller[i]].most
            most[g] = own if i == loads[0] else np.minimum(most[g], own)
    d.col["shed"] = b.column(
        "shed", ("group", "tier", "slice", "node"),
        (size > 0)[:, :, None, None] & wanted[:, None], upper=size[:, :, None, None],
        meaning="share of demand not served",
    )  # fmt: skip
    d.col["fallback"] = b.column(
        "fallback", ("group", "slice", "node"), (most > 0)[:, None] & wanted,
        upper=most[:, None], meaning="share of demand that a smaller model serves",
    )  # fmt: skip
    leave = deferral(d)
    movable = np.repeat((leave > 0).any(axis=1, keepdims=True), len(p.slices), axis=1)
    movable &= ~_event(d)[None, :, None]
    d.col["moved"] = b.column(
        "moved", ("group", "slice", "node"), movable, lower=-leave,
        meaning="work moved into the slice, days' means",
    )  # fmt: skip
    for g, loads in enumerate(f.groups):
        for i in loads:
            _pay(d, g, i, smaller.get(i))


def _smaller(d: Draft) -> dict[int, int]:
    """Load → the load of a smaller model that may do some of its work."""
    of = whose(d.problem)
    return {int(i): j for j, i in enumerate(of) if i != j}


def _pay(d: Draft, g: int, i: int, smaller: int | None) -> None:
    """What it costs not to serve a load, tier by tier, or to have a smaller model serve it."""
    p = d.problem
    load = p.loads[i]
    seconds = p.tree.seconds[None, :] * p.hours / HOURS_PER_DAY
    units: Array = p.demand[i] * seconds  # [slice, node]
    nodes = np.arange(len(p.tree))[None, :]
    worth = units * load.shed_cost
    for k, tier in enumerate(load.tiers):
        shed: IntArray = d.col["shed"][g, k]
        d.ledger.pay(shed, nodes, worth * tier.times, "shed", "penalty", load.id, quantity=units)
        d.ledger.pay(shed, nodes, units * load.revenue, "revenue", "income", load.id)
    if smaller is not None:
        small = p.loads[smaller]
        handed: IntArray = d.col["fallback"][g]
        d.ledger.pay(handed, nodes, worth * small.loss, "shed", "penalty", small.id, quantity=units)
    d.ledger.pay(
        d.col["one"], np.arange(len(p.tree)), -(units * load.revenue).sum(axis=0),
        "revenue", "income", load.id,
    )  # fmt: skip


def rows(d: Draft) -> None:
    f, p, b = d.frame, d.problem, d.blocks
    group_of = np.zeros(len(p.loads), dtype=np.int64)
    for g, loads in enumerate(f.groups):
        group_of[list(loads)] = g
    mean: Array = (p.demand * p.hours[None]).sum(axis=1) / HOURS_PER_DAY
    moved = d.col["moved"][group_of]
    of, most = whose(p), asked(p)
    want: BoolArray = (most > 0) | ((moved >= 0) & (mean > 0)[:, None, :])
    row = b.row(
        "balance", ("load", "slice", "node"), want, lower=p.demand, upper=p.demand, unit="unit/s"
    )
    b.put(row[:, None, None], d.col["busy"], f.rate[:, :, None, None, :])
    b.put(row[:, None], d.col["shed"][group_of], p.demand[:, None])
    asks(d, row, of)
    some = np.asarray((d.col["moved"] >= 0).any(axis=1))
    day = b.row("day", ("group", "node"), some, lower=0.0, upper=0.0)
    b.put(day[:, None, :], d.col["moved"], p.hours[None])
    least = np.zeros((len(f.groups), 1, len(p.tree)))
    for g, loads in enumerate(f.groups):
        least[g] = p.loads[loads[0]].least
    held: BoolArray = (least > 0) & (d.col["shed"] >= 0).any(axis=1)
    served = b.row("least", ("group", "slice", "node"), held, lower=least, unit="of the work")
    b.put(served, d.col["one"], 1.0)
    b.put(served[:, None], d.col["shed"], -1.0)
    _places(d)


def asks(d: Draft, row: IntArray, of: IntArray) -> None:
    """Put what changes the demand of a load in row [load, slice, node]: moved, handed over."""
    f, p, b = d.frame, d.problem, d.blocks
    group_of = np.zeros(len(p.loads), dtype=np.int64)
    for g, loads in enumerate(f.groups):
        group_of[list(loads)] = g
    mean: Array = (p.demand * p.hours[None]).sum(axis=1) / HOURS_PER_DAY
    given = np.where(of == np.arange(len(of)), 1.0, -1.0)[:, None, None]
    b.put(row, d.col["fallback"][group_of[of]], given * asked(p))
    b.put(row, d.col["moved"][group_of], -mean[:, None, :])


def _places(d: Draft) -> None:
    f, p, b = d.frame, d.problem, d.blocks
    busy, want = d.col["busy"], asked(p)
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
        on[m] = exists[j] & (want[i] > 0)[None]
    row = b.row("place", ("member", "zone", "slice", "node"), on, lower=0.0, upper=0.0)
    for m, (j, i) in enumerate(members):
        here_row: IntArray = row[m]
        rate: Array = f.rate[i]
        demand: Array = want[i]
        b.put(here_row[None], busy[i], rate[:, None, None, :])
        b.put(here_row, place[j], -demand[None])
