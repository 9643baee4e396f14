"""A document's money in another currency, at one rate: that of the study's date.

What is money is read from the types: a number whose unit begins with the study's currency, and
numbers of rows that say that their unit is it. What a study states, and what documents claim, keeps
the currency it is in.
"""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date
from functools import cache
from typing import Annotated, Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from outlay.core.errors import FxError
from outlay.report.words.language import Words
from outlay.results.base import Unit
from outlay.results.kept.inputs import ExchangeRate
from outlay.results.plans.accounts import StatementLine
from outlay.results.plans.answers import Binding
from outlay.results.plans.outlook import Distribution
from outlay.results.plans.plan import Plan
from outlay.results.plans.rows import Price, Slack
from outlay.results.plans.what_if import WhatIf
from outlay.results.plans.worth import Worth

__all__ = ["exchanged", "rate_line", "rate_to", "rates_from"]

D = TypeVar("D", Plan, WhatIf)
MONEY, EACH = "study currency", "study currency per unit"
IN_UNIT = (Distribution, Worth, Price, Slack, Binding)
"""Rows whose plain numbers are in their own `unit`, where that is the study's currency."""


def rate_to(day: date, own: str, code: str) -> ExchangeRate:
    """Units of a currency for one of the study's on its day. Raises FxError where none is known."""
    from outlay.study.checks.money import rates

    fx = rates(day)
    rate = fx.rate(own, code, day)
    used = [fx.per_usd(c, day) for c in (own, code) if c != "USD"]
    oldest = min(used, key=lambda r: r.known_on, default=fx.per_usd("USD", day))
    return ExchangeRate(code, rate, oldest.known_on.isoformat(), oldest.source)


def rates_from(day: date, own: str) -> tuple[ExchangeRate, ...]:
    """Every currency that has a rate on the study's day; its own first."""
    from outlay.study.checks.money import rates

    def found() -> Iterator[ExchangeRate]:
        for code in rates(day).currencies:
            try:
                yield rate_to(day, own, code)
            except FxError:  # its last rate is too old for that day
                continue

    return tuple(sorted(found(), key=lambda r: (r.code != own, r.code)))


def rate_line(rate: ExchangeRate, own: str, say: Words) -> str:
    """At which rate, of when, and what stays as it was."""
    return say("parts.exchanged", own=own, code=rate.code, rate=f"{rate.rate:.5g}",
               day=rate.known_on)  # fmt: skip


def exchanged(document: D, rate: ExchangeRate) -> D:
    """The document with its money in the rate's currency; how lines are worked out, which is told
    in the study's own, is left out."""
    found = _row(document, _Rate(document.currency, rate.code, rate.rate))
    return cast("D", replace(found, currency=rate.code))


@dataclass(frozen=True, slots=True)
class _Rate:
    own: str
    code: str
    rate: float


def _row(row: Any, rate: _Rate) -> Any:
    ours = isinstance(row, IN_UNIT) and row.unit == rate.own
    out: dict[str, object] = {}
    kind: object = type(row)
    for name, hint in _hints(kind).items():
        before = getattr(row, name)
        if ours and hint in (float, float | None) and before is not None:
            after: object = before * rate.rate
        elif not (ours and _unit(hint) == EACH):  # of which one per one stays what it is
            after = _times(before, hint, rate)
        else:
            after = before
        if after is not before:
            out[name] = after
    if ours:
        out["unit"] = rate.code
    if isinstance(row, StatementLine):
        out["how"] = {}
    return replace(row, **out) if out else row


@cache
def _hints(cls: Any) -> dict[str, Any]:
    of_results = next(c for c in cls.__mro__ if c.__module__.startswith("outlay.results."))
    known = get_type_hints(of_results, include_extras=True)
    return {f.name: known[f.name] for f in fields(of_results)}


def _unit(hint: Any) -> str:
    """The unit that a type states, empty where it states none."""
    if get_origin(hint) is Annotated:
        inner, *marks = get_args(hint)
        return next((m.name for m in marks if isinstance(m, Unit)), "") or _unit(inner)
    return next((u for u in map(_unit, _members(hint)) if u), "")


def _members(hint: Any) -> tuple[Any, ...]:
    return get_args(hint) if get_origin(hint) in (Union, types.UnionType) else ()


def _times(value: Any, hint: Any, rate: _Rate) -> Any:
    """A value of a type with its money in the other currency; itself where it holds none."""
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, int | float):
        return value * rate.rate if _unit(hint).startswith(MONEY) else value
    if is_dataclass(value):
        return _row(value, rate)
    if isinstance(value, Mapping):
        inner = _inside(hint, Mapping, dict)
        made = {k: _times(v, inner[-1], rate) for k, v in value.items()} if inner else value
        return made if any(made[k] is not v for k, v in value.items()) else value
    if isinstance(value, tuple):
        inner = _inside(hint, tuple)
        each = inner[:1] * len(value) if inner[-1:] == (...,) else inner
        parts = tuple(_times(v, h, rate) for v, h in zip(value, each, strict=bool(each)))
        return parts if any(a is not b for a, b in zip(parts, value, strict=False)) else value
    return value


def _inside(hint: Any, *origins: Any) -> tuple[Any, ...]:
    """What a container of a type holds."""
    if get_origin(hint) is Annotated:
        return _inside(get_args(hint)[0], *origins)
    if members := _members(hint):
        return next((found for m in members if (found := _inside(m, *origins))), ())
    origin = get_origin(hint)
    fits = isinstance(origin, type) and any(issubclass(origin, o) for o in origins)
    return get_args(hint) if fits else ()
