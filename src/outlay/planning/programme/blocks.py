"""Named blocks of columns and rows with labelled axes, from numpy to one sparse matrix.

A block is an array of indices shaped like its axes (`order[offer, node]`); -1 marks what does
not exist. `put(rows, cols, values)` broadcasts and skips what does not exist, so a row family is
a few array statements. Built once, with units chosen so that the solver sees numbers near 1:
a column's `unit` says how many original units make one, rows are divided by a power of two.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from outlay.core.arrays import Array, BoolArray, IntArray, Number, chosen, shared_shape
from outlay.planning.programme.sparse import Sparse

__all__ = ["Block", "Blocks", "Matrix", "key_of"]

INF = float("inf")


@dataclass(frozen=True, slots=True)
class Block:
    """`index`: array over `axes`, -1 where nothing exists; `meaning` in the user's words."""

    name: str
    axes: tuple[str, ...]
    index: IntArray
    meaning: str = ""
    unit: str = ""


@dataclass(frozen=True)
class Matrix:
    """min cost·x + offset, row_lower <= A x <= row_upper, lower <= x <= upper, original units.

    A is by rows. col_unit and row_unit scale it for the solver: x = col_unit × x_solver,
    row_solver = row / row_unit. integer: [column] whole numbers wanted.
    """

    cost: Array
    offset: float
    lower: Array
    upper: Array
    row_lower: Array
    row_upper: Array
    a: Sparse
    col_unit: Array
    row_unit: Array
    integer: BoolArray
    columns: Mapping[str, Block]
    rows: Mapping[str, Block]

    @property
    def shape(self) -> tuple[int, int, int]:
        return len(self.row_lower), len(self.cost), int(self.a.nnz)

    def row_at(self, row: int) -> tuple[Block, tuple[int, ...]]:
        """The block a row belongs to and its place there."""
        return _at(self.rows, row)

    def column_at(self, column: int) -> tuple[Block, tuple[int, ...]]:
        return _at(self.columns, column)


def _at(blocks: Mapping[str, Block], number: int) -> tuple[Block, tuple[int, ...]]:
    for block in blocks.values():
        hit = np.argwhere(block.index == number)
        if len(hit):
            return block, tuple(int(i) for i in hit[0])
    raise KeyError(number)


def key_of(matrix: Matrix) -> str:
    """Hash of which rows and columns there are."""
    digest = hashlib.blake2b(repr(matrix.shape[:2]).encode(), digest_size=16)
    for kind, blocks in (("column", matrix.columns), ("row", matrix.rows)):
        for name, block in blocks.items():
            digest.update(f"{kind} {name} {block.index.shape}".encode())
            digest.update(np.ascontiguousarray(block.index, dtype="<i8").tobytes())
    return digest.hexdigest()


