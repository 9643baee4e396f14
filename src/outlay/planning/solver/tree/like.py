"""What histories have alike: columns and rows that mean the same at the same time.

Two histories of a tree differ in numbers, hardly in kind: the offer ordered in the third quarter
of one is ordered in the third quarter of the other. So the basis that one ended with starts the
other, a few hundred steps of dual simplex from its end instead of some thousands.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from outlay.core.arrays import IntArray
from outlay.planning.programme.blocks import Block
from outlay.planning.programme.model import Model
from outlay.planning.solver.basis import BASIC, LOWER, Basis, Codes
from outlay.planning.solver.tree.cut import NODE, VINTAGE, Cut

__all__ = ["Alike", "nearest"]


@dataclass(frozen=True)
class Alike:
    """column, row: number of each, the same for those that mean the same at the same time."""

    column: IntArray
    row: IntArray

    @classmethod
    def of(cls, model: Model) -> Alike:
        m = model.matrix
        return cls(
            _numbers(model, m.columns, len(m.cost)), _numbers(model, m.rows, len(m.row_lower))
        )

    def moved(self, basis: Basis, here: Cut, there: Cut) -> Basis:
        """The basis of one history in another's programme; what only that has starts slack."""
        return Basis(
            _moved(basis.column, self.column[here.columns], self.column[there.columns], LOWER),
            _moved(basis.row, self.row[here.rows], self.row[there.rows], BASIC),
        )


def nearest(labels: Mapping[str, str], others: list[Mapping[str, str]]) -> int:
    """Which of `others` differs in the fewest factors; the first of several."""
    apart = [sum(labels.get(k) != other.get(k) for k in labels) for other in others]
    return int(np.argmin(apart))


def _moved(codes: Codes, here: IntArray, there: IntArray, missing: int) -> Codes:
    order = np.argsort(here, kind="stable")
    at = np.minimum(np.searchsorted(here[order], there), len(here) - 1)
    known = here[order[at]] == there
    return np.where(known, codes[order[at]], missing).astype(np.int8)


def _numbers(model: Model, blocks: Mapping[str, Block], n: int) -> IntArray:
    tree, v = model.problem.tree, model.draft.vintages
    periods, sites = len(tree.periods), len(model.problem.sites)
    out, base = np.full(n, -1, dtype=np.int64), 0
    for block in blocks.values():
        index = block.index
        there = index >= 0
        if block.axes == (VINTAGE,):
            what = (v.offer * sites + v.site) * periods + tree.period[v.start]
            number = what * periods + tree.period[v.node]
            size = len(model.problem.offers) * sites * periods**2
        elif block.axes and block.axes[-1] == NODE:
            size = int(np.prod(index.shape[:-1])) * periods
            what = np.arange(size // periods).reshape(*index.shape[:-1], 1)
            number = what * periods + tree.period
        else:
            size = index.size
            number = np.arange(size).reshape(index.shape)
        out[index[there]] = base + number[there]
        base += size
    return out
