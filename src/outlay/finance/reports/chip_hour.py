"""What an hour of an owned chip costs: capital less what is left of it, the hall, the power."""

from __future__ import annotations

import math

from outlay.core.annuity import level_annuity
from outlay.core.periods import HOURS_PER_YEAR, MONTHS_PER_YEAR

__all__ = ["capital_hour", "energy_hour", "rent_hour"]


def capital_hour(price: float, residual: float, rate: float, years: float) -> float:
    """Paid for an hour of a thing's life, used or not, so that its price is back with interest.

    Parameters: price [currency]; residual [1], share of it left at the end; rate [1/year];
    years [year], its economic life. Returns [currency/hour], of 8,766 hours a year.
    Equation: P (1 - R (1 + i)^-E) i / (1 - (1 + i)^-E) / 8766, the yearly charge of the accounts.
    Source: capital recovery factor, Park, Contemporary Engineering Economics, 6th ed., ch. 3.

    >>> round(capital_hour(8766.0, 0.0, 0.08, 5.0), 6), capital_hour(8766.0, 0.5, 0.0, 5.0)
    (0.250456, 0.1)
    """
    lasting = 1.0 - residual * math.pow(1.0 + rate, -years)
    return price * lasting * level_annuity(rate, years) / HOURS_PER_YEAR


def rent_hour(watts: float, rent: float) -> float:
    """Rent of a hall for a chip's hour; rent [currency/(W month)], by IT power.

    >>> round(rent_hour(1000.0, 0.1605), 4)
    0.2197
    """
    return watts * rent * MONTHS_PER_YEAR / HOURS_PER_YEAR


def energy_hour(watts: float, draw: float, pue: float, tariff: float) -> float:
    """Power for a chip's hour; draw [1], share of its IT power; tariff [currency/kWh].

    >>> energy_hour(1000.0, 0.5, 1.2, 0.1)
    0.06
    """
    return watts / 1e3 * draw * pue * tariff
