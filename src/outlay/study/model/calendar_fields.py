"""Field types that follow the calendar: periods, days, spans of months; and how fields refuse."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated

from pydantic import BeforeValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from outlay.core.errors import QuantityError
from outlay.core.periods import Period, parse_date

__all__ = [
    "FIRST_YEAR",
    "LAST_YEAR",
    "UNSAID_PERIOD",
    "Day",
    "Months",
    "PeriodField",
    "bad",
    "in_years",
    "read_period",
]

FIRST_YEAR, LAST_YEAR = 1990, 2200
"""Years of which a plan may speak."""
FIRST_DAY = 1900
"""Year from which on a source may be dated."""


def bad(
    kind: str, what: str, found: str = "", allowed: str = "", hint: str = ""
) -> PydanticCustomError:
    """A validation error that keeps the five answers of a Problem."""
    context = {"what": what, "found": found, "allowed": allowed, "hint": hint}
    return PydanticCustomError(kind, "{what}", context)


def in_years(year: int, raw: object, first: int = FIRST_YEAR) -> None:
    """Refuse a year that no plan can mean, and that no calendar has a year after."""
    if not first <= year <= LAST_YEAR:
        found, allowed = str(raw)[:60], f"{first} to {LAST_YEAR}"
        raise bad("year", "a year that cannot be meant", found, allowed)


def read_period(raw: object) -> Period:
    if isinstance(raw, Period):
        return raw
    try:
        period = Period.parse(raw)
    except QuantityError as err:
        p = err.problems()[0]
        raise bad("period", p.what, p.value, p.allowed) from None
    in_years(period.year, raw)
    return period


PeriodField = Annotated[
    Period,
    BeforeValidator(read_period),
    WithJsonSchema({"type": ["string", "integer"], "examples": ["2026-Q1", "2026-01", "2026"]}),
]


UNSAID_PERIOD = Period(1, 1, 12)
"""Default of a period that is filled from elsewhere once the study is read."""


def _read_day(raw: object) -> date:
    try:
        day = parse_date(raw)
    except (QuantityError, ValueError):  # the second: a year that no calendar has
        allowed = f"2025-12-31, 2025-12 or 2025, from {FIRST_DAY} to {LAST_YEAR}"
        raise bad("date", "not a date", repr(raw)[:60], allowed) from None
    in_years(day.year, raw, FIRST_DAY)
    return day


Day = Annotated[
    date,
    BeforeValidator(_read_day),
    WithJsonSchema({"type": ["string", "integer"], "examples": ["2025-12-31", "2025-12"]}),
]


_SPAN = re.compile(r"\s*(\d+)\s*(month|quarter|half|halves|year)s?\s*", re.ASCII)
_SPAN_MONTHS = {"month": 1, "quarter": 3, "half": 6, "halves": 6, "year": 12}


def _read_months(raw: object) -> int:
    if raw == 0 and not isinstance(raw, bool):
        return 0
    match = _SPAN.fullmatch(str(raw).replace("_", ""))
    if match is None or len(match[1]) > 4:
        allowed = "0, `2 months`, `1 quarter`, `3 years`"
        raise bad("span", "not a span of calendar time", repr(raw)[:60], allowed)
    return int(match[1]) * _SPAN_MONTHS[match[2]]


Months = Annotated[
    int,
    BeforeValidator(_read_months),
    WithJsonSchema({"type": ["string", "integer"], "examples": ["1 quarter", "3 years", 0]}),
    "months",
]
