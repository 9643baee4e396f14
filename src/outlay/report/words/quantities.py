"""A number of the study with its unit as people write it: 20 %, ×2, 4.3e25 FLOP, ¥80,000."""

from __future__ import annotations

from outlay.core.quantities.currencies import CODES
from outlay.core.quantities.formats import format_number, format_quantity
from outlay.report.words.language import Words

__all__ = ["quantity"]

BARE = ("1", "fraction")
"""Units of shares and of ratios."""
COUNTED = ("token", "token/day", "item/day", "parameter")


def quantity(value: float, unit: str, say: Words) -> str:
    """A number in its unit: a bare one is a share up to one, and so many times above it."""
    if unit in BARE:
        if abs(value) <= 1:
            return say("number.percent", n=format_number(100 * value))
        return say("number.times", n=format_number(value))
    if unit in CODES:
        return say.money(value, unit)
    if unit in COUNTED:
        noun, sign, per = unit.partition("/")
        plural = "s" if say.language == "en" else ""
        return f"{say.count(value)} {noun}{plural}{sign}{per}"
    try:
        return format_quantity(value, unit)
    except ValueError:  # a unit that only this study uses
        return f"{format_number(value, 4 if abs(value) >= 1000 else 3)} {unit}".strip()
