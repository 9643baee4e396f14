"""Rates and prices: what stands after "per", 每 or a slash, and which count it divides."""
# ruff: noqa: E501 - patterns and formulas are kept in one piece

from __future__ import annotations

import re
from typing import TypeGuard

from outlay.evidence.quantities.numbers import Number

__all__ = ["PER", "per_denominator", "rate_after", "with_rate"]

_PER_WORDS: list[tuple[str, str, float]] = [
    (r"[颗枚张块片卡](?:芯片|GPU)?[每/]小时|小时每[颗枚张块片卡]", "chip-hour", 1),
    (
        r"(?:GPU|gpu|chip|card|accelerator|TPU|processor|H\d00|B\d00|卡|芯片|GPU卡)[- /每]?(?:hours?|hr|小时|时)",
        "chip-hour",
        1,
    ),
    (
        r"(?:hours?|hr|小时|时) (?:per|a|an|for each|for an?) (?:\w+ )?(?:GPU|chip|card|accelerator)",
        "chip-hour",
        1,
    ),
    (r"(?:GPU|chip|card|accelerator|卡|张卡)[- /每·*×.]?(?:months?|月)", "chip-month", 1),
    (
        r"(?:1 ?M|one million|1 million|million|1m|百万|100万|一百万|M)(?: (?:input|output|cached|uncached|generated|prompt))? ?(?:个)?(?:输入|输出)?(?:tokens?|Tokens?|toks?|词元)",
        "Mtok",
        1,
    ),
    (
        r"(?:1,?000|1 ?[kK]|thousand|千|一千|1千|k|K)(?: (?:input|output))? ?(?:个)?(?:输入|输出)?(?:tokens?|Tokens?|词元)",
        "Mtok",
        1e3,
    ),
    (r"(?:billion|十亿)(?: ?个)? ?(?:tokens?|Tokens?)", "Mtok", 1e-3),
    (r"million(?=[ .,;:)]|$)(?! (?:dollars|yuan|euros|users|people))", "Mtok", 1),
    (r"(?:kilowatt|kW|KW|千瓦)[- /·]?(?:per |a )?(?:每)?(?:months?|月)", "kW-month", 1),
    (r"(?:megawatt[- ]hours?|MWh|兆瓦时)", "kWh", 1e-3),
    (r"(?:kilowatt[- ]hours?|kWh|KWh|kwh|千瓦时|度电|度)", "kWh", 1),
    (r"(?:megawatts?|MW|兆瓦)(?: of \w+ (?:capacity|load))?", "W", 1e-6),
    (r"(?:gigawatts?|GW|吉瓦)", "W", 1e-9),
    (r"(?:kilowatts?|kW|KW|千瓦)", "W", 1e-3),
    (r"(?:watts?|W|瓦)(?![A-Za-z])", "W", 1),
    (
        r"(?:GPUs?|chips?|cards?|accelerators?|processors?|TPUs?|颗|枚|张|块|片|卡|芯片|颗芯片|张卡|块卡)",
        "chip",
        1,
    ),
    (r"(?:servers?|台服务器|服务器|台|整机)", "server", 1),
    (r"(?:racks?|cabinets?|机柜|机架|个机柜|架)", "rack", 1),
    (r"(?:units?|piece|set|件|套|个)", "unit", 1),
    (r"(?:(?:paid |active )?users?|用户|人)", "user", 1),
    (r"(?:seats?|席位|座席)", "seat", 1),
    (r"(?:customers?|clients?|客户)", "customer", 1),
    (r"(?:requests?|queries|query|calls?|次调用|次请求|次)", "request", 1),
    (r"(?:square met(?:er|re)s?|sq m|平方米|平米)", "m2", 1),
    (r"(?:square foot|square feet|sq ft)", "m2", 10.763910417),
    (r"(?:tonnes?|metric tons?|tons?|吨)", "t", 1),
    (r"(?:wafers?|片晶圆)", "wafer", 1),
    (r"(?:shares?|股|ADS|ADR)", "share", 1),
    (r"(?:image|张图|张图片|picture)", "image", 1),
    (r"(?:days?|日|天)", "day", 1),
    (r"(?:weeks?|周)", "week", 1),
    (r"(?:months?|月)", "month", 1),
    (r"(?:quarters?|季度|季)", "quarter", 1),
    (r"(?:years?|annum|年)", "year", 1),
    (r"(?:hours?|hr|小时)", "hour", 1),
    (r"(?:minutes?|min|分钟)", "minute", 1),
    (r"(?:seconds?|sec|s(?![A-Za-z])|秒)", "s", 1),
]
PER = re.compile(
    r"\s?(?:(?:/|／|per\b|for (?:each|every)\b|each\b|every\b|for an?(?= (?:H\d|GPU|chip|card))|每|an?(?= (?!week ago|year (?:ago|earlier)|month ago))\b)\s?(?:一)?(?:single |installed |Nvidia |NVIDIA |AI |IT |critical )?)"
    r"(?:" + "|".join(f"(?P<p{i}>{p})(?![A-Za-z])" for i, (p, _, _) in enumerate(_PER_WORDS)) + ")"
)
_AFTER = re.compile(
    r"\s?(?:(?P<each>apiece|each(?! (?:year|month|day|quarter))|per piece|单颗|每颗)"
    r"|(?P<yearly>annually|a year(?! (?:ago|earlier|before))|yearly|per annum)|(?P<daily>daily)|(?P<monthly>monthly))(?![A-Za-z])"
)
_BEFORE_ZH = re.compile(
    r"每(?:一|单)?(?:"
    + "|".join(f"(?P<p{i}>{p})" for i, (p, _, _) in enumerate(_PER_WORDS))
    + r")[^，。；,;\d]{0,14}$"
)
_BEFORE_RATE_ZH = re.compile(
    r"(?P<day>日均|每日|每天|日(?=调用|处理|消耗|使用)|单日)|(?P<month>月均|每月)|(?P<s>每秒)|(?P<minute>每分钟)|(?P<year>年均|每年)"
)
_BEFORE_EACH = re.compile(
    r"(?:\b(?:[Ee]ach|per[- ](?:chip|unit|GPU|card)(?![- ]hour)|unit price|price per (?:chip|unit|GPU|card)|apiece)\b[^.;$¥€£\d]{0,40}"
    r"|(?:单价|每颗|每枚|每张|每块|每片|每台|单卡(?:价格|售价)?)[^，。；]{0,10})$"
)


