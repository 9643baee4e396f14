"""Whether requests come faster than replicas take them, from the queue over time."""

from __future__ import annotations

import numpy as np

from outlay.core.arrays import Array
from outlay.results.models.simulation import Overload
from outlay.serving.engine.run import Records

__all__ = ["overload_of"]

CUTS = 5
"""Times in the second half of the arrivals at which the queue is counted."""
SHARE, LEAST = 0.01, 20
"""Growth over that half that is no chance: of all requests, and in requests."""


def overload_of(records: Records) -> Overload | None:
    """The growth of a queue that grows to the end; None where it does not.

    Waiting are requests that have come and not begun. The queue must be longer at each quarter of
    the second half of the arrivals than at the one before, by a hundredth of all requests in
    the half and by 20 at least: a burst that is worked off is none, nor is chance.
    """
    t = records.traffic.arrival_s
    ok = ~records.rejected
    if len(records.turned):
        ok &= records.turned == 0
    came, began = t[ok], records.start_s[ok]  # NaN where not begun: never before a time
    if len(came) < 2 * LEAST or came.item(-1) <= came.item(0):
        return None
    first, last = came.item(0), came.item(-1)
    middle = 0.5 * (first + last)
    cuts: Array = np.linspace(middle, last, CUTS)
    waiting = [float(np.sum(came <= cut) - np.sum(began <= cut)) for cut in cuts.tolist()]
    grown, half = waiting[-1] - waiting[0], last - middle
    if grown < max(SHARE * len(came), LEAST) or waiting != sorted(set(waiting)):
        return None
    asked = float(np.count_nonzero(came > middle)) / half
    grows = grown / half
    return Overload(grows_req_s=grows, asked_req_s=asked, held_req_s=asked - grows)
