r"""Sites: the power of the chips that stand there stays within what is energised.

Equation (rows `draw`, per place): \sum_k kW_k × standing_{ksn} = 1000 \sum_{halls} power_{hn}
Rows `power`, per hall: power_{hn} <= MW_{hn} - given_{hn} + \sum_m energised_{hmn} expand_{hm}
Rows `given`: power given up stays given up; it falls with the contract itself.
LaTeX: \sum_k \kappa_{ksn} (S_{ksn} + P_{ksn} + V_{ksn}) = 1000 \sum_{h \in s} p_{hn},
\qquad p_{hn} \le M_{hn} - g_{hn} + \sum_{m \in \pi(n)} \epsilon_{hmn} e_{hm}
kW is IT power at maximum, times PUE where the nameplate is at the meter. energised: share of the
node in which what was ordered in m, one lead earlier, has power. Expansions come in whole steps
near the root. Rows `racks`, `liquid`: the same with racks per chip, and with liquid-cooled chips
only. Rows `arrive`, `arrivals` (places of several halls): power_{hn} <= power_{h a(n)} + rise_{hn};
\sum_h rise_{hn} <= kW of the chips that start there: a hall fills by arrivals, not by moves.
Rows `ceiling`, over several halls: \sum_{h in G} power_{hn} / (PUE where at the meter) <= MW_{Gn}.
Unit: MW.
In words: megawatts are decided before the servers that need them.
"""

from __future__ import annotations

import numpy as np

from outlay.core.arrays import Array, BoolArray, IntArray
from outlay.core.periods import MONTHS_PER_YEAR
from outlay.planning.problem.tree import Tree
from outlay.planning.programme.draft import Draft
from outlay.planning.programme.frame import INCLUDED, PAID

__all__ = ["columns", "contracted", "energised", "energised_from", "rows", "standing"]

WATT_PER_MW = 1e6
KW_PER_MW = 1e3


def energised(tree: Tree, lead_months: float) -> Array:
    """[period ordered, period]: share of the period in which the power is there."""
    start = tree.start_age * MONTHS_PER_YEAR
    length = np.array([float(p.months) for p in tree.periods])
    there: Array = (start + length)[None, :] - (start + lead_months)[:, None]
    return np.asarray(np.clip(there / length[None, :], 0.0, 1.0))


def energised_from(d: Draft, hall: int) -> tuple[IntArray, IntArray, Array]:
    """(ordering node, node, share): pairs on one path where the expansion has power in the node."""
    s = d.frame.halls[hall]
    at, node = d.frame.pairs
    if s.expansion is None:
        return at[:0], node[:0], np.zeros(0)
    period = d.problem.tree.period
    share: Array = energised(d.problem.tree, s.expansion.lead_months)[period[at], period[node]]
    ok = share > 0
    return at[ok], node[ok], share[ok]


def contracted(d: Draft) -> Array:
    """[hall, node] MW energised without expansion."""
    f = d.frame
    return np.array([s.power_mw for s in f.halls]).reshape(len(f.halls), len(d.problem.tree))


def columns(d: Draft) -> None:
    """expand, steps [hall, node] MW ordered; power [kind, hall, node] MW drawn by what stands."""
    b, tree, f = d.blocks, d.problem.tree, d.frame
    exists = np.zeros((len(f.halls), len(tree)), dtype=bool)
    upper = np.zeros(exists.shape)
    step = np.zeros(exists.shape)
    for i, s in enumerate(f.halls):
        if s.expansion is None:
            continue
        in_time = energised(tree, s.expansion.lead_months)[:, -1] > 0
        exists[i] = (s.expansion.cap_mw > 0) & in_time[tree.period]
        upper[i] = s.expansion.cap_mw
        step[i] = s.expansion.step_mw
    kw = max(float(f.draw_kw.max(initial=1.0)), 1e-9)
    unit = float(2.0 ** np.round(np.log2(kw * f.chip_unit / KW_PER_MW)))
    axes = ("hall", "node")
    every = np.ones((2, *exists.shape), dtype=bool)
    d.col["power"] = b.column("power", ("kind", *axes), every, unit=unit, meaning="MW")
    d.col["expand"] = b.column("expand", axes, exists, upper=upper, unit=unit, meaning="MW")
    several = np.bincount(f.hall_place, minlength=len(d.problem.sites))[f.hall_place] > 1
    later = several[:, None] & (tree.parent >= 0)[None, :]
    d.col["rise"] = b.column("rise", axes, later, unit=unit, meaning="MW arriving")
    left = np.array([s.exit_share is not None for s in f.halls], dtype=bool)
    given = np.repeat(left[:, None], len(tree), axis=1)
    most = np.where(given, contracted(d), 0.0)
    d.col["given"] = b.column("given", axes, given, upper=most, unit=unit, meaning="MW given up")
    d.col["leave"] = b.column("leave", axes, given, unit=unit, meaning="MW given up now")
    whole = exists & (tree.period < d.options.whole_depth)[None, :] & (step > 0)
    d.col["steps"] = b.column("steps", axes, whole, integer=1.0, meaning="whole steps")
    row = b.row("steps", axes, whole, lower=0.0, upper=0.0, unit="MW")
    b.put(row, d.col["expand"], 1.0)
    b.put(row, d.col["steps"], -step)
    _payments(d)


