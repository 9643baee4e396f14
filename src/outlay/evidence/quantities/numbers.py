"""Numbers as people print them, in English and Chinese, with scale, currency mark and rounding."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache

from outlay.evidence.calendar.base import COUNT
from outlay.evidence.lexicon import (
    CURRENCY_BY_PREFIX,
    currency_prefix,
    scale_factor,
    scale_pattern,
)

__all__ = ["Number", "find_numbers"]

_TEENS = "thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
_UNITS = COUNT | {word: i for i, word in enumerate(_TEENS.split(), 13)}
_TY = "twenty thirty forty fifty sixty seventy eighty ninety"
_TENS = {word: 10 * i for i, word in enumerate(_TY.split(), 2)}
_ORDINAL_PARTS = {
    "half": 2, "halves": 2, "third": 3, "quarter": 4, "fifth": 5, "sixth": 6, "seventh": 7,
    "eighth": 8, "ninth": 9, "tenth": 10,
}  # fmt: skip
_FOLDS = {
    "doubl": 2.0, "twofold": 2.0, "twice": 2.0, "tripl": 3.0, "trebl": 3.0, "threefold": 3.0,
    "quadrupl": 4.0, "fourfold": 4.0, "fivefold": 5.0, "quintupl": 5.0, "sixfold": 6.0,
    "sevenfold": 7.0, "eightfold": 8.0, "ninefold": 9.0, "tenfold": 10.0, "twelvefold": 12.0,
    "fifteenfold": 15.0,
    "twentyfold": 20.0, "thirtyfold": 30.0, "fiftyfold": 50.0,
    "halv": 0.5,
}  # fmt: skip
_HAN_DIGIT = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "俩": 2}
_HAN_UNIT = {"十": 10, "百": 100, "千": 1000}


@dataclass(frozen=True, slots=True)
class Number:
    """A number in the text: span, value with its scale, half-width of its last printed digit.

    `form` says how it was written: digits, words, fraction ("two thirds"), fold ("tripled"),
    vague ("hundreds of billions", a floor with no ceiling). `scale` is 1 where none was written.
    """

    start: int
    end: int
    value: float
    scale: float
    rounding: float
    currency: str = ""
    form: str = "digits"
    more: bool = False  # 30多万: somewhat over


_SPACE = "\u00a0\u202f\u2009"
"""Spaces that group digits; a plain one may as well stand between two numbers."""


def _digits(unit: str) -> str:
    """Digits as the world groups them: 1,234.5, 1.234,5, 1'234, 1 234 (thin), 1,23,456, 12,5.

    A decimal comma is one after a nought, or of one or two digits beside a currency or `unit`:
    "items 3,5 and 7" is a list.
    """
    return (
        r"\d{1,3}(?:\.\d{3})+,\d+(?![\d,.]*\d)|\d{1,3}(?:\.\d{3}){2,}(?![.,]?\d)"
        r"|\d{1,3}(?:['\u2019]\d{3})+(?:\.\d+)?(?!\d)"
        rf"|\d{{1,3}}(?:[{_SPACE}]\d{{3}})+(?:[.,]\d+)?(?!\d)"
        r"|\d{1,2}(?:,\d{2})+,\d{3}(?:\.\d+)?(?![,\d])"
        rf"|0,\d+(?![.,]?\d)|\d{{1,3}},\d{{1,2}}(?![.,]?\d)(?(cur)|(?={unit}))"
        r"|\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
    )


def _plain(raw: str) -> str:
    """Digits as Python writes them, of any that `_digits` finds."""
    bare = re.sub(rf"['\u2019{_SPACE}]", "", raw)
    comma, point = bare.rfind(","), bare.rfind(".")
    grouped = re.fullmatch(r"[1-9]\d{0,2}(?:,\d{2,3})*,\d{3}", bare)
    if comma > point and not (point < 0 and grouped):
        return bare.replace(".", "").replace(",", ".")
    return bare.replace(",", "") if bare.count(".") < 2 else bare.replace(".", "")


@cache
def _pattern() -> re.Pattern[str]:
    cur, scale = currency_prefix(), scale_pattern()
    small = "|".join([*_TENS, *_UNITS])
    sign = "[%€$£¥]|[A-Z]{2,}|[kMGT]Wh?(?![A-Za-z])|percent"
    unit = rf"(?:{scale})(?![A-Za-z])|[ {_SPACE}]?(?:{sign})"
    folds = (
        r"doubl(?:e|ed|es|ing)(?!-digit)|tripl(?:e|ed|es|ing)|trebl(?:e|ed|ing)"
        r"|quadrupl(?:e|ed|es|ing)|quintupl(?:e|ed|ing)"
        r"|twice(?= (?:as|the|its|that|what|their|last))"
        r"|(?:two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty|thirty|fifty)-?fold|halv(?:e|ed|ing)"
    )
    big = "hundred|thousand|million|billion|trillion"
    return re.compile(
        rf"(?:(?P<cur>{cur})[ \u00a0\u202f]?|(?<![A-Za-z0-9_.,$])|(?<=[A-Za-z0-9][,.])(?!x)x)"
        rf"(?P<neg>(?:(?<=[\s(（:：])|(?<=^))[-−])?"
        rf"(?:(?P<num>{_digits(unit)})"
        rf"(?:(?P<more>[多余來来])(?=[万亿千百]))?(?P<scale>{scale})?"
        rf"(?P<more2>[多余](?!家|元化))?"
        rf"|(?P<vague>(?:(?:tens|hundreds|thousands) of )?(?:millions|billions|trillions|thousands)"
        rf"(?= of )|multi-?(?:million|billion|trillion))(?![A-Za-z])"
        rf"|(?P<few>(?:a few|several|a couple of) (?:dozen|{big}))(?![A-Za-z])"
        rf"|(?P<hanvague>[数几上][十百千]?(?:万亿|亿|万)|[十百千](?:万亿|亿)级)"
        rf"|(?P<hanparts>百分之[零〇一二两三四五六七八九十百\d.]+|[零一二两三四五六七八九十]+分之[零一二两三四五六七八九十]+)"
        rf"|(?P<hanfold>翻(?:了)?(?:一|两|三)?番|翻(?:了)?(?:一)?倍(?!数))"
        rf"|(?P<hanhalf>(?:一半|半数|过半|近半|半壁)(?!径|导))"
        rf"|(?P<hanten>[一二两三四五六七八九](?=成(?![立为功本员就交果都分长])))"
        rf"|(?P<han>[零〇一二两三四五六七八九十百千]+)(?P<hanmore>[多余几])?"
        rf"(?:(?P<hanscale>万亿|亿|万)(?P<hanmore2>[多余])?"
        rf"|(?=个百分点|倍|年(?!级|前|代)|个月|天|座|颗|枚|台|名|期项目|个季度|小时|家))"
        rf"|(?<![A-Za-z])(?P<fold>{folds})(?![A-Za-z])"
        rf"|(?<![A-Za-z])(?P<part>(?:(?:one|two|three|four|five|a)[- ])?"
        rf"(?:thirds?|quarters?|fifths?|sixths?|sevenths?|eighths?|ninths?|tenths?)"
        rf"(?= of |(?<=thirds)|(?<=quarters) )|half(?= (?:of|the|its|their|that|this|a (?:{big}))))"
        rf"(?![A-Za-z])"
        rf"|(?<![A-Za-z])(?P<words>(?:a|an)(?= (?:{big}|dozen)(?![A-Za-z]))|(?:{small})"
        rf"(?:[- ](?:{'|'.join(_UNITS)}))?)(?P<hundred> hundred)?"
        rf"(?: and (?P<rest>(?:{small})(?:-(?:{'|'.join(_UNITS)}))?))?"
        rf"(?P<wscale>[ -](?:{big}|dozen))?(?![A-Za-z])"
        rf")",
        re.IGNORECASE if False else 0,
    )


def _han(text: str) -> float:
    """Chinese numerals below ten thousand: 三百二十 is 320, 十五 is 15."""
    total, digit = 0, 0
    for ch in text:
        if ch in _HAN_UNIT:
            total += (digit or 1) * _HAN_UNIT[ch]
            digit = 0
        else:
            digit = digit * 10 + _HAN_DIGIT[ch] if digit and ch in _HAN_DIGIT else _HAN_DIGIT[ch]
    return float(total + digit)


def _words(text: str) -> float:
    if text in ("a", "an"):
        return 1.0
    return float(sum(_TENS.get(w, _UNITS.get(w, 0)) for w in re.split(r"[- ]", text)))


def _rounding(raw: str, scale: float) -> float:
    """Half of the last digit that was meant: 1.6 trillion -> 0.05 trillion; 20,000 -> 500."""
    plain = _plain(raw)
    if "." in plain:
        return 0.5 * scale * 10.0 ** -len(plain.split(".")[1])
    if scale > 1:
        return 0.5 * scale
    zeros = len(plain) - len(plain.rstrip("0"))
    return 0.5 * 10.0 ** max(0, min(zeros, len(plain) - 2))


def _parse(match: re.Match[str]) -> Number:
    group = match.groupdict()
    cur = CURRENCY_BY_PREFIX.get(group["cur"], "") if group["cur"] else ""
    start, end = match.span()
    factors = scale_factor()

    def make(value: float, scale: float, rounding: float, form: str, more: bool = False) -> Number:
        return Number(start, end, value, scale, rounding, cur, form, more)

    if group["num"] is not None:
        raw = group["num"]
        word = (group["scale"] or "").strip(" -\u00a0\u202f")
        scale = factors.get(word) or factors.get(word.rstrip("s")) or 1.0
        sign = -1.0 if group["neg"] else 1.0
        value = sign * float(_plain(raw)) * scale
        more = bool(group["more"] or group["more2"])
        return make(value, scale, _rounding(raw, scale), "digits", more)
    if group["vague"]:
        parts = group["vague"].replace("multi-", "").replace("multi", "").split(" of ")
        lead = {"tens": 10.0, "hundreds": 100.0, "thousands": 1000.0}
        scale = factors[parts[-1].rstrip("s")]
        value = scale * (lead[parts[0]] if len(parts) == 2 else 1.0)
        return make(value, value, 0.0, "vague")
    if group["few"]:
        word = group["few"].split()[-1]
        scale = {"dozen": 12.0, "hundred": 100.0}.get(word) or factors[word]
        return make(2 * scale, scale, 0.0, "vague")
    if group["hanvague"]:
        text = group["hanvague"].rstrip("级")
        sized = re.search(r"万亿|亿|万", text)
        before = text[: sized.start()] if sized else ""
        scale = factors[sized[0]] if sized else 1.0
        ten = {"十": 10.0, "百": 100.0, "千": 1000.0}.get(before[-1:], 1.0)
        return make(ten * scale, ten * scale, 0.0, "vague")
    return _parse_words(group, make, factors)


def _parse_words(
    group: dict[str, str | None], make: Callable[..., Number], factors: dict[str, float]
) -> Number:
    if text := group["hanparts"]:
        below, above = text.split("分之")
        if below == "百":
            top = float(above) if above[0].isdigit() else _han(above)
            return make(top / 100, 1.0, 0.005, "fraction")
        return make(_han(above) / _han(below), 1.0, 0.0, "fraction")
    if text := group["hanfold"]:
        times = 4.0 if "两番" in text else 8.0 if "三番" in text else 2.0
        return make(times, 1.0, 0.0, "fold")
    if text := group["hanhalf"]:
        return make(0.5, 1.0, 0.0, "fraction")
    if text := group["hanten"]:
        return make(_han(text) / 10, 1.0, 0.05, "fraction")
    if text := group["han"]:
        scale = factors[group["hanscale"]] if group["hanscale"] else 1.0
        more = bool(group["hanmore"] or group["hanmore2"])
        return make(_han(text) * scale, scale, 0.5 * scale if scale > 1 else 0.0, "words", more)
    if text := group["fold"]:
        low = text.lower().replace("-", "")
        for stem, times in _FOLDS.items():
            if low.startswith(stem):
                return make(times, 1.0, 0.0, "fold")
    if text := group["part"]:
        words = re.split(r"[- ]", text)
        parts = _ORDINAL_PARTS[words[-1].rstrip("s")] if words[-1] != "half" else 2
        taken = _UNITS.get(words[0], 1) if len(words) > 1 else 1
        return make(taken / parts, 1.0, 0.0, "fraction")
    value = _words(group["words"] or "a")
    if group["hundred"]:
        value *= 100
    if group["rest"]:
        value += _words(group["rest"])
    word = (group["wscale"] or "").strip(" -")
    scale = {"": 1.0, "dozen": 12.0, "hundred": 100.0}.get(word) or factors[word]
    return make(value * scale, scale, 0.5 * scale if scale > 12 else 0.0, "words")


def find_numbers(text: str) -> list[Number]:
    """All numbers of `text` from left to right; 3亿5000万 is one number, "half a billion" too."""
    out: list[Number] = []
    for match in _pattern().finditer(text):
        number = _parse(match)
        if out:
            last = out[-1]
            gap = text[last.end : number.start]
            if gap == "" and last.scale > number.scale >= 1e3 and text[last.end - 1] in "亿万":
                out[-1] = replace(last, end=number.end, value=last.value + number.value,
                                  rounding=number.rounding)  # fmt: skip
                continue
            if last.form == "fraction" and gap == " " and text[number.start] == "a":
                out[-1] = replace(number, start=last.start, value=last.value * number.value,
                                  currency=last.currency)  # fmt: skip
                continue
        out.append(number)
    return out