@dataclass
class Blocks:
    """Collects columns, rows and entries; `build` makes the matrix. Not shared between stages."""

    columns: dict[str, Block] = field(default_factory=dict)
    rows: dict[str, Block] = field(default_factory=dict)
    offset: float = 0.0
    _n_col: int = 0
    _n_row: int = 0
    _col: dict[str, list[Array]] = field(default_factory=dict)
    _row: dict[str, list[Array]] = field(default_factory=dict)
    _entries: list[tuple[IntArray, IntArray, Array]] = field(default_factory=list)
    _cost_add: list[tuple[IntArray, Array]] = field(default_factory=list)

    def column(
        self,
        name: str,
        axes: Sequence[str],
        exists: BoolArray,
        *,
        lower: Number = 0.0,
        upper: Number = INF,
        cost: Number = 0.0,
        unit: Number = 1.0,
        integer: Number = 0.0,
        meaning: str = "",
    ) -> IntArray:
        """New columns where `exists`; bounds, cost and solver unit broadcast over the axes."""
        index, self._n_col = _number(exists, self._n_col)
        self.columns[name] = Block(name, tuple(axes), index, meaning)
        given = {"lower": lower, "upper": upper, "cost": cost, "unit": unit, "integer": integer}
        for key, value in given.items():
            self._col.setdefault(key, []).append(_take(value, exists))
        return index

    def row(
        self,
        name: str,
        axes: Sequence[str],
        exists: BoolArray,
        *,
        lower: Number = -INF,
        upper: Number = INF,
        meaning: str = "",
        unit: str = "",
    ) -> IntArray:
        """New rows where `exists`, lower <= sum of what is put there <= upper."""
        index, self._n_row = _number(exists, self._n_row)
        self.rows[name] = Block(name, tuple(axes), index, meaning, unit)
        for key, value in {"lower": lower, "upper": upper}.items():
            self._row.setdefault(key, []).append(_take(value, exists))
        return index

    def put(self, rows: IntArray, cols: IntArray, values: Number = 1.0) -> None:
        """Add values at (rows, cols), broadcast together; what does not exist is skipped."""
        keep: BoolArray = (rows >= 0) & (cols >= 0) & np.asarray(values != 0)
        v = chosen(np.asarray(values, dtype=np.float64), keep)
        self._entries.append((chosen(rows, keep), chosen(cols, keep), v))

    def add_cost(self, cols: IntArray, values: Number) -> None:
        """Add to the objective's coefficients."""
        keep = np.broadcast_to(cols >= 0, shared_shape(cols, values))
        v = chosen(np.asarray(values, dtype=np.float64), keep)
        self._cost_add.append((chosen(cols, keep), v))

    def build(self) -> Matrix:
        """One sparse build; duplicates add up; row units are powers of two near the entries.

        What was collected is let go, since the matrix holds it: it takes more memory than that.
        """
        from scipy.sparse import coo_array

        cost = _cat(self._col, "cost")
        for c, v in self._cost_add:
            np.add.at(cost, c, v)
        shape = (self._n_row, self._n_col)
        if self._entries:
            r = np.concatenate([e[0] for e in self._entries])
            c = np.concatenate([e[1] for e in self._entries])
            v = np.concatenate([e[2] for e in self._entries])
        else:
            r = c = np.zeros(0, dtype=np.int64)
            v = np.zeros(0)
        self._entries = []
        a: Sparse = coo_array((v, (r, c)), shape=shape).tocsr()
        del r, c, v
        a.sum_duplicates()
        a.eliminate_zeros()
        unit = _cat(self._col, "unit")
        out = Matrix(
            cost,
            self.offset,
            _cat(self._col, "lower"),
            _cat(self._col, "upper"),
            _cat(self._row, "lower"),
            _cat(self._row, "upper"),
            a,
            unit,
            _row_units(a, unit),
            _cat(self._col, "integer") > 0,
            dict(self.columns),
            dict(self.rows),
        )
        self._col, self._row, self._cost_add = {}, {}, []
        return out


def _number(exists: BoolArray, start: int) -> tuple[IntArray, int]:
    index = np.full(exists.shape, -1, dtype=np.int64)
    n = int(exists.sum())
    index[exists] = np.arange(start, start + n)
    return index, start + n


def _take(value: Number, exists: BoolArray) -> Array:
    full = np.broadcast_to(np.asarray(value, dtype=np.float64), exists.shape)
    return full[exists]


def _cat(store: dict[str, list[Array]], key: str) -> Array:
    parts = store.get(key, [])
    return np.concatenate(parts).astype(np.float64) if parts else np.zeros(0)


def _row_units(a: Sparse, unit: Array) -> Array:
    """Power of two nearest to the geometric mean of each row's largest and smallest entry."""
    n = a.shape[0]
    size = np.abs(a.data * unit[a.indices])
    rows = np.repeat(np.arange(n), np.diff(a.indptr))
    big = np.zeros(n)
    np.maximum.at(big, rows, size)
    small = np.full(n, INF)
    np.minimum.at(small, rows, size)
    mean = np.where(big > 0, np.sqrt(big * np.where(np.isfinite(small), small, 1.0)), 1.0)
    return np.asarray(2.0 ** np.round(np.log2(mean)))
