"""Days of a context to our names of periods: 2025, FY2026, FY2026-Q3, 2025-01/2025-09, 2025-12."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta

__all__ = ["fiscal_end_among", "months_of", "period_of", "quarter_to"]

_NEAR = 7
"""Days by which weeks miss the end of a month."""


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def months_of(start: str, end: str) -> tuple[int, int] | None:
    """First and last month, counted from year 0, of days that are whole months but for a week."""
    first, last = _day(start), _day(end)
    if first is None or last is None or not date(1, 2, 1) < first <= last < date(9999, 12, 1):
        return None
    begun, ended = first + timedelta(_NEAR), last - timedelta(_NEAR)
    a = begun.year * 12 + begun.month - 1
    b = ended.year * 12 + ended.month - 1
    near_start = abs((begun.replace(day=1) - first).days) <= _NEAR
    after = (ended.replace(day=28) + timedelta(4)).replace(day=1) - timedelta(1)
    near_end = abs((after - last).days) <= _NEAR
    return (a, b) if near_start and near_end and a <= b else None


def quarter_to(end: str) -> str:
    """The day on which the quarter to `end` begins, but for a few days."""
    last = _day(end)
    return str(last - timedelta(90)) if last and last.year > 1 else ""


def fiscal_end_among(spans: Iterable[tuple[str, str]]) -> int:
    """The month in which most periods of a year end; 12 where there is none."""
    ends: Counter[int] = Counter()
    for start, end in spans:
        months = months_of(start, end) if start else None
        if months and months[1] - months[0] == 11:
            ends[months[1] % 12 + 1] += 1
    return ends.most_common(1)[0][0] if ends else 12


def _month(n: int) -> str:
    return f"{n // 12}-{n % 12 + 1:02d}"


def period_of(start: str, end: str, fiscal_end: int) -> str:
    """The period from `start` to `end`, by the fiscal year where that is none of the calendar.

    An instant (no start) is its month. Days that are no months stay days.
    """
    if not start:
        last = _day(end)
        return f"{last.year}-{last.month:02d}" if last else ""
    months = months_of(start, end)
    if months is None:
        return f"{start[:10]}/{end[:10]}" if _day(start) and _day(end) else ""
    first, last_month = months
    count = last_month - first + 1
    shift = (12 - fiscal_end) % 12  # months by which the fiscal year runs ahead
    year, at = divmod(first + shift, 12)
    mark = "FY" if shift else ""
    if count % 12 == 0 and at == 0:
        more = f"/{mark}{year + count // 12 - 1}" if count > 12 else ""
        return f"{mark}{year}{more}"
    if count == 1:
        return _month(first)
    for size, letter in ((3, "Q"), (6, "H")):
        if count == size and at % size == 0:
            return f"{mark}{year}-{letter}{at // size + 1}"
    return f"{_month(first)}/{_month(last_month)}"
