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

__all__ = ["Bounds", "implied", "least"]

ROUNDS = 4
"""Passes over the rows: a bound that one finds serves the next."""
MOVED = 200
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
    y = np.where(np.isinf(m.row_lower), np.minimum(prices, 0.0), prices)
    y = np.where(np.isinf(m.row_upper), np.maximum(y, 0.0), y)
    d = _reduced(m, y)
    if mend and _endless(d, bounds).any():
        y, d = _moved(m, y, d, bounds)
    parts = _leaning(y, m.row_lower, m.row_upper), _leaning(d, bounds.lower, bounds.upper)
    return float(sum(part.sum() for part in parts)) + m.offset


def implied(m: Matrix) -> Bounds:
    """Bounds of the columns as far as the rows say."""
    found = Bounds(m.lower, m.upper)
    row = np.repeat(np.arange(m.a.shape[0]), np.diff(m.a.indptr))
    for _ in range(ROUNDS):
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
        at = value * np.where((value > 0) == up, b.lower[col], b.upper[col])
        endless = np.isinf(at)
        known = np.where(endless, 0.0, at)
        many = np.bincount(row, weights=endless, minlength=len(side))
        total = np.bincount(row, weights=known, minlength=len(side))
        size = np.bincount(row, weights=np.abs(known), minlength=len(side))
        usable = (many[row] - endless == 0) & np.isfinite(side[row])
        r, c, v = row[usable], col[usable], value[usable]
        room = (side[r] - (total[r] - known[usable])) / v
        slack = SLACK * (np.abs(side[r]) + size[r]) / np.abs(v)
        above = (v > 0) == up
        np.minimum.at(upper, c[above], (room + slack)[above])
        np.maximum.at(lower, c[~above], (room - slack)[~above])
    return Bounds(
        np.where(np.isinf(b.lower), lower, b.lower), np.where(np.isinf(b.upper), upper, b.upper)
    )


def _reduced(m: Matrix, y: Array) -> Array:
    """Reduced costs, 0 where they are nothing but the rounding of their sum."""
    d = m.cost - m.a.T @ y
    size = np.abs(m.cost) + np.asarray(abs(m.a).T @ np.abs(y))
    return np.where(np.abs(d) <= SLACK * size, 0.0, d)


def _endless(d: Array, b: Bounds) -> BoolArray:
    found: BoolArray = ((d < 0) & np.isinf(b.upper)) | ((d > 0) & np.isinf(b.lower))
    return found


def _leaning(price: Array, lower: Array, upper: Array) -> Array:
    at = np.where(price > 0, lower, upper)
    return np.where(price == 0, 0.0, price * np.where(price == 0, 0.0, at))


def _moved(m: Matrix, y: Array, d: Array, b: Bounds) -> tuple[Array, Array]:
    """Prices and reduced costs with no column that may fall without end, as far as one is found."""
    y, d, by_column = y.copy(), d.copy(), m.a.T.tocsr()
    for _ in range(MOVED):
        wrong = np.flatnonzero(_endless(d, b))
        if not len(wrong):
            break
        j = int(wrong[np.argmax(np.abs(d[wrong]))])
        span = slice(by_column.indptr[j], by_column.indptr[j + 1])
        tries = [
            _try(m, y, d, b, int(i), float(d[j] / v))
            for i, v in zip(by_column.indices[span], by_column.data[span], strict=True)
        ]
        best = min(tries, default=None, key=lambda t: t[:2])
        if best is None or best[0] == np.inf:
            break
        _, _, i, step = best
        cols = slice(m.a.indptr[i], m.a.indptr[i + 1])
        y[i] += step
        d[m.a.indices[cols]] -= m.a.data[cols] * step
        d[j] = 0.0
    return y, d


def _try(
    m: Matrix, y: Array, d: Array, b: Bounds, i: int, step: float
) -> tuple[float, float, int, float]:
    """(columns left without end, what the bound loses, row, step) where the price of row i moves."""
    cols = slice(m.a.indptr[i], m.a.indptr[i + 1])
    at = m.a.indices[cols]
    old, new = d[at], d[at] - m.a.data[cols] * step
    size = np.abs(old) + np.abs(m.a.data[cols] * step)
    new = np.where(np.abs(new) <= SLACK * size, 0.0, new)
    part = Bounds(b.lower[at], b.upper[at])
    price = y[i : i + 1] + step
    side = m.row_lower[i : i + 1], m.row_upper[i : i + 1]
    toward = float(_leaning(price, *side)[0])
    if np.isinf(toward):
        return np.inf, np.inf, i, step
    left = _endless(new, part)
    gain = toward - float(_leaning(y[i : i + 1], *side)[0])
    kept, was = (np.where(np.isinf(v), 0.0, v) for v in (
        _leaning(new, part.lower, part.upper), _leaning(old, part.lower, part.upper)
    ))
    return float(left.sum()), -(gain + float(kept.sum() - was.sum())), i, step
