"""The kinds of arrays that stages pass each other, named once.

What an array runs over stands with its field (axes) or in the docstring; its unit in its name.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

__all__ = ["Array", "BoolArray", "Int32Array", "IntArray", "Number"]

Array: TypeAlias = npt.NDArray[np.float64]
IntArray: TypeAlias = npt.NDArray[np.int64]
Int32Array: TypeAlias = npt.NDArray[np.int32]  # tokens of millions of requests: half the memory
BoolArray: TypeAlias = npt.NDArray[np.bool_]
Number: TypeAlias = float | Array
"""One value, or one for each point that is looked at: formulas read the same for both."""