def _payments(d: Draft) -> None:
    """Capex of expansions: a part at the order, the rest when energised; what is left of them."""
    f, tree = d.frame, d.problem.tree
    every = np.arange(len(tree))
    for i, s in enumerate(f.halls):
        e = s.expansion
        if e is None:
            continue
        col: IntArray = d.col["expand"][i]
        at, node, _ = energised_from(d, i)
        cost = e.cost_per_w * WATT_PER_MW
        pay = d.ledger.pay
        pay(col, every, cost * e.deposit, "expansion", "capex", s.id, "site")
        opens = np.argmax(energised(tree, e.lead_months) > 0, axis=1)[tree.period[at]]
        first: BoolArray = tree.period[node] == opens
        rest = cost[at[first]] * (1 - e.deposit)
        pay(col[at[first]], node[first], rest, "expansion", "capex", s.id, "site")
        d.ledger.book("order", "site", col, every, cost)
        d.ledger.book("delivery", "site", col[at[first]], node[first], cost[at[first]])
        _residual(d, i, at, node, cost)


def _residual(d: Draft, hall: int, at: IntArray, node: IntArray, cost: Array) -> None:
    """What a hall is still worth at the horizon: straight line over its life, from energising."""
    p, tree, f = d.problem, d.problem.tree, d.frame
    e = f.halls[hall].expansion
    if e is None:
        return
    leaf = np.isin(node, tree.leaves)
    at, node = at[leaf], node[leaf]
    age: Array = tree.end_age - tree.start_age[tree.period[at]] - e.lead_months / MONTHS_PER_YEAR
    worn = np.minimum(age / e.asset_life_years, 1.0) * (1.0 - e.asset_residual)
    left: Array = (1.0 - worn) * p.terminal_value
    d.ledger.pay(
        d.col["expand"][hall][at], node, -left * cost[at], "residual", "terminal",
        f.halls[hall].id, "site", discount=f.end_discount,
    )  # fmt: skip


def standing(d: Draft, row: IntArray, per_chip: Array, kinds: tuple[int, ...]) -> None:
    """Put per_chip [chip, site, node] × chips of those kinds standing there in row [site, node]."""
    f, b, period = d.frame, d.blocks, d.problem.tree.period
    for kind in kinds:
        b.put(row[None], d.col["stock"][kind], per_chip)
    for i, kind in enumerate(f.pool_kind):
        if kind in kinds:
            b.put(row, d.col["pool"][i], per_chip[f.pool_chip[i]])
    v = d.vintages
    for i, terms in enumerate(f.terms):
        if terms.exit and f.offer_kind[i] in kinds:
            value: Array = per_chip[f.offer_chip[i]] * np.diag(terms.clock.presence)[period]
            b.put(row, d.col["start"][i], value)
            b.put(row, d.col["divert"][i], value)
    if len(v):
        mine = np.isin(f.offer_kind[v.offer], kinds)
        value = per_chip[f.offer_chip[v.offer], v.site, v.node] * v.presence
        b.put(row[v.site[mine], v.node[mine]], d.col["keep"][mine], value[mine])


