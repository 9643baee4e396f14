"""Hedges of a number: over, under, up to, about; in the words before or after it."""

from __future__ import annotations

from outlay.evidence.rules import pattern
from outlay.evidence.text.triggers import may
from outlay.evidence.types import Hedge

__all__ = ["hedge_of"]

_BEFORE: tuple[Hedge, ...] = ("under", "up_to", "over", "about")
_AFTER: tuple[Hedge, ...] = ("over", "up_to", "about")
_REACH = 90


def hedge_of(text: str, begin: int, start: int, end: int, more: bool) -> Hedge:
    left = max(begin, start - _REACH)
    held = [word for word in _BEFORE if may(f"quantities.{word}", text, left, start)]
    if held:
        window = pattern("quantities.article").sub("", text[left:start])
        for word in held:
            if pattern(f"quantities.{word}").search(window):
                return word
    for word in _AFTER:
        if pattern(f"quantities.{word}_after").match(text, end):
            return word
    return "over" if more else "exact"
