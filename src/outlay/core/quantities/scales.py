"""Words and letters that multiply a number: k, M, bn, trillion, 万, 亿, 万亿."""

from __future__ import annotations

import re
from decimal import Decimal

__all__ = ["leading_scale", "said_elsewhere"]

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
_ELSEWHERE = {
    "mio": "m (million)", "mill": "m (million)", "milj": "m (million)", "millones": "m (million)",
    "milioni": "m (million)", "millionen": "m (million)", "mrd": "bn (billion)",
    "mld": "bn (billion)", "mia": "bn (billion)", "milliard": "bn (billion)",
    "milliards": "bn (billion)", "milliarden": "bn (billion)", "bio": "T (trillion)",
    "billionen": "T (trillion)", "tsd": "k (thousand)", "lakh": "0.1m, which a lakh is",
    "lakhs": "0.1m, which a lakh is", "crore": "10m, which a crore is",
    "crores": "10m, which a crore is",
    **dict.fromkeys(
        ("c", "ct", "cts", "cent", "cents", "¢", "fen", "分", "pence"),
        "it in the currency itself: 9 cents as 0.09 USD",
    ),
    **dict.fromkeys(
        ("va", "kva", "mva", "gva"), "watts (kW, MW), which is what chips draw"
    ),
}  # fmt: skip
"""Words of other tongues, some of which are another number in English: none is taken."""
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


def said_elsewhere(text: str) -> str:
    """How the scale is written here that a word of another tongue begins `text` with, as a hint."""
    word = re.match(r"[^\W\d_]+|¢", text)
    found = _ELSEWHERE.get(word.group().casefold()) if word else None
    return f"write {found}" if found else ""
