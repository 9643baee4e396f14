"""When an order arrives, and what of each period its chip stands: leads, lives and terms by month.

What arrives or ends inside a period stands for a part of it: its *presence*, between 0 and 1.
Where leads, lives and terms are whole periods, presence is 0 or 1.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from outlay.core.arrays import Array, BoolArray, IntArray
from outlay.planning.problem.tree import Tree

__all__ = ["Clock", "clock"]

TINY = 1e-9


@dataclass(frozen=True, slots=True)
class Clock:
    """The calendar of one contract on one tree.

    order_period: [period] last period whose orders arrive before the end of the period (-1: none).
    in_time: [period] an order of the period arrives within the horizon. direct: it arrives in its
    own period, so that ordering and starting are one decision. presence: [start period, period]
    share of the period in which what started stands. arrives_at, ends_at: [start period] months
    from the start of the horizon. end: [start period] first period without it (n periods = after).
    """

    order_period: IntArray
    in_time: BoolArray
    direct: bool
    presence: Array
    arrives_at: Array
    ends_at: Array
    end: IntArray

    def change(self) -> Array:
        """[start period, period]: presence less that of the period before; 0 before the start."""
        before = np.pad(self.presence, ((0, 0), (1, 0)))[:, :-1]
        return np.asarray(self.presence - before)


def clock(tree: Tree, lead_months: float, months: float | None) -> Clock:
    """The calendar of a contract of `months` (None: to the end of the period at hand)."""
    start = tree.start_age * 12.0
    length = np.array([float(p.months) for p in tree.periods])
    close = start + length
    n = len(start)
    due: BoolArray = start[None, :] + lead_months < close[:, None] - TINY  # [period, order]
    order_period = np.where(due.any(axis=1), due.sum(axis=1) - 1, -1).astype(np.int64)
    order_period = np.minimum(order_period, np.arange(n))
    in_time = np.asarray(start + lead_months < close[-1] - TINY)
    late = np.where(order_period >= 0, start[np.maximum(order_period, 0)] + lead_months, start)
    arrives = np.clip(late, start, close)
    ends = close.copy() if months is None else arrives + months
    begin = np.maximum(arrives[:, None], start[None, :])
    stop = np.minimum(ends[:, None], close[None, :])
    presence = np.where(stop - begin > TINY, (stop - begin) / length[None, :], 0.0)
    presence = np.where(np.abs(presence - 1.0) < TINY, 1.0, presence)
    presence[np.tril_indices(n, -1)] = 0.0
    stands = presence > 0
    last = n - np.argmax(stands[:, ::-1], axis=1)
    end = np.where(stands.any(axis=1), last, np.arange(n) + 1)
    direct = bool(np.all(order_period == np.arange(n)))
    return Clock(order_period, in_time, direct, presence, arrives, ends, end.astype(np.int64))
