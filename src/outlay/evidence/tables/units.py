"""The unit that a header, a label or a caption names: (RMB bn), 亿元, US$/GPU-hour, MW."""
# ruff: noqa: E501 - patterns and formulas are kept in one piece

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from outlay.evidence.lexicon import (
    CURRENCY_BY_PREFIX,
    CURRENCY_BY_SUFFIX,
    scale_factor,
    unit_at,
)
from outlay.evidence.quantities.rates import PER, per_denominator

__all__ = ["TableUnit", "currency_in", "in_brackets", "unit_of"]

_SCALE_WORD = re.compile(
    r"(?<![A-Za-z0-9])(?P<en>quadrillions?|trillions?|billions?|millions?|thousands?|bn|tn|trn|mn|mln|m|M|k|K|B|b)(?![A-Za-z])|(?P<thou>[’']000s?|000s)|(?P<zh>万亿|千亿|百亿|十亿|亿|千万|百万|十万|万|千(?!瓦|克))"
)


@dataclass(frozen=True, slots=True)
class TableUnit:
    unit: str
    dimension: str
    factor: float


@cache
def _currencies() -> tuple[tuple[Mapping[str, str], list[tuple[str, re.Pattern[str]]]], ...]:
    """Words of a currency, each with what finds it; the longest first."""
    return tuple(
        (
            words,
            [
                (w, re.compile(rf"(?<![A-Za-z]){re.escape(w)}(?![a-z])"))
                for w in sorted(words, key=len, reverse=True)
            ],
        )
        for words in (CURRENCY_BY_PREFIX, CURRENCY_BY_SUFFIX)
    )


def currency_in(text: str) -> str:
    for words, patterns in _currencies():
        best = next((w for w, found in patterns if w in text and found.search(text)), "")
        if best and not (best == "元" and "元/" not in text and re.search(r"单元|元件", text)):
            code = words[best]
            return "CNY" if code == "¥" else code
    return ""


def in_brackets(header: str) -> str:
    """What of a header stands in brackets: most often its unit."""
    return " ".join(re.findall(r"[（(\[]([^）)\]]*)", header))


def unit_of(text: str) -> TableUnit | None:
    """The unit named in a header or label: "(RMB bn)", "亿元", "US$/GPU-hour", "MW", "%"."""
    scale = _SCALE_WORD.search(text)
    factor = 1.0
    if scale:
        word = (scale["en"] or "").lower().rstrip("s") if scale["en"] else scale["zh"] or "thousand"
        factor = scale_factor().get(word) or scale_factor().get(scale["en"] or "", 1.0)
    code = currency_in(text)
    if code:
        slash = re.search(r"/|per |每", text)
        per = PER.search(text, max(0, slash.start() - 1)) if slash else None
        if per:
            denominator, extra = per_denominator(per)
            if per and scale and scale.start() >= per.start():
                factor = 1.0
            return TableUnit(f"{code}/{denominator}", "price", factor * extra)
        return TableUnit(code, "money", factor)
    if re.search(r"%|percent|百分比|占比", text):
        return TableUnit("fraction", "fraction", 0.01)
    rate = re.search(
        r"(?:万亿|亿|万|百万|trillion|billion|million|bn|m)\s?(?:/|每|per |a )\s?(日|天|day|月|month|分钟|minute)",
        text,
    )
    if rate:
        time = {"日": "day", "天": "day", "月": "month", "分钟": "minute"}.get(rate[1], rate[1])
        return TableUnit(f"/{time}", "rate", factor)
    for m in re.finditer(r"(?<![A-Za-z])[A-Za-z][A-Za-z/-]*|[\u3400-\u9fff]", text):
        for at in (m.start(),):
            hit = unit_at(text, at)
            if hit and (
                hit[0].dimension not in ("duration", "ratio", "mass")
                or re.search(r"[(（\[]\s*$", text[:at])
            ):
                word, end = hit
                if word.unit in (
                    "company",
                    "unit",
                    "model",
                    "order",
                    "country",
                    "video",
                    "image",
                ) and not re.search(r"[(（]\s*$", text[:at]):
                    continue
                per = PER.match(text, end)
                if per:
                    denominator, _ = per_denominator(per)
                    if denominator in (
                        "day",
                        "month",
                        "year",
                        "s",
                        "hour",
                        "minute",
                        "quarter",
                        "week",
                    ):
                        return TableUnit(
                            f"{word.unit}/{denominator}", word.dimension, factor * word.factor
                        )
                if word.unit == "token" and re.search(r"daily|日均|每日|per day", text):
                    return TableUnit("token/day", "token", factor * word.factor)
                return TableUnit(word.unit, word.dimension, factor * word.factor)
    return TableUnit("", "scale", factor) if scale and factor > 1 else None
