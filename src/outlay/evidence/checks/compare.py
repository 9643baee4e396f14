"""Which claims may be compared, on what ground, and by how much they differ."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from typing import TypeVar

from outlay.core.periods import DAYS_PER_MONTH, DAYS_PER_YEAR, HOURS_PER_DAY, SECONDS_PER_DAY
from outlay.evidence.quantities.fx import currency_of, in_currency
from outlay.evidence.types import Claim

__all__ = [
    "PARTS",
    "WHOLES",
    "apart",
    "by_key",
    "converted",
    "grounded",
    "in_order",
    "in_unit",
    "interval",
    "live",
    "said",
    "show",
    "sort_of",
    "tell",
    "usable",
]

K = TypeVar("K", bound=Hashable)

WHOLES = frozenset({"capex", "spending", "investment"})
"""Families that speak of all of an actor's outlay."""

PARTS = frozenset(
    {
        "AI processor spending", "data centre spending", "server spending", "network spending",
        "power spending", "AI infrastructure spending", "AI spending", "leasing",
    }
)  # fmt: skip
"""Families that speak of a part of it."""

_NAMELESS = ("", "amount", "number", "share", "growth", " growth")
_NO_AMOUNT = ("rank", "ratio", "percentage_point", "basis_point")
_MARKS = {"CNY": "RMB ", "USD": "$", "EUR": "€", "GBP": "£", "JPY": "JP¥", "HKD": "HK$"}
_SIZES = ((1e15, " quadrillion"), (1e12, " trillion"), (1e9, " billion"), (1e6, " million"))
_DAYS = {
    "s": 1 / SECONDS_PER_DAY, "minute": 1 / 1440, "hour": 1 / HOURS_PER_DAY, "day": 1.0,
    "week": 7.0, "month": DAYS_PER_MONTH, "quarter": 3 * DAYS_PER_MONTH, "year": DAYS_PER_YEAR,
}  # fmt: skip
_DAY_RATE = 0.03  # what one day's rate may differ from another's


def grounded(c: Claim) -> bool:
    """Whether subject, metric, period and unit stand on tags, cells, words or the scope.

    A reader that does not say what a field stands on is taken by what it found.
    """
    said, known = c.grounds, c.period_basis == "stated" or not c.period
    return not (
        "guess" in (said.subject, said.metric, said.period, said.unit)
        or not c.subject
        or (not said.metric and c.family in _NAMELESS)
        or (not said.period and not known)
    )


def live(c: Claim) -> bool:
    """Whether a claim is held up by its document: neither denied, nor corrected, nor old."""
    return c.status == "current" and not c.negated and not c.replaced_by


def usable(c: Claim) -> bool:
    """A live amount of something that has a name, of somebody."""
    return (
        live(c) and bool(c.subject) and c.unit not in _NO_AMOUNT and c.family.strip() != ""
        and c.family not in _NAMELESS
    )  # fmt: skip


def sort_of(c: Claim) -> str:
    """level, change, share or price: only alike are set against one another."""
    if c.quantity in ("change", "share", "price"):
        return c.quantity
    if c.family.endswith((" growth", " change")) or c.unit in ("percentage_point", "basis_point"):
        return "change"
    if c.unit == "fraction" and (c.whole or c.family.startswith("share")):
        return "share"
    if c.unit == "fraction" and c.family in ("revenue", "capex", "profit", "operating profit"):
        return "change"
    return "price" if "/" in c.unit and currency_of(c.unit) else "level"


def by_key(claims: Iterable[Claim], key: Callable[[Claim], K]) -> dict[K, list[Claim]]:
    """Claims by what `key` says of them, in their order."""
    out: dict[K, list[Claim]] = defaultdict(list)
    for c in claims:
        out[key(c)].append(c)
    return dict(out)


def in_order(claims: Iterable[Claim]) -> list[Claim]:
    """The claims as they stand in their documents: no verdict hangs on how they were handed in."""
    return sorted(claims, key=lambda c: (c.document, c.value_span, c.id))


def _digits(value: float) -> str:
    for size, word in _SIZES:
        if abs(value) >= size:
            return f"{value / size:.4g}{word}"
    return f"{value:,.6g}"


def show(value: float, unit: str) -> str:
    """A value in words: $23 billion, 30 trillion token/day, 53.1 %."""
    if unit == "fraction":
        return f"{100 * value:.3g} %"
    code = currency_of(unit)
    if code:
        rest = unit[len(code) :]
        per = f" per {rest[1:]}" if rest else ""
        return f"{_MARKS.get(code, code + ' ')}{_digits(value)}{per}"
    if unit == "W":
        return f"{value / 1e6:,.4g} MW"
    return f"{_digits(value)} {unit}".strip()


def said(c: Claim) -> str:
    """The one number of a claim in words."""
    return show(c.value, c.unit)


def tell(c: Claim) -> str:
    """The interval of a claim in words: $2 billion to $3 billion, at least 120 MW."""
    low, high = c.value_low, c.value_high
    if low is not None and high is not None and low != high:
        return f"{show(low, c.unit)} to {show(high, c.unit)}"
    text = show((low if low is not None else high) or 0.0, c.unit)
    return f"at least {text}" if high is None else f"at most {text}" if low is None else text


def _factor(c: Claim, unit: str) -> float | None:
    """What values of `c` are multiplied by in `unit`: another currency or base of time."""
    if c.unit == unit:
        return 1.0
    a, b = c.unit.split("/"), unit.split("/")
    if currency_of(c.unit) and currency_of(unit) and a[1:] == b[1:]:
        return in_currency(1.0, c.unit, b[0], c.said_on)
    if a[0] == b[0] and len(a) == len(b) == 2 and a[1] in _DAYS and b[1] in _DAYS:
        return _DAYS[b[1]] / _DAYS[a[1]]
    return None


def converted(c: Claim, unit: str) -> tuple[float, float] | None:
    """The interval of `c` in `unit`; None where that says nothing."""
    scale = _factor(c, unit)
    if scale is None:
        return None
    low, high = interval(c)
    return low * scale, high * scale


def in_unit(c: Claim, unit: str) -> float | None:
    """The number to print of `c` in `unit`; None where there is none."""
    scale = _factor(c, unit)
    return None if scale is None or not math.isfinite(c.value) else c.value * scale


def interval(c: Claim) -> tuple[float, float]:
    """What the words allow; a limit reaches down to nought and beyond."""
    low, high = c.interval()
    return (-math.inf, high) if c.quantity == "bound" and c.hedge != "over" else (low, high)


def apart(a: Claim, b: Claim) -> float | None:
    """How many times the larger is the smaller, where their intervals do not meet; else None."""
    other = converted(b, a.unit)
    if other is None:
        return None
    mine = interval(a)
    if a.unit != b.unit:
        other = (other[0] * (1 - _DAY_RATE), other[1] * (1 + _DAY_RATE))
    room = 1e-9 * max(abs(v) for v in (*mine, *other, 0.0) if math.isfinite(v))
    if mine[0] <= other[1] + room and other[0] <= mine[1] + room:
        return None
    one, two = sorted((a.value, in_unit(b, a.unit) or math.nan))
    if one > 0 and not (a.vague or b.vague):
        return two / one
    low, high = (mine, other) if mine[1] < other[0] else (other, mine)
    return high[0] / low[1] if low[1] > 0 else 0.0
