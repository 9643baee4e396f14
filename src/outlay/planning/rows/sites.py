r"""Sites: the power of the chips that stand there stays within what is energised.

Equation (rows `power`): \sum_k kW_{ks} × standing_{ksn} <= 1000 (MW_{sn} + \sum_{m due} expand_{sm})
LaTeX: \sum_k \kappa_{ks} (S_{ksn} + P_{ksn} + V_{ksn}) \le 1000 \Big( M_{sn} + \sum_{m \in A_s(n)}
e_{sm} \Big)
kW is IT power at maximum, times PUE where the nameplate is at the meter. A_s(n): nodes of the
path whose expansion is energised by n, one lead earlier. Expansions come in whole steps near the
root. Rows `racks`, `liquid`: the same with racks per chip, and with liquid-cooled chips only.
Unit: MW.
In words: megawatts are decided before the servers that need them.
"""

from __future__ import annotations

import numpy as np

from outlay.planning.rows.draft import Draft
from outlay.planning.rows.stock import vintages

__all__ = ["columns", "energised_from", "rows", "standing"]

WATT_PER_MW = 1e6
KW_PER_MW = 1e3
MONTHS_PER_YEAR = 12.0


def energised_from(d: Draft, site: int) -> tuple[np.ndarray, np.ndarray]:
    """(ordering node, node): pairs on one path where the expansion is energised in the node."""
    s = d.problem.sites[site]
    ancestor, node = d.frame.pairs
    if s.expansion is None:
        return ancestor[:0], node[:0]
    tree = d.problem.tree
    last = tree.lag_period(s.expansion.lead_months)[tree.period]
    ok = tree.period[ancestor] <= last[node]
    return ancestor[ok], node[ok]


def columns(d: Draft) -> None:
    """expand [site, node] MW ordered; steps [site, node] whole ones near the root."""
    p, b, tree, f = d.problem, d.blocks, d.problem.tree, d.frame
    exists = np.zeros((len(p.sites), len(tree)), dtype=bool)
    upper = np.zeros(exists.shape)
    step = np.zeros(exists.shape)
    for i, s in enumerate(p.sites):
        if s.expansion is None:
            continue
        last = int(tree.lag_period(s.expansion.lead_months)[-1])
        exists[i] = (s.expansion.cap_mw > 0) & (tree.period <= last)
        upper[i] = s.expansion.cap_mw
        step[i] = s.expansion.step_mw
    kw = f.draw_kw.max(initial=1.0)
    unit = float(2.0 ** np.round(np.log2(max(kw, 1e-9) * f.chip_unit / KW_PER_MW)))
    axes = ("site", "node")
    d.col["expand"] = b.column("expand", axes, exists, upper=upper, unit=unit, meaning="MW")
    whole = exists & (tree.period < d.options.whole_depth)[None, :] & (step > 0)
    d.col["steps"] = b.column("steps", axes, whole, integer=1.0, meaning="whole steps")
    row = b.row("steps", axes, whole, lower=0.0, upper=0.0, unit="MW")
    b.put(row, d.col["expand"], 1.0)
    b.put(row, d.col["steps"], -step)
    _payments(d)


def _payments(d: Draft) -> None:
    p, tree = d.problem, d.problem.tree
    every = np.arange(len(tree))
    months = MONTHS_PER_YEAR * tree.years
    for i, s in enumerate(p.sites):
        rent = np.broadcast_to(np.asarray(s.rent_kw_month, dtype=float), (len(tree),))
        rent_mw = rent * months * KW_PER_MW
        if s.take_or_pay:
            mw = np.asarray(s.power_mw)
            d.ledger.pay(d.col["one"], every, rent_mw * mw, "site_rent", "opex", s.id, quantity=mw)
        e = s.expansion
        if e is None:
            continue
        col = d.col["expand"][i]
        at, node = energised_from(d, i)
        if s.take_or_pay:
            d.ledger.pay(col[at], node, rent_mw[node], "site_rent", "opex", s.id)
        cost = e.cost_per_w * WATT_PER_MW
        pay = d.ledger.pay
        pay(col, every, cost * e.deposit, "expansion", "capex", s.id, "site")
        first = tree.period[node] == _first_energised(tree, e.lead_months)[tree.period[at]]
        rest = cost[at[first]] * (1 - e.deposit)
        pay(col[at[first]], node[first], rest, "expansion", "capex", s.id, "site")
        d.ledger.book("order", "site", col, every, cost)
        d.ledger.book("delivery", "site", col[at[first]], node[first], cost[at[first]])
        _residual(d, i, at, node, cost)


