"""Which columns and rows of a tree are which of one of its branches, and at which node each lies.

A branch's programme has the blocks of the tree's, on fewer nodes; so a solution or a basis of the
one says something of the other. Blocks over nodes match by position, vintages by what they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from outlay.planning.blocks import Block, Matrix
from outlay.planning.model import Model
from outlay.planning.rows.stock import vintages

__all__ = ["Numbering", "match"]

IntArray = npt.NDArray[np.int64]
NODE, VINTAGE = "node", "vintage"


@dataclass(frozen=True)
class Numbering:
    """A programme on a part of a tree, with what its columns and rows are in the whole tree.

    nodes: [node of the programme] its number in the whole tree, rising. column_node, row_node:
    node of the whole tree, -1 where it belongs to none. vintage: [vintage] offer, site, start and
    node in one number, the nodes those of the whole tree.
    """

    matrix: Matrix
    nodes: IntArray
    column_node: IntArray
    row_node: IntArray
    vintage: IntArray

    @classmethod
    def of(cls, model: Model, nodes: IntArray) -> Numbering:
        m, v = model.matrix, vintages(model.draft)
        key = v.offer.copy()
        for part, size in ((v.site, 1 << 10), (nodes[v.start], 1 << 20), (nodes[v.node], 1 << 20)):
            key = key * size + part
        at = nodes[v.node]
        return cls(
            m,
            nodes,
            _owners(m.columns, len(m.cost), nodes, at),
            _owners(m.rows, len(m.row_lower), nodes, at),
            key,
        )


def _owners(blocks: Mapping[str, Block], n: int, nodes: IntArray, vintage: IntArray) -> IntArray:
    out = np.full(n, -1, dtype=np.int64)
    for block in blocks.values():
        there = block.index >= 0
        if block.axes == (VINTAGE,):
            out[block.index[there]] = vintage[there]
        elif block.axes and block.axes[-1] == NODE:
            out[block.index[there]] = np.broadcast_to(nodes, block.index.shape)[there]
    return out


def match(whole: Numbering, part: Numbering) -> tuple[IntArray, IntArray] | None:
    """([column of part], [row of part]): its number in the whole, -1 where it has none.

    None where the two are not made alike (halls of one pooled, of the other not).
    """
    at = np.searchsorted(whole.nodes, part.nodes)
    a, b = whole.matrix, part.matrix
    cols = _match(whole, part, a.columns, b.columns, at, len(b.cost))
    rows = _match(whole, part, a.rows, b.rows, at, len(b.row_lower))
    return None if cols is None or rows is None else (cols, rows)


def _match(
    whole: Numbering,
    part: Numbering,
    big: Mapping[str, Block],
    small: Mapping[str, Block],
    at: IntArray,
    n: int,
) -> IntArray | None:
    out = np.full(n, -1, dtype=np.int64)
    for name, block in small.items():
        other = big.get(name)
        if other is None or other.axes != block.axes:
            return None
        if block.axes == (VINTAGE,):
            there = _vintages(whole, part, other)
        elif block.axes and block.axes[-1] == NODE:
            if other.index.shape[:-1] != block.index.shape[:-1]:
                return None
            there = other.index[..., at]
        elif other.index.shape == block.index.shape:
            there = other.index
        else:
            return None
        mine = block.index >= 0
        out[block.index[mine]] = there[mine]
    return out


def _vintages(whole: Numbering, part: Numbering, block: Block) -> IntArray:
    """[vintage of part]: index of the same vintage in the whole's block, or -1."""
    if not len(whole.vintage) or not len(part.vintage):
        return np.full(len(part.vintage), -1, dtype=np.int64)
    order = np.argsort(whole.vintage, kind="stable")
    spot = np.searchsorted(whole.vintage[order], part.vintage)
    spot = order[np.minimum(spot, len(order) - 1)]
    same = whole.vintage[spot] == part.vintage
    return np.where(same, block.index[spot], -1)
