"""Figures of rows: a field's number with the unit and the sentence that its type states."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import cache

from outlay.core.ingest.names import shown
from outlay.results.base import Row
from outlay.results.schema import row_schema
from outlay.results.study import Number
from outlay.workbench.assistant.shapes import Figure, Status
from outlay.workbench.assistant.status import of_grade

__all__ = [
    "clean",
    "entry_figures",
    "entry_texts",
    "figure",
    "firsts",
    "of_number",
    "ratio",
    "told",
]

LONGEST = 600
"""Characters of a text beside a number."""
CURRENCY = "study currency"
NO_UNIT = "1"
ALIASES = {"before": "from", "after": "to"}
"""Fields whose name in JSON is no name in Python."""


def clean(text: str, most: int = LONGEST) -> str:
    """A text as anybody may show it, and no longer than that."""
    whole = " ".join(shown(text).split())
    return whole if len(whole) <= most else f"{whole[: most - 1]}…"


def told(row: type[Row], field: str) -> tuple[str, str]:
    """Unit and sentence of a field, as its type states them; no unit: it is no number with one."""
    stated = next(c for c in row.__mro__ if c.__module__.startswith("outlay.results."))
    every = _properties(stated.__module__, stated.__name__)
    return every[field if field in every else ALIASES[field]]


@cache
def _properties(module: str, name: str) -> Mapping[str, tuple[str, str]]:
    """Field of a row → its unit and its sentence."""
    row: type[Row] = getattr(sys.modules[module], name)
    properties: Mapping[str, Mapping[str, object]] = row_schema(row)["properties"]
    return {k: (_unit(v), str(v.get("description", ""))) for k, v in properties.items()}


def _unit(said: object) -> str:
    """The unit of a field, of what it may be beside null, or of what it holds."""
    if isinstance(said, list):
        return next((u for i in said if (u := _unit(i))), "")
    if not isinstance(said, dict):
        return ""
    whole: Mapping[str, object] = said
    if "unit" in whole:
        return str(whole["unit"])
    return _unit([whole.get(k) for k in ("anyOf", "prefixItems", "additionalProperties", "items")])


def figure(
    row: Row,
    field: str,
    status: Status,
    source: str,
    *,
    name: str = "",
    currency: str = "",
    low: float | None = None,
    high: float | None = None,
    says: str = "",
) -> Figure:
    """The number in one field of a row."""
    unit, sentence = told(type(row), field)
    value: float | None = getattr(row, field)
    return Figure(
        name=name or field, says=clean(says or sentence), value=value,
        unit=unit.replace(CURRENCY, currency or CURRENCY) or NO_UNIT, low=low, high=high,
        status=status, source=clean(source),
    )  # fmt: skip


def ratio(n: Number) -> float:
    """How wide the stated range of a number is: its ends' ratio; 1 where there is none."""
    if n.low is None or n.high is None or n.low <= 0:
        return 1.0
    return n.high / n.low


def of_number(n: Number, sources: Mapping[str, str]) -> Figure:
    """A number of a study; sources: by key, as words."""
    said = clean(n.note or n.path)
    if n.source:
        source = f"{sources.get(n.source, n.source)} ({n.grade})"
    else:
        source = "the study says so" if n.stated else "Outlay's default"
    place = f"; {n.where}" if n.where else ""
    return Figure(
        name=n.path, says=said, value=n.value, unit=n.unit or NO_UNIT, low=n.low, high=n.high,
        status=of_grade(n.grade), source=clean(f"{source}{place}"),
    )  # fmt: skip


def firsts(found: Iterable[Figure], most: int) -> tuple[tuple[Figure, ...], int]:
    """The first of them, and how many more there are."""
    every = tuple(found)
    return every[:most], max(0, len(every) - most)


def entry_figures(row: Row, status: Status, source: str) -> Iterator[Figure]:
    """Every number of a row of the catalogue, its low and high end as one."""
    for name, value in _fields(row):
        if told(type(row), name)[0] and value is not None and name not in ENDS:
            yield from _of_field(row, name, value, (status, source))


ENDS = ("high", "tariff_low", "tariff_high")
"""Fields that are told as the end of another."""
SPAN = "low to high"


def _fields(row: Row) -> Iterator[tuple[str, object]]:
    assert is_dataclass(row)
    for f in fields(row):
        yield f.name, getattr(row, f.name)


def _of_field(row: Row, name: str, value: object, known: tuple[Status, str]) -> Iterator[Figure]:
    """The numbers that a field holds."""
    unit, says = told(type(row), name)
    what = "From its low to its high end." if name == "low" else says
    for key, low, high in _ends(row, name, value):
        if low == high == 0 and "not known" in says:
            continue
        ends = [end for end in (low, high) if end is not None]
        one = low == high
        yield Figure(
            name=key, says=clean(what if key in (name, SPAN) else f"{what} {key}"),
            value=sum(ends) / len(ends) if ends else None, unit=_filled(unit, row),
            low=None if one else low, high=None if one else high, status=known[0],
            source=clean(known[1]),
        )  # fmt: skip


def _filled(unit: str, row: Row) -> str:
    """A unit that other fields of its row state: `currency per unit`, `quote per base`."""
    held = dict(_fields(row))
    for name in ("tariff_currency", "currency", "unit", "quote", "base"):
        stated = held.get(name)
        if isinstance(stated, str) and stated:
            unit = " ".join(stated if word == name else word for word in unit.split(" "))
    return unit


def _ends(row: Row, name: str, value: object) -> Iterator[tuple[str, float | None, float | None]]:
    """(name, low end, high end) of what a field holds: a number, two ends, or numbers by name."""
    held = dict(_fields(row))
    number = _number(value)
    if number is not None and name == "low":
        yield SPAN, number, _number(held.get("high"))
    elif number is not None and name == "tariff":
        low, high = _number(held.get("tariff_low")), _number(held.get("tariff_high"))
        yield name, low or number, high or number
    elif number is not None:
        yield name, number, number
    elif isinstance(value, tuple):
        two: tuple[object, ...] = value
        if len(two) == 2:
            yield name, _number(two[0]), _number(two[1])
    elif isinstance(value, Mapping):
        by_name: Mapping[object, object] = value
        for key, item in by_name.items():
            if (one := _number(item)) is not None:
                yield f"{name}.{key}", one, one


def _number(value: object) -> float | None:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    return None


def entry_texts(row: Row) -> dict[str, str]:
    """What of a row is text, by field; what is empty is left out."""
    found: dict[str, str] = {}
    for name, value in _fields(row):
        if isinstance(value, bool):
            found[name] = "yes" if value else "no"
        elif isinstance(value, str) and value:
            found[name] = clean(value)
        elif isinstance(value, tuple):
            texts: tuple[object, ...] = value
            if texts and all(isinstance(v, str) for v in texts):
                found[name] = clean(", ".join(map(str, texts)))
    return found
