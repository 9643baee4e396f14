"""Hedges of a number: over, under, up to, about; in the words before or after it."""
# ruff: noqa: E501 - patterns and formulas are kept in one piece

from __future__ import annotations

import re

from outlay.evidence.types import Hedge

__all__ = ["hedge_of"]

_HEDGE_LEFT = re.compile(
    r"(?P<under>\b(?:just|slightly|well|a little|a bit|somewhat)? ?(?:under|below|less than|fewer than|short of)|(?:不到|不足|低于|少于|未达|未满|小于))\s*$"
    r"|(?P<up_to>\b(?:up to|as much as|as many as|as high as|at most|no more than|not more than|not to exceed|not exceed(?:ing)?|a maximum of|maximum(?: of)?|capped at|a cap of|a ceiling of|a limit of|limited to)|(?:至多|最多|最高|不超过|不高于|不多于|上限为?|最高可达|不得超过|控制在))\s*$"
    r"|(?P<over>\b(?:(?:just|slightly|well|comfortably) )?(?:over(?<!handed over)|more than|above|greater than|at least|no less than|not less than|no fewer than|not fewer than|in excess of|upwards? of|exceed(?:s|ed|ing)?|pass(?:ed|es)|surpass(?:es|ed|ing)?|topp(?:ed|ing)|north of|a minimum of|minimum(?: of)?|a floor of|beyond|past)|(?:超过|超出|超|逾|突破了|超过了|超出了|突破|高于|不低于|不少于|至少|最低|大于|多达?于|起码|已破|破))\s*$"
    r"|(?P<about>(?:\b(?:about|around|approximately|approx\.?|roughly|some|nearly|almost|close to|circa|c\.|ca\.?|an? estimated|estimated(?: at)?|in the region of|on the order of|approaching|near|virtually|just shy of|equivalent to about|or about)|~|≈|≃|(?:约为|约合|大约|大概|大致|约|将近|接近|近乎|(?<!最)近|差不多|估计|折合约|左右))\s*)$",
    re.IGNORECASE,
)
_HEDGE_RIGHT = re.compile(
    r"\s?(?:(?P<over>or more|\+|plus\b|or higher|or above|and (?:up|above)|以上|之上|开外)"
    r"|(?P<up_to>or less|or fewer|or below|at most|以内|以下|之内|封顶)|(?P<about>or so|左右|上下|-odd|前后))"
)


_WORDS: tuple[Hedge, ...] = ("under", "up_to", "over", "about")


def hedge_of(text: str, begin: int, start: int, end: int, more: bool) -> Hedge:
    window = text[max(begin, start - 28) : start]
    window = re.sub(r"\b(?:a|an|US|another|an additional|additional)\s*$", "", window)
    left = _HEDGE_LEFT.search(window)
    if left:
        for word in _WORDS:
            if left[word]:
                return word
    right = _HEDGE_RIGHT.match(text, end)
    if right:
        return "over" if right["over"] else "up_to" if right["up_to"] else "about"
    return "over" if more else "exact"
