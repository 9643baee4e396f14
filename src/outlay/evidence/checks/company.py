"""How far a claim is to be believed before another: by its source and by the company it keeps."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from outlay.evidence.checks.compare import PARTS, WHOLES, converted
from outlay.evidence.types import Claim

__all__ = ["Company", "trust"]

_MATES = 60  # enough company to judge a claim by
_MOST_NEAR = 4
_MANY = re.compile(r"two|several|multiple|sources|people|filing|公告|财报|多位|两名")
_TOTALS = WHOLES | PARTS


class Company:
    """Claims among which others are judged; each is judged once, however often it is asked for."""

    def __init__(self, claims: Sequence[Claim]) -> None:
        mates = claims[:_MATES]
        self._converted = {c.converts for c in mates}
        self._sized = [c for c in mates if c.family in _TOTALS and not c.vague]
        self._known: dict[str, float] = {}

    def trust(self, c: Claim) -> float:
        """How far `c` is to be believed: sources, conversions, company."""
        known = self._known.get(c.id)
        if known is None:
            known = self._known[c.id] = self._judged(c)
        return known

    def _judged(self, c: Claim) -> float:
        score = 0.0
        if c.attribution:
            score += 1.0
        if _MANY.search(c.attribution):
            score += 0.3
        if c.converts or c.id in self._converted:
            score += 1.0
        if c.headline:
            score -= 0.5
        if c.vague:
            score -= 1.0
        if c.kind == "estimated":
            score -= 0.2
        return score + self._near(c) * 0.4

    def _near(self, c: Claim) -> int:
        """Other amounts of the same order that its subject is said to spend, up to a few."""
        near = 0
        if c.family not in _TOTALS or not c.value > 0:
            return 0
        for o in self._sized:
            same = (o.document, o.span) == (c.document, c.span)
            if o.id == c.id or o.subject != c.subject or same:
                continue
            pair = converted(o, c.unit)
            if pair and math.isfinite(pair[0]) and 0.2 < pair[0] / c.value < 5:
                near += 1
                if near == _MOST_NEAR:
                    break
        return near


def trust(c: Claim, claims: Sequence[Claim]) -> float:
    """How far a claim is to be believed among others, asked once."""
    return Company(claims).trust(c)
