"""The kinds of arrays that stages pass each other, named once.

What an array runs over stands with its field (axes) or in the docstring; its unit in its name.
"""

from __future__ import annotations

from typing import TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt

__all__ = ["Array", "BoolArray", "Int32Array", "IntArray", "Number", "chosen", "shared_shape"]

Array: TypeAlias = npt.NDArray[np.float64]
IntArray: TypeAlias = npt.NDArray[np.int64]
Int32Array: TypeAlias = npt.NDArray[np.int32]  # tokens of millions of requests: half the memory
BoolArray: TypeAlias = npt.NDArray[np.bool_]
Number: TypeAlias = float | Array
"""One value, or one for each point that is looked at: formulas read the same for both."""
D = TypeVar("D", bound=np.generic)


def shared_shape(*values: npt.NDArray[np.generic] | float) -> tuple[int, ...]:
    """The shape that all of them broadcast to."""
    return np.broadcast(*values).shape


def chosen(values: npt.NDArray[D], keep: BoolArray) -> npt.NDArray[D]:
    """Of what broadcasts to the shape of `keep`, the entries where it holds, in their order.

    As `np.broadcast_to(values, keep.shape)[keep]`, without the views, which take longer than all
    the rest where arrays are short and many.
    """
    if values.shape == keep.shape:
        return values[keep]
    if values.size == 1:
        return np.full(np.count_nonzero(keep), values.reshape(())[()])
    return np.broadcast_to(values, keep.shape)[keep]
