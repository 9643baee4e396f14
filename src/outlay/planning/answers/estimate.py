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

__all__ = ["Bounds", "Columns", "implied", "least"]

MOVED = 100
"""Most prices that are moved."""
MENDED = 2
"""Columns that may fall without end, for each price that may be moved: of more, some are left."""
SLACK = 1e-9
"""Share by which an implied bound is moved out, and below which a reduced cost is none: sums of
floats are never quite those meant. The certificate of an optimum allows more."""


@dataclass(frozen=True)
class Bounds:
    """[column] bounds, with those that the rows imply where none is stated."""

    lower: Array
    upper: Array


@dataclass(frozen=True)
class Columns:
    """A programme's entries by columns, as they are and without their signs."""

    entries: Sparse
    sizes: Sparse

    @classmethod
    def of(cls, m: Matrix) -> Columns:
        entries = m.a.T.tocsr()
        return cls(entries, abs(entries))


def least(
    m: Matrix, prices: Array, bounds: Bounds, *, mend: int = MOVED, by: Columns | None = None
) -> float:
    """No plan of the programme costs less; minus infinity where these prices say nothing.

    mend: most prices that may be moved so that they say something. by: the programme's columns,
    where they are there already.
    """
    by = by or Columns.of(m)
    y: Array = np.where(np.isinf(m.row_lower), np.minimum(prices, 0.0), prices)
    y = np.where(np.isinf(m.row_upper), np.maximum(y, 0.0), y)
    d = _reduced(m, by, y)
    if 0 < int(_endless(d, bounds).sum()) <= mend * MENDED:
        y, d = _moved(m, by, y, d, bounds, mend)
    return _sum(y, m.row_lower, m.row_upper) + _sum(d, bounds.lower, bounds.upper) + m.offset


def implied(m: Matrix, rounds: int = 1, known: Bounds | None = None) -> Bounds:
    """Bounds of the columns as far as the rows say.

    rounds: passes over the rows; a bound that one finds serves the next. What later ones find may
    be so wide that it is better to move a price: neither number is always the better. known: what
    earlier passes found.
    """
    found = known or Bounds(m.lower, m.upper)
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
    open_ = np.isinf(b.lower) | np.isinf(b.upper)
    asked = np.zeros(m.a.shape[0], dtype=bool)  # rows without a column to bound say nothing new
    asked[row[open_[m.a.indices]]] = True
    here: BoolArray = asked[row]
    at_row, col, value = row[here], m.a.indices[here], m.a.data[here]
    rises: BoolArray = value > 0
    lower, upper = np.full(len(b.lower), -np.inf), np.full(len(b.upper), np.inf)
    for up, side in ((True, m.row_upper), (False, m.row_lower)):
        above: BoolArray = rises == up
        at: Array = value * np.where(above, b.lower[col], b.upper[col])
        endless: BoolArray = np.isinf(at)
        known: Array = np.where(endless, 0.0, at)
        many = _by_row(at_row, endless.astype(np.float64), len(side))
        total, size = (_by_row(at_row, v, len(side)) for v in (known, np.abs(known)))
        wanted = np.where(above, np.isinf(b.upper)[col], np.isinf(b.lower)[col])
        usable = np.flatnonzero(wanted & (many[at_row] == endless) & np.isfinite(side)[at_row])
        r, c, v = at_row[usable], col[usable], value[usable]
        room: Array = (side[r] - (total[r] - known[usable])) / v
        slack: Array = SLACK * (np.abs(side[r]) + size[r]) / np.abs(v)
        high = above[usable]
        np.minimum.at(upper, c[high], room[high] + slack[high])
        np.maximum.at(lower, c[~high], room[~high] - slack[~high])
    kept: Array = np.where(np.isinf(b.lower), lower, b.lower)
    return Bounds(kept, np.where(np.isinf(b.upper), upper, b.upper))


def _by_row(row: IntArray, of: Array, rows: int) -> Array:
    """[row] sums of what stands in each."""
    return np.asarray(np.bincount(row, weights=of, minlength=rows), dtype=np.float64)


def _reduced(m: Matrix, by: Columns, y: Array) -> Array:
    """Reduced costs, 0 where they are nothing but the rounding of their sum."""
    d = m.cost - by.entries @ y
    size: Array = np.abs(m.cost) + by.sizes @ np.abs(y)
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
class _Lines:
    """Rows, or by the transposed matrix columns: `number` [entry] of the line asked for, where it
    stands, and its entries there."""

    number: IntArray
    at: IntArray
    entry: Array

    @classmethod
    def of(cls, a: Sparse, lines: IntArray) -> _Lines:
        begin, many = a.indptr[lines].astype(np.int64), np.diff(a.indptr)[lines].astype(np.int64)
        number = np.repeat(np.arange(len(lines)), many)
        place = np.arange(len(number)) + (begin - (np.cumsum(many) - many))[number]
        return cls(number, a.indices[place].astype(np.int64), a.data[place])


def _moved(m: Matrix, by: Columns, y: Array, d: Array, b: Bounds, most: int) -> tuple[Array, Array]:
    """Prices and reduced costs with no column that may fall without end, as far as one is found.

    Of the rows by which a column may be mended, that one is taken which leaves fewest others that
    may fall without end, and of those the one that costs the bound least.
    """
    y, d = y.copy(), d.copy()
    wrong = _endless(d, b)
    for _ in range(most):
        falls = np.flatnonzero(wrong)
        if not len(falls):
            break
        j = int(falls[np.argmax(np.abs(d[falls]))])
        column = _Lines.of(by.entries, np.array([j]))
        step: Array = d[j] / column.entry
        toward = _leaning(y[column.at] + step, m.row_lower[column.at], m.row_upper[column.at])
        able = np.flatnonzero(np.isfinite(toward))  # else the price leans on a missing side
        if not len(able):
            break
        rows, step = column.at[able], step[able]
        lines = _Lines.of(m.a, rows)
        old, move = d[lines.at], lines.entry * step[lines.number]
        new = _cleared(old - move, np.abs(old) + np.abs(move))
        part = Bounds(b.lower[lines.at], b.upper[lines.at])
        gained = _by_row(lines.number, _known(new, part) - _known(old, part), len(rows))
        gained += toward[able] - _leaning(y[rows], m.row_lower[rows], m.row_upper[rows])
        left = _by_row(lines.number, _endless(new, part).astype(np.float64), len(rows))
        best = int(np.lexsort((-gained, left))[0])
        mine: BoolArray = lines.number == best
        at = lines.at[mine]
        y[rows[best]] += step[best]
        d[at] -= move[mine]
        d[j] = 0.0
        wrong[at] = _endless(d[at], Bounds(b.lower[at], b.upper[at]))
    return y, d


def _known(d: Array, b: Bounds) -> Array:
    """What each column with the bound it leans on adds; 0 for the others."""
    return _leaning(np.where(_endless(d, b), 0.0, d), b.lower, b.upper)
