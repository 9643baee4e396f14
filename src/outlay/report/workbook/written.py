"""How the workbook writes numbers: cells hold them whole, and show them in a scale that fits."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from outlay.core.quantities.currencies import SYMBOLS

__all__ = ["INPUT", "RATE", "RARE", "Money", "columns_of", "plain"]

INPUT, RATE, RARE = "General", "0.0%", '[>=1000000]"none";#,##0.0'
"""Of an input as it was typed, a share, and what may not be there: then a number like no other."""
SIZES = ((4, "tn"), (3, "bn"), (2, "m"))
LARGEST = 1e15
"""From here on digits are no help: a number is written with its power of ten."""
SIGNIFICANT = 3


@dataclass(frozen=True, slots=True)
class Money:
    """How all money of the study's tables is shown: in thousands to a power, with decimals.

    The cell holds the whole amount, so that a formula on it needs no factor.
    """

    currency: str
    thousands: int = 0
    decimals: int = 0

    @classmethod
    def of(cls, currency: str, largest: float) -> Money:
        """The unit in which the largest amount has one to three digits before its point."""
        for thousands, _ in SIZES:
            if abs(largest) >= 0.9995 * 1000.0**thousands:
                return cls(currency, thousands, 2)
        return cls(currency, 0, 0 if abs(largest) >= 1000 else 2)

    @property
    def symbol(self) -> str:
        return SYMBOLS.get(self.currency, self.currency)

    @property
    def unit(self) -> str:
        """What heads a table: `$m`, `CNY bn`, `$`."""
        name = dict(SIZES).get(self.thousands, "")
        return self.symbol + (" " if name and self.symbol == self.currency else "") + name

    @property
    def least(self) -> float:
        """Below this an amount is shown as a dash."""
        return float(0.5 * 10.0**-self.decimals * 1000.0**self.thousands)

    @property
    def number(self) -> str:
        """The format of a cell."""
        digits = "#,##0" + ("." + "0" * self.decimals if self.decimals else "")
        return _dashed(digits + "," * self.thousands, self.least)


def _dashed(digits: str, least: float, other: str = '"–"') -> str:
    """`digits` for what they can show, `other` for what would read as nought."""
    bound = f"{least:.12f}".rstrip("0").rstrip(".")
    return f"[>={bound}]{digits};[<=-{bound}]-{digits};{other}"


def plain(values: Iterable[float], *, typed: bool = False) -> str:
    """The format of a row of numbers without a scale: three digits of the largest at least.

    typed: an input, which is shown as it stands where it is too small for that.
    """
    sizes = [abs(v) for v in values if math.isfinite(v)]
    most = max(sizes, default=0.0)
    whole = all(v == round(v) for v in sizes)
    if most == 0.0:
        return INPUT if typed else _dashed("#,##0.00", 0.005)
    if most >= LARGEST:
        return "0.000E+00"
    if whole:
        return INPUT if typed and most < 10_000 else '#,##0;-#,##0;"–"'
    places = SIGNIFICANT - 1 - math.floor(math.log10(most))
    places = min(max(places + (1 if most >= 1 else 0), 0), 9)
    digits = "#,##0" + ("." + "0" * places if places else "")
    return _dashed(digits, 0.5 * 10.0**-places, INPUT if typed else '"–"')


def columns_of(value: float, money: Money | None = None) -> int:
    """Characters that a number takes at most, as `plain` or the scale of `money` writes it."""
    if not math.isfinite(value):
        return 6
    if money is not None:
        shown = abs(value) / 1000.0**money.thousands
        return len(f"{shown:,.{money.decimals}f}") + 1
    size = abs(value)
    if size >= LARGEST:
        return 10
    return len(f"{size:,.0f}") + 1 + (0 if size >= 10_000 or size == round(size) else 5)
