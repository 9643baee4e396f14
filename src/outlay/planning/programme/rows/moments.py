r"""Moments: chips that stand for a part of a period work for no more than that part of it.

Stock is a mean over the period; without these rows ten chips that stand for a tenth of it would do
the work of one throughout. They exist only where something comes or goes inside a period.
Equation (rows `moment`, per presence \phi of the node): work of chips that stand for \phi of it
<= \phi × what is asked for; others may do the rest, so that what ends can be replaced as it ends.
LaTeX: \tfrac{1}{\phi} \sum_{kz} r_{lkn} v_{\phi lkzhn} \le D_{lhn},
\qquad \sum_l v_{\phi lkzhn} \le u_{kn} \phi N_{\phi kzn}
Rows `part`: what works in part <= usable × presence × chips that stand for that share of the node;
rows `part_of`: it is a part of what works; rows `whole`: the rest <= usable × what always stands.
Unit: chips; units of the load.
In words: an hour of the evening cannot be served by chips that arrive next month.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from outlay.core.arrays import Array, BoolArray, IntArray
from outlay.core.periods import MONTHS_PER_YEAR
from outlay.planning.problem.fallback import asked, whose
from outlay.planning.programme.draft import Draft
from outlay.planning.programme.rows.balance import asks
from outlay.planning.programme.rows.capacity import usable_stock

__all__ = ["columns", "rows"]

DIGITS = 9
TINY = 1e-6


@dataclass(frozen=True)
class _Parts:
    """Columns of chips that stand for a share of a node, flat; `rank`: of the share in the node."""

    col: IntArray
    chip: IntArray
    zone: IntArray
    node: IntArray
    share: Array
    rank: IntArray

    def shares(self, nodes: int) -> Array:
        """[rank, node]: the shares that occur, 0 where none does."""
        out = np.zeros((int(self.rank.max(initial=-1)) + 1, nodes))
        out[self.rank, self.node] = self.share
        return out


def _parts(d: Draft) -> _Parts:
    found: list[tuple[IntArray, ...]] = []
    shares: list[Array] = []

    def add(cols: IntArray, chip: int, site: int, nodes: IntArray, share: Array) -> None:
        some: BoolArray = (cols >= 0) & (share > 0) & (share < 1.0)
        if some.any():
            n = int(np.count_nonzero(some))
            zone = np.full(n, f.site_zone[site])
            found.append((cols[some], np.full(n, chip), zone, nodes[some]))
            shares.append(share[some])

    f, period = d.frame, d.problem.tree.period
    shut = d.problem.tree.start_age * MONTHS_PER_YEAR
    shut = shut + np.array([float(p.months) for p in d.problem.tree.periods])
    at, node = f.pairs
    for i, (k, terms) in enumerate(zip(f.offer_chip.tolist(), f.terms, strict=True)):
        share: Array = terms.clock.presence[period[at], period[node]]
        own: BoolArray = (at == node) | (not terms.exit)
        # What begins and ends within a period can be had again within it.
        own &= (at != node) | (terms.clock.ends_at[period[at]] >= shut[period[node]] - TINY)
        if not ((share > 0) & (share < 1.0)).any():
            continue
        for s in range(len(d.problem.sites)):
            for block in ("start", "divert"):
                add(d.col[block][i, s, at[own]], k, s, node[own], share[own])
    v = d.vintages
    for s in range(len(d.problem.sites)) if len(v) else ():
        for k in range(len(d.problem.chips)):
            mine = np.flatnonzero((v.site == s) & (f.offer_chip[v.offer] == k))
            add(d.col["keep"][mine], k, s, v.node[mine], v.presence[mine])
    if not found:
        none, nothing = np.zeros(0, dtype=np.int64), np.zeros(0)
        return _Parts(none, none, none, none, nothing, none)
    col, chip, zone, nodes = (np.concatenate(x) for x in zip(*found, strict=True))
    share = np.concatenate(shares)
    rank = np.zeros(len(col), dtype=np.int64)
    for n in np.unique(nodes).tolist():
        here: BoolArray = nodes == n
        rank[here] = np.unique(np.round(share[here], DIGITS), return_inverse=True)[1]
    return _Parts(col, chip, zone, nodes, share, rank)


def columns(d: Draft) -> None:
    """part [rank, load, chip, zone, slice, node] chips of what works that stand for a share."""
    parts, busy = _parts(d), d.col["busy"]
    ranks = int(parts.rank.max(initial=-1)) + 1
    there = np.zeros((ranks, *(busy.shape[i] for i in (1, 2, 4))), dtype=bool)
    there[parts.rank, parts.chip, parts.zone, parts.node] = True
    exists: BoolArray = there[:, None, :, :, None, :] & (busy >= 0)[None]
    axes = ("rank", "load", "chip", "zone", "slice", "node")
    d.col["part"] = d.blocks.column(
        "part", axes, exists, unit=d.frame.chip_unit, meaning="chips serving for a part of the node"
    )


def rows(d: Draft) -> None:
    part, busy = d.col["part"], d.col["busy"]
    if not part.size:
        return
    f, b, parts = d.frame, d.blocks, _parts(d)
    axes = ("chip", "zone", "slice", "node")
    row = b.row(
        "part", ("rank", *axes), np.asarray((part >= 0).any(axis=1)), upper=0.0, unit="chips"
    )
    b.put(row[:, None], part, 1.0)
    mine = row[parts.rank, parts.chip, parts.zone, :, parts.node]  # [part, slice]
    weight = f.usable[parts.chip, parts.node] * parts.share
    b.put(mine, parts.col[:, None], -weight[:, None])
    inside = b.row(
        "part_of", ("load", *axes), np.asarray((part >= 0).any(axis=0)), upper=0.0, unit="chips"
    )
    b.put(inside[None], part, 1.0)
    b.put(inside, busy, -1.0)
    whole = b.row("whole", axes, np.asarray((part >= 0).any(axis=(0, 1))), upper=0.0, unit="chips")
    b.put(whole[None], busy, 1.0)
    b.put(whole[None], d.col["train"], 1.0)
    b.put(whole[None, None], part, -1.0)
    usable_stock(d, whole)
    b.put(whole[parts.chip, parts.zone, :, parts.node], parts.col[:, None], weight[:, None])
    _moments(d, parts)


def _moments(d: Draft, parts: _Parts) -> None:
    f, p, b = d.frame, d.problem, d.blocks
    part = d.col["part"]
    some: BoolArray = (part >= 0).any(axis=(2, 3)) & (asked(p) > 0)[None]
    row = b.row("moment", ("rank", "load", "slice", "node"), some, upper=p.demand, unit="unit/s")
    rate: Array = f.rate[:, :, None, None, :]
    shares = parts.shares(len(p.tree))
    for j in range(len(shares)):
        share: Array = shares[j]
        mine: IntArray = row[j, :, None, None]
        inverse = np.divide(1.0, share, out=np.zeros_like(share), where=share > 0)
        now: IntArray = part[j]
        b.put(mine, now, rate * inverse)
        asks(d, row[j], whose(p))
