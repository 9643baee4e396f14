"""What a fleet over time came to: replica-hours to its last token, and how its worst hour went."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from outlay.core.arrays import Array
from outlay.core.periods import SECONDS_PER_HOUR
from outlay.serving.engine.run import Records
from outlay.serving.metrics import Slo, within
from outlay.serving.sizing.over_time.rules import Wish, provisioned

__all__ = ["Over", "Worst", "over", "worst_hour"]

SHORT_PARTS = 6
"""Parts that a trace of less than two hours is judged in, in place of hours."""


@dataclass(frozen=True, slots=True)
class Worst:
    """The stretch of a run in which fewest requests were within the limits."""

    share: float
    from_s: float
    width_s: float


@dataclass(frozen=True, slots=True)
class Over:
    """One fleet over a trace that was replayed: replicas that were on, and what that held.

    on: mean per window [window], from the first arrival, spares included. hours: replica-hours from
    there to the last token.
    share: of requests within both limits. peak: most replicas on at a time.
    """

    on: Array
    hours: float
    peak: float
    share: float
    worst: Worst
    records: Records


def worst_hour(records: Records, slo: Slo) -> Worst:
    """Of the whole hours of a trace (of its sixths, where it is short) the worst by requests."""
    arrival = records.traffic.arrival_s
    begin, span = arrival.item(0), max(records.traffic.span_s, 1e-9)
    width = SECONDS_PER_HOUR if span >= 2 * SECONDS_PER_HOUR else span / SHORT_PARTS
    count = max(1, int(span / width + 1e-9))
    at = np.minimum(((arrival - begin) / width).astype(int), count - 1)
    came = np.bincount(at, minlength=count)
    good = np.bincount(at, weights=within(records, slo), minlength=count)
    share: Array = np.where(came > 0, good / np.maximum(came, 1), 1.0)
    worst = int(np.argmin(share))
    return Worst(share.item(worst), worst * width, width)


def over(records: Records, slo: Slo, edges: Array, wish: Wish, replicas: int = 0) -> Over:
    """The account of a run over windows with these edges [window + 1], what is kept beside the
    serving replicas included; replicas: on all the time, of a fleet that does not change."""
    begin, share = edges.item(0), float(np.mean(within(records, slo)))
    worst = worst_hour(records, slo)
    end = records.until_s
    times: Array
    serving: Array
    if replicas:
        times, serving = np.array([0.0, end]), np.array([replicas, 0.0])
    else:
        times, serving = records.switched[:, 0], np.cumsum(records.switched[:, 1])
        times = np.minimum(times, end)
    number: Array = np.array([provisioned(float(n), wish) for n in serving.flat])
    area = np.concatenate([[0.0], np.cumsum(np.diff(times) * number[:-1])])
    to: Array = np.minimum(edges, max(end, edges.item(-2) + 1e-9))  # the last may be cut short
    on = np.diff(np.interp(to, times, area)) / np.diff(to)
    hours = (area.item(-1) - float(np.interp(begin, times, area))) / SECONDS_PER_HOUR
    last = times <= max(begin, edges.item(-1))
    return Over(on, hours, float(np.max(number[last])), share, worst, records)
