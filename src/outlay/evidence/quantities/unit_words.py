"""The unit of a number: a currency, a unit word, or the thing that is counted, in its words."""

from __future__ import annotations

import re

from outlay.evidence.lexicon import (
    CURRENCY_BY_SUFFIX,
    GLUED_SCALE,
    UnitWord,
    currency_suffix,
    is_han,
    unit_at,
)
from outlay.evidence.quantities.numbers import Number
from outlay.evidence.rules import pattern, words

__all__ = ["Worded", "cents_of", "noun_before", "unit_after"]

Worded = tuple[str, str, float, int]
"""Unit, dimension, factor to the base unit, and where the words end."""

_WORD = re.compile(r"[ -]([A-Za-z][A-Za-z0-9’'/.-]*|[A-Z0-9][A-Za-z0-9-]*)")
_CODE_NAME = re.compile(r"[A-Z]+\d\w*$")
_CLASSIFIER = {"颗": "chip", "枚": "chip", "块": "chip", "张": "chip", "片": "chip", "台": "server",
               "座": "site", "套": "unit", "家": "company"}  # fmt: skip
_GENERIC = "家套台件部人"
"""Classifiers of anything: what they count may stand before the number."""
_CLASSIFIERS = "颗枚张块片个台名家座套款位件只"
_COUNTED = frozenset({"count", "token"})
_LOOSE = frozenset({"unit", "order", "request", "company"})
_THINGS = frozenset({"chip", "server", "rack", "site", "node"})
_CENTS = {"euro": "EUR", "Euro": "EUR", "Canadian": "CAD", "Australian": "AUD", "Hong": "HKD",
          "Singapore": "SGD", "Zealand": "NZD"}  # fmt: skip
_MODIFIERS, _RUN, _NOUN = 6, 18, 16


def noun_before(text: str, begin: int, pos: int) -> str:
    """In Chinese the thing may stand before its count: 机柜总数达到4.2万个."""
    window = re.split(r"[，。；、：]", text[max(begin, pos - _NOUN) : pos])[-1]
    found: list[UnitWord] = []
    end = 0
    for i in range(len(window)):
        hit = unit_at(window, i) if i >= end else None
        if hit:
            found, end = [*found, hit[0]], hit[1]
    named = [w.unit for w in found if w.dimension == "count" and w.unit not in _LOOSE]
    return named[-1] if named else ""


def _worded(word: UnitWord, end: int) -> Worded:
    return word.unit, word.dimension, word.factor, end


def _head_noun(text: str, word: UnitWord, end: int) -> Worded:
    """ "5,000 GPU servers": the head is the last noun; "chip-hours" are chips times hours."""
    if word.dimension == "count" and text[end : end + 1] in (" ", "-"):
        nxt = unit_at(text, end + 1)
        if nxt and nxt[0].dimension == "duration" and word.unit == "chip":
            return f"chip-{nxt[0].unit}", "chip-time", 1.0, nxt[1]
        if nxt and nxt[0].dimension == "count" and nxt[0].unit not in ("unit", "order"):
            return _worded(*nxt)
    return _worded(word, end)


def _stops(text: str, pos: int, m: re.Match[str], of_seen: bool) -> bool:
    """Whether a word after a number ends the words of its unit."""
    word, low = m[1], m[1].lower()
    if word in ("and", "or") and _CODE_NAME.search(text, pos, m.start()):
        return not text[m.end() + 1 : m.end() + 2].isupper()
    if low in ("of", "the"):
        return of_seen == (low == "of")
    if low in words("quantities.stops"):
        return True
    return bool(pattern("quantities.participle").fullmatch(word))


def _qualifies(text: str, m: re.Match[str], stop: int) -> bool:
    """ "12,000 controlled chips": a participle right between the number and the thing."""
    if not pattern("quantities.participle").fullmatch(m[1]):
        return False
    hit = unit_at(text, m.end() + 1) if text[m.end() : m.end() + 1] == " " else None
    return hit is not None and hit[1] <= stop and hit[0].unit in (*_THINGS, "unit")


def _word_at(text: str, cursor: int, stop: int, first: bool) -> tuple[UnitWord, int] | None:
    """The unit word behind a space or hyphen; the first may be glued to its number."""
    spaced = cursor < stop and text[cursor] in " -"
    hit = unit_at(text, cursor + 1) if spaced else None
    return hit or (unit_at(text, cursor) if spaced or first else None)


def _latin_unit(text: str, pos: int, stop: int) -> Worded | None:
    """Unit word after a number in English, across up to six modifiers."""
    cursor, of_seen = pos, False
    for step in range(_MODIFIERS + 1):
        hit = _word_at(text, cursor, stop, step == 0)
        if hit and hit[1] <= stop and (step == 0 or hit[0].dimension in _COUNTED):
            return _head_noun(text, *hit)
        m = _WORD.match(text, cursor)
        if not m or m.end() > stop:
            return None
        if _stops(text, pos, m, of_seen) and not (step == 0 and _qualifies(text, m, stop)):
            return None
        of_seen = of_seen or m[1] == "of"
        cursor = m.end()
        if text[cursor : cursor + 1] == ",":
            return None
    return None


