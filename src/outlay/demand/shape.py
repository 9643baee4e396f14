"""Load over the day: curves and busiest hours by service class, slices, pooling, night filling.

A day curve is rate over daily mean by hour, [24], mean 1. The curve of a *design day* has the
class's busiest-hour ratio at its top: capacity is needed for the p99 hour, not for the mean.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt

from outlay.core.errors import QuantityError, UnknownNameError, nearest
from outlay.demand.types import Slice

__all__ = [
    "HOURS",
    "Shape",
    "SliceTable",
    "busiest_hour",
    "fill_night",
    "pooled_curve",
    "shape",
    "shape_names",
    "sharpen",
    "slices",
]

Array = npt.NDArray[np.float64]

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


@cache
def _shapes() -> dict[str, dict[str, str]]:
    return {row["shape"]: row for row in _table("shapes")}


def shape_names() -> tuple[str, ...]:
    """Names of the classes in the table."""
    return tuple(_shapes())


def shape(name: str, busiest: float | None = None) -> Shape:
    """The shape of a class, with another busiest-hour ratio if `busiest` is given.

    Raises UnknownNameError for a class that is not in the table.
    """
    row = _shapes().get(name)
    if row is None:
        raise UnknownNameError(
            "unknown load shape",
            value=repr(name),
            allowed=", ".join(_shapes()),
            hint=nearest(name, _shapes()),
        )
    ratio = float(row["busiest_hour"]) if busiest is None else busiest
    curve = sharpen(_curves()[row["curve"]], ratio)
    basis = row["basis"] if busiest is None else "given"
    return Shape(name, curve, ratio, float(row["annual_event"]), basis, row["source"])


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


def pooled_curve(curves: Array, volume: Array) -> Array:
    """Curve of services that share one fleet: volume-weighted mean of [service, hour] curves."""
    weight = np.asarray(volume, dtype=np.float64)
    return np.asarray(weight @ curves / np.sum(weight), dtype=np.float64)


def fill_night(curve: Array, deferrable: float) -> Array:
    """The curve after its deferrable share has moved to the quietest hours of the same day.

    Equation: fixed work f_h = (1 - d) c_h stays; the movable d x 24 fills the valleys up to one
    water line, max(f_h, line), with the day's total kept. Lower tops are not possible.
    """
    return _water((1.0 - deferrable) * curve, deferrable * float(np.sum(curve)))


@dataclass(frozen=True)
class SliceTable:
    """Slices of the day and rates in them.

    slices: peak, shoulder, off-peak, hours adding to 24. hours: local hours in each slice.
    ratio: [service, slice] rate over the service's daily mean before anything is deferred;
    hours-weighted mean 1. pooled_busiest: busiest hour of the shared fleet over its mean, and
    `pooled_after`: the same after deferrable work has moved.
    """

    services: tuple[str, ...]
    slices: tuple[Slice, ...]
    hours: tuple[tuple[int, ...], ...]
    ratio: Array
    pooled_busiest: float
    pooled_after: float


def slices(
    shape_by_service: Mapping[str, Shape],
    deferrable: Mapping[str, float] | None = None,
    *,
    volume: Mapping[str, float] | None = None,
    hours: Sequence[int] = (4, 10, 10),
) -> SliceTable:
    """Cut the shared day into peak, shoulder and off-peak slices.

    Hours are ranked by the pooled curve of what cannot wait; the peak slice carries the pooled
    busiest hour's rate of every service for all its hours (so a plan that meets the slice meets
    the hour), the other slices their own mean, scaled so that each service's day stays whole.
    volume: weights of the pool (any unit), equal by default.
    """
    names = tuple(shape_by_service)
    wait = np.array([(deferrable or {}).get(n, 0.0) for n in names])
    weight = np.array([(volume or {}).get(n, 1.0) for n in names])
    curves = np.stack([shape_by_service[n].curve for n in names])
    fixed = pooled_curve(curves * (1.0 - wait)[:, None], weight)
    order = np.argsort(-fixed, kind="stable")
    if sum(hours) != HOURS or min(hours) < 1 or len(hours) != 3:
        raise ValueError("three slices of at least an hour that add to 24 hours")
    groups = np.split(order, [hours[0], hours[0] + hours[1]])
    top = curves[:, order.item(0)]
    top = np.minimum(top, HOURS / hours[0])
    rest = np.stack([curves[:, g].mean(axis=1) for g in groups[1:]], axis=1)
    left = HOURS - hours[0] * top
    scale = left / (rest @ np.array(hours[1:], dtype=np.float64))
    ratio = np.concatenate([top[:, None], rest * scale[:, None]], axis=1)
    pooled = pooled_curve(curves, weight)
    share = float(weight @ wait / np.sum(weight))
    return SliceTable(
        names,
        tuple(
            Slice(n, float(h)) for n, h in zip(("peak", "shoulder", "off-peak"), hours, strict=True)
        ),
        tuple(tuple(sorted(int(h) for h in g.flat)) for g in groups),
        ratio,
        float(np.max(pooled)),
        float(np.max(_water(fixed, share * HOURS))),
    )


def _water(fixed: Array, movable: float) -> Array:
    """Fill `movable` hours of mean work into the valleys of `fixed`."""
    order = np.sort(fixed)
    line = order.item(0)
    for n in range(1, len(order) + 1):
        line = float(np.sum(order[:n]) + movable) / n
        if n == len(order) or line <= order.item(n):
            break
    return np.asarray(np.maximum(fixed, line), dtype=np.float64)
