r"""Sites: the power of the chips that stand there stays within what is energised.

Equation (rows `draw`, per place): \sum_k kW_k × standing_{ksn} = 1000 \sum_{halls} power_{hn}
Rows `power`, per hall: power_{hn} <= MW_{hn} + \sum_{m due} expand_{hm}
LaTeX: \sum_k \kappa_{ks} (S_{ksn} + P_{ksn} + V_{ksn}) = 1000 \sum_{h \in s} p_{hn},
\qquad p_{hn} \le M_{hn} + \sum_{m \in A_h(n)} e_{hm}
kW is IT power at maximum, times PUE where the nameplate is at the meter. A_h(n): nodes of the
path whose expansion is energised by n, one lead earlier. Expansions come in whole steps near the
root. Rows `racks`, `liquid`: the same with racks per chip, and with liquid-cooled chips only.
Rows `arrive`, `arrivals` (places of several halls): power_{hn} <= power_{h a(n)} + rise_{hn};
\sum_h rise_{hn} <= kW of the chips that start there: a hall fills by arrivals, not by moves.
Rows `ceiling`, over several halls: \sum_{h in G} power_{hn} / (PUE where at the meter) <= MW_{Gn}.
Energy and rent of space are paid by the hall's power. Unit: MW.
In words: megawatts are decided before the servers that need them.
"""

from __future__ import annotations

import numpy as np

from outlay.core.arrays import Array, BoolArray, IntArray
from outlay.core.periods import HOURS_PER_YEAR, MONTHS_PER_YEAR
from outlay.planning.problem.tree import Tree
from outlay.planning.programme.draft import Draft
from outlay.planning.programme.frame import INCLUDED, PAID

__all__ = ["columns", "energised_from", "rows", "standing"]

WATT_PER_MW = 1e6
KW_PER_MW = 1e3


def energised_from(d: Draft, site: int) -> tuple[IntArray, IntArray]:
    """(ordering node, node): pairs on one path where the expansion is energised in the node."""
    s = d.frame.halls[site]
    ancestor, node = d.frame.pairs
    if s.expansion is None:
        return ancestor[:0], node[:0]
    tree = d.problem.tree
    last = tree.lag_period(s.expansion.lead_months)[tree.period]
    ok = tree.period[ancestor] <= last[node]
    return ancestor[ok], node[ok]


def columns(d: Draft) -> None:
    """expand, steps [hall, node] MW ordered; power [kind, hall, node] MW drawn by what stands."""
    b, tree, f = d.blocks, d.problem.tree, d.frame
    exists = np.zeros((len(f.halls), len(tree)), dtype=bool)
    upper = np.zeros(exists.shape)
    step = np.zeros(exists.shape)
    for i, s in enumerate(f.halls):
        if s.expansion is None:
            continue
        last = int(tree.lag_period(s.expansion.lead_months)[-1])
        exists[i] = (s.expansion.cap_mw > 0) & (tree.period <= last)
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
    whole = exists & (tree.period < d.options.whole_depth)[None, :] & (step > 0)
    d.col["steps"] = b.column("steps", axes, whole, integer=1.0, meaning="whole steps")
    row = b.row("steps", axes, whole, lower=0.0, upper=0.0, unit="MW")
    b.put(row, d.col["expand"], 1.0)
    b.put(row, d.col["steps"], -step)
    _payments(d)


def _payments(d: Draft) -> None:
    f, tree = d.frame, d.problem.tree
    every = np.arange(len(tree))
    months = MONTHS_PER_YEAR * tree.years
    for i, s in enumerate(f.halls):
        mwh = f.power_use * HOURS_PER_YEAR * tree.years * (s.pue if s.it_power else 1.0)
        tariff = np.asarray(s.tariff_kwh) * KW_PER_MW
        power: IntArray = d.col["power"][PAID, i]
        d.ledger.pay(power, every, mwh * tariff, "energy", "opex", s.id, quantity=mwh)
        rent = np.broadcast_to(np.asarray(s.rent_kw_month, dtype=float), (len(tree),))
        rent_mw = rent * months * KW_PER_MW
        if s.take_or_pay:
            mw = np.asarray(s.power_mw)
            d.ledger.pay(d.col["one"], every, rent_mw * mw, "site_rent", "opex", s.id, quantity=mw)
        else:
            d.ledger.pay(power, every, rent_mw, "site_rent", "opex", s.id)
        e = s.expansion
        if e is None:
            continue
        col: IntArray = d.col["expand"][i]
        at, node = energised_from(d, i)
        if s.take_or_pay:
            d.ledger.pay(col[at], node, rent_mw[node], "site_rent", "opex", s.id)
        cost = e.cost_per_w * WATT_PER_MW
        pay = d.ledger.pay
        pay(col, every, cost * e.deposit, "expansion", "capex", s.id, "site")
        opens = _first_energised(tree, e.lead_months)[tree.period[at]]
        first: BoolArray = tree.period[node] == opens
        rest = cost[at[first]] * (1 - e.deposit)
        pay(col[at[first]], node[first], rest, "expansion", "capex", s.id, "site")
        d.ledger.book("order", "site", col, every, cost)
        d.ledger.book("delivery", "site", col[at[first]], node[first], cost[at[first]])
        _residual(d, i, at, node, cost)