def rows(d: Draft) -> None:
    p, b, tree, f = d.problem, d.blocks, d.problem.tree, d.frame
    place = (len(p.sites), len(tree))
    power = d.col["power"]
    for kind in (PAID, INCLUDED):
        name = f"draw_{'paid' if kind == PAID else 'included'}"
        all_ = np.ones(place, dtype=bool)
        draw = b.row(name, ("site", "node"), all_, lower=0.0, upper=0.0, unit="MW")
        standing(d, draw, f.draw_kw / KW_PER_MW, (kind,))
        b.put(draw[f.hall_place], power[kind], -1.0)
    shape = (len(f.halls), len(tree))
    most = contracted(d)
    row = b.row("power", ("hall", "node"), np.isfinite(most), upper=most, unit="MW")
    b.put(row[None], power, 1.0)
    b.put(row, d.col["given"], 1.0)
    _given_up(d)
    totals, total_mw = np.zeros(shape, dtype=bool), np.zeros(shape)
    for i, s in enumerate(f.halls):
        at, node, share = energised_from(d, i)
        b.put(row[i, node], d.col["expand"][i, at], -share)
        if s.expansion is not None and np.isfinite(s.expansion.total_mw):
            totals[i, tree.leaves] = True
            total_mw[i] = s.expansion.total_mw
    total = b.row("expansion_total", ("hall", "node"), totals, upper=total_mw, unit="MW")
    ancestor, node = f.pairs
    b.put(total[:, node], d.col["expand"][:, ancestor], 1.0)
    _arrivals(d)
    _ceilings(d)
    _racks_and_liquid(d, place)


def _given_up(d: Draft) -> None:
    """given_n = given_{a(n)}, less where the contract itself falls, + leave_n."""
    b, tree = d.blocks, d.problem.tree
    given, leave, mw = d.col["given"], d.col["leave"], contracted(d)
    row = b.row("given", ("hall", "node"), given >= 0, lower=0.0, upper=0.0, unit="MW")
    b.put(row, given, 1.0)
    b.put(row, leave, -1.0)
    child = np.flatnonzero(tree.parent >= 0)
    before: Array = mw[:, tree.parent[child]]
    after: Array = mw[:, child]
    stays = np.divide(after, before, out=np.ones_like(after), where=before > after)
    b.put(row[:, child], given[:, tree.parent[child]], -stays)


def _arrivals(d: Draft) -> None:
    p, b, tree, f = d.problem, d.blocks, d.problem.tree, d.frame
    rise, power = d.col["rise"], d.col["power"]
    up = np.maximum(tree.parent, 0)
    row = b.row("arrive", ("hall", "node"), rise >= 0, upper=0.0, unit="MW")
    b.put(row[None], power, 1.0)
    b.put(row[None], power[..., up], -1.0)
    b.put(row, rise, -1.0)
    some = np.zeros((len(p.sites), len(tree)), dtype=bool)
    np.logical_or.at(some, f.hall_place, rise >= 0)
    total = b.row("arrivals", ("site", "node"), some, upper=0.0, unit="MW")
    b.put(total[f.hall_place], rise, 1.0)
    for i, k in enumerate(f.offer_chip):
        if f.terms[i].own_power:
            at, node, change = f.changes(f.terms[i].clock)
            came = change > 0
            at, node = at[came], node[came]
            kw: Array = f.draw_kw[k][:, node] / -KW_PER_MW * change[came]
            b.put(total[:, node], d.col["start"][i][:, at], kw)
            b.put(total[:, node], d.col["divert"][i][:, at], kw)


def _ceilings(d: Draft) -> None:
    """What a region can power: IT load of its halls together."""
    p, b, f = d.problem, d.blocks, d.frame
    shape = (len(p.ceilings), len(d.problem.tree))
    cap = np.array([c.cap for c in p.ceilings]).reshape(shape)
    row = b.row("ceiling", ("ceiling", "node"), np.isfinite(cap), upper=cap, unit="MW")
    for i, ceiling in enumerate(p.ceilings):
        for h, hall in enumerate(f.halls):
            if hall.id in ceiling.sites:
                it = np.ones(shape[1]) if hall.it_power else 1.0 / f.hall_pue[h]
                b.put(row[i][None], d.col["power"][:, h], it[None])


def _racks_and_liquid(d: Draft, shape: tuple[int, int]) -> None:
    """Halls with such limits are places of their own."""
    p, b, f = d.problem, d.blocks, d.frame
    own = (PAID, INCLUDED)
    racks = np.array([[s.rack_limit] * shape[1] for s in p.sites]).reshape(shape)
    row = b.row("racks", ("site", "node"), np.isfinite(racks), upper=racks, unit="racks")
    each: Array = np.array([c.racks for c in p.chips])[:, None, None]
    standing(d, row, np.broadcast_to(each, f.draw_kw.shape), own)
    liquid = np.array([[s.liquid_mw] * shape[1] for s in p.sites]).reshape(shape)
    row = b.row("liquid", ("site", "node"), np.isfinite(liquid), upper=liquid, unit="MW")
    wet = np.array([c.liquid for c in p.chips], dtype=float)[:, None, None]
    standing(d, row, wet * f.draw_kw / KW_PER_MW, own)
