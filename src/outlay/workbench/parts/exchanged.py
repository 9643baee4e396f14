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
from typing import TYPE_CHECKING, Annotated, TypeVar, Union, get_args, get_origin, get_type_hints

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

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

__all__ = ["exchanged", "rate_line", "rate_to", "rates_from"]

D = TypeVar("D", Plan, WhatIf)
R = TypeVar("R", bound="DataclassInstance")
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
    return replace(found, currency=rate.code)


@dataclass(frozen=True, slots=True)
class _Rate:
    own: str
    code: str
    rate: float


def _row(row: R, rate: _Rate) -> R:
    """A row with its money in the other currency; itself where it holds none."""
    ours = isinstance(row, IN_UNIT) and row.unit == rate.own
    out: dict[str, object] = {}
    kind: object = type(row)
    for name, hint in _hints(kind):
        before: object = getattr(row, name)
        if ours and _unit(hint) == EACH:
            continue  # of which one per one stays what it is
        after = _plain(before, hint, rate) if ours else before
        after = _times(before, hint, rate) if after is before else after
        if after is not before:
            out[name] = after
    if ours:
        out["unit"] = rate.code
    if isinstance(row, StatementLine):
        out["how"] = {}
    return replace(row, **out) if out else row


def _plain(value: object, hint: object, rate: _Rate) -> object:
    """A number whose type states no unit, of a row that does."""
    bare = hint is float or hint == float | None
    return value * rate.rate if bare and isinstance(value, int | float) else value


@cache
def _hints(cls: object) -> tuple[tuple[str, object], ...]:
    """Fields of a row and their types, as the results state them."""
    assert isinstance(cls, type)
    ours = next(c for c in cls.__mro__ if c.__module__.startswith("outlay.results."))
    known: Mapping[str, object] = get_type_hints(ours, include_extras=True)
    return tuple((f.name, known[f.name]) for f in fields(ours))


def _args(hint: object) -> tuple[object, ...]:
    return get_args(hint)


def _unit(hint: object) -> str:
    """The unit that a type states, empty where it states none."""
    if get_origin(hint) is Annotated:
        inner, *marks = _args(hint)
        return next((m.name for m in marks if isinstance(m, Unit)), "") or _unit(inner)
    return next((u for u in map(_unit, _members(hint)) if u), "")


def _members(hint: object) -> tuple[object, ...]:
    return _args(hint) if get_origin(hint) in (Union, types.UnionType) else ()


def _times(value: object, hint: object, rate: _Rate) -> object:
    """A value of a type with its money in the other currency; itself where it holds none."""
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, int | float):
        return value * rate.rate if _unit(hint).startswith(MONEY) else value
    if is_dataclass(value) and not isinstance(value, type):
        return _row(value, rate)
    if isinstance(value, Mapping):
        return _mapped(value, hint, rate)
    return _each(value, hint, rate) if isinstance(value, tuple) else value


def _mapped(value: Mapping[str, object], hint: object, rate: _Rate) -> Mapping[str, object]:
    inner = _inside(hint, dict)
    made = {k: _times(v, inner[-1], rate) for k, v in value.items()} if inner else value
    return made if any(made[k] is not v for k, v in value.items()) else value


def _each(value: tuple[object, ...], hint: object, rate: _Rate) -> tuple[object, ...]:
    inner = _inside(hint, tuple)
    each = inner[:1] * len(value) if inner[-1:] == (...,) else inner
    parts = tuple(_times(v, h, rate) for v, h in zip(value, each, strict=bool(each)))
    return parts if any(a is not b for a, b in zip(parts, value, strict=False)) else value


def _inside(hint: object, kind: type) -> tuple[object, ...]:
    """What a container of a type holds. kind: tuple, or dict for whatever maps."""
    if get_origin(hint) is Annotated:
        return _inside(_args(hint)[0], kind)
    if members := _members(hint):
        return next((found for m in members if (found := _inside(m, kind))), ())
    origin: object = get_origin(hint)
    return _args(hint) if isinstance(origin, type) and issubclass(kind, origin) else ()
