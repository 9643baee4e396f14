"""What measurements say beyond the closed forms: a correction in time, and how sure it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from outlay.catalogue.types import Chip, Model
from outlay.performance.types import Layout, Precision, Stack

__all__ = ["Correction", "time_factor"]


@dataclass(frozen=True)
class Correction:
    """Multiplier on time, its standard deviation of the logarithm, groups behind it."""

    factor: Any
    sd: Any
    groups: int
    note: str


def time_factor(
    model: Model,
    chip: Chip,
    layout: Layout | Any,
    precision: Precision,
    stack: Stack,
    context: float,
    batch: Any = 1.0,
) -> Correction:
    """Correction of one question; arrays in `layout` or `batch` give arrays back."""
    return Correction(1.0, 0.2, 0, f"constants of {chip.family}")
