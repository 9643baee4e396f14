"""Load over the day: curves and busiest hours by service class.

A day curve is rate over daily mean by hour, [24], mean 1. The curve of a *design day* has the
class's busiest-hour ratio at its top: capacity is needed for the busiest hour, not for the mean.

What is counted is tokens, by phase: requests that come at night may be short ones, so that neither
prefill nor decode is busiest when requests are.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np

from outlay.catalogue.traffic import day_shapes
from outlay.core.arrays import Array
from outlay.core.errors import QuantityError, UnknownNameError, nearest
from outlay.core.periods import SECONDS_PER_HOUR

__all__ = [
    "HOURS",
    "ByPhase",
    "Shape",
    "busiest_hour",
    "busiest_in",
    "shape",
    "sharpen",
]


HOURS = 24
_PHASES = ("prefill", "decode")
_SLACK_S = 300.0
"""The last request of a whole hour comes before its end: by so much at most."""


@dataclass(frozen=True, slots=True)
class ByPhase:
    """Busiest hour over the mean of the day: of input tokens, and of output tokens."""

    prefill: float
    decode: float


@dataclass(frozen=True)
class Shape:
    """Day shape of a service class.

    prefill, decode: [hour] curve of its tokens, mean 1, top = its `busiest_hour`. annual_event:
    busiest night of the year over a normal day. basis: measured, assumption or definition; source
    says which trace.
    """

    name: str
    prefill: Array
    decode: Array
    busiest_hour: ByPhase
    annual_event: float
    basis: str
    source: str


def _table(name: str) -> list[dict[str, str]]:
    text = files("outlay.demand").joinpath(f"data/{name}.csv").read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))


@cache
def _curves() -> dict[str, Array]:
    out: dict[str, list[float]] = {"flat": [1.0] * HOURS}
    for row in _table("day_curves"):
        out.setdefault(row["curve"], []).append(float(row["ratio"]))
    return {k: np.array(v) / np.mean(v) for k, v in out.items()}


def shape(name: str, busiest: ByPhase | None = None) -> Shape:
    """The shape of a class, with other busiest-hour ratios if `busiest` is given.

    Where a day was measured, each phase has the curve of its own tokens; a day that is assumed has
    one curve for both.

    Raises UnknownNameError for a class that is not in the table.
    """
    row = day_shapes().get(name)
    if row is None:
        raise UnknownNameError(
            "unknown load shape",
            value=repr(name),
            allowed=", ".join(day_shapes()),
            hint=nearest(name, day_shapes()),
        )
    ratio = busiest or ByPhase(row.prefill, row.decode)
    own = {x: f"{row.curve}/{x}" if row.basis == "measured" else row.curve for x in _PHASES}
    prefill = sharpen(_curves()[own["prefill"]], ratio.prefill)
    decode = sharpen(_curves()[own["decode"]], ratio.decode)
    basis = row.basis if busiest is None else "given"
    return Shape(name, prefill, decode, ratio, row.annual_event, basis, row.note)


def busiest_hour(name: str) -> ByPhase:
    """Busiest hour over mean of a class in the table; raises UnknownNameError."""
    return shape(name).busiest_hour


def busiest_in(arrival_s: Array, input_tokens: Array, output_tokens: Array) -> ByPhase:
    """Busiest hour over the mean of all hours, of requests that came over a day or more.

    arrival_s: in order. Hours are counted from the first request on; one that had only begun when
    the last came is left out. Raises QuantityError for requests of less than a day.
    """
    since = arrival_s - arrival_s[:1]
    hours = int((np.max(since, initial=0.0) + _SLACK_S) // SECONDS_PER_HOUR)
    if hours < HOURS:
        raise QuantityError(
            "no day in these requests: a busiest hour over the mean needs 24 hours of them",
            value=f"{len(since):,} over {np.max(since, initial=0.0) / SECONDS_PER_HOUR:.2g} hours",
            allowed="a day or more",
        )
    at = np.asarray(since // SECONDS_PER_HOUR, dtype=np.int64)
    whole = at < hours

    def ratio(tokens: Array) -> float:
        by = np.bincount(at[whole], tokens[whole], hours).astype(np.float64)
        return float(np.max(by) / np.mean(by))

    return ByPhase(ratio(input_tokens), ratio(output_tokens))


def sharpen(curve: Array, busiest: float) -> Array:
    """The curve raised to the power that puts its top at `busiest`, mean 1.

    Equation: c_h -> c_h^g / mean(c^g), g >= 0 solved by bisection: order of the hours is kept,
    nothing turns negative. A flat curve has no hour to raise and is returned for busiest = 1;
    the ratio must lie between 1 and 24 over the number of equally busiest hours.
    """
    top = int(np.sum(np.isclose(curve, np.max(curve))))
    if not (1.0 <= busiest < HOURS / top or busiest == 1.0):
        raise QuantityError(
            "no such busiest hour with this curve",
            value=f"{busiest:g}",
            allowed=f"from 1 to below {HOURS / top:g}" if top < HOURS else "1: the curve is flat",
        )
    if top == HOURS or busiest == 1.0:
        return np.ones(HOURS)
    logs: Array = np.log(curve / np.max(curve))

    def raised(g: float) -> Array:
        c: Array = np.exp(g * logs)
        return np.asarray(c / np.mean(c), dtype=np.float64)

    lo, hi = 0.0, 1.0
    while np.max(raised(hi)) < busiest:
        lo, hi = hi, 2 * hi
    for _ in range(80):
        mid = (lo + hi) / 2
        lo, hi = (mid, hi) if np.max(raised(mid)) < busiest else (lo, mid)
    return raised(hi)