def rate_after(text: str, pos: int, stop: int) -> str:
    """ "/day" where the words after a number say "a day"; '' where they do not."""
    per = PER.match(text, pos, stop)
    if per is None:
        return ""
    unit, _ = per_denominator(per)
    return f"/{unit}" if unit in ("s", "minute", "hour", "day", "week", "month", "year") else ""


def per_denominator(match: re.Match[str]) -> tuple[str, float]:
    for key, value in match.groupdict().items():
        if value is not None:
            _, unit, factor = _PER_WORDS[int(key[1:])]
            return unit, factor
    raise AssertionError("a match names its group")


def _each_of(before: str, chip_near: bool) -> str:
    """What "each" counts: the thing named last before it."""
    things = {
        "server": r"servers?|服务器|单台|每台|整机",
        "rack": r"racks?|cabinets?|机柜|机架",
        "chip": r"chips?|GPUs?|[BH]\d00|卡|芯片|[颗枚]",
    }
    found = {k: [m.start() for m in re.finditer(p, before)] for k, p in things.items()}
    if re.search(r"单台|每台", before):
        return "server"
    last = max(found, key=lambda k: found[k][-1] if found[k] else -1)
    return last if found[last] else "chip" if chip_near else "unit"


Rated = tuple[str, str, float, int]
"""Unit, dimension, factor of the value, and where the words end."""

_COUNTED = ("token", "count", "energy", "volume")
_TIMES = ("day", "week", "month", "quarter", "year", "hour", "minute", "s")
_HELD = ("chip", "kW", "rack", "server", "user", "seat", "m2", "W")  # paid for by the time held
_STOCKS = ("chip", "site", "user", "employee")


def with_rate(
    text: str,
    unit: str,
    dimension: str,
    n: Number,
    end: int,
    begin: int,
    stop: int,
    chip_near: bool,
) -> Rated:
    """Turn money into prices and counts into rates where the words say "per"."""
    per = PER.match(text, end, stop)
    if per is None and dimension in ("token", "volume"):
        tail = re.compile(r" of \w+").match(text, end, stop)
        per = PER.match(text, tail.end(), stop) if tail else None
    same = unit, dimension, 1.0, end
    if dimension not in ("money", "area", "compute", *_COUNTED) and unit != "ratio":
        return same
    before = text[max(begin, n.start - 40) : n.start]
    if per and unit != "ratio":
        if dimension == "money":
            return _price_per(
                text, unit, per, text[max(begin, n.start - 60) : n.start], stop, chip_near
            )
        denominator, _ = per_denominator(per)
        if denominator in _TIMES:
            return f"{unit}/{denominator}", dimension, 1.0, per.end()
    after = _AFTER.match(text, end, stop)
    if dimension == "money":
        return _price_in_words(unit, before, after, end, chip_near) or same
    if dimension in _COUNTED and unit not in _STOCKS:
        found = _rate_in_words(before, after, text[n.end : end])
        return (
            (unit + found, dimension, 1.0, after.end() if _is_timed(after) else end)
            if found
            else same
        )
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
    unit: str, before: str, after: re.Match[str] | None, end: int, chip_near: bool
) -> Rated | None:
    """Money that other words make a price (每颗, "each") or a yearly sum."""
    zh = _BEFORE_ZH.search(before)
    if zh:
        denominator, factor = per_denominator(zh)
        return f"{unit}/{denominator}", "price", factor, end
    each = after is not None and bool(after["each"])
    if each or _BEFORE_EACH.search(before):
        last = after.end() if after is not None and each else end
        return f"{unit}/{_each_of(before, chip_near)}", "price", 1.0, last
    if after and after["yearly"]:
        return f"{unit}/year", "money", 1.0, after.end()
    return None


def _is_timed(after: re.Match[str] | None) -> TypeGuard[re.Match[str]]:
    return after is not None and bool(after["yearly"] or after["daily"] or after["monthly"])


def _rate_in_words(before: str, after: re.Match[str] | None, between: str) -> str:
    """ "/day" where words around a count say "daily", 日均 or the like; '' where none does."""
    if _is_timed(after):
        return "/year" if after["yearly"] else "/day" if after["daily"] else "/month"
    rate = next(reversed(list(_BEFORE_RATE_ZH.finditer(before))), None)
    if rate and not re.search(r"[，。；]", before[rate.end() :]):
        return "/" + next(k for k, v in rate.groupdict().items() if v)
    daily = re.search(r"\b(daily|each day|a day|per day)\b", between)
    if daily or re.search(r"\b(daily|each day)\b[^,.;]{0,34}$", before):
        return "/day"
    if re.search(r"\bmonthly\b", between) or re.search(r"\bmonthly\b[^,.;]{0,30}$", before):
        return "/month"
    return ""
