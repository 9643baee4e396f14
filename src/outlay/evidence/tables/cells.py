"""What stands in a cell: a figure, nothing, or words."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from outlay.evidence.lexicon import CURRENCY_BY_PREFIX, CURRENCY_BY_SUFFIX, alternation
from outlay.evidence.quantities.numbers import find_numbers
from outlay.evidence.quantities.quantity import Quantity, quantities
from outlay.evidence.rules import pattern
from outlay.evidence.types import Hedge

__all__ = ["Figure", "figure_of", "is_missing"]

_NOTE = re.compile(
    r"(?<=[\d%)）])\s*(?:\(\d{1,2}\)|\([a-z]\)|\[\w{1,2}\]|[¹²³⁰-⁹]+|[*†‡§#]+|[①-⑳])+\s*$"
)
_BEHIND = re.compile(r"(?<=[\w%元])\s?[（(][^（）()]*[)）]$")
_DIGITS = r"\d[\d,.'’\u00a0\u202f\u2009 ]*\d|\d"
_HEDGES: dict[str, Hedge] = {"~": "about", "≈": "about", "c.": "about", "ca.": "about",
           ">": "over", "≥": "over",
           "＞": "over", "<": "under", "≤": "up_to", "＜": "under"}  # fmt: skip
_CODE = re.compile(
    r"[13-9]\d{2}[CDPSVX]|\d+(?:st|nd|rd|th|[Gg])|\d+-[A-Z]|\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}|\d+:\d+"
)
_DATE = re.compile(
    r"(?:19|20)\d\d(?:[EAF]|年.*|\s?[-/ ]?\s?[QH][1-4]|[-/.]\d{1,2})?|[1-4][QH](?:20)?\d\d[EA]?"
    r"|(?:19|20)\d\d ?[-–/] ?(?:(?:19|20)\d\d|\d\d)|\d{1,2}月(?:\d{1,2}日)?"
)
_LONGEST = 12
"""Digits of a number that stay as they are."""
_LETTERS = re.compile(r"[A-Za-z]+|[\u3400-\u9fff]+")


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with what its own cell says of it; `dimension` is bare where that is nothing."""

    low: float | None
    high: float | None
    unit: str = ""
    dimension: str = "bare"
    hedge: Hedge = "exact"
    rounding: float = 0.0
    scaled: bool = False
    """Whether the cell has a scale word of its own."""
    year: bool = False
    """Whether it may as well be a year."""

    def times(self, factor: float, unit: str, dimension: str) -> Figure:
        def by(value: float | None) -> float | None:
            return None if value is None else float(f"{value * factor:.12g}")

        return Figure(by(self.low), by(self.high), unit, dimension, self.hedge,
                      self.rounding * abs(factor), self.scaled, self.year)  # fmt: skip

    def negative(self) -> Figure:
        return replace(self.times(-1.0, self.unit, self.dimension), low=_minus(self.high),
                       high=_minus(self.low))  # fmt: skip


def _minus(value: float | None) -> float | None:
    return None if value is None else -value


@cache
def _plain() -> re.Pattern[str]:
    cur = f"(?P<cur>{alternation([w for w in CURRENCY_BY_PREFIX if w])})"
    hedge = "|".join(re.escape(h) for h in _HEDGES)
    back = f"(?P<back>{alternation([w for w in CURRENCY_BY_SUFFIX if w])})"
    return re.compile(
        rf"(?P<hedge>{hedge})?\s*(?P<open>[(（])?\s*(?P<sign>[-−–+△▲])?\s*(?:{cur})?\s*"
        rf"(?P<open2>[(（])?\s*(?P<sign2>[-−])?(?P<one>{_DIGITS})"
        rf"(?:\s*(?P<pc1>%)?\s*(?:-|–|—|~|～|至|to)\s*(?:[$€£¥])?(?P<two>{_DIGITS}))?"
        rf"\s*(?P<close>[)）])?\s*(?:(?P<pc>%|％)|(?P<x>[x×倍])|(?P<back0>{back}))?\s*"
        rf"(?P<close2>[)）])?(?P<minus>-)?"
    )


def is_missing(text: str) -> bool:
    """Whether a cell says that it has no value."""
    return pattern("tables.missing").search(text) is not None


def _value(raw: str, decimal: str) -> tuple[float, float] | None:
    """A number and half of its last digit that was meant."""
    if " " in raw and not re.fullmatch(r"\d{1,3}(?: \d{3})+(?:[.,]\d+)?", raw):
        return None
    bare = re.sub(r"['’\u00a0\u202f\u2009 ]", "", raw)
    group = "." if decimal == "," else ","
    whole, _, part = bare.partition(decimal)
    if decimal in part or group in part or not re.fullmatch(rf"\d+(?:\{group}\d{{2,3}})*", whole):
        if bare.count(group) == 1 and decimal not in bare:  # 34,5 among points
            return _value(raw, group)
        return None
    digits = whole.replace(group, "")
    if group in whole and len(whole.rsplit(group, 1)[1]) == 2:
        return _value(raw, group) if bare.count(group) == 1 else None
    if part:
        return float(f"{digits}.{part}"), 0.5 * 10.0 ** -len(part)
    return _whole(digits)


