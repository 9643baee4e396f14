"""What a header, a label or a caption declares of units: (RMB bn), 亿元, US$/GPU-hour, MW."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from outlay.evidence.lexicon import (
    CURRENCY_BY_PREFIX,
    CURRENCY_BY_SUFFIX,
    UnitWord,
    is_han,
    scale_factor,
    unit_at,
)
from outlay.evidence.quantities.rates import PER, per_denominator
from outlay.evidence.rules import pattern, words
from outlay.evidence.text.simplified import simplified

__all__ = ["TIMES", "Said", "currency_in", "in_brackets", "is_said", "roles_of", "unit_of"]

_NUMBER = re.compile(r"(?<!per )(?<!per)(?<![/／每A-Za-z\d])\d[\d.,]*")
_BRACKETED = re.compile(r"(?<=[$€£¥])\(([\d.,]+)\)")
_AFTER_CURRENCY = re.compile(r"\s?(bn|mn|mm|tn|[mMbBkKtT])(?![A-Za-z])", re.IGNORECASE)
_WORD = re.compile(r"(?<![A-Za-z])[A-Za-z][A-Za-z/-]*|[\u3400-\u9fff]")
_DECLARED = re.compile(r"[（(\[]([^）)\]]*)[）)\]]|[,，:：|]\s*([^,，:：|]*)$|\bin ([a-z ]+)$")
_HEADED = re.compile(
    r"s?\s*(?:$|[（(\[,，:：/]|\w+ed\b|(?:at|in|by|with|on|under|for|per|a|online|counts?|qty)\b|[数量规调消处])"
)
"""What stands behind a noun that is counted: "staff", "staff at year end", not "staff grade"."""
_DOUBTFUL = frozenset({"real", "won", "dong", "reais"})
"""Words of a currency that are as well others; taken in brackets alone."""
_GENERIC = frozenset({"unit", "company", "order", "model", "country", "image", "video"})
_HELD = frozenset({"chip", "W", "rack", "server", "user", "seat", "m2"})
_ROLES = ("subject", "thing", "lot", "metric", "period", "unit", "currency", "low", "high", "value",
          "status", "skip")  # fmt: skip
TIMES = frozenset({"s", "minute", "hour", "day", "week", "month", "quarter", "year"})
_HAN_TIMES = {"日": "day", "天": "day", "月": "month", "分钟": "minute", "年": "year", "周": "week"}
_PHYSICAL = frozenset({"power", "energy", "data", "bandwidth", "compute", "area", "volume"})


@dataclass(frozen=True, slots=True)
class Said:
    """What a text declares of units; any part may be missing."""

    currency: str = ""
    scale: float = 0.0
    """Of its numbers; 0: none is said."""
    per: str = ""
    per_factor: float = 1.0
    unit: str = ""
    """Other than money; "/day" for a rate whose thing another label names."""
    dimension: str = ""
    factor: float = 1.0
    loose: bool = False
    """Whether the unit is a word of the label and not declared as its unit."""

    @property
    def money(self) -> tuple[str, float]:
        return self.currency, self.scale


@cache
def _currencies() -> list[tuple[str, str, re.Pattern[str]]]:
    """Words of a currency with what finds them, the longest first."""
    out: list[tuple[str, str, re.Pattern[str]]] = []
    for table in (CURRENCY_BY_PREFIX, CURRENCY_BY_SUFFIX):
        out += _found_by(table)
    return out


def _found_by(table: Mapping[str, str]) -> Iterator[tuple[str, str, re.Pattern[str]]]:
    for word in sorted(filter(None, table), key=len, reverse=True):
        after = r"(?=[mbkt]?n?(?![a-z]))" if word[-1].isalpha() and word.isascii() else ""
        found = rf"(?<![A-Za-z]){re.escape(word)}{after}"
        if word in _DOUBTFUL:
            found = rf"[（(]\s*{word}\b"
        yield word, table[word], re.compile(found)


@cache
def _any_currency() -> re.Pattern[str]:
    return re.compile("|".join(re.escape(word) for word, _, _ in _currencies()))


def _currency(text: str) -> tuple[str, int]:
    """A currency named in a text and where its word ends."""
    for word, code, found in _currencies() if _any_currency().search(text) else ():
        if word not in text:
            continue
        at = found.search(text)
        if at and not (word == "元" and text[at.start() - 1 : at.end() + 1] in ("单元", "元件")):
            return ("CNY" if code == "¥" else code), at.end()
    return "", 0


def currency_in(text: str) -> str:
    return _currency(text)[0]


def in_brackets(header: str) -> str:
    """What of a header stands in brackets: most often its unit."""
    return " ".join(re.findall(r"[（(\[]([^）)\]]*)", header))


@lru_cache(maxsize=4096)
def roles_of(header: str) -> str:
    """What a column is by its header: subject, metric, period, unit, low, …; empty: not told."""
    plain = simplified(header).replace("_", " ")
    bare = re.sub(r"[（(][^）)]*[)）]", "", plain).strip(" .:：*").lower()
    for role in _ROLES:
        if bare in words(f"tables.{role}_column"):
            return role
    return "skip" if bare.endswith((" id", " source")) else ""


def is_said(text: str) -> bool:
    """Whether a text declares any unit."""
    return unit_of(text) != Said()


_OF_ONE = re.compile(r"(?:/|／|\bper|每)\s?\Z")


def _undeclared(text: str) -> str:
    """A text less the amounts that it states: "US$38bn" declares no unit."""
    text = _BRACKETED.sub(r"\1", text)
    out, last = [], 0
    for m in _NUMBER.finditer(text):
        if m.start() < last:
            continue
        number, end = m[0].rstrip(".,"), m.start() + len(m[0].rstrip(".,"))
        if re.fullmatch(r"(?:19|20)\d\d|000", number) or _OF_ONE.search(text, 0, m.start()):
            continue
        start = m.start()
        while start > last and text[start - 1] in " $€£¥￥₩₹":
            start -= 1
        word = _AFTER_CURRENCY.match(text, end) or pattern("tables.scale").match(
            text, end + (text[end : end + 1] == " ")
        )
        end = word.end() if word else end
        unit = unit_at(text, end + (text[end : end + 1] in (" ", "-")))
        out.append(text[last:start])
        last = unit[1] if unit else end
    return " ".join([*out, text[last:]])


def _scale(text: str, code_end: int) -> float:
    glued = _AFTER_CURRENCY.match(text, code_end) if code_end else None
    found = pattern("tables.scale").search(text)
    if code_end and re.search(r"\bcents?\b|分(?![\u3400-\u9fff])", text):
        return 0.01
    word = glued[1] if glued else found[0] if found else ""
    word = re.sub(r"[\s()（）'’`]", "", word)
    if word.startswith("000"):
        return 1e3
    low = word.lower()
    table = scale_factor()
    return table.get(low) or table.get(low.rstrip("s")) or table.get(word) or 0.0


def _per(text: str) -> tuple[str, float, str]:
    """What a price is for, the factor to it, and the rest of the text."""
    per = PER.search(text)
    if per is None:
        return "", 1.0, text
    unit, factor = per_denominator(per)
    end = per.end()
    more = PER.match(text, end)
    if more and unit in _HELD and per_denominator(more)[0] in TIMES:
        unit, end = f"{unit}-{per_denominator(more)[0]}", more.end()
    return unit, factor, f"{text[: per.start()]} {text[end:]}"


_PRICED = ("Mtok", "chip-hour", "chip-month", "kWh", "MWh", "kW-month")
"""What only prices are for: "Input (per 1M tokens)"."""


@lru_cache(maxsize=4096)
def unit_of(text: str) -> Said:
    """What a header or a caption declares: "(RMB bn)", 亿元, "US$/GPU-hour", "MW", "%"."""
    text = simplified(text)
    text = re.sub(r"\b(?:except|other than)\b.*|除.{0,12}外", " ", text)
    text = _undeclared(pattern("tables.amount_per_share").sub(" ", text))
    if pattern("tables.shares").search(text):
        return Said(unit="share", dimension="count", scale=_scale(text, 0))
    code, end = _currency(text)
    priced = code != "" or pattern("tables.priced").search(text) is not None
    per, factor, rest = _per(text)
    if not (priced or per in _PRICED):
        per, factor, rest = "", 1.0, text
    if pattern("tables.per_share").search(text):
        per, factor, rest = "share", 1.0, text
    elif per == "" and pattern("tables.per_unit").search(text):
        per = "unit"
    if per:
        _, end = _currency(rest)
    if code or (per and per not in TIMES):
        return Said(code, _scale(rest, end), per, factor)
    said = Said(scale=_scale(text, 0))
    if re.search(r"percentage points?|\bppts?\b|百分点", text):
        return replace(said, unit="percentage_point", dimension="points")
    if re.search(r"%|percent|\bpct\b|百分比|占比", text):
        return Said(unit="fraction", dimension="fraction", factor=0.01)
    found = _unit(text)
    if found:
        return replace(found, scale=said.scale)
    time = re.search(r"(?:/|每|per |a )\s?(日|天|day|月|month|分钟|minute|年|year|周|week)", text)
    if said.scale and time:
        return replace(said, unit=f"/{_HAN_TIMES.get(time[1], time[1])}", dimension="rate")
    return said


def _unit(text: str) -> Said | None:
    """The unit that is declared: in brackets, behind the last comma; else a word that is one."""
    declared = sorted(_declared(text), key=lambda s: s.unit in _GENERIC)
    if declared and declared[0].unit not in _GENERIC:
        return declared[0]
    found = [(w, end, _said(w, text, end, text)) for w, end in _words(text)]
    physical = next((s for w, _, s in found if w.dimension in _PHYSICAL), None)
    if physical:
        return replace(physical, loose=False)
    nouns = [f for f in found if f[2].loose and f[0].unit not in _GENERIC]
    headed = [s for _, end, s in nouns if _HEADED.match(text, end)]
    if declared and nouns:  # "server shipments, units"
        return replace((headed or [nouns[-1][2]])[-1], loose=False)
    return next(iter([*headed[-1:], *declared]), None)


def _declared(text: str) -> Iterator[Said]:
    for part in _DECLARED.finditer(text):
        inside = next(filter(None, part.groups()), "")
        for word, end in _words(inside):
            said = _said(word, inside, end, text)
            yield replace(said, loose=said.loose and part[0][0] not in "（([")


def _said(word: UnitWord, text: str, end: int, whole: str) -> Said:
    counts = word.dimension in ("count", "token")
    return Said(unit=_timed(word, text, end, whole), dimension=word.dimension,
                factor=word.factor, loose=counts)  # fmt: skip


def _words(text: str) -> Iterator[tuple[UnitWord, int]]:
    end = 0
    for m in _WORD.finditer(text):
        hit = unit_at(text, m.start()) if m.start() >= end else None
        if hit is None or (len(m[0]) == 1 and m[0].isascii() and m[0] != text.strip()):
            continue
        alone = hit[1] > m.end() or not is_han(text[m.start() - 1 : m.start()] or " ")
        if m[0].isascii() or alone or hit[0].dimension == "count":  # of 季度 no 度
            end = hit[1]
            yield hit


def _timed(word: UnitWord, text: str, end: int, whole: str) -> str:
    """The unit, as a rate where the words behind it, or "daily", say so."""
    per = PER.match(text, end)
    if per and word.dimension != "duration" and per_denominator(per)[0] in TIMES:
        return f"{word.unit}/{per_denominator(per)[0]}"
    if word.unit == "token" and re.search(r"\bdaily|日均|每日|(?:per|a) day|/\s?day", whole):
        return "token/day"
    return word.unit
