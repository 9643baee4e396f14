"""The slip of a pen that makes one number of another."""

from __future__ import annotations

import math

from outlay.evidence.checks.compare import in_unit
from outlay.evidence.quantities.fx import currency_of, market_rate
from outlay.evidence.types import Claim

__all__ = ["digits", "likely", "slip", "slip_between"]

_SCALES = {
    1: "a factor of ten: 亿 (a hundred million) taken for a billion, or a decimal point moved",
    2: "a factor of a hundred: 亿 against million, or percent against fraction",
    3: "a factor of a thousand: million against billion, or billion against trillion",
    4: "a factor of ten thousand: 万 dropped or added, or 亿 for 万",
}
_ROUNDED = 3
"""Figures of a rounded number of which two may be seen to be swapped."""
_QUOTES = ("CNY", "HKD", "JPY", "KRW", "TWD", "INR")


def digits(value: float) -> str:
    """The figures of a number without noughts before and after them: 4.20e9 has 42."""
    return f"{abs(value):.9e}".split("e")[0].replace(".", "").rstrip("0")


def slip_between(one: float, other: float, room: float = 0.0) -> str:
    """The slip that makes `other` of `one`; empty where no one slip does. room: of log10."""
    if not (one > 0 and other > 0 and math.isfinite(one) and math.isfinite(other)):
        return ""
    short, long = sorted((len(digits(one)), len(digits(other))))
    short = short if short > 1 else long  # one figure says too little to be a rounding
    exponent = abs(math.log10(float(f"{one:.{short - 1}e}") / float(f"{other:.{short - 1}e}")))
    power = round(exponent)
    if power and abs(exponent - power) <= max(room, 1e-6):
        return _SCALES.get(power, f"a factor of ten to the power {power}: the scale word")
    if math.floor(math.log10(one)) != math.floor(math.log10(other)):
        return ""
    swapped = _swapped(digits(one), digits(other))
    if not swapped and short >= _ROUNDED:  # one of them is rounded to as many figures
        swapped = _swapped(*(digits(float(f"{v:.{short - 1}e}")) for v in (one, other)))
    return swapped


def _swapped(a: str, b: str) -> str:
    """What to say of two numbers of which two neighbouring figures are swapped; else empty."""
    long = max(len(a), len(b))
    a, b = a.ljust(long, "0"), b.ljust(long, "0")
    places = (i for i in range(long - 1) if a[i] != a[i + 1])
    if any(b == a[:i] + a[i + 1] + a[i] + a[i + 2 :] for i in places):
        return f"two digits swapped: {a} and {b}"
    return ""


def slip(a: Claim, b: Claim) -> str:
    """The slip that makes one claim of the other; empty where no one slip does."""
    one, other = currency_of(a.unit), currency_of(b.unit)
    if None in (a.value_low, a.value_high, b.value_low, b.value_high):
        return ""
    if one != other and a.value > 0 and math.isclose(a.value, b.value, rel_tol=1e-9):
        return f"the currency: one number in {one} and in {other}"
    value = in_unit(b, a.unit)
    if value is None or one != other:
        return ""
    return slip_between(a.value, value)


def likely(a: Claim, b: Claim, factor: float) -> str:
    """What else may have made two of one figure."""
    for quote in _QUOTES:
        rate = market_rate("USD", quote, a.said_on)
        if currency_of(a.unit) and rate and rate[0] > 1.2 and factor > 0 and (
            abs(math.log(factor / rate[0])) < 0.04
        ):  # fmt: skip
            return f"a currency: the number of one in the unit of the other ({quote} per USD)"
    one, other = digits(a.value), digits(b.value)
    if len(one) == len(other) > 2 and sum(x != y for x, y in zip(one, other, strict=True)) == 1:
        return f"one digit is another: {one} and {other}"
    close = factor and factor < 1.06
    return f"rival figures; {'another basis or rounding' if close else 'neither text says why'}"
