"""Units of graph rows as exponents of symbols, so that unlike units can never be added.

A unit is written `CNY`, `CNY/kWh`, `MW*h`, `1/year`, `m^2`, or `1` for a pure number. Symbols are
opaque: kWh and MWh are different, and a conversion is a visible constant of unit `kWh/MWh`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from functools import lru_cache

__all__ = ["combine", "parse_unit", "power", "write_unit"]

_TOKEN = re.compile(r"\s*([*/])?\s*([^\s*/^]+)(?:\^(-?\d+))?")


@lru_cache(maxsize=4096)
def _parse(text: str) -> tuple[tuple[str, Fraction], ...]:
    exponents: dict[str, Fraction] = {}
    position = 0
    while position < len(text.rstrip()):
        match = _TOKEN.match(text, position)
        if match is None:
            raise ValueError(f"not a unit: {text!r}")
        sign = -1 if match[1] == "/" else 1
        if match[2] != "1":
            exponents[match[2]] = exponents.get(match[2], Fraction(0)) + sign * int(match[3] or 1)
        position = match.end()
    return tuple(sorted((k, v) for k, v in exponents.items() if v))


def parse_unit(text: str) -> dict[str, Fraction]:
    """Exponents by symbol of a written unit; raises ValueError where it is not one."""
    return dict(_parse(text))


def write_unit(exponents: Mapping[str, Fraction]) -> str:
    """Canonical text: symbols in alphabetical order, numerator first; `1` for a pure number."""
    above = [_factor(s, e) for s, e in sorted(exponents.items()) if e > 0]
    below = [_factor(s, -e) for s, e in sorted(exponents.items()) if e < 0]
    return "/".join(["*".join(above) or "1", *below])


def _factor(symbol: str, exponent: Fraction) -> str:
    return symbol if exponent == 1 else f"{symbol}^{exponent}"


@lru_cache(maxsize=65536)
def combine(left: str, right: str, sign: int) -> str:
    """Unit of a product (`sign` = 1) or a quotient (`sign` = -1)."""
    out = parse_unit(left)
    for symbol, exponent in _parse(right):
        out[symbol] = out.get(symbol, Fraction(0)) + sign * exponent
    return write_unit({s: e for s, e in out.items() if e})


def power(unit: str, exponent: float) -> str:
    """Unit of a quantity raised to a constant power."""
    scaled = {s: e * Fraction(exponent).limit_denominator(12) for s, e in _parse(unit)}
    return write_unit(scaled)
