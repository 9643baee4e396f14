"""Vintages: what started where and when, of chips that may leave before their term ends."""

from __future__ import annotations

import numpy as np

from outlay.core.arrays import Array, BoolArray, IntArray
from outlay.planning.programme.frame import Frame

__all__ = ["Vintages"]


class Vintages:
    """Flat list of (offer, site, start node, later node) for offers whose chips may leave early."""

    def __init__(self, f: Frame) -> None:
        tree = f.problem.tree
        starts = f.may_deliver | f.may_divert
        ancestor, node = f.pairs
        parts: list[tuple[IntArray, ...]] = []
        for i, terms in enumerate(f.terms):
            if not terms.exit:
                continue
            stands: Array = terms.clock.presence[tree.period[ancestor], tree.period[node]]
            runs: BoolArray = (ancestor != node) & (stands > 0)
            for s in np.flatnonzero(starts[i].any(axis=1)):
                ok: BoolArray = runs & starts[i, s, ancestor]
                n = int(ok.sum())
                parts.append((np.full(n, i), np.full(n, s), ancestor[ok], node[ok]))
        if parts:
            self.offer, self.site, self.start, self.node = (
                np.concatenate(x).astype(np.int64) for x in zip(*parts, strict=True)
            )
        else:
            self.offer = self.site = self.start = self.node = np.zeros(0, dtype=np.int64)
        parent = tree.parent[self.node] if len(self.node) else self.node
        # share of the node in which it stands
        self.presence = np.ones(len(self.node))
        for i, terms in enumerate(f.terms):
            mine = np.flatnonzero(self.offer == i)
            begun, now = tree.period[self.start[mine]], tree.period[self.node[mine]]
            self.presence[mine] = terms.clock.presence[begun, now]
        # the same vintage one node earlier; -1 = its start
        self.before = self._find(parent, len(f.problem.sites), len(tree))

    def _find(self, node: IntArray, sites: int, nodes: int) -> IntArray:
        """Number of each vintage with the same start in that node, -1 where there is none."""
        own = (self.offer * sites + self.site) * nodes + self.start
        key, wanted = own * nodes + self.node, own * nodes + node
        order = np.argsort(key)
        at = np.minimum(np.searchsorted(key[order], wanted), len(key) - 1)
        found: IntArray = np.where(key[order][at] == wanted, order[at], -1)
        return found

    def __len__(self) -> int:
        return len(self.offer)
