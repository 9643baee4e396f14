"""A name in a text, the names of a document in order, and what stands beside a name."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache

from outlay.evidence.rules import LANGUAGES, pattern
from outlay.evidence.text.triggers import hint

__all__ = [
    "ACTORS",
    "THINGS",
    "Mention",
    "Mentions",
    "Taken",
    "each",
    "follows",
    "places_of",
    "precedes",
]

ACTORS = frozenset({"company", "unit", "app", "model", "org", "buyer", "venture", "authority"})
THINGS = frozenset({"site", "project", "lot", "place", "bound"})
"""What a number can be of where nobody acts."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A name in the text; kind: one of `ACTORS` or `THINGS`, chip, media, analyst, …."""

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


class Taken:
    """Spans that a name has already."""

    def __init__(self, found: Iterable[Mention] = ()) -> None:
        self._spans = sorted((m.start, m.end) for m in found)

    def claim(self, start: int, end: int) -> bool:
        """Take the span, unless part of it is taken."""
        n = bisect_right(self._spans, (start, end))
        before = n > 0 and self._spans[n - 1][1] > start
        if before or (n < len(self._spans) and self._spans[n][0] < end):
            return False
        self._spans.insert(n, (start, end))
        return True


def each(rule: str, text: str) -> Iterator[re.Match[str]]:
    """All that a rule finds, in one language and then in the other, where both have it."""
    name = f"names.{rule}"
    for language in LANGUAGES if not text.isascii() else LANGUAGES[:1]:
        with suppress(KeyError):
            if hint((name,), language).may(text):
                yield from pattern(name, language).finditer(text)


@lru_cache(4096)
def follows(rule: str, text: str, end: int) -> re.Match[str] | None:
    """What a rule finds right behind a place."""
    return pattern(f"names.{rule}").match(text[end : end + 120])


@lru_cache(4096)
def precedes(rule: str, text: str, start: int) -> re.Match[str] | None:
    """What a rule finds right before a place."""
    name, before = f"names.{rule}", text[max(0, start - 60) : start]
    return pattern(name).search(before) if hint((name,)).may(before) else None


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
