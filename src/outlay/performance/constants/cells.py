"""Residuals of the fit, condensed to cells: what the correction smooths."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt

from outlay.core.arrays import Array, BoolArray, IntArray

__all__ = [
    "AXES",
    "CATEGORIES",
    "LENGTHS",
    "Cells",
    "Names",
    "cells_of",
    "read_cells",
    "shipped_cells",
]


Names: TypeAlias = npt.NDArray[np.str_]

CATEGORIES = (
    "model",
    "chip",
    "vendor",
    "family",
    "stack",
    "precision",
    "kind",
    "run",
    "spread",
    "source",
    "shape",
)
AXES = ("batch", "prompt", "output", "chips", "active", "whole")
"""Base-2 logarithms; the last two of a model's parameters, those at work and all."""
LENGTHS = {
    "batch": 3.0, "prompt": 2.0, "output": 2.0, "chips": 1.5, "active": 1.5, "whole": 1.5,
}  # doublings  # fmt: skip


MOST_KEPT = 128
"""Arrays kept of what was asked, 32 kB each and a batch's a few times that."""

K = TypeVar("K")
T = TypeVar("T")


@dataclass(frozen=True)
class Cells:
    """Condensed residuals [cell], by group: names, axes, weights of the mean, groups behind."""

    names: Mapping[str, Names]
    axes: Mapping[str, Array]
    alpha: Array
    group: IntArray
    variance: Mapping[str, float]  # by component label
    noise: float  # variance of what stays within a group
    _named: dict[tuple[str, str], BoolArray] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    _near: dict[tuple[str | float, ...], Array] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    _kept: dict[str, dict[Hashable, Any]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def __len__(self) -> int:
        return len(self.alpha)

    @cached_property
    def families(self) -> frozenset[str]:
        """Families of the chips that were measured."""
        return frozenset(self.names["family"].tolist())

    @cached_property
    def chips(self) -> frozenset[str]:
        """Ids of the chips that were measured."""
        return frozenset(self.names["chip"].tolist())

    @cached_property
    def models(self) -> tuple[str, ...]:
        """Ids of the models that were measured."""
        return tuple(sorted(set(self.names["model"].tolist())))

    def kept(self, what: str, key: Hashable, work_out: Callable[[], T]) -> T:
        """`what` was worked out of these cells for `key`, once."""
        found: T = _kept(self._kept.setdefault(what, {}), key, work_out)
        return found

    def named(self, name: str, value: str) -> BoolArray:
        """Cells whose `name` is `value` [cell]."""

        def work_out() -> BoolArray:
            alike: BoolArray = self.names[name] == value
            return alike

        return _kept(self._named, (name, value), work_out)

    def near(self, axis: str, *places: float) -> Array:
        """How much cells along `axis` say of each place, by their distance [place, cell]."""

        def work_out() -> Array:
            at: Array = np.array(places, dtype=float)[:, None]
            away: Array = (at - self.axes[axis][None, :]) / LENGTHS[axis]
            found: Array = np.exp(-0.5 * away * away)
            return found

        key: tuple[str | float, ...] = (axis, *places)
        return _kept(self._near, key, work_out)


def _kept(known: dict[K, T], key: K, work_out: Callable[[], T]) -> T:
    """Worked out once: questions ask for the same few chips and batches again and again."""
    found = known.get(key)
    if found is None:
        found = work_out()
        if len(known) >= MOST_KEPT:
            known.clear()
        known[key] = found
    return found


@cache
def shipped_cells() -> Cells | None:
    """Cells shipped with the package; None before the first calibration."""
    return read_cells(files("outlay.performance").joinpath("data"))


def read_cells(folder: Traversable) -> Cells | None:
    """Cells of a calibration folder; None where it holds none."""
    table, about = folder.joinpath("cells.csv"), folder.joinpath("correction.toml")
    if not (table.is_file() and about.is_file()):
        return None
    rows = list(csv.reader(table.read_text("utf-8").splitlines()))
    column = dict(zip(rows[0], zip(*rows[1:], strict=True), strict=True))
    meta = tomllib.loads(about.read_text("utf-8"))
    return cells_of(
        {name: np.array(column[name]) for name in CATEGORIES},
        {name: np.array(column[name], dtype=float) for name in AXES},
        np.array(column["alpha"], dtype=float),
        np.array(column["group"], dtype=np.int64),
        dict(meta["variance"]),
        float(meta["noise"]),
    )


def cells_of(
    names: Mapping[str, Names],
    axes: Mapping[str, Array],
    alpha: Array,
    group: IntArray,
    variance: Mapping[str, float],
    noise: float,
) -> Cells:
    """Cells in the order of their groups, which sums over a group rely on."""
    order = np.argsort(group, kind="stable")
    return Cells(
        {name: column[order] for name, column in names.items()},
        {name: column[order] for name, column in axes.items()},
        alpha[order], group[order], variance, noise,
    )  # fmt: skip
