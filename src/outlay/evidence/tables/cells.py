"""What stands in a cell: a figure, nothing, or words."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache

from outlay.evidence.lexicon import CURRENCY_BY_PREFIX, CURRENCY_BY_SUFFIX, alternation
from outlay.evidence.quantities.numbers import find_numbers
from outlay.evidence.quantities.quantity import quantities
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
_CODE = re.compile(r"\d+(?:st|nd|rd|th|[Gg])|\d+-[A-Z]|\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}|\d+:\d+")
_DATE = re.compile(
    r"(?:19|20)\d\d(?:[EAF]|年.*|\s?[-/ ]?\s?[QH][1-4]|[-/.]\d{1,2})?|[1-4][QH](?:20)?\d\d[EA]?"
    r"|(?:19|20)\d\d ?[-–/] ?(?:(?:19|20)\d\d|\d\d)|\d{1,2}月(?:\d{1,2}日)?"
)
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
                      self.rounding * factor, self.scaled, self.year)  # fmt: skip


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
    whole, mark, part = bare.partition(decimal)
    if decimal in part or group in part or not re.fullmatch(rf"\d+(?:\{group}\d{{2,3}})*", whole):
        if bare.count(group) == 1 and decimal not in bare:  # 34,5 among points
            return _value(raw, group)
        return None
    digits = whole.replace(group, "")
    if group in whole and len(whole.rsplit(group, 1)[1]) == 2:
        return _value(raw, group) if bare.count(group) == 1 else None
    value = float(f"{digits}.{part}" if mark else digits)
    if part:
        return value, 0.5 * 10.0 ** -len(part)
    zeros = len(digits) - len(digits.rstrip("0"))
    return value, 0.5 * 10.0 ** max(0, min(zeros, len(digits) - 2))


def figure_of(text: str, decimal: str = ".") -> Figure | None:
    """The figure that a cell holds and little else; None where it holds none."""
    text = text.strip()
    if len(text) > 60 or not any(c.isdigit() for c in text):
        return _in_words(text) if 0 < len(text) < 30 else None
    text = _NOTE.sub("", text)
    if _CODE.fullmatch(text):
        return None
    m = _plain().fullmatch(text)
    if m is None:
        return _other(text, decimal)
    other = "." if decimal == "," else ","
    values = [_value(d, decimal) or _value(d, other) for d in (m["one"], m["two"]) if d]
    one, two = values[0], values[-1] if m["two"] else None
    if one is None or (m["two"] and two is None):
        return Figure(None, None)
    low, rounding = one
    sign = -1.0 if m["sign"] in ("-", "−", "–", "△", "▲") or m["sign2"] or m["minus"] else 1.0
    if (m["open"] or m["open2"]) and (m["close"] or m["close2"]):
        sign = -1.0
    high = two[0] if two else low
    if two and low > high:
        return Figure(None, None)
    unit, dimension, factor = _unit_of(m)
    hedge: Hedge = "range" if two else "exact"
    hedge = _HEDGES.get(m["hedge"] or "", hedge)
    low, high = (sign * v * factor for v in (low, high))
    found = Figure(min(low, high), max(low, high), unit, dimension, hedge, rounding * factor,
                   year=_DATE.fullmatch(text) is not None)  # fmt: skip
    if unit == "fraction":
        found = found.times(1.0, unit, dimension)
    if hedge == "over":
        return replace(found, high=None)
    return replace(found, low=None) if hedge in ("under", "up_to") else found


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
        return inner and replace(
            inner, low=None if inner.high is None else -inner.high,
            high=None if inner.low is None else -inner.low,
        )  # fmt: skip
    if decimal == ",":
        text = re.sub(r"(?<=\d)[.,](?=\d)", lambda m: "," if m[0] == "." else ".", text)
    if _DATE.fullmatch(text):
        return None
    found = quantities(text, find_numbers(text), 0, len(text), True)
    if not found or (found[0].start > 0 and text[found[0].start - 1].isalnum() and text.isascii()):
        return None
    q = found[0]
    if q.dimension == "bare" and re.fullmatch(r"(?:19|20)\d\d", text[q.start : q.end]):
        return None  # "2026 plan"
    rest = text[: q.start] + " " + text[q.end :]
    words = _LETTERS.findall(pattern("tables.beside").sub(" ", rest))
    if q.dimension == "bare" and sum(map(len, words)) > 3:
        return None
    if sum(len(w) if w.isascii() else 2 * len(w) for w in words) > 24:
        return None
    unit = "CNY" + q.unit[1:] if q.unit.startswith("¥") else q.unit
    return Figure(q.low, q.high, unit, q.dimension, q.hedge, q.rounding, q.scale != 1)
