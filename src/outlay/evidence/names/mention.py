"""A name in a text, and the names of a document in order."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Collection
from dataclasses import dataclass

__all__ = ["ACTORS", "Mention", "Mentions", "places_of"]

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


def places_of(
    names: Collection[str], text: str, fits: Callable[[int, int], bool] = lambda _, __: True
) -> dict[str, list[int]]:
    """Where each name stands in a text, left to right and never over itself.

    The text is gone through once for each length of a name, however many names there are.
    fits: whether a place from here to there counts.
    """
    found: dict[str, list[int]] = defaultdict(list)
    by_length: dict[int, set[str]] = defaultdict(set)
    for name in filter(None, names):
        by_length[len(name)].add(name)
    for length, alike in by_length.items():
        first = "".join(re.escape(c) for c in sorted({n[0] for n in alike}))
        for m in re.finditer(f"[{first}]", text):
            start = m.start()
            name = text[start : start + length]
            if name not in alike or not fits(start, start + length):
                continue
            if not found[name] or start >= found[name][-1] + length:
                found[name].append(start)
    return found
