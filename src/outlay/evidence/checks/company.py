"""How far a claim is to be believed before another: by its source and by the company it keeps."""

from __future__ import annotations

from collections.abc import Sequence

from outlay.evidence.checks.compare import PARTS, WHOLES, in_unit
from outlay.evidence.rules import pattern
from outlay.evidence.types import Claim

__all__ = ["Company"]

_MATES = 60  # enough company to judge a claim by
_MOST_NEAR = 4
_TOTALS = WHOLES | PARTS


class Company:
    """Claims among which others are judged; each is judged once, however often it is asked for."""

    def __init__(self, claims: Sequence[Claim]) -> None:
        mates = claims[:_MATES]
        self._converted = {c.converts for c in mates}
        self._sized = [c for c in mates if c.family in _TOTALS and not c.vague]
        self._known: dict[str, float] = {}

    def trust(self, c: Claim) -> float:
        """How far `c` is to be believed: tags and cells, sources, conversions, company."""
        known = self._known.get(c.id)
        if known is None:
            known = self._known[c.id] = self._judged(c)
        return known

    def most(self, *claims: Claim) -> Claim:
        """The most trusted of these; of equals the first in the text."""
        return min(claims, key=lambda c: (-self.trust(c), c.document, c.value_span))

    def _judged(self, c: Claim) -> float:
        many = bool(pattern("checks.many_voices").search(c.attribution))
        return (
            3.0 * bool(c.tag)
            + 1.0 * bool(c.attribution)
            + 0.3 * many
            + 1.0 * (bool(c.converts) or c.id in self._converted)
            - 0.5 * c.headline
            - 1.0 * c.vague
            - 0.2 * (c.kind == "estimated")
            + 0.4 * self._near(c)
        )

    def _near(self, c: Claim) -> int:
        """Other amounts of the same order that its subject is said to spend, up to a few."""
        near = 0
        if c.family not in _TOTALS or not c.value > 0:
            return 0
        for o in self._sized:
            same = (o.document, o.span) == (c.document, c.span)
            if o.id == c.id or o.subject != c.subject or same:
                continue
            near += 0.2 < (in_unit(o, c.unit) or 0.0) / c.value < 5
            if near == _MOST_NEAR:
                break
        return near
