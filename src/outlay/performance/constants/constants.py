"""Constants of the closed forms as data: a prior, and factors by chip family, stack, precision.

A constant's value at a point is `base × Π factor[level]` over the groups named in its `by`; a
family that no measurement has takes its line's (`lineage`); another level that none has (a stack
not named, a vendor) has the factor 1, the average of those that were seen. Definitions:
data/constants.toml; fitted logarithms: data/effects.csv.
"""

from __future__ import annotations

import csv
import math
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

import numpy as np

from outlay.core.arrays import Array
from outlay.performance.constants.lineage import kin, line, lineage

__all__ = [
    "Constants",
    "Definition",
    "Levels",
    "definitions",
    "level_key",
    "read_constants",
    "shipped",
]

Levels = Mapping[str, str]
"""One point's groups: vendor, family, chip, stack, precision, kv, attention."""

FACTORS = ("vendor", "family", "chip", "stack", "precision", "kv", "attention")


@dataclass(frozen=True, slots=True)
class Definition:
    """One constant: centre and spread of its prior (of the logarithm), bound, spread by group."""

    name: str
    prior: float
    sd: float
    most: float
    unit: str
    meaning: str
    fixed: bool
    by: Mapping[str, float]
    at: Mapping[str, Mapping[str, float]]  # known centres by group and level, in place of `prior`


@cache
def definitions() -> dict[str, Definition]:
    """The definitions shipped with the package, by name."""
    text = files("outlay.performance").joinpath("data/constants.toml").read_text("utf-8")
    rows: dict[str, dict[str, Any]] = tomllib.loads(text)
    return {
        name: Definition(
            name=name,
            prior=float(row["prior"]),
            sd=float(row.get("sd", 0.0)),
            most=float(row.get("most", math.inf)),
            unit=row["unit"],
            meaning=row["meaning"],
            fixed=bool(row.get("fixed", False)),
            by=dict(row.get("by", {})),
            at=dict(row.get("at", {})),
        )
        for name, row in rows.items()
    }


def level_key(factor: str, levels: Levels) -> str:
    """The level of a factor, `a.b` for the interaction of two; empty where a part is unknown."""
    parts = [levels.get(part, "") for part in factor.split(".")]
    return ".".join(parts) if all(parts) else ""


@dataclass(frozen=True)
class Constants:
    """Logarithms of factors by (constant, factor, level); the base has factor and level ""."""

    effects: Mapping[tuple[str, str, str], float] = field(default_factory=dict)
    meta: Mapping[str, Any] = field(default_factory=dict)
    _resolved: dict[tuple[tuple[str, str], ...], dict[str, float]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def value(self, name: str, levels: Levels) -> float:
        """Value of one constant at one point."""
        found = self._value(name, levels)
        if definitions()[name].unit == "s" and levels.get("family"):
            for older in line(levels["family"])[1:]:  # floors fall along a line
                found = min(found, self._value(name, {**levels, "family": older}))
        return found

    def _value(self, name: str, levels: Levels) -> float:
        d = definitions()[name]
        known = (table.get(level_key(group, levels)) for group, table in d.at.items())
        centre = next((value for value in known if value is not None), d.prior)
        log = math.log(centre) + self.effects.get((name, "", ""), 0.0)
        for factor in d.by:
            log += self._effect(name, factor, levels)
        return min(math.exp(log), d.most)

    def _effect(self, name: str, factor: str, levels: Levels) -> float:
        """Logarithm of one factor; an unseen family's is that of the next of its line seen."""
        found = self.effects.get((name, factor, level_key(factor, levels)))
        if found is None and "family" in factor.split("."):
            rest = {part: levels.get(part, "") for part in factor.split(".")}
            seen = self._families.get((name, factor, rest.get("stack", "")), ())
            nearest = kin(levels.get("family", ""), seen)
            key = level_key(factor, {**rest, "family": nearest})
            found = self.effects.get((name, factor, key))
        elif found is None and "vendor" in factor.split("."):
            key = level_key(factor, {**levels, "vendor": lineage().like})
            found = self.effects.get((name, factor, key))
        return found or 0.0

    @cached_property
    def _families(self) -> dict[tuple[str, str, str], set[str]]:
        """Families that were seen of each constant and factor, with each stack."""
        found: dict[tuple[str, str, str], set[str]] = {}
        for name, factor, level in self.effects:
            parts = dict(zip(factor.split("."), level.split("."), strict=False))
            if "family" in parts:
                found.setdefault((name, factor, parts.get("stack", "")), set()).add(parts["family"])
        return found

    def at(self, levels: Levels) -> dict[str, float]:
        """Every constant at one point; a question asks at the same few points again and again."""
        point = tuple(sorted(levels.items()))
        if point not in self._resolved:
            self._resolved[point] = {name: self.value(name, levels) for name in definitions()}
        return dict(self._resolved[point])

    def along(self, rows: Sequence[Levels]) -> dict[str, Array]:
        """Every constant at many points, [point]; points of equal levels are resolved once."""
        keys = [tuple(r.get(f, "") for f in FACTORS) for r in rows]
        distinct = sorted(set(keys))
        place = {key: i for i, key in enumerate(distinct)}
        index = np.array([place[key] for key in keys], dtype=np.intp)
        resolved = [self.at(dict(zip(FACTORS, key, strict=True))) for key in distinct]
        return {name: np.array([r[name] for r in resolved])[index] for name in definitions()}


@cache
def shipped() -> Constants:
    """The calibration shipped with the package; priors alone where none is."""
    return read_constants(files("outlay.performance").joinpath("data"))


def read_constants(folder: Traversable) -> Constants:
    """Constants of a calibration folder; priors alone where it holds none."""
    effects: dict[tuple[str, str, str], float] = {}
    table = folder.joinpath("effects.csv")
    if table.is_file():
        for row in csv.DictReader(table.read_text("utf-8").splitlines()):
            key = (row["constant"], row["factor"], row["level"])
            effects[key] = float(row["log_effect"])
    about = folder.joinpath("calibration.toml")
    meta = tomllib.loads(about.read_text("utf-8")) if about.is_file() else {}
    return Constants(effects, meta)
