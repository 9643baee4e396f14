"""Rates and prices: what stands after "per", 每 or a slash, and which count it divides."""

from __future__ import annotations

import re

from outlay.evidence.lexicon import rows
from outlay.evidence.quantities.numbers import Number
from outlay.evidence.rules import pattern
from outlay.evidence.text.triggers import may, within

__all__ = ["PER", "per_denominator", "price_of_one", "rate_after", "rate_before", "with_rate"]

_PER = [(r["pattern"], r["unit"], float(r["factor"])) for r in rows("per.csv")]
_GROUPS = [f"(?P<p{i}>{p})" for i, (p, _, _) in enumerate(_PER)]
_DENOMINATOR = "|".join(_GROUPS)
_WHOLE = "|".join(f"{g}(?![A-Za-z])" for g in _GROUPS)
PER = re.compile(rf"\s?(?:{pattern('quantities.per').pattern})(?:{_WHOLE})")
_EACH_ZH = re.compile(rf"每(?:一|单)?(?:{_DENOMINATOR})[^，。；,;\d]{{0,14}}$")
_ONE = re.compile(
    rf"(?:{pattern('quantities.one_of').pattern})(?:{_WHOLE})"
    rf"(?:{pattern('quantities.costs').pattern})$"
)
_TOKENS = re.compile(
    rf"(?<![\w])(?:{'|'.join(g for g, p in zip(_GROUPS, _PER, strict=True) if 'tok' in p[0])})"
    rf"(?:{pattern('quantities.token_costs').pattern})$"
)
_TIMES = ("day", "week", "month", "quarter", "year", "hour", "minute", "s")
_HELD = ("chip", "kW", "rack", "server", "user", "seat", "m2", "W")  # paid for by the time held
_STOCKS = ("chip", "site", "user", "employee")
_COUNTED = ("token", "count", "energy", "volume")
_REACH, _REACH_ONE = 40, 70

Rated = tuple[str, str, float, int]
"""Unit, dimension, factor of the value, and where the words end."""


def per_denominator(match: re.Match[str]) -> tuple[str, float]:
    """The unit that a match of a denominator names, and what a price per it is multiplied by."""
    key = next(k for k, v in match.groupdict().items() if v is not None)
    return _PER[int(key[1:])][1:]


def rate_after(text: str, pos: int, stop: int) -> str:
    """ "/day" where the words after a number say "a day"; '' where they do not."""
    per = PER.match(text, pos, stop)
    unit = per_denominator(per)[0] if per else ""
    return f"/{unit}" if unit in _TIMES else ""


def rate_before(text: str, begin: int, start: int) -> str:
    """ "/month" where the words before a number say 月度 or "monthly"; '' where they do not."""
    before = text[max(begin, start - _REACH) : start]
    said = (t for t in ("day", "month", "year") if pattern(f"quantities.{t}_before").search(before))
    return next((f"/{t}" for t in said), "")


def price_of_one(text: str, begin: int, start: int) -> tuple[str, float, int] | None:
    """ "a gigawatt costs" before money: what one is priced, the factor, where the words begin."""
    left = max(begin, start - _REACH_ONE)
    one = may("quantities.costs", text, left, start) and _ONE.search(text, left, start)
    named = any(text.find(word, left, start) >= 0 for word in ("ok", "词元"))
    one = one or (named and _TOKENS.search(text, left, start))
    if not one:
        return None
    unit, factor = per_denominator(one)
    return None if unit in _TIMES else (unit, factor, one.start())


def _each_of(before: str, chip_near: bool) -> str:
    """What "each" counts: the thing named last before it."""
    if pattern("quantities.each_server").search(before):
        return "server"
    last = [(m.end(), thing) for thing in ("server", "rack", "chip")
            for m in pattern(f"quantities.thing_{thing}").finditer(before)]  # fmt: skip
    return max(last)[1] if last else "chip" if chip_near else "unit"


def with_rate(
    text: str, unit: str, dimension: str, n: Number, end: int, begin: int, stop: int,
    chip_near: bool,
) -> Rated:  # fmt: skip
    """Turn money into prices and counts into rates where the words say "per"."""
    same = unit, dimension, 1.0, end
    if unit == "ratio" or dimension not in ("money", "area", "compute", *_COUNTED):
        return same
    per = PER.match(text, end, stop)
    if per is None and dimension in ("token", "volume"):
        tail = re.compile(r" of \w+").match(text, end, stop)
        per = PER.match(text, tail.end(), stop) if tail else None
    before = text[max(begin, n.start - _REACH) : n.start]
    if per and dimension == "money":
        wide = text[max(begin, n.start - 60) : n.start]
        return _price_per(text, unit, per, wide, stop, chip_near)
    if per and (denominator := per_denominator(per)[0]) in _TIMES:
        return f"{unit}/{denominator}", dimension, 1.0, per.end()
    if dimension == "money":
        return _price_in_words(text, unit, n, end, begin, stop, chip_near) or same
    if dimension in _COUNTED and unit not in _STOCKS:
        return _rate_in_words(text, unit, dimension, before, n, end, stop) or same
    return same


def _price_per(
    text: str, unit: str, per: re.Match[str], before: str, stop: int, chip_near: bool
) -> Rated:
    """Money "per" a thing, a time, or a thing held for a time ("per GPU per hour")."""
    denominator, factor = per_denominator(per)
    more = PER.match(text, per.end(), stop)
    if more and denominator in _HELD:
        inner, _ = per_denominator(more)
        if inner in ("hour", "month", "year"):
            return f"{unit}/{denominator}-{inner}", "price", factor, more.end()
    if denominator == "unit" and chip_near:
        denominator = _each_of(before, chip_near)
    return f"{unit}/{denominator}", "price", factor, per.end()


def _price_in_words(
    text: str, unit: str, n: Number, end: int, begin: int, stop: int, chip_near: bool
) -> Rated | None:
    """Money that other words make a price (每颗, "each", "a gigawatt costs") or a yearly sum."""
    left = max(begin, n.start - _REACH)
    before = text[left : n.start]
    if one := price_of_one(text, begin, n.start):
        return f"{unit}/{one[0]}", "price", one[1], end
    if zh := _EACH_ZH.search(before):
        held = pattern("quantities.held_zh").search(before)
        denominator, factor = per_denominator(zh)
        timed = held and "-" not in denominator
        time = f"-{'month' if held[0][-1] == '月' else 'year'}" if held and timed else ""
        return f"{unit}/{denominator}{time}", "price", factor, end
    each = pattern("quantities.each_after").match(text, end, stop)
    if each or within("quantities.each_before", text, left, n.start):
        last = each.end() if each else end
        return f"{unit}/{_each_of(before, chip_near)}", "price", 1.0, last
    yearly = pattern("quantities.year_after").match(text, end, stop)
    return (f"{unit}/year", "money", 1.0, yearly.end()) if yearly else None


def _rate_in_words(
    text: str, unit: str, dimension: str, before: str, n: Number, end: int, stop: int
) -> Rated | None:
    """A count with "daily", "a year", 日均 or the like around it, as a rate."""
    for time in ("year", "month", "day"):
        after = pattern(f"quantities.{time}_after").match(text, end, stop)
        if after:
            return f"{unit}/{time}", dimension, 1.0, after.end()
    for time in ("day", "month", "year", "s", "minute"):
        if time in ("day", "month") and pattern(f"quantities.{time}ly").search(text, n.end, end):
            return f"{unit}/{time}", dimension, 1.0, end
        if pattern(f"quantities.{time}_before").search(before):
            return f"{unit}/{time}", dimension, 1.0, end
    return None
