"""Load over the day: curves and busiest hours by service class.

A day curve is rate over daily mean by hour, [24], mean 1. The curve of a *design day* has the
class's busiest-hour ratio at its top: capacity is needed for the p99 hour, not for the mean.
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

__all__ = [
    "HOURS",
    "Shape",
    "busiest_hour",
    "shape",
    "sharpen",
]


HOURS = 24


@dataclass(frozen=True)
class Shape:
    """Day shape of a service class.

    curve: [hour], mean 1, top = `busiest_hour`. annual_event: busiest night of the year over a
    normal day. basis: measured, assumption or definition; source says which trace.
    """

    name: str
    curve: Array
    busiest_hour: float
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


def shape(name: str, busiest: float | None = None) -> Shape:
    """The shape of a class, with another busiest-hour ratio if `busiest` is given.

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
    ratio = row.busiest_hour if busiest is None else busiest
    curve = sharpen(_curves()[row.curve], ratio)
    basis = row.basis if busiest is None else "given"
    return Shape(name, curve, ratio, row.annual_event, basis, row.note)


def busiest_hour(name: str) -> float:
    """Busiest hour over mean of a class in the table; raises UnknownNameError."""
    return shape(name).busiest_hour


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
