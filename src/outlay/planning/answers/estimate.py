"""What no plan of a changed programme can cost less than, before it is solved: from any prices.

For prices y of the rows and reduced costs d = c - A'y, every x within its bounds costs at least
    sum_i y_i (bound of row i that y_i leans on) + sum_j min(d_j l_j, d_j u_j),
whatever y is (Lagrange). The optimum's own prices make that the optimum. Those of a programme with
other numbers leave some d_j < 0 where u_j is missing, and the sum is endless. So missing bounds are
first taken from the rows (what a column can be at most where all others of a row let it), and where
none is found, the price of a row is moved until d_j is 0, if that leaves no other column so.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from outlay.core.arrays import Array, BoolArray, IntArray
from outlay.planning.programme.blocks import Matrix
from outlay.planning.programme.sparse import Sparse

__all__ = ["Bounds", "implied", "least"]

MOVED = 100
"""Most prices that are moved."""
SLACK = 1e-9
"""Share by which an implied bound is moved out, and below which a reduced cost is none: sums of
floats are never quite those meant. The certificate of an optimum allows more."""


@dataclass(frozen=True)
class Bounds:
    """[column] bounds, with those that the rows imply where none is stated."""

    lower: Array
    upper: Array


def least(m: Matrix, prices: Array, bounds: Bounds, *, mend: bool = True) -> float:
    """No plan of the programme costs less; minus infinity where these prices say nothing.

    mend: whether prices may be moved so that they say something.
    """
    y: Array = np.where(np.isinf(m.row_lower), np.minimum(prices, 0.0), prices)
    y = np.where(np.isinf(m.row_upper), np.maximum(y, 0.0), y)
    d = _reduced(m, y)
    if mend and _endless(d, bounds).any():
        y, d = _moved(m, y, d, bounds)
    return _sum(y, m.row_lower, m.row_upper) + _sum(d, bounds.lower, bounds.upper) + m.offset


def implied(m: Matrix, rounds: int = 1) -> Bounds:
    """Bounds of the columns as far as the rows say.

    rounds: passes over the rows; a bound that one finds serves the next. What later ones find may
    be so wide that it is better to move a price: neither number is always the better.
    """
    found = Bounds(m.lower, m.upper)
    row = np.repeat(np.arange(m.a.shape[0]), np.diff(m.a.indptr))
    for _ in range(rounds):
        better = _tightened(m, row, found)
        if _missing(better) == _missing(found):
            break
        found = better
    return found


def _missing(b: Bounds) -> int:
    return int(np.isinf(b.lower).sum() + np.isinf(b.upper).sum())


def _tightened(m: Matrix, row: IntArray, b: Bounds) -> Bounds:
    """One pass: each row, with all other columns at their best for it, bounds each of its own."""
    col, value = m.a.indices, m.a.data
    lower, upper = np.full(len(b.lower), -np.inf), np.full(len(b.upper), np.inf)
    for up, side in ((True, m.row_upper), (False, m.row_lower)):
        at: Array = value * np.where((value > 0) == up, b.lower[col], b.upper[col])
        endless: BoolArray = np.isinf(at)
        known: Array = np.where(endless, 0.0, at)
        many = _by_row(row, endless.astype(np.float64), len(side))
        total, size = (_by_row(row, v, len(side)) for v in (known, np.abs(known)))
        usable: BoolArray = (many[row] - endless == 0) & np.isfinite(side[row])
        r, c, v = row[usable], col[usable], value[usable]
        room: Array = (side[r] - (total[r] - known[usable])) / v
        slack: Array = SLACK * (np.abs(side[r]) + size[r]) / np.abs(v)
        above: BoolArray = (v > 0) == up
        np.minimum.at(upper, c[above], room[above] + slack[above])
        np.maximum.at(lower, c[~above], room[~above] - slack[~above])
    kept: Array = np.where(np.isinf(b.lower), lower, b.lower)
    return Bounds(kept, np.where(np.isinf(b.upper), upper, b.upper))


def _by_row(row: IntArray, of: Array, rows: int) -> Array:
    """[row] sums of what stands in each."""
    return np.asarray(np.bincount(row, weights=of, minlength=rows), dtype=np.float64)


def _reduced(m: Matrix, y: Array) -> Array:
    """Reduced costs, 0 where they are nothing but the rounding of their sum."""
    d = m.cost - m.a.T @ y
    size: Array = np.abs(m.cost) + abs(m.a).T @ np.abs(y)
    return _cleared(d, size)


def _cleared(d: Array, size: Array) -> Array:
    out: Array = np.where(np.abs(d) <= SLACK * size, 0.0, d)
    return out


def _endless(d: Array, b: Bounds) -> BoolArray:
    found: BoolArray = ((d < 0) & np.isinf(b.upper)) | ((d > 0) & np.isinf(b.lower))
    return found


def _leaning(price: Array, lower: Array, upper: Array) -> Array:
    """price × the bound that it leans on; endless where that is missing."""
    at: Array = np.where(price > 0, lower, upper)
    out: Array = np.where(price == 0, 0.0, price * np.where(price == 0, 0.0, at))
    return out


def _sum(price: Array, lower: Array, upper: Array) -> float:
    return float(_leaning(price, lower, upper).sum())


@dataclass(frozen=True)
class _Line:
    """A row, or by the transposed matrix a column: where it stands, and its entries there."""

    at: IntArray
    entry: Array

    @classmethod
    def of(cls, a: Sparse, number: int) -> _Line:
        begin, end = int(a.indptr[number]), int(a.indptr[number + 1])
        return cls(a.indices[begin:end].astype(np.int64), a.data[begin:end])


@dataclass(frozen=True)
class _Step:
    """A row whose price is moved so that a column's reduced cost is 0, and what that does.

    left: columns of the row that may fall without end; loss: of the bound.
    """

    row: int
    by: float
    left: int
    loss: float


def _moved(m: Matrix, y: Array, d: Array, b: Bounds) -> tuple[Array, Array]:
    """Prices and reduced costs with no column that may fall without end, as far as one is found."""
    y, d, by_column = y.copy(), d.copy(), m.a.T.tocsr()
    for _ in range(MOVED):
        wrong = np.flatnonzero(_endless(d, b))
        if not len(wrong):
            break
        j = int(wrong[np.argmax(np.abs(d[wrong]))])
        line = _Line.of(by_column, j)
        rows: list[int] = line.at.tolist()
        by: list[float] = (d[j] / line.entry).tolist()
        steps = [_try(m, y, d, b, i, step) for i, step in zip(rows, by, strict=True)]
        tries = [s for s in steps if s is not None]
        if not tries:
            break
        best = min(tries, key=_harm)
        line = _Line.of(m.a, best.row)
        y[best.row] += best.by
        d[line.at] -= line.entry * best.by
        d[j] = 0.0
    return y, d


def _harm(step: _Step) -> tuple[int, float]:
    return step.left, step.loss


def _try(m: Matrix, y: Array, d: Array, b: Bounds, i: int, by: float) -> _Step | None:
    """The step, or None where the price would lean on a missing side of its row."""
    price, sides = y[i : i + 1], (m.row_lower[i : i + 1], m.row_upper[i : i + 1])
    toward = _sum(price + by, *sides)
    if np.isinf(toward):
        return None
    line = _Line.of(m.a, i)
    old, move = d[line.at], line.entry * by
    new = _cleared(old - move, np.abs(old) + np.abs(move))
    part = Bounds(b.lower[line.at], b.upper[line.at])
    gain = toward - _sum(price, *sides) + _known(new, part) - _known(old, part)
    return _Step(i, by, int(_endless(new, part).sum()), -gain)


def _known(d: Array, b: Bounds) -> float:
    """The sum over columns that have the bound they lean on."""
    return _sum(np.where(_endless(d, b), 0.0, d), b.lower, b.upper)
