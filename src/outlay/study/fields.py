"""The field types of a study: numbers with unit and source, schedules over periods, places."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, WithJsonSchema
from pydantic_core import PydanticCustomError

from outlay.core.errors import QuantityError
from outlay.core.periods import Period
from outlay.core.quantity import parse as parse_quantity

__all__ = [
    "Months",
    "Num",
    "PeriodField",
    "Schedule",
    "StrictModel",
    "number",
    "schedule",
    "value_at",
]


class StrictModel(BaseModel):
    """Unknown keys are refused; values never change after validation."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


@dataclass(frozen=True, slots=True)
class Num:
    """A number as the study states it: value in base unit, spread, and where it came from.

    `currency` is set for money and for prices per something. `source` is a key of `sources:`;
    None means the number is an assumption, and the study lists it as such.
    """

    value: float
    unit: str
    currency: str | None = None
    low: float | None = None
    high: float | None = None
    source: str | None = None
    note: str = ""
    written: str = ""


_NUM_KEYS = {"value", "low", "high", "source", "note"}


def _read_scalar(raw: object, dimension: str) -> tuple[float, str, str | None]:
    try:
        q = parse_quantity(raw, dimension)
    except QuantityError as err:
        p = err.problems()[0]
        raise PydanticCustomError(
            "quantity",
            "{what}",
            {"what": p.what, "found": p.value, "allowed": p.allowed, "hint": p.hint},
        ) from None
    return q.value, q.unit, q.currency


def _bounds(value: float, rule: str | None) -> None:
    if rule is None:
        return
    checks: Mapping[str, tuple[Callable[[float], bool], str]] = {
        ">=0": (lambda v: v >= 0, "0 or more"),
        ">0": (lambda v: v > 0, "more than 0"),
        "share": (lambda v: 0 <= v <= 1, "between 0 % and 100 %"),
        ">=1": (lambda v: v >= 1, "1 or more"),
    }
    ok, allowed = checks[rule]
    if not math.isfinite(value) or not ok(value):
        raise PydanticCustomError(
            "bounds",
            "{what}",
            {
                "what": "value outside its bounds",
                "found": f"{value:g}",
                "allowed": allowed,
                "hint": "",
            },
        )


def _read_num(raw: object, dimension: str, rule: str | None) -> Num:
    if isinstance(raw, Num):
        return raw
    if isinstance(raw, Mapping):
        unknown = set(raw) - _NUM_KEYS
        if unknown or "value" not in raw:
            raise PydanticCustomError(
                "number_keys",
                "{what}",
                {
                    "what": "not a number with its source",
                    "found": ", ".join(sorted(map(str, raw))),
                    "allowed": "value, low, high, source, note",
                    "hint": "write `{value: 120 MW, source: …}`",
                },
            )
        num = _read_num(raw["value"], dimension, rule)
        low = _read_scalar(raw["low"], dimension)[0] if "low" in raw else None
        high = _read_scalar(raw["high"], dimension)[0] if "high" in raw else None
        lo, hi = (num.value if low is None else low), (num.value if high is None else high)
        if not lo <= num.value <= hi:
            raise PydanticCustomError(
                "range",
                "{what}",
                {
                    "what": "the value lies outside its own low and high",
                    "found": f"{lo:g} ≤ {num.value:g} ≤ {hi:g}",
                    "allowed": "low ≤ value ≤ high",
                    "hint": "",
                },
            )
        source = raw.get("source")
        return replace(
            num,
            low=low,
            high=high,
            source=None if source is None else str(source),
            note=str(raw.get("note", "")),
        )
    value, unit, currency = _read_scalar(raw, dimension)
    _bounds(value, rule)
    return Num(value, unit, currency, written=str(raw))


_NUM_SCHEMA: dict[str, Any] = {
    "anyOf": [
        {"type": ["string", "number"]},
        {
            "type": "object",
            "required": ["value"],
            "additionalProperties": False,
            "properties": {
                "value": {"type": ["string", "number"]},
                "low": {"type": ["string", "number"]},
                "high": {"type": ["string", "number"]},
                "source": {"type": "string"},
                "note": {"type": "string"},
            },
        },
    ]
}


