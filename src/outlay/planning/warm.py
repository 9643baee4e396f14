"""Start a tree from one of its histories: solve the likeliest path, copy its basis to all nodes.

A path of the tree takes a small part of the work of the tree, and most of a node's basis is that
of the same period on the path; dual simplex mends the rest. Measured against interior point and
against simplex from scratch in `benchmarks/planning_reference.py`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from outlay.planning.blocks import Block, Matrix
from outlay.planning.highs import Session
from outlay.planning.model import Model, build
from outlay.planning.remap import leaf_path
from outlay.planning.rows.stock import vintages

__all__ = ["start_from_path"]

Codes = npt.NDArray[np.int8]
LOWER, BASIC, UPPER, ZERO = 0, 1, 2, 3


def start_from_path(model: Model, session: Session) -> bool:
    """Give the session a basis copied from the likeliest history; False where there is none."""
    tree = model.frame.original.tree
    if len(tree.leaves) < 2 or model.draft.options.tie or model.matrix.integer.any():
        return False
    leaf = int(tree.leaves[np.argmax(tree.probability[tree.leaves])])
    small = build(leaf_path(model.frame.original, leaf), model.draft.options)
    path = Session(small.matrix, time_limit_s=session.time_limit_s)
    if path.solve("simplex").status != "optimal":
        return False
    basis = path.h.getBasis()
    cols = _codes(basis.col_status)
    rows = _codes(basis.row_status)
    period = tree.period
    big, m = model.matrix, small.matrix
    col = _copy(big.columns, m.columns, cols, len(big.cost), period, LOWER)
    row = _copy(big.rows, m.rows, rows, len(big.row_lower), period, BASIC)
    _vintages(model, small, col, row, cols, rows)
    _mend(big, col, row)
    _hand_over(session, col, row)
    return True


def _codes(status: Any) -> Codes:
    return np.array([int(s) for s in status], dtype=np.int8)


def _copy(
    big: Any, small: Any, codes: Codes, n: int, period: npt.NDArray[np.int64], default: int
) -> Codes:
    """Each entry takes the status of the same entry in its period on the path."""
    out = np.full(n, default, dtype=np.int8)
    for name, block in big.items():
        other: Block | None = small.get(name)
        if other is None or not block.axes or block.axes[-1] != "node":
            continue
        if block.index.shape[:-1] != other.index.shape[:-1]:
            continue
        there = other.index[..., period]
        both = (block.index >= 0) & (there >= 0)
        out[block.index[both]] = codes[there[both]]
    return out


def _vintages(model: Model, small: Model, col: Codes, row: Codes, cols: Codes, rows: Codes) -> None:
    v, w = vintages(model.draft), vintages(small.draft)
    if not len(v) or not len(w):
        return
    period = model.frame.problem.tree.period
    spot = {key: j for j, key in enumerate(zip(w.offer, w.site, w.start, w.node, strict=True))}
    big_c, big_r = model.matrix.columns["keep"].index, model.matrix.rows["keep"].index
    small_c, small_r = small.matrix.columns["keep"].index, small.matrix.rows["keep"].index
    for j in range(len(v)):
        key = (v.offer[j], v.site[j], period[v.start[j]], period[v.node[j]])
        at = spot.get(key)
        if at is not None:
            col[big_c[j]] = cols[small_c[at]]
            row[big_r[j]] = rows[small_r[at]]


def _mend(m: Matrix, col: Codes, row: Codes) -> None:
    """A status may not lean on a bound that is missing here."""
    col[(col == UPPER) & ~np.isfinite(m.upper)] = LOWER
    free = (col == LOWER) & ~np.isfinite(m.lower)
    col[free & np.isfinite(m.upper)] = UPPER
    col[free & ~np.isfinite(m.upper)] = ZERO
    row[(row == UPPER) & ~np.isfinite(m.row_upper)] = LOWER
    lost = (row == LOWER) & ~np.isfinite(m.row_lower)
    row[lost & np.isfinite(m.row_upper)] = UPPER
    row[lost & ~np.isfinite(m.row_upper)] = BASIC


def _hand_over(session: Session, col: Codes, row: Codes) -> None:
    import highspy

    s = highspy.HighsBasisStatus
    names = [s.kLower, s.kBasic, s.kUpper, s.kZero, s.kNonbasic]
    basis = highspy.HighsBasis()
    basis.col_status = [names[i] for i in col]
    basis.row_status = [names[i] for i in row]
    basis.valid = True
    basis.alien = True  # the number of basic entries need not fit: the solver repairs it
    session.h.setBasis(basis)