def _whole(digits: str) -> tuple[float, float]:
    value = float(digits)
    zeros = len(digits) - len(digits.rstrip("0"))
    return value, 0.5 * 10.0 ** max(0, min(zeros, len(digits) - 2))


@lru_cache(4096)
def figure_of(text: str, decimal: str = ".") -> Figure | None:
    """The figure that a cell holds and little else; None where it holds none."""
    text = text.strip()
    if text.isascii() and text.isdigit() and len(text) <= _LONGEST:
        value, rounding = _whole(text)
        year = _DATE.fullmatch(text) is not None
        return Figure(value, value, rounding=rounding, year=year)
    if len(text) > 60 or not any(c.isdigit() for c in text):
        return _in_words(text) if 0 < len(text) < 30 else None
    text = _NOTE.sub("", text)
    if _CODE.fullmatch(text):
        return None
    m = _plain().fullmatch(text)
    return _of_digits(m, decimal) if m else _other(text, decimal)


def _of_digits(m: re.Match[str], decimal: str) -> Figure:
    """A figure of digits and signs alone; without ends where they are grouped as none is."""
    other = "." if decimal == "," else ","
    values = [_value(d, decimal) or _value(d, other) for d in (m["one"], m["two"] or m["one"])]
    one, two = values
    if one is None or two is None or one[0] > two[0]:
        return Figure(None, None)
    unit, dimension, factor = _unit_of(m)
    factor = -factor if _is_negative(m) else factor
    hedge = _HEDGES.get(m["hedge"] or "", "range" if m["two"] else "exact")
    ends = sorted((one[0], two[0]), key=lambda v: v * factor)
    dated = _DATE.fullmatch(m[0]) is not None
    found = Figure(ends[0], ends[1], hedge=hedge, rounding=one[1], year=dated).times(
        factor, unit, dimension
    )
    if hedge == "over":
        return replace(found, high=None)
    return replace(found, low=None) if hedge in ("under", "up_to") else found


def _is_negative(m: re.Match[str]) -> bool:
    bracketed = (m["open"] or m["open2"]) and (m["close"] or m["close2"])
    return bool(bracketed or m["sign2"] or m["minus"] or m["sign"] in (*"-−–△▲",))


def _unit_of(m: re.Match[str]) -> tuple[str, str, float]:
    if m["pc"] or m["pc1"]:
        return "fraction", "fraction", 0.01
    if m["x"]:
        return "ratio", "ratio", 1.0
    code = CURRENCY_BY_PREFIX.get(m["cur"] or "") or CURRENCY_BY_SUFFIX.get(m["back0"] or "")
    return (("CNY" if code == "¥" else code), "money", 1.0) if code else ("", "bare", 1.0)


def _in_words(text: str) -> Figure | None:
    """百分之五, two thirds: without a digit, and nothing beside."""
    numbers = find_numbers(text)
    whole = len(numbers) == 1 and numbers[0].end - numbers[0].start == len(text)
    if not whole or numbers[0].form not in ("fraction", "words"):
        return None
    n = numbers[0]
    unit = ("fraction", "fraction") if n.form == "fraction" else ("", "bare")
    return Figure(n.value, n.value, *unit, rounding=n.rounding, scaled=n.scale > 1)


def _other(text: str, decimal: str) -> Figure | None:
    """A figure with words of its own: 1.2bn, 40 MW, over 30 million, 约3.5万颗."""
    text = re.sub(r"^[>≥＞]\s?", "over ", re.sub(r"^[<≤＜]\s?", "under ", text))
    bracket = _BEHIND.search(text)
    if bracket and bracket.start() > 0:
        return figure_of(text[: bracket.start()], decimal)
    negative = re.fullmatch(r"[(（]([^()（）]+)[)）]", text)
    if negative:
        inner = figure_of(negative[1], decimal)
        return inner and inner.negative()
    if decimal == ",":
        text = re.sub(r"(?<=\d)[.,](?=\d)", lambda m: "," if m[0] == "." else ".", text)
    found = (
        [] if _DATE.fullmatch(text) else quantities(text, find_numbers(text), 0, len(text), True)
    )
    if not found or not _is_figure(text, found[0]):
        return None
    q = found[0]
    unit = "CNY" + q.unit[1:] if q.unit.startswith("¥") else q.unit
    return Figure(q.low, q.high, unit, q.dimension, q.hedge, q.rounding, q.scale != 1)


def _is_figure(text: str, q: Quantity) -> bool:
    """Whether a cell holds a quantity and little else; H100 holds none, nor "2026 plan"."""
    if text.isascii() and text[: q.start][-1:].isalnum():
        return False
    if q.dimension == "bare" and re.fullmatch(r"(?:19|20)\d\d", text[q.start : q.end]):
        return False
    before, after = (pattern("tables.beside").sub(" ", t) for t in (text[: q.start], text[q.end :]))
    if sum(map(len, _LETTERS.findall(before))) > 3:  # "Price per 1M tokens"
        return False
    words = _LETTERS.findall(f"{before} {after}")
    long = sum(len(w) if w.isascii() else 2 * len(w) for w in words)
    return long <= 24 and (q.dimension != "bare" or sum(map(len, words)) <= 3)
