"""Say which vintage leaves where a plan only says how many: the oldest first."""

from __future__ import annotations

import numpy as np

from outlay.core.arrays import Array
from outlay.core.errors import InputError, Problem

__all__ = ["leavers_by_vintage"]

ROUNDING = 1e-6  # share of all arrivals by which departures may exceed them


def leavers_by_vintage(arrived: Array, left: Array, term: int = 0) -> dict[int, Array]:
    """Vintage → quantity [path, period] leaving early, first in, first out.

    arrived, left: [path, period]; what leaves in a period had arrived before it. With `term`
    (periods), a vintage ends by itself that long after its arrival; that part of what leaves is
    not an early leaver. Raises InputError where more leaves than is there.
    """
    arrived, left = np.atleast_2d(arrived), np.atleast_2d(left)
    paths, periods = arrived.shape
    stock = np.zeros((paths, periods))  # [path, vintage] of what is still there
    out: dict[int, Array] = {}
    for t in range(periods):
        open_ = left[:, t].astype(np.float64)
        ended = t - term
        if term and ended >= 0:  # a vintage that ends now goes without being sent
            open_ = open_ - np.minimum(open_, stock[:, ended])
            stock[:, ended] = 0.0
        for v in range(t):
            gone = np.minimum(open_, stock[:, v])
            if gone.any():
                out.setdefault(v, np.zeros((paths, periods)))[:, t] = gone
                stock[:, v] -= gone
                open_ = open_ - gone
        if np.any(open_ > ROUNDING * max(1.0, float(np.max(arrived.sum(axis=1))))):
            found = f"{float(np.max(open_)):g} more in period {t}"
            raise InputError(Problem("more leaves than is there", value=found))
        stock[:, t] += arrived[:, t]
    return out
