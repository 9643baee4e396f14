"""Sparse matrices by their types: what the planner asks of scipy's rows, which have none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, Protocol, TypeAlias, overload

import numpy as np
import numpy.typing as npt

from outlay.core.arrays import Array, IntArray

__all__ = ["Factor", "Sparse", "beside", "factor", "from_entries", "stacked"]

Places: TypeAlias = npt.NDArray[np.integer[Any]]  # 32 bits where they suffice
Index: TypeAlias = slice | npt.NDArray[Any]


class Entries(Protocol):
    """A matrix as what stands where."""

    data: Array
    row: Places
    col: Places


class Sparse(Protocol):
    """A matrix by compressed rows (CSR)."""

    data: Array
    indices: Places
    indptr: Places

    @property
    def shape(self) -> tuple[int, int]: ...
    @property
    def nnz(self) -> int: ...
    @property
    def T(self) -> Sparse: ...  # noqa: N802 - scipy's name
    def __matmul__(self, other: Array) -> Array: ...
    def __sub__(self, other: Sparse) -> Sparse: ...
    def __abs__(self) -> Sparse: ...
    @overload
    def __getitem__(self, key: Index | tuple[slice, Index]) -> Sparse: ...
    @overload
    def __getitem__(self, key: tuple[Places, Places]) -> Array: ...
    def tocoo(self) -> Entries: ...
    def tocsr(self) -> Sparse: ...
    def tocsc(self) -> Sparse: ...
    def copy(self) -> Sparse: ...
    def nonzero(self) -> tuple[IntArray, IntArray]: ...
    def sum_duplicates(self) -> None: ...
    def eliminate_zeros(self) -> None: ...


class Factor(Protocol):
    """What undoes a square matrix."""

    def solve(self, rhs: Array, trans: Literal["N", "T"] = "N") -> Array: ...


def factor(a: Sparse) -> Factor | None:
    """The factor of a square matrix; None where it is singular."""
    from scipy.sparse.linalg import splu

    try:
        out: Factor = splu(a.tocsc())
    except RuntimeError:  # so SuperLU says it
        return None
    return out


def from_entries(values: Array, rows: IntArray, cols: IntArray, shape: tuple[int, int]) -> Sparse:
    """values at (rows, cols), what falls on one place added up."""
    from scipy.sparse import csr_array

    out: Sparse = csr_array((values, (rows, cols)), shape=shape)
    return out


def beside(parts: Sequence[Sparse]) -> Sparse:
    """Matrices of the same rows, side by side."""
    from scipy.sparse import csr_array, hstack

    out: Sparse = csr_array(hstack(parts))
    return out


def stacked(parts: Sequence[Sparse]) -> Sparse:
    """Matrices of the same columns, one above the other."""
    from scipy.sparse import vstack

    out: Sparse = vstack(parts)
    return out