def number(dimension: str, rule: str | None = ">=0") -> Any:
    """Field type: a number of `dimension`, bounded by `rule` (">=0", ">0", "share", ">=1")."""
    schema = {**_NUM_SCHEMA, "description": f"{dimension}; may carry low, high, source, note"}
    reader = partial(_read_num, dimension=dimension, rule=rule)
    return Annotated[Num, BeforeValidator(reader), WithJsonSchema(schema)]


def _read_period(raw: object) -> Period:
    if isinstance(raw, Period):
        return raw
    try:
        return Period.parse(raw)
    except QuantityError as err:
        p = err.problems()[0]
        raise PydanticCustomError(
            "period",
            "{what}",
            {"what": p.what, "found": p.value, "allowed": p.allowed, "hint": ""},
        ) from None


PeriodField = Annotated[
    Period,
    BeforeValidator(_read_period),
    WithJsonSchema({"type": ["string", "integer"], "examples": ["2026-Q1", "2026-01", "2026"]}),
]


@dataclass(frozen=True, slots=True)
class Schedule:
    """A number that changes at given periods and holds until the next entry."""

    entries: tuple[tuple[Period, Num], ...]

    @property
    def constant(self) -> Num | None:
        return self.entries[0][1] if len(self.entries) == 1 else None


def _read_schedule(raw: object, dimension: str, rule: str | None) -> Schedule:
    if isinstance(raw, Schedule):
        return raw
    if not isinstance(raw, Mapping) or "value" in raw:
        return Schedule(((Period(1, 1, 12), _read_num(raw, dimension, rule)),))
    source = raw.get("source")
    note = str(raw.get("note", ""))
    entries = []
    for key, item in raw.items():
        if key in ("source", "note"):
            continue
        num = _read_num(item, dimension, rule)
        if num.source is None and source is not None:
            num = replace(num, source=str(source))
        if note and not num.note:
            num = replace(num, note=note)
        entries.append((_read_period(key), num))
    if not entries:
        raise PydanticCustomError(
            "schedule",
            "{what}",
            {
                "what": "a schedule without a period",
                "found": "{}",
                "allowed": "a number, or `{2026-Q1: …, 2026-Q2: …}`",
                "hint": "",
            },
        )
    entries.sort(key=lambda e: (e[0].start, e[0].months))
    return Schedule(tuple(entries))


def schedule(dimension: str, rule: str | None = ">=0") -> Any:
    """Field type: one number, or numbers by period, each holding until the next entry."""
    schema: dict[str, Any] = {
        "anyOf": [*_NUM_SCHEMA["anyOf"], {"type": "object"}],
        "description": f"{dimension}, constant or by period (`2026-Q1: …`), held until the next",
    }
    reader = partial(_read_schedule, dimension=dimension, rule=rule)
    return Annotated[Schedule, BeforeValidator(reader), WithJsonSchema(schema)]


def value_at(plan: Schedule, period: Period) -> Num | None:
    """The number in force at the start of `period`; None before the first entry."""
    found = None
    for start, num in plan.entries:
        if start.start <= period.start:
            found = num
    return found


_SPAN = re.compile(r"^\s*(\d+)\s*(month|quarter|half|halves|year)s?\s*$")
_SPAN_MONTHS = {"month": 1, "quarter": 3, "half": 6, "halves": 6, "year": 12}


def _read_months(raw: object) -> int:
    if isinstance(raw, int) and not isinstance(raw, bool) and raw == 0:
        return 0
    match = _SPAN.match(str(raw).replace("_", ""))
    if match is None:
        raise PydanticCustomError(
            "span",
            "{what}",
            {
                "what": "not a span of calendar time",
                "found": repr(raw),
                "allowed": "0, `2 months`, `1 quarter`, `3 years`",
                "hint": "",
            },
        )
    return int(match[1]) * _SPAN_MONTHS[match[2]]


Months = Annotated[
    int,
    BeforeValidator(_read_months),
    WithJsonSchema({"type": ["string", "integer"], "examples": ["1 quarter", "3 years", 0]}),
]
