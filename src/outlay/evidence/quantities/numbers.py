"""Numbers as people print them, in English and Chinese, with scale, currency mark and rounding."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import chain

from outlay.evidence.calendar.base import COUNT
from outlay.evidence.lexicon import (
    CURRENCY_BY_PREFIX,
    currency_prefix,
    scale_factor,
    scale_pattern,
)
from outlay.evidence.rules import pattern
from outlay.evidence.text.parsed import matches_at

__all__ = ["Number", "find_numbers"]

_TEENS = "thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
_UNITS = COUNT | {word: i for i, word in enumerate(_TEENS.split(), 13)}
_TY = "twenty thirty forty fifty sixty seventy eighty ninety"
_TENS = {word: 10 * i for i, word in enumerate(_TY.split(), 2)}
_PARTS = "half third quarter fifth sixth seventh eighth ninth tenth"
_ORDINAL_PARTS = {"halve": 2} | {word: i for i, word in enumerate(_PARTS.split(), 2)}
_FOLDS = {"doubl": 2.0, "twice": 2.0, "tripl": 3.0, "trebl": 3.0, "quadrupl": 4.0,
          "quintupl": 5.0, "halv": 0.5}  # fmt: skip
_HAN_DIGIT = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "俩": 2}
_HAN_UNIT = {"十": 10, "百": 100, "千": 1000}
_HAN_FIRST = "零〇一二两三四五六七八九十百千数几上翻半过近"
_HUNDREDS = ("halv", "half", "Half", "tens", "hundreds", "thousands", "millions", "billions",
             "trillions", "multi", "several", "tripl", "third", "quarter", "fifth", "sixth",
             "seventh", "eighth", "ninth", "tenth")  # fmt: skip
"""Words that a number begins with and that are none themselves."""
_HAN = "[零〇一二两三四五六七八九十百千]"


@dataclass(frozen=True, slots=True)
class Number:
    """A number in the text: span, value with its scale, half-width of its last printed digit.

    `form` says how it was written: digits, words, fraction ("two thirds"), fold ("tripled"),
    vague ("hundreds of billions", a floor with no ceiling). `scale` is 1 where none was written.
    """

    start: int
    end: int
    value: float
    scale: float = 1.0
    rounding: float = 0.0
    currency: str = ""
    form: str = "digits"
    more: bool = False  # 30多万: somewhat over


Decimal = Callable[[int], str]
"""What parts the fraction at a place of the text; empty where it does not show."""
_SPACE = "\u00a0\u202f\u2009"
"""Spaces that group digits; a plain one may as well stand between two numbers."""


def _digits(unit: str) -> str:
    """Digits as the world groups them: 1,234.5, 1.234,5, 1'234, 1 234, 1,23,456, 12,5.

    A decimal comma is one after a nought, or of one or two digits beside a currency or `unit`:
    "items 3,5 and 7" is a list. A plain space groups digits where a unit follows.
    """
    return (
        r"\d{1,3}(?:\.\d{3})+,\d+(?![\d,.]*\d)|\d{1,3}(?:\.\d{3}){2,}(?![.,]?\d)"
        r"|\d{1,3}(?:['\u2019]\d{3})+(?:\.\d+)?(?!\d)"
        rf"|\d{{1,3}}(?:[{_SPACE}]\d{{3}})+(?:[.,]\d+)?(?!\d)"
        rf"|(?<!\d )[1-9]\d{{0,2}}(?: \d{{3}})+(?:[.,]\d+)?(?= ?(?:[A-Za-z%€$£¥]|{unit}))(?! ?x)"
        r"|[1-9]\d?(?:,\d{2})+,\d{3}(?:\.\d+)?(?![,\d])"
        rf"|0,\d+(?![.,]?\d)|\d{{1,3}},\d{{1,2}}(?![.,]?\d)(?(cur)|(?={unit}))"
        r"|[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
    )


def _plain(raw: str, decimal: str = "") -> str:
    """Digits as Python writes them, of any that `_digits` finds."""
    bare = re.sub(rf"['\u2019 {_SPACE}]", "", raw)
    if decimal == "," and re.fullmatch(r"[1-9]\d{0,2}(?:\.\d{3})+|\d+,\d+", bare):
        return bare.replace(".", "").replace(",", ".")
    comma, point = bare.rfind(","), bare.rfind(".")
    grouped = re.fullmatch(r"[1-9]\d{0,2}(?:,\d{2,3})*,\d{3}", bare)
    if comma > point and not (point < 0 and grouped):
        return bare.replace(".", "").replace(",", ".")
    return bare.replace(",", "") if bare.count(".") < 2 else bare.replace(".", "")


def _ruled(name: str) -> str:
    return pattern(f"quantities.{name}").pattern


@cache
def _pattern() -> re.Pattern[str]:
    cur, scale = currency_prefix(), scale_pattern()
    ones = "|".join(_UNITS)
    tens = "|".join([*_TENS, *(w.capitalize() for w in _TENS)])
    spelt = rf"(?:{tens})(?:[- ](?:{ones}))?|{ones}|{'|'.join(w.capitalize() for w in _UNITS)}"
    sign = "[%€$£¥]|[A-Z]{2,}|[kMGT]Wh?(?![A-Za-z])|percent"
    unit = rf"(?:{scale})(?![A-Za-z])|[ {_SPACE}]?(?:{sign})"
    big = "hundred|thousand|million|billion|trillion"
    return re.compile(
        r"(?:(?<![A-Za-z])|(?![A-Za-z]))"  # nothing begins within a word
        rf"(?:(?P<cur>{cur})[ \u00a0\u202f]?|(?<![A-Za-z0-9_.,$])|(?<=[A-Za-z0-9][,.])(?!x)x)"
        rf"(?P<neg>(?:(?<=[\s(（:：])|(?<=^))[-−])?"
        rf"(?:(?P<num>{_digits(unit)})"
        rf"(?:(?P<more>[多余来])(?=[万亿千百]))?(?P<scale>{scale})?(?P<more2>[多余](?!家|元化))?"
        rf"|(?P<vague>{_ruled('vague')})|(?P<few>{_ruled('few')})"
        rf"|(?P<hanvague>{_ruled('vague_level')})|(?P<hanparts>{_ruled('parts')})"
        rf"|(?P<hanfold>{_ruled('turned')})|(?P<hanhalf>{_ruled('half')})"
        rf"|(?P<hanten>{_ruled('tenths')})"
        rf"|(?P<han>{_HAN}+(?:点[零〇一二三四五六七八九]+)?)(?P<hanmore>[多余几])?"
        rf"(?:(?P<hanscale>万亿|亿|万)(?P<hanrest>{_HAN}+万{_HAN}*|{_ruled('rest')})?"
        rf"(?P<hanmore2>[多余])?|(?={_ruled('counted')}))"
        rf"|(?<![A-Za-z])(?P<fold>{_ruled('fold')})|(?<![A-Za-z])(?P<part>{_ruled('part')})"
        rf"|(?<![A-Za-z])(?P<words>(?:a|an)(?= (?:{_ruled('one')})(?![A-Za-z-]))|{spelt})"
        rf"(?:(?P<hundred> hundred)(?: and (?P<rest>{spelt}))?)?"
        rf"(?P<whalf> and a half)?(?P<wscale>[ -](?:{big}|dozen))?(?![A-Za-z])"
        rf")"
    )


@cache
def _may_begin() -> re.Pattern[str]:
    """The letter before each place where a number can begin, told by its first letters."""
    said = [*_UNITS, *_TENS, *(w.capitalize() for w in (*_UNITS, *_TENS)), *_FOLDS, *_HUNDREDS]
    stems = "|".join(sorted({word[:3] for word in said}))
    signs = {w for w in CURRENCY_BY_PREFIX if not w[0].isalpha() or not w[0].isascii()}
    money = "|".join(re.escape(w) for w in CURRENCY_BY_PREFIX if w not in signs)
    first = re.escape("".join(sorted({w[0] for w in signs})))
    return re.compile(
        rf"[^A-Za-z](?:(?<![0-9_.,$])(?=[-−\d{_HAN_FIRST}]|[Aa]n?[- ][b-hmnq-y]"
        rf"|{stems})|(?=[{first}]|{money}))"
    )


def _found(text: str) -> Iterator[re.Match[str]]:
    """What the pattern of numbers finds: within a word none begins."""
    places = (m.end() for m in _may_begin().finditer(text))
    return matches_at(_pattern(), text, chain([0], places))


def _han(text: str) -> float:
    """Chinese numerals below ten thousand: 三百二十 is 320, 十五 is 15, 三点五 is 3.5."""
    text, _, after = text.partition("点")
    if after:
        return _han(text) + float("0." + "".join(str(_HAN_DIGIT[c]) for c in after))
    total, digit = 0, 0
    for ch in text:
        if ch in _HAN_UNIT:
            total += (digit or 1) * _HAN_UNIT[ch]
            digit = 0
        else:
            digit = digit * 10 + _HAN_DIGIT[ch] if digit and ch in _HAN_DIGIT else _HAN_DIGIT[ch]
    return float(total + digit)


def _han_rest(text: str, scale: float) -> float:
    """What stands behind 万 or 亿: 六千 of 三万六千; 五 of 三万五, which is five thousand."""
    if len(text) == 1 and text in _HAN_DIGIT:
        return _HAN_DIGIT[text] * scale / 10
    above, _, below = text.rpartition("万")
    return (_han(above) * 1e4 if above else 0.0) + _han(below)


def _words(text: str) -> float:
    if text in ("a", "an"):
        return 1.0
    return float(sum(_TENS.get(w, _UNITS.get(w, 0)) for w in re.split(r"[- ]", text.lower())))


def _rounding(plain: str, scale: float) -> float:
    """Half of the last digit that was meant: 1.6 trillion -> 0.05 trillion; 20,000 -> 500."""
    if "." in plain:
        return 0.5 * scale * 10.0 ** -len(plain.split(".")[1])
    if scale > 1:
        return 0.5 * scale
    zeros = len(plain) - len(plain.rstrip("0"))
    return 0.5 * 10.0 ** max(0, min(zeros, len(plain) - 2))


def _scale_of(word: str | None) -> float:
    word = (word or "").strip(" -\u00a0\u202f")
    named = {"": 1.0, "dozen": 12.0, "hundred": 100.0}.get(word)
    factors = scale_factor()
    return named or factors.get(word) or factors.get(word.rstrip("s")) or 1.0


def _vague(at: Number, scale: float) -> Number:
    return replace(at, value=scale, scale=scale, form="vague")


def _of_digits(at: Number, m: re.Match[str], decimal: Decimal) -> Number:
    scale = _scale_of(m["scale"]) if m["scale"] else 1.0
    raw = m["num"]
    plain = raw if raw.isdigit() else _plain(raw, decimal(at.start))
    value = (-1.0 if m["neg"] else 1.0) * float(plain) * scale
    more = bool(m["more"] or m["more2"])
    rounding = _rounding(plain, scale)
    return Number(at.start, at.end, value, scale, rounding, at.currency, "digits", more)


def _of_vague(at: Number, m: re.Match[str], _: Decimal) -> Number:
    parts = m["vague"].replace("multi-", "").replace("multi", "").split(" of ")
    lead = {"tens": 10.0, "hundreds": 100.0, "thousands": 1000.0}
    return _vague(at, _scale_of(parts[-1]) * (lead[parts[0]] if len(parts) == 2 else 1.0))


def _of_few(at: Number, m: re.Match[str], _: Decimal) -> Number:
    scale = _scale_of(m["few"].split()[-1])
    return replace(_vague(at, scale), value=2 * scale)


def _of_han_vague(at: Number, m: re.Match[str], _: Decimal) -> Number:
    before, sized, _rest = re.split(r"(万亿|亿|万)", m["hanvague"], maxsplit=1)
    ten = {"十": 10.0, "百": 100.0, "千": 1000.0}.get(before[-1:], 1.0)
    return _vague(at, ten * _scale_of(sized))


def _of_han_parts(at: Number, m: re.Match[str], _: Decimal) -> Number:
    below, above = m["hanparts"].split("分之")
    top = float(above) if above[0].isdigit() else _han(above)
    hundredths = below == "百"
    rounding = 0.005 if hundredths else 0.0
    bottom = 100 if hundredths else _han(below)
    return replace(at, value=top / (bottom or 1.0), rounding=rounding, form="fraction")


def _of_han_fold(at: Number, m: re.Match[str], _: Decimal) -> Number:
    text = m["hanfold"]
    return replace(at, value=4.0 if "两番" in text else 8.0 if "三番" in text else 2.0, form="fold")


def _of_han_half(at: Number, m: re.Match[str], _: Decimal) -> Number:
    return replace(at, value=0.5, form="fraction")


def _of_tenths(at: Number, m: re.Match[str], _: Decimal) -> Number:
    return replace(at, value=_han(m["hanten"]) / 10, rounding=0.05, form="fraction")


def _of_han(at: Number, m: re.Match[str], _: Decimal) -> Number:
    scale = _scale_of(m["hanscale"])
    rest = m["hanrest"] or ""
    rounding = 0.5 * (scale if not rest else 1e4 if "万" in rest else 1.0) if scale > 1 else 0.0
    more = bool(m["hanmore"] or m["hanmore2"])
    value = _han(m["han"]) * scale + _han_rest(rest, scale)
    return replace(at, value=value, scale=scale, rounding=rounding, form="words", more=more)


def _of_fold(at: Number, m: re.Match[str], _: Decimal) -> Number:
    low = m["fold"].lower().replace("-", "")
    stem = next((t for s, t in _FOLDS.items() if low.startswith(s)), 0.0)
    return replace(at, value=stem or _words(low.removesuffix("fold")), form="fold")


def _of_part(at: Number, m: re.Match[str], _: Decimal) -> Number:
    words = re.split(r"[- ]", m["part"])
    taken = _UNITS.get(words[0].lower(), 1) if len(words) > 1 else 1
    return replace(at, value=taken / _ORDINAL_PARTS[words[-1].lower().rstrip("s")], form="fraction")


def _of_words(at: Number, m: re.Match[str], _: Decimal) -> Number:
    value = _words(m["words"]) * (100 if m["hundred"] else 1)
    value += _words(m["rest"]) if m["rest"] else 0
    value += 0.5 if m["whalf"] else 0
    scale = _scale_of(m["wscale"])
    rounding = 0.5 * scale if scale > 12 else 0.0
    return replace(at, value=value * scale, scale=scale, rounding=rounding, form="words")


_READERS: dict[str, Callable[[Number, re.Match[str], Decimal], Number]] = {
    "num": _of_digits, "vague": _of_vague, "few": _of_few, "hanvague": _of_han_vague,
    "hanparts": _of_han_parts, "hanfold": _of_han_fold, "hanhalf": _of_han_half,
    "hanten": _of_tenths, "han": _of_han, "fold": _of_fold, "part": _of_part, "words": _of_words,
}  # fmt: skip


def _is_code(text: str, start: int, last: Number | None) -> bool:
    """Whether a number ends a code: 80 of "A100-80GB", 4 of "GPT-4"; 70 of "RMB60-70bn" not."""
    if text[start - 1 : start] != "-" or (last is not None and last.end >= start - 1):
        return False
    return pattern("quantities.code_before").search(text, max(0, start - 24), start) is not None


def _joined(text: str, last: Number, number: Number) -> Number | None:
    """Two numbers that are one: 3亿5000万, "half a billion", "sixty (60)"."""
    gap = text[last.end : number.start]
    if gap == "" and last.scale > number.scale >= 1e3 and text[last.end - 1] in "亿万":
        return replace(last, end=number.end, value=last.value + number.value,
                       rounding=number.rounding)  # fmt: skip
    if last.form == "fraction" and gap in (" ", " of ") and text[number.start] == "a":
        return replace(number, start=last.start, value=last.value * number.value,
                       currency=last.currency)  # fmt: skip
    again = gap.strip() in ("(", "（") and text[number.end : number.end + 1] in (")", "）")
    if again and last.form == "words" and last.value == number.value:
        return replace(last, end=number.end + 1, form="digits")
    return None


def find_numbers(text: str, decimal: Decimal = lambda _: "") -> list[Number]:
    """All numbers of `text` from left to right; 3亿5000万 is one number, "half a billion" too."""
    out: list[Number] = []
    for match in _found(text):
        start, end = match.span()
        if text[start - 1 : start] == "第" or _is_code(text, start, out[-1] if out else None):
            continue
        currency = CURRENCY_BY_PREFIX.get(match["cur"], "") if match["cur"] else ""
        group = next(g for g in _READERS if match[g] is not None)
        read = _READERS[group]
        number = read(Number(start, end, 0.0, currency=currency), match, decimal)
        one = _joined(text, out[-1], number) if out else None
        if one is not None:
            out[-1] = one
        else:
            out.append(number)
    return out
