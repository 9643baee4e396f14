"""Cut the programme of a branch out of that of its tree: its rows, its columns, its chances.

A row of a node holds columns of that node's past alone, so the rows and columns of a branch and
of its trunk are a programme of their own. Only the costs change: what is paid at a node counts
with the chance of the node in the branch. Prices on the tail belong to the whole tree; a branch
has an expected cost.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from outlay.core.arrays import Array, BoolArray, IntArray
from outlay.planning.programme.blocks import Block, Matrix
from outlay.planning.programme.model import Model
from outlay.planning.solver.basis import BASIC, LOWER, Basis

__all__ = ["Cut", "Cutter", "End"]

NODE, VINTAGE = "node", "vintage"
TAIL = ("path_cost", "excess", "eta", "tail")  # blocks of the whole tree's risk


KEPT = 24
"""Programmes of branches kept at a time: a reference tree's, and not all of a large one."""


@dataclass(frozen=True)
class Cut:
    """Which columns, rows and nodes of the tree the branch with these leaves holds."""

    leaves: tuple[int, ...]
    columns: IntArray
    rows: IntArray
    nodes: IntArray
    size: int  # columns of the tree

    def spread(self, x: Array) -> Array:
        """[column of the tree]: values of the branch's columns, 0 elsewhere."""
        out = np.zeros(self.size)
        out[self.columns] = x
        return out


@dataclass(frozen=True)
class End:
    """Where a branch, its trunk and all that follows, ended. x: [column of the branch], original
    units."""

    cut: Cut
    x: Array
    basis: Basis


class Cutter:
    """column_node, row_node: node of each column and row, -1 where it belongs to none."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._chance = model.problem.tree.probability
        self.matrix = model.matrix
        m, v = model.matrix, model.draft.vintages.node
        self.column_node = _owners(m.columns, len(m.cost), v)
        self.row_node = _owners(m.rows, len(m.row_lower), v)
        self._risk = _of(m.columns, len(m.cost)), _of(m.rows, len(m.row_lower))
        self._kept = lru_cache(maxsize=KEPT)(self._made)

    def weigh(self, chance: Array | None) -> None:
        """Have branches weigh their leaves by `chance` [node], None: by the tree's own."""
        self._chance = self.model.problem.tree.probability if chance is None else chance
        self._kept.cache_clear()

    def whole(self) -> Cut:
        """The tree itself, tail and all."""
        rows, cols, _ = self.matrix.shape
        tree = self.model.problem.tree
        nodes = np.arange(len(tree), dtype=np.int64)
        return Cut(tuple(tree.leaves.tolist()), np.arange(cols), np.arange(rows), nodes, cols)

    def among(self, leaves: IntArray) -> Cut:
        """What is of the histories that end in `leaves`."""
        tree = self.model.problem.tree
        inside = np.zeros(len(tree) + 1, dtype=bool)  # the last entry: no node
        inside[np.unique(tree.ancestor[leaves])] = True
        inside[-1] = True
        cols = np.flatnonzero(inside[self.column_node] & ~self._risk[0])
        rows = np.flatnonzero(inside[self.row_node] & ~self._risk[1])
        key: tuple[int, ...] = tuple(leaves.tolist())
        return Cut(key, cols, rows, np.flatnonzero(inside[:-1]), self.matrix.shape[1])

    def programme(self, cut: Cut) -> Matrix:
        """The programme where the history is one of the branch's."""
        if len(cut.columns) == cut.size:
            return self.matrix
        return self._kept(cut.leaves)

    def _made(self, key: tuple[int, ...]) -> Matrix:
        leaves = np.array(key, dtype=np.int64)
        m, tree, e = self.matrix, self.model.problem.tree, self.model.entries
        total = float(self._chance[leaves].sum())
        chance = np.zeros(len(tree) + 1)
        for leaf in key:
            chance[tree.path(leaf)] += self._chance[leaf] / total
        cut = self.among(leaves)
        cols, rows = cut.columns, cut.rows
        paid = np.zeros(len(m.cost))
        np.add.at(paid, e.col, chance[e.node] * e.discount * e.amount)
        return Matrix(
            paid[cols], m.offset, m.lower[cols], m.upper[cols], m.row_lower[rows],
            m.row_upper[rows], m.a[rows][:, cols], m.col_unit[cols], m.row_unit[rows],
            m.integer[cols], {}, {},
        )  # fmt: skip

    def tail_at(self, basis: Basis, dear: IntArray, edge: int) -> None:
        """Put the tail's part of a basis of the whole tree where the leaves `dear` are in it, and
        the leaf `edge` is where it begins."""
        columns, rows = self.matrix.columns, self.matrix.rows
        cost, row = columns["path_cost"].index, rows["path_cost"].index
        basis.column[cost[cost >= 0]], basis.row[row[row >= 0]] = BASIC, LOWER
        basis.column[columns["excess"].index[dear]] = BASIC
        basis.column[columns["eta"].index] = BASIC
        basis.row[rows["tail"].index[np.append(dear, edge)]] = LOWER

    def first_orders(self, x: Array, root: int) -> Array:
        """[offer] chips ordered in a root, of x [column of the tree]."""
        columns = self.matrix.columns

        def taken(name: str) -> Array:
            index = columns[name].index[..., root]
            return np.where(index >= 0, x[index], 0.0)

        direct = (columns["order"].index < 0).all(axis=-1)  # ordering is starting
        started = (taken("start") + taken("divert")).sum(axis=-1)
        return np.where(direct, started, taken("order"))


def _owners(blocks: Mapping[str, Block], n: int, vintage: IntArray) -> IntArray:
    out = np.full(n, -1, dtype=np.int64)
    for block in blocks.values():
        there = block.index >= 0
        if block.axes == (VINTAGE,):
            out[block.index[there]] = vintage[there]
        elif block.axes and block.axes[-1] == NODE:
            node = np.broadcast_to(np.arange(block.index.shape[-1]), block.index.shape)
            out[block.index[there]] = node[there]
    return out


def _of(blocks: Mapping[str, Block], n: int) -> BoolArray:
    """Which columns or rows are the tail's."""
    out = np.zeros(n, dtype=bool)
    for name in TAIL:
        if name in blocks:
            index = blocks[name].index
            out[index[index >= 0]] = True
    return out
