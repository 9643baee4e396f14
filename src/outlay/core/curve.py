"""What a thing is worth by age: one curve for the plan and the accounts."""

from __future__ import annotations

import numpy as np

from outlay.core.arrays import Array

__all__ = ["residual_share"]


def residual_share(points: tuple[tuple[float, float], ...], life: float, age: Array) -> Array:
    """Share of the price left at `age` [years]: linear between points, constant after the last.

    Without points: straight line from 1 to 0 over life.
    """
    table = points or ((0.0, 1.0), (life, 0.0))
    ages, shares = map(list, zip(*sorted(table), strict=True))
    if ages[0] > 0:
        ages, shares = [0.0, *ages], [1.0, *shares]
    return np.asarray(np.interp(age, ages, shares))
