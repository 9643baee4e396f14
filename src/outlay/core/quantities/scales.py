"""Words and letters that multiply a number: k, M, bn, trillion, 万, 亿, 万亿."""

from __future__ import annotations

import re
from decimal import Decimal

__all__ = ["leading_scale"]

_LETTERS = {"k": 3, "K": 3, "m": 6, "M": 6, "b": 9, "B": 9, "G": 9, "T": 12}
"""Single letters; a small t is left out, for it is a tonne."""

_WORDS = {
    "thousand": 3,
    "thousands": 3,
    "million": 6,
    "millions": 6,
    "mln": 6,
    "mn": 6,
    "mm": 6,
    "billion": 9,
    "billions": 9,
    "bln": 9,
    "bn": 9,
    "trillion": 12,
    "trillions": 12,
    "trn": 12,
    "tn": 12,
    "quadrillion": 15,
}
_CHINESE = {"十": 1, "百": 2, "千": 3, "万": 4, "亿": 8, "兆": 12}

_WORD = re.compile("|".join(sorted(_WORDS, key=len, reverse=True)), re.IGNORECASE)
_HAN = re.compile(r"[十百千]?万亿|[十百千]?[万亿]|[十百千]")


def leading_scale(text: str) -> tuple[Decimal, int] | None:
    """The scale that `text` starts with, as (factor, length), or None.

    >>> leading_scale("万亿元")
    (Decimal('1000000000000'), 2)
    """
    han = _HAN.match(text)
    if han:
        return Decimal(10) ** sum(_CHINESE[c] for c in han.group()), han.end()
    word = _WORD.match(text)
    if word and not text[word.end() : word.end() + 1].isalpha():
        return Decimal(10) ** _WORDS[word.group().casefold()], word.end()
    letter = text[:1]
    return (Decimal(10) ** _LETTERS[letter], 1) if letter in _LETTERS else None
