"""Quoted cells of plain form taken out of their quotes, all at once."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from outlay.core.arrays import BoolArray, IntArray

__all__ = ["HELD", "unquoted"]

HELD = "\x1f"
"""Stands for a separator that a quoted cell holds."""
_QUOTE, _LINE = 34, 10
Codes = npt.NDArray[np.uint8]


def unquoted(block: bytes, separator: str) -> bytes | None:
    """The block without quotes, where each stands at an end of a cell; None where one does not.

    Such a cell begins and ends in its line and holds no quote, so that only its separators could
    be taken for others: they come as HELD.
    """
    held = ord(HELD)
    if held in block:
        return None
    codes = np.frombuffer(block, dtype=np.uint8)
    quotes: BoolArray = codes == _QUOTE
    at = np.flatnonzero(quotes)
    if len(at) % 2:
        return None
    opens, closes = at[::2], at[1::2]
    mark = ord(separator)
    before, after = codes[opens - 1], codes[closes + 1]  # the block ends with a line
    begins: BoolArray = _either(before, mark, _LINE) | (opens == 0)
    if not np.all(begins & _either(after, mark, _LINE)):
        return None
    ends = _places(codes, _LINE)
    if np.any(np.searchsorted(ends, opens) != np.searchsorted(ends, closes)):
        return None
    marks = _places(codes, mark)
    within: BoolArray = np.searchsorted(at, marks) % 2 == 1
    inside = marks[within]
    if len(inside):
        codes = codes.copy()
        codes[inside] = held
    return codes[~quotes].tobytes()


def _places(codes: Codes, code: int) -> IntArray:
    return np.flatnonzero(codes == code)


def _either(codes: Codes, one: int, other: int) -> BoolArray:
    found: BoolArray = (codes == one) | (codes == other)
    return found
