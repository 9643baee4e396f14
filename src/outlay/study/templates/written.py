"""Numbers as a person would write them in a study: two or three digits, a scale and a unit."""

from __future__ import annotations

import json
import math
import re

__all__ = [
    "count",
    "money",
    "nice",
    "number",
    "place",
    "plain",
    "power",
    "quoted",
    "scaled",
    "spoken",
    "tokens",
]

_SCALES = ((1e12, "T"), (1e9, "bn"), (1e6, "m"))
_MOST_WRITTEN_OUT = 1e6


def nice(value: float, digits: int = 2, *, up: bool = False) -> float:
    """`value` to so many significant digits; `up`: never below it."""
    if value == 0:
        return 0.0
    step = 10.0 ** (math.floor(math.log10(abs(value))) - digits + 1)
    steps = value / step
    return float(f"{(math.ceil(steps - 1e-9) if up else round(steps)) * step:.12g}")


def number(value: float) -> str:
    """A number without its unit: 0.032, 2.6, 30_000."""
    value = nice(value, 3)
    return f"{value:_.0f}" if abs(value) >= 100 else f"{value:.10f}".rstrip("0").rstrip(".")


def scaled(value: float) -> str:
    """A number with its scale from a million on: 14T."""
    for scale, word in _SCALES:
        if value >= scale:
            return f"{number(value / scale)}{word}"
    return number(value)


def money(value: float, currency: str) -> str:
    """An amount, or a price of something where the unit follows: 2.6m USD, 30_000 CNY."""
    text = scaled(value) if value >= _MOST_WRITTEN_OUT else number(value)
    return f"{text} {currency}"


def tokens(value: float) -> str:
    """Tokens a day: 6bn/day."""
    return f"{scaled(value)}/day"


def count(value: float) -> str:
    """Whole chips: 1_024."""
    return f"{math.ceil(value - 1e-9):_d}"


def power(watts: float) -> str:
    """kW below a megawatt, MW above."""
    return f"{number(watts / 1e6)} MW" if watts >= 1e6 else f"{number(watts / 1e3)} kW"


def quoted(text: str) -> str:
    """A text inside braces, where a comma or a colon would end it."""
    return json.dumps(text, ensure_ascii=False)


def place(code: str) -> str:
    """A country code; Norway's is a word of YAML's, and is quoted."""
    return quoted(code) if code.casefold() in ("no", "on", "yes", "y", "n") else code


def plain(text: str) -> str:
    """A name inside braces, quoted where it is more than a plain word."""
    return text if re.fullmatch(r"[\w./-]+", text) else quoted(text)


def spoken(value: float) -> str:
    """A number as an article has it: 2.6 million, 160 billion."""
    for scale, word in ((1e12, "trillion"), (1e9, "billion"), (1e6, "million")):
        if value >= scale:
            return f"{number(value / scale)} {word}"
    return f"{value:,.0f}"
