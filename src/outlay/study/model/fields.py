"""The field types of a study: numbers with unit and source, schedules over periods, places."""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache, partial
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict
from pydantic_core import CoreSchema, PydanticCustomError
from pydantic_core.core_schema import ValidationInfo, with_info_plain_validator_function

from outlay.core.errors import QuantityError, nearest
from outlay.core.periods import Period
from outlay.core.quantities.quantity import DIMENSIONS
from outlay.core.quantities.quantity import parse as parse_quantity
from outlay.study.model.calendar_fields import (
    UNSAID_PERIOD,
    Day,
    Months,
    PeriodField,
    bad,
    in_years,
    read_period,
)

__all__ = [
    "NUM_KEYS",
    "UNSAID_PERIOD",
    "Day",
    "Months",
    "Num",
    "NumberOf",
    "PeriodField",
    "Schedule",
    "StrictModel",
    "amount_in",
    "in_effect",
    "is_unsaid",
    "mean_in",
    "number",
    "schedule",
    "unsaid",
    "value_at",
    "yearly",
]


class StrictModel(BaseModel):
    """Unknown keys are refused; values never change after validation."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, arbitrary_types_allowed=True, use_attribute_docstrings=True
    )


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


def unsaid(note: str) -> Num:
    """Default of a number that is filled from elsewhere once the study is read; `note`: where."""
    return Num(math.nan, "", note=note)


def is_unsaid(num: Num) -> bool:
    """Whether the number is still to be filled."""
    return math.isnan(num.value)


@dataclass(frozen=True, slots=True)
class NumberOf:
    """What a numeric field takes: the dimension, its bounds, and how it may change over time.

    whole: whether it counts things of which there are no parts. home: currency of the study, by
    which signs that several currencies have are read.
    """

    dimension: str
    rule: str | None
    by: Literal["once", "period", "year"] = "once"
    whole: bool = False
    home: str = ""

    def __get_pydantic_core_schema__(self, source: object, handler: object) -> CoreSchema:
        readers = {"once": _read_num, "period": _read_schedule, "year": _read_yearly}
        return with_info_plain_validator_function(partial(_at_home, self, readers[self.by]))

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: object) -> dict[str, Any]:
        """A mark: `study.json_schema` puts in its place how a number may be written."""
        return {"x-number": self.by, "examples": DIMENSIONS[self.dimension].example.split(", ")}


T = TypeVar("T")
Written = Mapping[object, object]


def _at_home(
    of: NumberOf, read: Callable[[object, NumberOf], T], raw: object, info: ValidationInfo
) -> T:
    """Read a number as the study does that is being validated: its currency is the context."""
    home = info.context if isinstance(info.context, str) else ""
    return read(raw, replace(of, home=home) if home else of)


NUM_KEYS = ("value", "low", "high", "source", "note")
_RULES: Mapping[str, tuple[Callable[[float], bool], str]] = {
    ">=0": (lambda v: v >= 0, "0 or more"),
    ">0": (lambda v: v > 0, "more than 0"),
    "share": (lambda v: 0 <= v <= 1, "between 0 % and 100 %"),
    ">=1": (lambda v: v >= 1, "1 or more"),
    ">-1": (lambda v: v > -1, "more than -100 %"),
}


def _read_scalar(raw: object, of: NumberOf) -> tuple[float, str, str | None]:
    """Value, base unit and currency of a number written as text or as a plain number."""
    if not isinstance(raw, str | int | float) or isinstance(raw, bool):
        found = "nothing" if raw is None else str(raw)[:60]
        raise bad("quantity", f"not a number ({of.dimension})", found, "a number with its unit")
    # 1 and 1.0 are one key of a cache, and mean the same here
    result = _parsed(raw, of.dimension, of.home)
    if isinstance(result, PydanticCustomError):
        raise result
    _bounds(result[0], of.rule, raw)
    if of.whole and not result[0].is_integer():
        raise bad("whole", "not a whole number", str(raw)[:60], "a whole number")
    return result


@lru_cache(maxsize=16_384)
def _parsed(
    raw: str | int | float, dimension: str, home: str
) -> tuple[float, str, str | None] | PydanticCustomError:
    """One reading of a written number; a study repeats many, and is validated state by state."""
    try:
        q = parse_quantity(raw, dimension, home=home)
    except QuantityError as err:
        p = err.problems()[0]
        return bad("quantity", p.what, p.value, p.allowed, p.hint)
    return q.value, q.unit, q.currency


def bounds_words(rule: str | None) -> str:
    """The bounds of a number, in words."""
    return "" if rule is None else _RULES[rule][1]


def _bounds(value: float, rule: str | None, raw: object) -> None:
    if not math.isfinite(value):
        raise bad("bounds", "not a finite number", str(raw)[:60], "a finite number")
    if rule is None:
        return
    ok, allowed = _RULES[rule]
    if not ok(value):
        raise bad("bounds", "value outside its bounds", str(raw)[:60], allowed)


def _read_num(raw: object, of: NumberOf) -> Num:
    if isinstance(raw, Num):
        return raw
    if not isinstance(raw, Mapping):
        value, unit, currency = _read_scalar(raw, of)
        return Num(value, unit, currency, written=str(raw))
    if set(raw) - set(NUM_KEYS) or "value" not in raw:
        raise bad(
            "number_keys",
            "not a number with its source",
            ", ".join(map(str, raw))[:60] or "{}",
            ", ".join(NUM_KEYS),
            _keys_hint(raw),
        )
    num = _read_num(_not_mapping(raw["value"]), of)
    low, high = _spread(raw, num, of)
    return replace(
        num,
        low=low,
        high=high,
        source=_text(raw.get("source"), "source"),
        note=_text(raw.get("note"), "note") or "",
    )


def _keys_hint(raw: Written) -> str:
    if any(str(k).strip()[:1].isdigit() for k in raw):  # `{value: 20,000 USD}` is cut at the comma
        return "a comma ends the value inside { }: write 20_000, or put it in quotes"
    for key in raw:
        if key not in NUM_KEYS and (near := nearest(str(key)[:40], NUM_KEYS)):
            return f"`{str(key)[:40]}`: {near}"
    return "write `{value: 120 MW, source: …}`"


def _not_mapping(raw: object) -> object:
    if isinstance(raw, Mapping):
        raise bad("number_keys", "`value` is itself a mapping", str(raw)[:60], "a number")
    return raw


def _text(raw: object, key: str) -> str | None:
    if raw is None or isinstance(raw, str):
        return raw
    raise bad("number_keys", f"`{key}` is text", repr(raw)[:60], "text")


def _spread(raw: Written, num: Num, of: NumberOf) -> tuple[float | None, float | None]:
    """Low and high in the unit and currency of the value, around it."""
    ends: dict[str, float | None] = {"low": None, "high": None}
    for key in ends:
        if key not in raw:
            continue
        value, _, currency = _read_scalar(raw[key], of)
        if currency != num.currency:
            found = f"{num.currency} and {currency}"
            raise bad("range", f"value and {key} in unlike currencies", found, "one currency")
        ends[key] = value
    low, high = ends["low"], ends["high"]
    lo, hi = (num.value if low is None else low), (num.value if high is None else high)
    if not lo <= num.value <= hi:
        raise bad(
            "range",
            "the value lies outside its own low and high",
            f"{raw.get('low', raw['value'])} ≤ {raw['value']} ≤ {raw.get('high', raw['value'])}",
            "low ≤ value ≤ high",
        )
    return low, high


def number(dimension: str, rule: str | None = ">=0", *, whole: bool = False) -> NumberOf:
    """`Annotated[Num, number("power", ">0")]`: a number of `dimension` within `rule`.

    rule: ">=0", ">0", "share" (0 to 1), ">=1", ">-1" or None. whole: a count, without parts.
    """
    return NumberOf(dimension, rule, whole=whole)


def schedule(dimension: str, rule: str | None = ">=0", *, whole: bool = False) -> NumberOf:
    """`Annotated[Schedule, schedule("chips")]`: one number, or numbers by period."""
    return NumberOf(dimension, rule, "period", whole)


def yearly(dimension: str, rule: str | None = ">=0") -> NumberOf:
    """`Annotated[dict[int, Num], yearly("money")]`: a number for each fiscal year."""
    return NumberOf(dimension, rule, "year")


@dataclass(frozen=True, slots=True)
class Schedule:
    """A number that changes at given periods and holds until the next entry."""

    entries: tuple[tuple[Period, Num], ...]


_ALWAYS = Period(1, 1, 12)  # a number without a period holds from the beginning of time


def _common(raw: Written, num: Num) -> Num:
    """`num` with the source and note that stand once beside all entries."""
    source, note = _text(raw.get("source"), "source"), _text(raw.get("note"), "note")
    return replace(num, source=num.source or source, note=num.note or note or "")


def _entries(raw: Written) -> list[tuple[object, object]]:
    found = [(k, v) for k, v in raw.items() if k not in ("source", "note")]
    if not found:
        allowed = "a number, or `{2026-Q1: …, 2026-Q2: …}`"
        raise bad("schedule", "a schedule without a period", "{}", allowed)
    return found


@contextmanager
def _at_key(key: object) -> Iterator[None]:
    """What is wrong with one period or year is said with its key, whose line is found by it."""
    try:
        yield
    except PydanticCustomError as err:
        context = {**(err.context or {}), "at": str(key)}
        raise PydanticCustomError("entry", "{what}", context) from None


def _read_schedule(raw: object, of: NumberOf) -> Schedule:
    if isinstance(raw, Schedule):
        return raw
    if not isinstance(raw, Mapping) or "value" in raw or _misspelt_value(raw):
        return Schedule(((_ALWAYS, _read_num(raw, of)),))
    entries: dict[date, tuple[Period, Num]] = {}
    for key, item in _entries(raw):
        with _at_key(key):
            period = read_period(key)
            if period.start in entries:
                both = f"{entries[period.start][0]} and {period}"
                raise bad("schedule", "two entries that start on one day", both)
            entries[period.start] = (period, _common(raw, _read_num(item, of)))
    currencies = {num.currency for _, num in entries.values()}
    if len(currencies) > 1:
        raise bad("schedule", "a schedule in unlike currencies", ", ".join(map(str, currencies)))
    return Schedule(tuple(entries[start] for start in sorted(entries)))


def _misspelt_value(raw: Written) -> bool:
    """Whether a mapping has `value` misspelt and no period, whose keys have digits."""
    keys = [str(key) for key in raw if key not in NUM_KEYS]
    return bool(keys) and not any(c.isdigit() for c in "".join(keys)) and any(
        difflib.get_close_matches(key[:40].casefold(), ["value"], 1, 0.6) for key in keys
    )  # fmt: skip


_YEAR = re.compile(r"(?:FY)?([0-9]{4})")


def _read_yearly(raw: object, of: NumberOf) -> dict[int, Num]:
    if not isinstance(raw, Mapping):
        raise bad("yearly", "not by year", str(raw)[:60], "`{2026: …, 2027: …}`")
    out: dict[int, Num] = {}
    for key, item in _entries(raw):
        if isinstance(item, Num):
            out[int(str(key))] = item
            continue
        match = _YEAR.fullmatch(str(key))
        with _at_key(key):
            if match is None or int(match[1]) in out:
                what = "not a fiscal year, or one given twice"
                raise bad("yearly", what, str(key), "2026, FY2026")
            in_years(int(match[1]), key)
            out[int(match[1])] = _common(raw, _read_num(item, of))
    return out


def amount_in(plan: Schedule, period: Period) -> float | None:
    """What an amount per entry's own period comes to in `period`, by months.

    8,000 stated for quarters are 2,667 in a month and 32,000 in a year. An amount without a period
    is one per `period`. None before the first entry; one that begins inside counts from there.
    """
    if plan.entries and plan.entries[-1][0].year == 1:
        return plan.entries[-1][1].value
    total, stated = 0.0, False
    for held in _months(plan, period):
        if held is not None:
            of, num = held
            stated, total = True, total + num.value / (period.months if of.year == 1 else of.months)
    return total if stated else None


def mean_in(plan: Schedule, period: Period, before: float) -> float:
    """The mean by months of a level over `period`; before its first entry it is `before`.

    Where that is no number to take a mean with (infinite), the months that are stated count.
    """
    every = [before if held is None else held[1].value for held in _months(plan, period)]
    finite = [x for x in every if not math.isinf(x)] or every
    same = all(x == finite[0] for x in finite)
    return finite[0] if same else math.fsum(finite) / len(finite)


def _months(plan: Schedule, period: Period) -> list[tuple[Period, Num] | None]:
    """The entry in force at the start of each month of `period`, None before the first."""
    out: list[tuple[Period, Num] | None] = []
    begun = [p.ordinal for p, _ in plan.entries]
    for month in range(period.ordinal, period.ordinal + period.months):
        inside = [i for i, first in enumerate(begun) if first <= month]
        out.append(plan.entries[inside[-1]] if inside else None)
    return out


def in_effect(plan: Schedule, periods: Sequence[Period], monthly: bool) -> set[Period]:
    """Entries that hold at the start of some period; monthly: of some month of it."""
    out = set()
    for period in periods:
        held = _months(plan, period)
        out |= {x[0] for x in (held if monthly else held[:1]) if x is not None}
    return out


def value_at(plan: Schedule, period: Period) -> Num | None:
    """The number in force at the start of `period`; None before the first entry."""
    found = None
    for start, num in plan.entries:
        if start.start <= period.start:
            found = num
    return found
