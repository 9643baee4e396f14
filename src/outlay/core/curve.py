"""What a thing is worth by age: one curve for the plan and the accounts."""

from __future__ import annotations

import numpy as np

from outlay.core.arrays import Array

__all__ = ["residual_share"]


def residual_share(points: tuple[tuple[float, float], ...], life: float, age: Array) -> Array:
    """Share of the price left at `age` [years]: linear between points, constant after the last.

    Without points: straight line from 1 to 0 over life.
    """
    table = sorted(points or ((0.0, 1.0), (life, 0.0)))
    if table[0][0] > 0:
        table = [(0.0, 1.0), *table]
    ages, shares = [a for a, _ in table], [share for _, share in table]
    return np.asarray(np.interp(age, ages, shares))
