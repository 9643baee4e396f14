"""Writes quantities for people, in forms that `quantity.parse` reads back.

>>> format_money(160e9, "CNY"), format_money(23.2e9, "USD"), format_money(20_000, "USD")
('¥160bn', '$23.2bn', '$20,000')
>>> format_quantity(30e12, "token/day"), format_quantity(120e6, "W")
('30T tokens/day', '120 MW')
"""

from __future__ import annotations

import math

from outlay.core.periods import SECONDS_PER_DAY, SECONDS_PER_HOUR, SECONDS_PER_YEAR
from outlay.core.quantities.currencies import CODES, SYMBOLS

__all__ = ["format_money", "format_number", "format_quantity"]

_MONEY_SCALES = ((1e12, "tn"), (1e9, "bn"), (1e6, "m"))
_SI = ((1e24, "Y"), (1e21, "Z"), (1e18, "E"), (1e15, "P"), (1e12, "T"), (1e9, "G"), (1e6, "M"))
_COUNT = ((1e12, "T"), (1e9, "B"), (1e6, "M"))
_TIMES = (
    (SECONDS_PER_YEAR, "year"),
    (SECONDS_PER_DAY, "day"),
    (SECONDS_PER_HOUR, "h"),
    (60, "min"),
    (1, "s"),
    (1e-3, "ms"),
    (1e-6, "us"),
)


def format_number(value: float, digits: int | None = 3) -> str:
    """`value` to `digits` significant digits (None = all), grouped in threes, no exponent."""
    if digits is None:
        return repr(float(value)).removesuffix(".0")
    if value == 0 or not math.isfinite(value):
        return "0" if value == 0 else str(value)
    places = digits - 1 - math.floor(math.log10(abs(value)))
    text = f"{round(value, places):,.{max(places, 0)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _scaled(value: float, scales: tuple[tuple[float, str], ...]) -> tuple[float, str]:
    """Value over the largest scale that leaves at least 1 (after rounding), and its sign."""
    for factor, sign in scales:
        if abs(value) >= factor * 0.9995:
            return value / factor, sign
    return value, ""


def format_money(value: float, currency: str, digits: int | None = 3) -> str:
    """`value` in units of `currency`: ¥160bn, $23.2bn, $20,000, MYR 4.1bn, ¥0.38."""
    if currency not in CODES:
        raise ValueError(f"unknown currency {currency!r}")
    number, scale = _scaled(value, _MONEY_SCALES)
    # below a million whole units are shown, so that 27,000 never reads 27k
    shown = digits if scale or digits is None or abs(value) < 1000 else max(digits, 6)
    sign = "-" if value < 0 else ""
    symbol = SYMBOLS.get(currency, currency + " ")
    return f"{sign}{symbol}{format_number(abs(number), shown)}{scale}"


def _money_per(value: float, unit: str, digits: int | None) -> str:
    """A price per something, moved to the multiple in which it is usually quoted."""
    currency, below = unit.split("/", 1)
    usual = {"token": (1e6, "Mtok"), "W-month": (1e3, "kW-month")}
    factor, name = usual.get(below, (1.0, below))
    return f"{format_number(value * factor, digits)} {currency}/{name}"


def _duration(seconds: float, digits: int | None) -> str:
    for size, name in _TIMES:
        if abs(seconds) >= size * 0.9995:
            number = format_number(seconds / size, digits)
            plural = "s" if name in ("year", "day") and number != "1" else ""
            return f"{number} {name}{plural}"
    return f"{format_number(seconds, digits)} s"


def format_quantity(value: float, unit: str, digits: int | None = 3) -> str:
    """`value` in base `unit` (as `Quantity.unit` names it), at the multiple people use."""
    if unit in CODES:
        return format_money(value, unit, digits)
    if unit.split("/")[0] in CODES:
        return _money_per(value, unit, digits)
    if unit in ("1", "1/year"):
        suffix = unit.removeprefix("1")
        return f"{format_number(value * 100, digits)} %{suffix}"
    if unit == "s":
        return _duration(value, digits)
    if unit in ("token", "token/day", "item/day", "parameter"):
        number, scale = _scaled(value, _COUNT)
        noun, _, per = unit.partition("/")
        written = f"{format_number(number, digits)}{scale}"
        return written if noun == "parameter" else f"{written} {noun}s{'/' + per if per else ''}"
    if unit == "chip":
        return f"{format_number(value, None if digits is None else max(digits, 9))} chips"
    if unit == "FLOP":
        return f"{value:.{(digits or 17) - 1}e} FLOP".replace("e+", "e")
    if unit in ("W", "W/chip", "byte", "byte/s", "FLOP/s", "kWh"):
        return _with_prefix(value, unit, digits)
    if unit == "year":
        return f"{value:g}"
    raise ValueError(f"no written form for the unit {unit!r}")


def _with_prefix(value: float, unit: str, digits: int | None) -> str:
    base, _, per = unit.partition("/")
    symbol = {"byte": "B", "kWh": "Wh"}.get(base, base)
    scaled = value * 1000 if base == "kWh" else value
    number, prefix = _scaled(scaled, (*_SI, (1e3, "k")))
    return f"{format_number(number, digits)} {prefix}{symbol}{'/' + per if per else ''}"
