r"""Ties: decisions made equal across the nodes of a period, for plans that may not adapt.

Equation (rows `tie`): x_{j,n} = x_{j,n'} for the nodes n, n' of a period, over orders, starts,
expansions and what is kept; operation (busy, shed, moved, train) stays free.
LaTeX: x_{jn} = x_{j n_0(t(n))}
`static`: every build is fixed at the start. `two-stage`: the builds of the periods before the
first branch are common anyway; after it each first branch has its own static plan.
In words: the same programme without the right to re-decide; the difference is what flexibility
is worth.
"""

from __future__ import annotations

import numpy as np

from outlay.core.arrays import IntArray
from outlay.planning.programme.draft import Draft

__all__ = ["rows"]

TIED = ("order", "start", "expand")


def rows(d: Draft) -> None:
    tie, tree = d.options.tie, d.problem.tree
    if not tie:
        return
    key = _keys(d)
    _, first, group = np.unique(key, return_index=True, return_inverse=True)
    lead = first[group.ravel()]  # [node] the node whose decision is copied
    for name in TIED:
        cols = d.col[name]
        other = cols[..., lead]
        if name == "start":  # where there is a lead, orders are tied and starts follow from them
            direct = np.array([t.direct for t in d.frame.terms], dtype=bool)
            cols = np.where(direct[:, None, None], cols, -1)
        both = (cols >= 0) & (other >= 0) & (np.arange(len(tree)) != lead)
        row = d.blocks.row(f"tie_{name}", ("any",) * cols.ndim, both, lower=0.0, upper=0.0)
        d.blocks.put(row, cols, 1.0)
        d.blocks.put(row, other, -1.0)
        _absent(d, name, cols, lead)


def _keys(d: Draft) -> IntArray:
    """[node]: period, and for `two-stage` the first branch that the node lies in."""
    tree = d.problem.tree
    branch = np.zeros(len(tree), dtype=np.int64)
    if d.options.tie == "two-stage":
        counts = np.bincount(tree.period, minlength=len(tree.periods))
        split = int(np.argmax(counts > 1)) if np.any(counts > 1) else 0
        at = tree.ancestor[:, split]
        branch = np.where(at >= 0, at, -1)
    return np.asarray(tree.period * (len(tree) + 1) + branch)


def _absent(d: Draft, name: str, cols: IntArray, lead: IntArray) -> None:
    """A decision that one node of the period may not take, none of them may."""
    b = d.blocks
    here = np.zeros(cols.shape, dtype=bool)
    for first in np.unique(lead):
        same = np.flatnonzero(lead == first)
        lacking = (cols[..., same] < 0).any(axis=-1, keepdims=True)
        here[..., same] = (cols[..., same] >= 0) & lacking
    row = b.row(f"tie_absent_{name}", ("any",) * cols.ndim, here, upper=0.0)
    b.put(row, cols, 1.0)
