"""How the workbook writes numbers: cells hold them whole, and show them in a scale that fits."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from outlay.report.words.language import Words

__all__ = ["DAY", "RARE", "RATE", "Money", "columns_of", "digits", "plain"]

DAY = "yyyy-mm-dd"
INPUT, RATE, RARE = "General", "0.0%;-0.0%;0%", '[>=1000000]"none";#,##0.0'
"""Of an input as it was typed, a share, and what may not be there: then a number like no other."""
LARGEST = 1e15
"""From here on digits are no help: a number is written with its power of ten."""
SIGNIFICANT = 3
MANY, MOST_PLACES = 1000, 6
"""Up to which a whole number needs no commas; decimals that any number may have."""
NOISE = 1e-9
"""Part of a whole number by which arithmetic may miss it."""


@dataclass(frozen=True, slots=True)
class Money:
    """How all money of the study's tables is shown: in thousands to a power, with decimals.

    The cell holds the whole amount, so that a formula on it needs no factor. unit: what heads a
    table: `$m`, `CNY bn`, `$`.
    """

    unit: str
    sign: str
    thousands: int = 0
    decimals: int = 0

    @classmethod
    def of(cls, say: Words, largest: float) -> Money:
        """The study's unit, as near as a format comes to it: it divides by thousands alone."""
        scale = say.scale
        thousands = int(math.log10(scale.unit.size) + 1e-9) // 3
        word = ("", *say("workbook.thousands").split())[thousands]
        sign = scale.signs.get(scale.currency, f"{scale.currency} ")
        shown = abs(largest) / 1000.0**thousands
        decimals = 1 if shown >= 100 else 2
        if thousands == 0:
            decimals = 0 if shown >= 1000 else 2
        unit = say("workbook.money_unit", sign=sign, word=word)
        return cls(unit, sign, thousands, decimals)

    @property
    def least(self) -> float:
        """Below this an amount is shown as a dash."""
        return float(0.5 * 10.0**-self.decimals * 1000.0**self.thousands)

    @property
    def number(self) -> str:
        """The format of a cell."""
        return _dashed(_digits(self.decimals) + "," * self.thousands, self.least)

    @property
    def axis(self) -> str:
        """The format of the marks along an axis."""
        shown = ("#,##0.0" if self.decimals == 2 else "#,##0") + "," * self.thousands
        return f"{shown};-{shown};0"


def _dashed(shown: str, least: float, other: str = '"–"') -> str:
    """`shown` for what it can show, `other` for what would read as nought."""
    bound = f"{least:.12f}".rstrip("0").rstrip(".")
    return f"[>={bound}]{shown};[<=-{bound}]-{shown};{other}"


def plain(values: npt.ArrayLike, *, typed: bool = False) -> str:
    """The format of a row of numbers without a scale: three digits of the largest at least.

    typed: an input, where the smallest is shown too, and nought as nought.
    """
    sizes = np.abs(np.ravel(np.asarray(values, dtype=np.float64)))
    sizes = sizes[np.isfinite(sizes) & (sizes > 0.0)]
    most = float(sizes.max(initial=0.0))
    nothing = "0" if typed else '"–"'
    if most >= LARGEST:
        return "0.000E+00"
    if bool((np.abs(sizes - np.round(sizes)) <= NOISE * most).all()):
        return INPUT if typed and most < MANY else f"#,##0;-#,##0;{nothing}"
    least = float(sizes[sizes > NOISE * most].min()) if typed else most
    places = max(_places(most), min(_places(least) - 1, MOST_PLACES))
    return _dashed(_digits(places), 0.5 * 10.0**-places, nothing)


def digits(price: float) -> str:
    """The format of a price: three digits of it, its hundredth parts at least."""
    return _digits(min(max(SIGNIFICANT - 1 - math.floor(math.log10(price)), 2), 9))


def _digits(places: int) -> str:
    return "#,##0" + ("." + "0" * places if places else "")


def _places(most: float) -> int:
    """Decimals that show three digits of a number, four from one on."""
    places = SIGNIFICANT - 1 - math.floor(math.log10(most))
    return min(max(places + (1 if most >= 1 else 0), 0), 9)


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
    places = 0 if size >= 10 * MANY or size == round(size) else max(_places(size), 4)
    return len(f"{size:,.{places}f}") + 1
