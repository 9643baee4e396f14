"""A solved programme's basis, factored once: where its corner lies on other numbers.

A change of a study edits few entries, so the factor of the old basis is all but one of the new:
one step of iterative refinement finishes where the entries edited stand in rows that do not bind
(budgets, as a rule), a few of GMRES where they do. Nothing is kept from one question to the next.

Equations: B x = b, B'y = c with B = [A of basic columns, -1 for basic rows], in the solver's units.
GMRES: Saad and Schultz, SIAM J. Sci. Stat. Comput. 7, 1986.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from outlay.core.arrays import Array, IntArray
from outlay.planning.programme.blocks import Matrix
from outlay.planning.programme.sparse import Factor, Sparse, factor, from_entries
from outlay.planning.solver.basis import BASIC, LOWER, UPPER, Basis, Codes, leaning

__all__ = ["Factored", "Place"]

STEPS = 12
"""Most steps of GMRES: a change of all work takes six."""
TIGHT = 1e-12
"""Residual that is none, over the largest number of the right side."""


@dataclass(frozen=True)
class Place:
    """A corner: x [column] and prices [row], in original units."""

    x: Array
    prices: Array


@dataclass(frozen=True)
class Factored:
    """The factor of a basis; columns, rows: its basic ones. Units are those of its programme."""

    basis: Basis
    columns: IntArray
    rows: IntArray
    col_unit: Array
    row_unit: Array
    lu: Factor

    @classmethod
    def of(cls, matrix: Matrix, basis: Basis) -> Factored | None:
        """None where the basis cannot be factored: too few or too many are basic, or singular."""
        columns, rows = np.flatnonzero(basis.column == BASIC), np.flatnonzero(basis.row == BASIC)
        size = matrix.shape[0]
        if len(columns) + len(rows) != size:
            return None
        lu = factor(_square(matrix, columns, rows))
        if lu is None:
            return None
        return cls(basis, columns, rows, matrix.col_unit, matrix.row_unit, lu)

    def corner(self, m: Matrix) -> Place | None:
        """Where the basis stands in a programme of its rows and columns; None where it is too far
        from its own for the factor to lead there."""
        x = _at(leaning(self.basis.column, m.lower, m.upper), m.lower, m.upper)
        row = _at(leaning(self.basis.row, m.row_lower, m.row_upper), m.row_lower, m.row_upper)
        many = len(self.columns)

        def forth(basic: Array) -> Array:
            full = np.zeros(len(x))
            full[self.columns] = basic[:many] * self.col_unit[self.columns]
            out = (m.a @ full) / self.row_unit
            out[self.rows] -= basic[many:]
            return np.asarray(out)

        def back(y: Array) -> Array:
            priced = (m.a.T @ (y / self.row_unit)) * self.col_unit
            return np.concatenate([priced[self.columns], -y[self.rows]])

        b = (row - m.a @ x) / self.row_unit
        cost = (m.cost * self.col_unit)[self.columns]
        c = np.concatenate([cost, np.zeros(len(self.rows))])
        found = _solved(forth, self.lu.solve, b)
        prices = None if found is None else _solved(back, lambda r: self.lu.solve(r, "T"), c)
        if found is None or prices is None:
            return None
        x[self.columns] = found[:many] * self.col_unit[self.columns]
        # Rounding is no price: it would make columns that cost nothing seem worth having.
        prices[self.rows] = 0.0
        prices[np.abs(prices) <= TIGHT * float(np.abs(c).max(initial=0.0))] = 0.0
        return Place(x, prices / self.row_unit)


def _square(m: Matrix, columns: IntArray, rows: IntArray) -> Sparse:
    """The basis by columns, in the solver's units."""
    size, number = m.shape[0], np.full(m.shape[1], -1, dtype=np.int64)
    number[columns] = np.arange(len(columns))
    entry = m.a.tocoo()
    there = number[entry.col] >= 0
    row, col = entry.row[there].astype(np.int64), entry.col[there].astype(np.int64)
    value = entry.data[there] * m.col_unit[col] / m.row_unit[row]
    own = np.arange(len(columns), size)
    return from_entries(
        np.concatenate([value, np.full(len(rows), -1.0)]),
        np.concatenate([row, rows]),
        np.concatenate([number[col], own]),
        (size, size),
    )


def _at(codes: Codes, lower: Array, upper: Array) -> Array:
    """The bound that each leans on; 0 for what is basic or free."""
    return np.where(codes == LOWER, lower, np.where(codes == UPPER, upper, 0.0))


Map = Callable[[Array], Array]


def _solved(act: Map, near: Map, right: Array) -> Array | None:
    """x with act(x) = right, where near(.) all but undoes act(.); None where it leads nowhere."""
    most = TIGHT * max(float(np.abs(right).max(initial=0.0)), 1e-300)

    def off(x: Array) -> Array:
        return right - act(x)

    x = near(right)
    for step in (near, lambda r: _gmres(lambda v: near(act(v)), near(r))):
        left = off(x)
        if float(np.abs(left).max(initial=0.0)) <= most:
            return x
        x = x + step(left)
    left = off(x)
    return x if float(np.abs(left).max(initial=0.0)) <= most else None


def _gmres(act: Map, right: Array) -> Array:
    """x that brings act(x) nearest to `right` after `STEPS` steps, or fewer where it is there."""
    size = _length(right)
    if size == 0 or not np.isfinite(size):
        return np.zeros(len(right))
    ways: list[Array] = [right / size]
    table = np.zeros((STEPS + 1, STEPS))
    weights: Array = np.zeros(0)
    for k in range(STEPS):
        new = np.array(act(ways[k]), dtype=np.float64)
        for i, way in enumerate(ways):
            table[i, k] = float((way * new).sum())
            new -= float(table[i, k]) * way
        table[k + 1, k] = _length(new)
        wanted: Array = np.zeros(k + 2)
        wanted[0] = size
        held = table[: k + 2, : k + 1]
        weights = np.asarray(np.linalg.lstsq(held, wanted, rcond=None)[0], np.float64)
        rest = _length(held @ weights - wanted)
        if not np.isfinite(rest) or rest <= 1e-3 * TIGHT * size or table[k + 1, k] == 0:
            break
        ways.append(new / table[k + 1, k])
    return np.asarray(np.stack(ways[: len(weights)]).T @ weights)


def _length(v: Array) -> float:
    return float(np.sqrt((v * v).sum()))
