"""A name in a text, and the names of a document in order."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass

__all__ = ["ACTORS", "Mention", "Mentions"]

ACTORS = frozenset({"company", "unit", "app", "model", "org", "buyer"})


@dataclass(frozen=True, slots=True)
class Mention:
    """A name in the text; kind: company, unit, app, model, chip, media, analyst, org, …."""

    start: int
    end: int
    name: str
    kind: str
    possessive: bool = False


class Mentions:
    """The mentions of a document in order, sliced by span."""

    def __init__(self, found: list[Mention]) -> None:
        self.all = sorted(found, key=lambda m: (m.start, -m.end))
        self._starts = [m.start for m in self.all]

    def within(self, start: int, end: int) -> list[Mention]:
        return self.all[bisect_left(self._starts, start) : bisect_left(self._starts, end)]
