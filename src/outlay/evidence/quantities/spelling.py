"""Scale and unit words with a slip in them: "5 milion USD" is not five dollars."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches
from functools import cache

from outlay.evidence.lexicon import CURRENCY_BY_PREFIX, CURRENCY_BY_SUFFIX

__all__ = ["slip_in", "slips_after_numbers"]

_SCALES = ("thousand", "million", "billion", "trillion", "quadrillion")
_WORDS = (
    *_SCALES, "hundred", "percent", "fraction", "ratio", "rank", "dollar", "euro", "yuan", "pound",
    "token", "chip", "server", "rack", "site", "user", "request", "customer", "employee", "watt",
    "megawatt", "gigawatt", "kilowatt", "hour", "minute", "second", "month", "quarter", "year",
)  # fmt: skip
_LETTERS = re.compile(r"[A-Za-z]{4,14}")
_AFTER_NUMBER = re.compile(r"\d[ -]?(?P<word>[A-Za-z]{5,12})(?![A-Za-z])")
_NEAR = 0.84


@cache
def _known() -> frozenset[str]:
    money = {w.lower() for w in (*CURRENCY_BY_PREFIX, *CURRENCY_BY_SUFFIX) if w.isascii()}
    return frozenset({*_WORDS, *(w for w in money if w.isalpha())})


@cache
def _meant(word: str, among: tuple[str, ...]) -> str:
    """The word that another is a slip of; empty where it is one of them, or near none."""
    plain = word.lower()
    forms = {plain, plain.rstrip("s")}
    forms |= {f[1:] for f in forms if word[0] in "kKMGT"}  # Mtoken, kWatt
    if not forms.isdisjoint(among):
        return ""
    near = get_close_matches(plain, among, n=1, cutoff=_NEAR)
    # of three letters, most words are near another: USDD is a slip of USD, a card none of CAD
    meant = [n for n in near if len(n) > 3 or plain.startswith(n)]
    return meant[0] if meant else ""


def slip_in(unit: str) -> tuple[str, str]:
    """A word of a unit that is near one that is known, and that one; both empty where none is."""
    among = tuple(sorted(_known()))
    for m in _LETTERS.finditer(unit):
        if near := _meant(m[0], among):
            return m[0], near
    return "", ""


def slips_after_numbers(text: str) -> Iterator[tuple[int, str, str]]:
    """Where a number ends in a text whose scale word has a slip; the word, and what is meant."""
    for m in _AFTER_NUMBER.finditer(text):
        if near := _meant(m["word"], _SCALES):
            yield m.start() + 1, m["word"], near