def _first_energised(tree: Tree, lead_months: float) -> IntArray:
    """[period ordered]: first period in which it is energised (n periods = after the horizon)."""
    last = tree.lag_period(lead_months)
    n = len(tree.periods)
    return np.array([int(np.argmax(last >= t)) if np.any(last >= t) else n for t in range(n)])


def _residual(d: Draft, site: int, at: IntArray, node: IntArray, cost: Array) -> None:
    """What a hall is still worth at the horizon: straight line over its life, from energising."""
    p, tree, f = d.problem, d.problem.tree, d.frame
    e = f.halls[site].expansion
    if e is None:
        return
    leaf = np.isin(node, tree.leaves)
    at, node = at[leaf], node[leaf]
    first: IntArray = _first_energised(tree, e.lead_months)[tree.period[at]]
    age: Array = tree.end_age - tree.start_age[first]
    left: Array = np.maximum(1 - age / e.asset_life_years, 0.0) * p.terminal_value
    d.ledger.pay(
        d.col["expand"][site][at], node, -left * cost[at], "residual", "terminal",
        f.halls[site].id, "site", discount=f.end_discount,
    )  # fmt: skip


def standing(d: Draft, row: IntArray, per_chip: Array, kinds: tuple[int, ...]) -> None:
    """Put per_chip [chip, site] × chips of those kinds standing at the site in row [site, node]."""
    f, b = d.frame, d.blocks
    for kind in kinds:
        b.put(row[None], d.col["stock"][kind], per_chip[:, :, None])
    for i, kind in enumerate(f.pool_kind):
        if kind in kinds:
            b.put(row, d.col["pool"][i], per_chip[f.pool_chip[i], :, None])
    v = d.vintages
    for i, terms in enumerate(f.terms):
        if terms.exit and f.offer_kind[i] in kinds:
            value: Array = per_chip[f.offer_chip[i], :, None]
            b.put(row, d.col["start"][i], value)
            b.put(row, d.col["divert"][i], value)
    if len(v):
        mine = np.isin(f.offer_kind[v.offer], kinds)
        value = per_chip[f.offer_chip[v.offer], v.site]
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
    most = np.array([s.power_mw for s in f.halls]).reshape(shape)
    row = b.row("power", ("hall", "node"), np.isfinite(most), upper=most, unit="MW")
    b.put(row[None], power, 1.0)
    totals, total_mw = np.zeros(shape, dtype=bool), np.zeros(shape)
    for i, s in enumerate(f.halls):
        at, node = energised_from(d, i)
        b.put(row[i, node], d.col["expand"][i, at], -1.0)
        if s.expansion is not None and np.isfinite(s.expansion.total_mw):
            totals[i, tree.leaves] = True
            total_mw[i] = s.expansion.total_mw
    total = b.row("expansion_total", ("hall", "node"), totals, upper=total_mw, unit="MW")
    ancestor, node = f.pairs
    b.put(total[:, node], d.col["expand"][:, ancestor], 1.0)
    _arrivals(d)
    _ceilings(d)
    _racks_and_liquid(d, place)


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
            kw = -f.draw_kw[k][:, None] / KW_PER_MW
            b.put(total, d.col["start"][i], kw)
            b.put(total, d.col["divert"][i], kw)


def _ceilings(d: Draft) -> None:
    """What a region can power: IT load of its halls together."""
    p, b, f = d.problem, d.blocks, d.frame
    shape = (len(p.ceilings), len(d.problem.tree))
    cap = np.array([c.cap for c in p.ceilings]).reshape(shape)
    row = b.row("ceiling", ("ceiling", "node"), np.isfinite(cap), upper=cap, unit="MW")
    for i, ceiling in enumerate(p.ceilings):
        for h, hall in enumerate(f.halls):
            if hall.id in ceiling.sites:
                it = 1.0 if hall.it_power else 1.0 / hall.pue
                b.put(row[i][None], d.col["power"][:, h], it)


def _racks_and_liquid(d: Draft, shape: tuple[int, int]) -> None:
    """Halls with such limits are places of their own."""
    p, b, f = d.problem, d.blocks, d.frame
    own = (PAID, INCLUDED)
    racks = np.array([[s.rack_limit] * shape[1] for s in p.sites]).reshape(shape)
    row = b.row("racks", ("site", "node"), np.isfinite(racks), upper=racks, unit="racks")
    standing(d, row, np.array([[c.racks] * len(p.sites) for c in p.chips]), own)
    liquid = np.array([[s.liquid_mw] * shape[1] for s in p.sites]).reshape(shape)
    row = b.row("liquid", ("site", "node"), np.isfinite(liquid), upper=liquid, unit="MW")
    wet = np.array([c.liquid for c in p.chips], dtype=float)[:, None]
    standing(d, row, wet * f.draw_kw / KW_PER_MW, own)
