"""The level annuity: what is paid each year for a sum that is paid back with interest."""

from __future__ import annotations

import math

from outlay.core.periods import MONTHS_PER_YEAR

__all__ = ["level_annuity", "monthly_annuity"]


def level_annuity(rate: float, years: float) -> float:
    """Paid at the end of each year per unit financed.

    Parameters: rate [1/year], effective; years [year], of the term. Returns [1/year].
    Equation: i / (1 - (1 + i)^-n), and 1 / n at i = 0.
    Source: Brealey, Myers, Allen, Principles of Corporate Finance, chapter 2.

    >>> level_annuity(0.0, 5.0), round(level_annuity(0.08, 5.0), 6)
    (0.2, 0.250456)
    """
    return rate / (1 - math.pow(1 + rate, -years)) if rate else 1 / years


def monthly_annuity(rate: float, years: float) -> float:
    """Paid in a year, in equal parts at the end of each month, per unit financed.

    Parameters: rate [1/year], effective; years [year], of the term. Returns [1/year].
    Equation: 12 m / (1 - (1 + i)^-n) with m = (1 + i)^(1/12) - 1, and 1 / n at i = 0. It is less
    than `level_annuity`, which is paid later and so pays interest on it for longer.
    Source: Brealey, Myers, Allen, Principles of Corporate Finance, chapter 2.

    >>> monthly_annuity(0.0, 5.0), round(monthly_annuity(0.08, 5.0), 6)
    (0.2, 0.241717)
    """
    months = math.pow(1 + rate, 1 / MONTHS_PER_YEAR) - 1
    return level_annuity(rate, years) * (MONTHS_PER_YEAR * months / rate if rate else 1.0)
