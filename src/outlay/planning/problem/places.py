"""Halls that nothing tells apart but cost and megawatts share one pool of chips.

Two halls are one *place* where they take the same chips and loads, and no offer, pool or campaign
names one without the other. Chips are then planned by place and power by hall, which is exact
for what may stand and be served: arrivals always fit into the halls' free power, because energised
power never falls there. It assumes only that chips may be spread anew over the halls of a place.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from outlay.core.arrays import Array, IntArray
from outlay.planning.problem.types import PlanProblem, Site

__all__ = ["merge_halls"]

JOIN = "+"


def merge_halls(problem: PlanProblem, full: bool = False) -> tuple[PlanProblem, IntArray]:
    """(the problem with one site per place, [hall] its place); `full` merges nothing."""
    p = problem
    place = np.arange(len(p.sites)) if full else _places(p)
    n = int(place.max()) + 1 if len(place) else 0
    if n == len(p.sites):
        return p, np.arange(n)
    members = [np.flatnonzero(place == i) for i in range(n)]
    name = {p.sites[s].id: _name(p, members[place[s]]) for s in range(len(p.sites))}

    def renamed(sites: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(name[s] for s in sites))

    first = np.array([m[0] for m in members])
    merged = replace(
        p,
        sites=tuple(_merged(p, m) for m in members),
        site_chip=p.site_chip[first],
        site_load=p.site_load[first],
        offers=tuple(
            replace(o, sites=renamed(o.sites), divert_sites=renamed(o.divert_sites))
            for o in p.offers
        ),
        pools=tuple(replace(q, sites=renamed(q.sites)) for q in p.pools),
        campaigns=tuple(replace(c, sites=renamed(c.sites)) for c in p.campaigns),
    )
    return merged, place


def _name(p: PlanProblem, halls: IntArray) -> str:
    return JOIN.join(p.sites[h].id for h in halls)


def _merged(p: PlanProblem, halls: IntArray) -> Site:
    """Only what the families read of a place: id, region, PUE and mean cost of power."""
    sites = [p.sites[h] for h in halls]
    one: Site = sites[0]
    if len(sites) == 1:
        return one
    n = len(p.tree)
    tariff = np.mean([np.broadcast_to(s.tariff_kwh, (n,)) for s in sites], axis=0)
    rent = np.mean([np.broadcast_to(s.rent_kw_month, (n,)) for s in sites], axis=0)
    pue = np.mean([np.broadcast_to(s.pue, (n,)) for s in sites], axis=0)
    power = np.sum([s.power_mw for s in sites], axis=0)
    out: Site = replace(
        one, id=_name(p, halls), power_mw=power, tariff_kwh=tariff, rent_kw_month=rent,
        pue=pue, expansion=None,
    )  # fmt: skip
    return out


def _places(p: PlanProblem) -> IntArray:
    """[hall]: number of its place, in the order of each place's first hall."""
    number = {s.id: i for i, s in enumerate(p.sites)}
    n = len(p.sites)

    def marks(names: tuple[str, ...]) -> Array:
        out = np.zeros(n)
        out[[number[s] for s in names]] = 1.0
        return out

    columns = [p.site_chip.astype(float), p.site_load.astype(float)]
    for o in p.offers:
        columns += [marks(o.sites)[:, None], marks(o.divert_sites)[:, None]]
    columns += [marks(q.sites)[:, None] for q in p.pools]
    for c in p.campaigns:
        own = np.arange(1, n + 1) if c.block_chips > 0 else 1.0
        columns.append((marks(c.sites) * own)[:, None])
    n_node = len(p.tree)
    columns.append(
        np.array([np.broadcast_to(1.0 if s.it_power else np.asarray(s.pue), (n_node,))
                  for s in p.sites])
    )  # fmt: skip
    alone = np.zeros((n, 1))
    same_use = len({c.idle_use for c in p.chips}) <= 1
    for i, s in enumerate(p.sites):
        falls = np.any(s.power_mw < s.power_mw[p.tree.parent] - 1e-12, where=p.tree.parent >= 0)
        limited = np.isfinite(s.rack_limit) or np.isfinite(s.liquid_mw)
        if falls or limited or not same_use:
            alone[i] = i + 1
    table = np.hstack([*columns, alone])
    _, first, group = np.unique(table, axis=0, return_index=True, return_inverse=True)
    order = np.argsort(np.argsort(first))
    return np.asarray(order[group.ravel()], dtype=np.int64)
