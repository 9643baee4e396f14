r"""Capacity: chips at work in a slice are at most the usable share of what stands in the zone.

Equation (rows `capacity`): \sum_l busy_{lkzhn} + \sum_c train_{ckzhn} <= usable_k × standing_{kzn}
LaTeX: \sum_l y_{lkzhn} + \sum_c w_{ckzhn} \le \phi_k \sum_{s \in z} (S_{ksn} + P_{ksn} + V_{ksn})
Unit: chips. busy: chips of type k that serve load l, so that work done is busy × units per chip.
usable: what serving leaves after spares, failures and repairs (the simulator's N + 1).
In words: a chip serves one thing at a time, and only where residency and latency let it.
"""

from __future__ import annotations

import numpy as np

from outlay.core.arrays import Array, IntArray
from outlay.planning.problem.fallback import asked
from outlay.planning.programme.draft import Draft

__all__ = ["columns", "rows", "usable_stock"]


def columns(d: Draft) -> None:
    """busy [load, chip, zone, slice, node] chips."""
    f, p = d.frame, d.problem
    exists = (
        (f.rate > 0)[:, :, None, None, :]
        & f.zone_load.T[:, None, :, None, None]
        & f.present[None, :, :, None, :]
        & (asked(p) > 0)[:, None, None, :, :]
    )
    axes = ("load", "chip", "zone", "slice", "node")
    d.col["busy"] = d.blocks.column(
        "busy", axes, exists, unit=f.chip_unit, meaning="chips serving the load"
    )


def rows(d: Draft) -> None:
    p, b = d.problem, d.blocks
    busy, train = d.col["busy"], d.col["train"]
    used = np.asarray((busy >= 0).any(axis=0))
    if train.size:
        used |= (train >= 0).any(axis=0) & (p.hours > 0)  # of a steady campaign too
    row = b.row("capacity", ("chip", "zone", "slice", "node"), used, upper=0.0, unit="chips")
    b.put(row[None], busy, 1.0)
    b.put(row[None], train, 1.0)
    usable_stock(d, row)


def usable_stock(d: Draft, row: IntArray) -> None:
    """Put -usable × mean stock in row [chip, zone, slice, node]."""
    f, p, b = d.frame, d.problem, d.blocks
    share = -f.usable[:, None, :]
    for z in range(len(f.zones)):
        for s in np.flatnonzero(f.zone_site[z]):
            for kind in range(3):
                stock = d.col["stock"][kind, :, s, :]
                b.put(row[:, z], stock[:, None, :], share)
            for i, k in enumerate(f.pool_chip):
                b.put(row[k, z], d.col["pool"][i, s][None, :], -f.usable[k])
    starts = d.col["start"], d.col["divert"]
    for i, (k, terms) in enumerate(zip(f.offer_chip, f.terms, strict=True)):
        if terms.exit:  # chips of a vintage offer in the node where they start
            here: Array = f.usable[k] * np.diag(terms.clock.presence)[p.tree.period]
            for at in range(len(p.sites)):
                zone = int(f.site_zone[at])
                for block in starts:
                    b.put(row[k, zone], block[i, at][None, :], -here)
    v = d.vintages
    if len(v):
        k = f.offer_chip[v.offer]
        mine = row[k, f.site_zone[v.site], :, v.node]  # [vintage, slice]
        b.put(mine, d.col["keep"][:, None], -(f.usable[k, v.node] * v.presence)[:, None])
