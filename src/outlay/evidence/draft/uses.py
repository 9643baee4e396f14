"""Which input of a study a claim can be, and how it is written there."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TypedDict, cast

from outlay.core.errors import OutlayError
from outlay.evidence.quantities.fx import currency_of
from outlay.evidence.rules import pattern
from outlay.evidence.types import Claim

__all__ = ["Use", "chip_of", "nearest", "said", "said_before", "use_of", "written"]

DAYS = {"day": 1.0, "week": 7.0, "month": 30.4375, "quarter": 91.3125, "year": 365.25}
HOURS = {"hour": 1.0} | {name: 24 * days for name, days in DAYS.items()}
BREAK = re.compile(r"[,;，；。]|\band\b")
NEAR = 60
"""Characters from a number within which a word says what it is of."""
BESIDE = 22
"""Characters within which words are of the number itself."""
_BY_PER = {
    "chip": "price", "kWh": "electricity", "kW-month": "hall rent", "W-month": "hall rent",
    "W": "build", "Mtok": "token price",
}  # fmt: skip
_TERMS = {"term": "term", "lead time": "lead", "useful life": "life"}


@dataclass(frozen=True, slots=True)
class Use:
    """A kind of input, and what makes the claim's value one in `unit`."""

    kind: str
    unit: str
    factor: float = 1.0


class Dollars(TypedDict):
    """What things cost where no document says it."""

    host: float
    electricity: float
    build: float
    price: dict[str, float]
    unserved: dict[str, float]


class Said(TypedDict):
    """The tables of `data/draft.toml`."""

    sizes: dict[str, float]
    bounds: dict[str, Sequence[float]]
    service: dict[str, object]
    usd: Dollars


@cache
def said() -> Said:
    """The table of defaults and bounds."""
    text = files("outlay.evidence").joinpath("data/draft.toml").read_text("utf-8")
    return cast(Said, tomllib.loads(text))


def use_of(c: Claim) -> Use | None:
    """What of a study the claim can be; None where no input is of its kind."""
    head, _, per = c.unit.partition("/")
    if c.quantity == "change" or "growth" in f"{c.family} {c.metric}":
        demand = pattern("draft.demand").search(f"{c.metric} {c.about} {' '.join(c.row)}")
        return Use("growth", head) if demand and head in ("fraction", "ratio") else None
    if c.quantity == "share":
        return None
    if head == "token":
        if any(said_before(c, f"draft.{rule}") for rule in ("one_chip", "supposed")):
            return None
        return Use("tokens", "token/day", 1 / DAYS[per]) if per in DAYS else None
    if c.family == "pue":
        return Use("pue", "")
    if c.unit in DAYS and c.family in _TERMS:
        return Use(_TERMS[c.family], "months", DAYS[c.unit] / DAYS["month"])
    return _priced(c, head, per) if currency_of(c.unit) else _counted(c, head, per)


def _counted(c: Claim, head: str, per: str) -> Use | None:
    if c.unit not in ("user", "W", "chip") and not (head == "chip" and per in DAYS):
        return None
    if c.unit == "W":
        power = c.family.startswith("power") or "power" in c.metric
        power = power and not _about(c, "draft.one_of_many")
        return Use("power", "W") if power else None
    if (
        said_before(c, "draft.smallest_order")
        or c.family in ("production", "quota")
        or (c.family == "shipments" and c.kind != "planned")
    ):
        return None
    return Use("users" if c.unit == "user" else "yearly chips" if per else "chips", c.unit)


def _priced(c: Claim, code: str, per: str) -> Use | None:
    thing, _, time = per.partition("-")
    if thing == "chip" and time in HOURS:
        return Use("rent", f"{code}/chip-hour", 1 / HOURS[time])
    if per in _BY_PER:
        return Use(_BY_PER[per], code if per == "chip" else c.unit)
    if per or not pattern("draft.budget").search(c.family):
        return None
    return Use("processors" if pattern("draft.processors").search(c.family) else "capex", code)


def said_before(c: Claim, rule: str) -> bool:
    """Whether words of the rule stand before the number, near it."""
    start = c.value_span[0] - c.span[0]
    return bool(pattern(rule).search(c.sentence, max(0, start - NEAR), max(0, start)))


def _about(c: Claim, rule: str) -> bool:
    """Whether the labels of the number, or the words beside it, are of the rule."""
    start, end = (at - c.span[0] for at in c.value_span)
    beside = c.sentence[max(0, start - BESIDE) : end + BESIDE]
    return any(pattern(rule).search(t) for t in (c.metric, *c.row, *c.column, c.quote, beside))


def chip_of(c: Claim) -> str:
    """The catalogue's chip that the claim names; empty: none."""
    labels = (c.about, c.subject, *c.row[-1:], *c.column[-1:], c.metric)
    return next((chip for text in labels if (chip := _chip(text))), "")


@cache
def _chip(text: str) -> str:
    from outlay.catalogue.chip_rows import find_chip

    for name in (text, text.split(" ", 1)[-1]):
        try:
            return find_chip(name).id if re.search(r"\d", name) else ""
        except OutlayError:
            continue
    return ""


def nearest(c: Claim, *names: str) -> str:
    """The rule of `names` whose words stand nearest to the number; empty: none is near it."""
    rows = (r for r in c.row if r != c.subject)  # a name says nothing
    labels = " ".join((c.metric, c.about, *rows, *c.column))
    labelled = [n for n in names if pattern(f"draft.{n}").search(labels)]
    if len(labelled) == 1:
        return labelled[0]
    start, end = (at - c.span[0] for at in c.value_span)
    text, found = c.sentence, dict[str, int]()
    for name in names:
        for m in pattern(f"draft.{name}").finditer(text, max(0, start - NEAR), end + NEAR):
            between = text[m.end() : start] if m.end() <= start else text[end : m.start()]
            away = len(between) + NEAR * bool(BREAK.search(between))
            found[name] = min(away, found.get(name, away))
    return min(found, key=found.__getitem__) if found else ""


def written(value: float, unit: str, digits: int = 10) -> str:
    """A value in base units as people write it: 160bn CNY, 120 MW, 30T tokens/day."""
    steps = {
        "token/day": ((1e12, "T tokens/day"), (1e9, "bn tokens/day"), (1.0, " tokens/day")),
        "W": ((1e6, " MW"), (1e3, " kW")),
    }.get(unit, ((1e9, f"bn {unit}"), (1e6, f"m {unit}")) if re.fullmatch("[A-Z]{3}", unit) else ())
    for size, word in steps:
        if abs(value) >= size:
            return f"{value / size:.{digits}g}{word}"
    return f"{value:.{digits}g} {unit}".strip()
