"""Figures that were printed or put about in error, by what the text says of the telling."""

from __future__ import annotations

from dataclasses import replace

from outlay.evidence.rules import pattern
from outlay.evidence.text.triggers import may, within
from outlay.evidence.types import Claim

__all__ = ["amended", "gainsaid", "told_wrong"]

_LAST = 120  # characters of the sentence before


def told_wrong(text: str, begin: int, at: int, end: int, stop: int) -> bool:
    """Whether the words round a figure say that it was told in error or came to nothing, or that
    somebody was asked about it, who then says no."""
    wrong = within("sentences.told_wrong", text, begin, at) or within(
        "sentences.retracted_before", text, max(0, begin - _LAST), at
    )
    if wrong:
        return not within("sentences.right_before", text, begin, at)
    nothing = may("sentences.to_nothing", text, end, stop)
    if nothing and pattern("sentences.to_nothing").match(text, end, stop):
        return True
    asked = within("sentences.asked", text, begin, at)
    return asked is not None and pattern("sentences.refuses").search(text, end, stop) is not None


def gainsaid(body: str, before: list[Claim]) -> list[Claim]:
    """The claims of the sentence before, which others had put about, where this one says no."""
    if not before or not pattern("sentences.gainsaid").match(body):
        return before
    if not pattern("sentences.put_about").search(before[0].sentence):
        return before
    return [replace(c, negated=True) for c in before]


def amended(text: str, before: list[Claim], now: list[Claim]) -> list[Claim]:
    """The claims of the sentence before, which held at first, where this one says what does."""
    first = next((c for c in now if not c.negated), None)
    if first is None or not before:
        return before
    begin, at = first.span[0], first.value_span[0]
    if not pattern("sentences.now_instead").search(text, begin, at):
        return before
    out = []
    for c in before:
        at_first = pattern("sentences.at_first").search(text, c.span[0], c.value_span[0])
        out.append(replace(c, status="earlier") if at_first and c.unit == first.unit else c)
    return out