def _first_energised(tree, lead_months: float) -> np.ndarray:  # type: ignore[no-untyped-def]
    """[period ordered]: first period in which it is energised (n periods = after the horizon)."""
    last = tree.lag_period(lead_months)
    n = len(tree.periods)
    return np.array([int(np.argmax(last >= t)) if np.any(last >= t) else n for t in range(n)])


def _residual(d: Draft, site: int, at: np.ndarray, node: np.ndarray, cost: np.ndarray) -> None:
    """What a hall is still worth at the horizon: straight line over its life, from energising."""
    p, tree, f = d.problem, d.problem.tree, d.frame
    e = p.sites[site].expansion
    if e is None:
        return
    leaf = np.isin(node, tree.leaves)
    at, node = at[leaf], node[leaf]
    first = _first_energised(tree, e.lead_months)[tree.period[at]]
    age = tree.end_years - tree.start_years[first]
    left = np.maximum(1 - age / e.asset_life_years, 0.0) * p.terminal_value
    d.ledger.pay(
        d.col["expand"][site][at], node, -left * cost[at], "residual", "terminal",
        p.sites[site].id, "site", discount=f.end_discount,
    )  # fmt: skip


def standing(d: Draft, row: np.ndarray, per_chip: np.ndarray) -> None:
    """Put per_chip [chip, site] × own-power chips standing at the site into row [site, node]."""
    f, b, p = d.frame, d.blocks, d.problem
    b.put(row[None], d.col["stock"][0], per_chip[:, :, None])
    for i, q in enumerate(p.pools):
        if q.uses_power:
            b.put(row, d.col["pool"][i], per_chip[f.pool_chip[i]][:, None])
    v = vintages(d)
    for i, terms in enumerate(f.terms):
        if terms.exit and terms.own_power:
            value = per_chip[f.offer_chip[i]][:, None]
            b.put(row, d.col["start"][i], value)
            b.put(row, d.col["divert"][i], value)
    if len(v):
        own = np.array([t.own_power for t in f.terms], dtype=bool)[v.offer]
        value = per_chip[f.offer_chip[v.offer], v.site]
        b.put(row[v.site[own], v.node[own]], d.col["keep"][own], value[own])


def rows(d: Draft) -> None:
    p, b, tree, f = d.problem, d.blocks, d.problem.tree, d.frame
    shape = (len(p.sites), len(tree))
    power = np.array([s.power_mw for s in p.sites]).reshape(shape)
    row = b.row("power", ("site", "node"), np.isfinite(power), upper=power, unit="MW")
    standing(d, row, f.draw_kw / KW_PER_MW)
    totals = np.zeros(shape, dtype=bool)
    most = np.zeros(shape)
    for i, s in enumerate(p.sites):
        at, node = energised_from(d, i)
        b.put(row[i, node], d.col["expand"][i, at], -1.0)
        if s.expansion is not None and np.isfinite(s.expansion.total_mw):
            totals[i, tree.leaves] = True
            most[i] = s.expansion.total_mw
    total = b.row("expansion_total", ("site", "node"), totals, upper=most, unit="MW")
    ancestor, node = f.pairs
    b.put(total[:, node], d.col["expand"][:, ancestor], 1.0)
    racks = np.array([[s.rack_limit] * len(tree) for s in p.sites]).reshape(shape)
    row = b.row("racks", ("site", "node"), np.isfinite(racks), upper=racks, unit="racks")
    standing(d, row, np.array([[c.racks] * len(p.sites) for c in p.chips]))
    liquid = np.array([[s.liquid_mw] * len(tree) for s in p.sites]).reshape(shape)
    row = b.row("liquid", ("site", "node"), np.isfinite(liquid), upper=liquid, unit="MW")
    wet = np.array([c.liquid for c in p.chips], dtype=float)[:, None]
    standing(d, row, wet * f.draw_kw / KW_PER_MW)
