"""The arrays that stages pass: what they hold, said once. Axes stand in docstrings."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["Array", "BoolArray", "IntArray", "Number"]

Array = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
Number = float | Array
