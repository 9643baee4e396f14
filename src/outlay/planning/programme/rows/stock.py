r"""Stock: what stands at a site is what stood there, plus what came, less what ended.

Equation (rows `stock`):
    stock_{ksn} = stock_{ks,a(n)} + \sum_o \sum_m change_{omn} (start_{osm} + divert_{osm})
change: by how much more of what started in the ancestor m stands in n than before n; presence
\phi_{omn} is the share of n in which it stands, so that the stock is a mean over the period.
LaTeX: S_{ksn} = S_{ks a(n)} + \sum_{o: k(o)=k} \sum_{m \in \pi(n)}
(\phi_{omn} - \phi_{om a(n)}) (d_{osm} + v_{osm})
Rows `keep` (leases that may be left, chips that may be sold): kept_{osmn} <= kept_{osm a(n)}, and
kept in the first node after the start <= what started there; each start is its own vintage, so
that no unit leaves twice.
Rows `pool`: kept_{psn} <= kept_{ps a(n)}; \sum_s kept_{psn} <= available.
Unit: chips.
In words: what stands is what stood, with what came and without what ended, by the month; a unit
leaves once.
"""

from __future__ import annotations

import numpy as np

from outlay.core.arrays import BoolArray, IntArray
from outlay.planning.programme.draft import Draft

__all__ = ["columns", "rows"]


def columns(d: Draft) -> None:
    """stock [kind, chip, site, node]; keep [vintage]; pool [pool, site, node]."""
    f, p, b, tree = d.frame, d.problem, d.blocks, d.problem.tree
    unit = f.chip_unit
    plain = ~np.array([t.exit for t in f.terms], dtype=bool)
    exists = np.zeros((3, len(p.chips), len(p.sites), len(tree)), dtype=bool)
    starts = f.may_deliver | f.may_divert
    for i in np.flatnonzero(plain):
        exists[f.offer_kind[i], f.offer_chip[i]] |= starts[i]
    for n in range(len(tree)):
        up = int(tree.parent[n])
        if up >= 0:
            exists[..., n] |= exists[..., up]
    axes = ("kind", "chip", "site", "node")
    d.col["stock"] = b.column("stock", axes, exists, unit=unit, meaning="chips")
    v = d.vintages
    d.col["keep"] = b.column(
        "keep", ("vintage",), np.ones(len(v), dtype=bool), unit=unit, meaning="chips kept"
    )
    pool = np.zeros((len(p.pools), len(p.sites), len(tree)), dtype=bool)
    upper = np.zeros(pool.shape)
    for j, q in enumerate(p.pools):
        sites = f.site_mask(q.sites) & p.site_chip[:, f.pool_chip[j]]
        pool[j] = sites[:, None] & (q.available > 0)[None, :]
        upper[j] = q.available[None, :]
    d.col["pool"] = b.column(
        "pool", ("pool", "site", "node"), pool, upper=upper, unit=unit, meaning="chips kept"
    )


def rows(d: Draft) -> None:
    _stock(d)
    _keep(d)
    _pools(d)


def _stock(d: Draft) -> None:
    f, b, tree = d.frame, d.blocks, d.problem.tree
    stock, start, divert = d.col["stock"], d.col["start"], d.col["divert"]
    row = b.row("stock", ("kind", "chip", "site", "node"), stock >= 0, lower=0, upper=0)
    b.put(row, stock, 1.0)
    child = np.flatnonzero(tree.parent >= 0)
    b.put(row[..., child], stock[..., tree.parent[child]], -1.0)
    for i, (k, terms) in enumerate(zip(f.offer_chip, f.terms, strict=True)):
        if terms.exit:
            continue
        mine: IntArray = row[f.offer_kind[i], k]  # [site, node]
        at, node, change = f.changes(terms.clock)
        b.put(mine[:, node], start[i][:, at], -change)
        b.put(mine[:, node], divert[i][:, at], -change)


def _keep(d: Draft) -> None:
    v, b = d.vintages, d.blocks
    keep = d.col["keep"]
    row = b.row("keep", ("vintage",), keep >= 0, upper=0.0, unit="chips")
    b.put(row, keep, 1.0)
    first = v.before < 0
    b.put(row[~first], keep[v.before[~first]], -1.0)
    at = (v.offer[first], v.site[first], v.start[first])
    b.put(row[first], d.col["start"][at], -1.0)
    b.put(row[first], d.col["divert"][at], -1.0)


def _pools(d: Draft) -> None:
    p, b, tree = d.problem, d.blocks, d.problem.tree
    pool = d.col["pool"]
    n_pool, n = len(p.pools), len(tree)
    avail = np.array([q.available for q in p.pools]).reshape(n_pool, n)
    keep_all = np.array([not q.retirable for q in p.pools], dtype=bool)
    several: BoolArray = (pool >= 0).sum(axis=1) > 1  # [pool, node]
    # Where as many are there as one node earlier, keeping no more than then is enough.
    up = np.maximum(tree.parent, 0)
    falls = (tree.parent < 0)[None, :] | (avail < avail[:, up])
    need: BoolArray = np.any(pool >= 0, axis=1) & ((several & falls) | keep_all[:, None])
    lower = np.where(keep_all[:, None], avail, -np.inf)
    row = b.row("pool", ("pool", "node"), need, lower=lower, upper=avail, unit="chips")
    b.put(row[:, None, :], pool, 1.0)
    stays = (pool >= 0) & (tree.parent >= 0)[None, None, :]
    row = b.row("pool_stays", ("pool", "site", "node"), stays, upper=0.0, unit="chips")
    b.put(row, pool, 1.0)
    # What was given back does not come back when the rest of the contract runs out.
    before = np.where(avail[:, up] > 0, avail[:, up], 1.0)
    given = np.array([q.exit_share is not None for q in p.pools], dtype=bool)[:, None]
    b.put(row, pool[..., up], -np.where(given, np.minimum(avail / before, 1.0), 1.0)[:, None, :])
