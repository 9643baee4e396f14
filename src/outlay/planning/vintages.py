"""Vintages: what started where and when, of chips that may leave before their term ends."""

from __future__ import annotations

import numpy as np

from outlay.planning.frame import Frame

__all__ = ["Vintages"]


class Vintages:
    """Flat list of (offer, site, start node, later node) for offers whose chips may leave early."""

    def __init__(self, f: Frame) -> None:
        tree = f.problem.tree
        starts = f.may_deliver | f.may_divert
        ancestor, node = f.pairs
        parts = []
        for i, terms in enumerate(f.terms):
            if not terms.exit:
                continue
            end = terms.end[tree.period[ancestor]]
            runs = (ancestor != node) & (tree.period[node] < end)
            for s in np.flatnonzero(starts[i].any(axis=1)):
                ok = runs & starts[i, s, ancestor]
                n = int(ok.sum())
                parts.append((np.full(n, i), np.full(n, s), ancestor[ok], node[ok]))
        if parts:
            self.offer, self.site, self.start, self.node = (
                np.concatenate(x).astype(np.int64) for x in zip(*parts, strict=True)
            )
        else:
            self.offer = self.site = self.start = self.node = np.zeros(0, dtype=np.int64)
        key = {
            (int(o), int(s), int(m), int(n)): j
            for j, (o, s, m, n) in enumerate(
                zip(self.offer, self.site, self.start, self.node, strict=True)
            )
        }
        parent = tree.parent[self.node] if len(self.node) else self.node
        self.before = np.array(  # the same vintage one node earlier; -1 = its start
            [
                key.get((int(o), int(s), int(m), int(n)), -1)
                for o, s, m, n in zip(self.offer, self.site, self.start, parent, strict=True)
            ],
            dtype=np.int64,
        )

    def __len__(self) -> int:
        return len(self.offer)
