"""Constants of the training step: what they mean, and what was fitted to published runs."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

__all__ = [
    "constants_from",
    "read_training",
    "training_constants",
    "training_definitions",
    "training_sha256",
]

MOST_LOG = 20.0  # of a constant over its prior: beyond it a file is damaged


@cache
def training_definitions() -> Mapping[str, Mapping[str, Any]]:
    """Constants of the training step by name: prior, spread, unit, meaning, upper bound."""
    text = files("outlay.performance").joinpath("data/training_constants.toml").read_text("utf-8")
    return tomllib.loads(text)


def constants_from(fitted: Mapping[str, float]) -> dict[str, float]:
    """Constants: prior × exp(fitted logarithm), bounded; 0 where none is fitted."""
    return {
        name: min(
            float(d["prior"]) * math.exp(fitted.get(name, 0.0)), float(d.get("most", math.inf))
        )
        for name, d in training_definitions().items()
    }


@cache
def training_constants() -> Mapping[str, float]:
    """The constants shipped with the package."""
    return read_training(files("outlay.performance").joinpath("data"))


def read_training(folder: Traversable) -> dict[str, float]:
    """The constants of a calibration folder. Raises ValueError for a file that cannot be right."""
    name = "training_fitted.toml"
    fitted = tomllib.loads(folder.joinpath(name).read_text("utf-8")).get("fitted")
    if not isinstance(fitted, dict):
        raise ValueError(f"{name} has no table [fitted]")
    strange = sorted(fitted.keys() - training_definitions().keys())
    if strange:
        raise ValueError(f"{name}: constants this version does not have: {', '.join(strange)}")
    for constant, value in fitted.items():
        if not isinstance(value, float | int) or not abs(value) <= MOST_LOG:
            raise ValueError(f"{name}: {constant} = {value!r} is not a logarithm within {MOST_LOG}")
    return constants_from(fitted)


def training_sha256(folder: Traversable) -> str:
    """Hash of the table that the constants of a calibration folder were fitted to."""
    text = folder.joinpath("training_fitted.toml").read_text("utf-8")
    return str(tomllib.loads(text).get("data_sha256", ""))
