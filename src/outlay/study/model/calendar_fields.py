"""Field types that follow the calendar: periods, days, spans of months; and how fields refuse."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated

from pydantic import BeforeValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from outlay.core.errors import QuantityError
from outlay.core.periods import Period, parse_date

__all__ = ["UNSAID_PERIOD", "Day", "Months", "PeriodField", "bad", "read_period"]


def bad(
    kind: str, what: str, found: str = "", allowed: str = "", hint: str = ""
) -> PydanticCustomError:
    """A validation error that keeps the five answers of a Problem."""
    context = {"what": what, "found": found, "allowed": allowed, "hint": hint}
    return PydanticCustomError(kind, "{what}", context)


def read_period(raw: object) -> Period:
    if isinstance(raw, Period):
        return raw
    try:
        return Period.parse(raw)
    except QuantityError as err:
        p = err.problems()[0]
        raise bad("period", p.what, p.value, p.allowed) from None


PeriodField = Annotated[
    Period,
    BeforeValidator(read_period),
    WithJsonSchema({"type": ["string", "integer"], "examples": ["2026-Q1", "2026-01", "2026"]}),
]


UNSAID_PERIOD = Period(1, 1, 12)
"""Default of a period that is filled from elsewhere once the study is read."""


def _read_day(raw: object) -> date:
    try:
        return parse_date(raw)
    except QuantityError as err:
        p = err.problems()[0]
        raise bad("date", p.what, p.value, "2025-12-31, 2025-12 or 2025") from None


Day = Annotated[
    date,
    BeforeValidator(_read_day),
    WithJsonSchema({"type": ["string", "integer"], "examples": ["2025-12-31", "2025-12"]}),
]


_SPAN = re.compile(r"^\s*(\d+)\s*(month|quarter|half|halves|year)s?\s*$")
_SPAN_MONTHS = {"month": 1, "quarter": 3, "half": 6, "halves": 6, "year": 12}


def _read_months(raw: object) -> int:
    if raw == 0 and not isinstance(raw, bool):
        return 0
    match = _SPAN.match(str(raw).replace("_", ""))
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
