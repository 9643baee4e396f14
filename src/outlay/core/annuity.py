"""The level annuity: what is paid each year for a sum that is paid back with interest."""

from __future__ import annotations

import math

__all__ = ["level_annuity"]


def level_annuity(rate: float, years: float) -> float:
    """Paid at the end of each year per unit financed.

    Parameters: rate [1/year], effective; years [year], of the term. Returns [1/year].
    Equation: i / (1 - (1 + i)^-n), and 1 / n at i = 0.
    Source: Brealey, Myers, Allen, Principles of Corporate Finance, chapter 2.

    >>> level_annuity(0.0, 5.0), round(level_annuity(0.08, 5.0), 6)
    (0.2, 0.250456)
    """
    return rate / (1 - math.pow(1 + rate, -years)) if rate else 1 / years
