"""Which claims may be compared, and by how much they differ."""

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
    "by_key",
    "comparable",
    "converted",
    "factor_between",
    "groups",
    "show",
    "tell",
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

_MARKS = {"CNY": "RMB ", "USD": "$", "EUR": "€", "GBP": "£", "JPY": "JP¥", "HKD": "HK$"}


def _digits(value: float) -> str:
    for size, word in (
        (1e15, " quadrillion"),
        (1e12, " trillion"),
        (1e9, " billion"),
        (1e6, " million"),
    ):
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


def converted(c: Claim, unit: str) -> tuple[float, float] | None:
    """The interval of `c` in `unit`: another currency, or another time base of a rate."""
    low, high = c.interval()
    if c.unit == unit:
        return low, high
    a, b = c.unit.split("/"), unit.split("/")
    if currency_of(c.unit) and currency_of(unit) and a[1:] == b[1:]:
        scale = in_currency(1.0, c.unit, b[0], c.said_on)
        return None if scale is None else (low * scale, high * scale)
    days = {
        "s": 1 / SECONDS_PER_DAY,
        "minute": 1 / 1440,
        "hour": 1 / HOURS_PER_DAY,
        "day": 1.0,
        "week": 7.0,
        "month": DAYS_PER_MONTH,
        "quarter": 3 * DAYS_PER_MONTH,
        "year": DAYS_PER_YEAR,
    }
    if a[0] == b[0] and len(a) == len(b) == 2 and a[1] in days and b[1] in days:
        scale = days[b[1]] / days[a[1]]
        return low * scale, high * scale
    return None


def comparable(c: Claim) -> bool:
    """A claim that can contradict another: a current, affirmed amount of something."""
    return (
        c.status == "current"
        and not c.negated
        and c.unit not in ("rank", "ratio", "percentage_point", "basis_point")
        and bool(c.subject)
        and c.family not in ("amount", "share", "")
        and not c.family.startswith(" ")
    )


def by_key(claims: Iterable[Claim], key: Callable[[Claim], K]) -> dict[K, list[Claim]]:
    """Claims by what `key` says of them, in their order."""
    out: dict[K, list[Claim]] = defaultdict(list)
    for c in claims:
        out[key(c)].append(c)
    return dict(out)


def groups(claims: Iterable[Claim]) -> dict[tuple[str, str, str, str], list[Claim]]:
    """Claims by subject, family, period and dimension of the unit."""
    out: dict[tuple[str, str, str, str], list[Claim]] = defaultdict(list)
    for c in claims:
        if comparable(c):
            head = "money" if currency_of(c.unit) else c.unit.split("/")[0]
            rest = "/".join(c.unit.split("/")[1:])
            dimension = head if head in ("token", "request") else f"{head}/{rest}"
            product = f"{c.family}:{c.about}" if c.about else c.family
            out[c.subject, product, c.period.removeprefix("FY"), dimension].append(c)
    return out


def factor_between(a: Claim, b: Claim) -> float | None:
    """How many times the larger is the smaller, where their intervals do not meet; else None."""
    other = converted(b, a.unit)
    if other is None:
        return None
    mine = a.interval()
    if a.unit != b.unit:  # a conversion at market leaves room for the day's rate
        other = (other[0] * 0.97, other[1] * 1.03)
    if mine[0] <= other[1] and other[0] <= mine[1]:
        return None
    (low, high) = (mine, other) if mine[1] < other[0] else (other, mine)
    ends = [v for v in (_middle(a, a), _middle(b, a)) if v]
    if (
        len(ends) == 2
        and all(math.isfinite(v) and v > 0 for v in ends)
        and not (a.vague or b.vague)
    ):
        return max(ends) / min(ends)
    return high[0] / low[1] if low[1] > 0 else None


def _middle(c: Claim, target: Claim) -> float:
    if c.unit == target.unit:
        return c.value
    pair = converted(c, target.unit)
    base = c.interval()
    finite = [(v, w) for v, w in zip(pair or (), base, strict=False) if math.isfinite(v) and w]
    return c.value * finite[0][0] / finite[0][1] if finite else math.nan


def tell(c: Claim) -> str:
    """The interval of a claim in words: $2 billion to $3 billion, at least 120 MW."""
    value = c.value_low if c.value_low is not None else c.value_high
    text = show(value or 0.0, c.unit)
    if c.value_low is not None and c.value_high is not None and c.value_low != c.value_high:
        text = f"{show(c.value_low, c.unit)} to {show(c.value_high, c.unit)}"
    elif c.value_high is None:
        text = f"at least {text}"
    elif c.value_low is None:
        text = f"at most {text}"
    return text
