"""Arrays as compiled code reads them: an element is a number, a row is a view.

numpy's own types say nothing of an element (`a[i]` may be a number or a row, by the number of
axes); these say it, for one, two and three axes. Only the type checker reads them.
"""

from __future__ import annotations

from typing import Protocol, TypeVar, overload

import numpy as np
import numpy.typing as npt

__all__ = ["Floats", "Ints", "Stack", "Table", "Vector"]

T = TypeVar("T", int, float)
Numbers = npt.NDArray[np.float64 | np.int64 | np.int32]


class Vector(Protocol[T]):
    """One axis."""

    def __len__(self) -> int: ...
    def __getitem__(self, at: int, /) -> T: ...
    def __setitem__(self, at: int, value: T, /) -> None: ...


class Table(Protocol[T]):
    """Two axes."""

    @property
    def shape(self) -> tuple[int, int]: ...
    def __array__(self) -> Numbers: ...
    def __len__(self) -> int: ...
    @overload
    def __getitem__(self, at: int, /) -> Vector[T]: ...
    @overload
    def __getitem__(self, at: tuple[int, int], /) -> T: ...
    def __setitem__(self, at: tuple[int, int], value: T, /) -> None: ...


class Stack(Protocol[T]):
    """Three axes."""

    @property
    def shape(self) -> tuple[int, int, int]: ...
    @overload
    def __getitem__(self, at: int, /) -> Table[T]: ...
    @overload
    def __getitem__(self, at: tuple[int, int], /) -> Vector[T]: ...
    @overload
    def __getitem__(self, at: tuple[int, int, int], /) -> T: ...
    def __setitem__(self, at: tuple[int, int, int], value: T, /) -> None: ...


Ints = Vector[int]
Floats = Vector[float]
