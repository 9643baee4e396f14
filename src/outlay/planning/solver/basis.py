"""Bases of the solver as arrays: read, mended so that they may be handed over, handed over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from outlay.core.arrays import Array, BoolArray
from outlay.planning.programme.blocks import Matrix
from outlay.planning.solver.highs import Session

if TYPE_CHECKING:
    from highspy import HighsBasisStatus

__all__ = ["BASIC", "LOWER", "UPPER", "ZERO", "Basis", "Codes", "hand_over", "leaning", "read"]

Codes = npt.NDArray[np.int8]
LOWER, BASIC, UPPER, ZERO = 0, 1, 2, 3
"""At its lower bound, basic, at its upper bound, free and at zero: the solver's own numbers."""


@dataclass(frozen=True)
class Basis:
    """Status of every column and row."""

    column: Codes
    row: Codes

    @classmethod
    def slack(cls, matrix: Matrix) -> Basis:
        """Every row basic, every column at its lower bound."""
        rows, cols, _ = matrix.shape
        return cls(np.full(cols, LOWER, np.int8), np.full(rows, BASIC, np.int8))


def read(session: Session) -> Basis:
    """The basis that the session ended with."""
    found = session.h.getBasis()
    return Basis(_codes(found.col_status), _codes(found.row_status))


def hand_over(session: Session, basis: Basis) -> None:
    """Start the session's next solve there; the number of basic entries need not fit."""
    import highspy

    m = session.matrix
    s = highspy.HighsBasisStatus
    names = [s.kLower, s.kBasic, s.kUpper, s.kZero, s.kNonbasic]
    out = highspy.HighsBasis()
    cols: list[int] = leaning(basis.column, m.lower, m.upper).tolist()
    rows: list[int] = leaning(basis.row, m.row_lower, m.row_upper).tolist()
    out.col_status = [names[i] for i in cols]
    out.row_status = [names[i] for i in rows]
    out.valid = True
    out.alien = True  # the solver repairs what is singular or does not count up
    session.h.setBasis(out)


def _codes(status: Sequence[HighsBasisStatus]) -> Codes:
    return np.fromiter(map(attrgetter("value"), status), dtype=np.int8, count=len(status))


def leaning(codes: Codes, lower: Array, upper: Array) -> Codes:
    """A status may not lean on a bound that is missing."""
    out = codes.copy()
    has_lower, has_upper = np.isfinite(lower), np.isfinite(upper)
    out[(out == UPPER) & ~has_upper] = LOWER
    lost: BoolArray = (out == LOWER) & ~has_lower
    out[lost & has_upper] = UPPER
    out[lost & ~has_upper] = ZERO
    return out
