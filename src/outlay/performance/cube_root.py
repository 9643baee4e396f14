"""Cube roots of arrays, faster than the library's: a guess from the exponent, then Halley steps.

Joining two times takes a cube root, and a sweep takes dozens a point; the library's is not
vectorised. The guess divides the exponent by three (as Kahan did), good to 3.5 %; each step
cubes the error: 3e-5, 2e-14.
"""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["cube_root"]

FEW = 256  # below it the library's is faster
BIAS = 0x2A9F7893 << 32  # two thirds of the exponent's bias, for the least error of the guess


def cube_root(x: Any) -> Any:
    """The cube root of numbers that are not negative, to 1e-13 of it.

    >>> round(float(cube_root(27.0)), 12)
    3.0
    """
    a = np.asarray(x, dtype=float)
    if a.size < FEW or not np.isfinite(a.max()):
        return np.cbrt(a)
    a = np.ascontiguousarray(a)
    guess = a.view(np.int64) * (1.0 / 3.0)
    guess += BIAS
    y = guess.astype(np.int64).view(np.float64)
    for _ in range(2):
        cube = y * y
        cube *= y
        below = cube + cube
        below += a
        cube += a
        cube += a
        cube /= below
        y *= cube
    return y