def _han_unit(text: str, pos: int, stop: int, chip_near: bool) -> Worded | None:
    """Unit word after a number in Chinese: classifier, modifiers, noun."""
    cursor = pos + (text[pos : pos + 1] == " ")
    head = text[cursor : cursor + 1]
    classifier = head if head and head in _CLASSIFIERS else ""
    hit = unit_at(text, cursor)
    if hit and not (classifier and hit[0].unit == "unit"):
        return _worded(*(_service_of(text, *hit) or hit))
    begin = cursor + len(classifier)
    if classifier or re.match(r"[A-Za-z\u3400-\u9fff]", head or "。"):
        found = _in_run(text, begin, stop)
        if found:
            return found
    unit = _CLASSIFIER.get(classifier, "")
    return (unit, "count", 1.0, begin) if unit and (unit != "chip" or chip_near) else None


def _service_of(text: str, word: UnitWord, end: int) -> tuple[UnitWord, int] | None:
    """The server that a chip's name begins: 芯片服务器."""
    service = word.unit == "chip" and text.startswith("服务", end)
    return unit_at(text, end) if service else None


def _in_run(text: str, begin: int, stop: int) -> Worded | None:
    """The thing counted, behind what is said of it: 8张国产加速卡."""
    run = re.compile(rf"[ \u3400-\u9fffA-Za-z0-9.+-]{{0,{_RUN}}}").match(text, begin, stop)
    limit = run.end() if run else begin
    blocked = pattern("quantities.run_ends", "zh").search(text, begin, limit)
    limit = blocked.start() if blocked else limit
    for i in range(begin, limit):
        if i > begin and re.fullmatch(r"[A-Za-z0-9]{2}", text[i - 1 : i + 1]):
            continue
        hit = unit_at(text, i)
        if hit and hit[0].dimension in _COUNTED and hit[1] <= limit:
            nxt = unit_at(text, hit[1])
            further = nxt and nxt[0].dimension == "count" and nxt[0].unit not in ("unit", "company")
            return _worded(*(nxt if nxt and further else hit))
    return None


def _words_at(text: str, n: Number) -> int:
    """Where the words of a number's unit begin: behind the "of" of "dozens of"."""
    return n.end + (3 if n.form == "vague" and text.startswith(" of ", n.end) else 0)


def cents_of(said: str) -> str:
    """The currency of cents, by the word before them: "euro cents"; dollars where there is none."""
    return next((c for w, c in _CENTS.items() if w in said), "USD")


def _money(text: str, n: Number, stop: int) -> Worded | None:
    """Money, by the sign before a number or the word after it."""
    pos = n.end
    if n.currency:
        again = currency_suffix().match(text, pos)
        spelt = again and text[pos : pos + 1] in " 元" and again.end() <= stop
        return n.currency, "money", 1.0, again.end() if again and spelt else pos
    cents = pattern("quantities.cents").match(text, pos)
    if cents and cents.end() <= stop:
        return cents_of(cents[0]), "money", 0.01, cents.end()
    pos = _words_at(text, n)
    cur = currency_suffix().match(text, pos)
    if cur and cur.end() <= stop:
        word = cur[1] or cur[2] or cur[3]
        return CURRENCY_BY_SUFFIX[word], "money", GLUED_SCALE.get(word, 1.0), cur.end()
    return None


def unit_after(text: str, n: Number, stop: int, chip_near: bool, begin: int = 0) -> Worded:
    """Unit, dimension, factor to the base unit, and where the quantity ends."""
    if n.form == "fold":
        return "ratio", "ratio", 1.0, n.end
    if n.form == "fraction":
        return _part(text, n)
    if money := _money(text, n, stop):
        return money
    pos = _words_at(text, n)
    nxt = text[pos : pos + 1]
    han = is_han(nxt) or (nxt == " " and is_han(text[pos + 1 : pos + 2] or " "))
    beside = nxt and is_han(text[max(0, n.start - 1) : n.start] or " ")
    found = _counted_in_han(text, n, pos, stop, chip_near, begin) if han or beside else None
    found = found or (None if han else _latin_unit(text, pos, stop))
    if found is None or _is_code(text, n, found[0], han):
        return "", "bare", 1.0, n.end
    return found


def _part(text: str, n: Number) -> Worded:
    """The unit of a fraction: of a length of time ("half a year"), or of nothing."""
    span = pattern("quantities.of_a_time").match(text, n.end)
    hit = unit_at(text, span.end()) if span else None
    if hit:
        return _worded(*hit)
    return "fraction", "fraction", 1.0, n.end + (text[n.end : n.end + 1] == "成")


def _counted_in_han(
    text: str, n: Number, pos: int, stop: int, chip_near: bool, begin: int
) -> Worded | None:
    """The Chinese unit word after a number; behind a classifier of anything, the noun before it."""
    found = _han_unit(text, pos, stop, chip_near)
    if found and text[found[3] - 1] in _GENERIC and (noun := noun_before(text, begin, n.start)):
        return noun, "count", 1.0, found[3]
    return found


def _is_code(text: str, n: Number, unit: str, han: bool) -> bool:
    """Whether a number is the code of a thing: a "910B card" is one card."""
    glued = n.form == "digits" and text[n.end - 1 : n.end] in ("B", "T", "b", "t")
    named = unit in _THINGS or (han and unit not in ("parameter", "token"))
    return glued and not n.currency and named
