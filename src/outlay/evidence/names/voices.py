"""Who says it, under what condition, and whether as plan, estimate or report."""

from __future__ import annotations

import re
from dataclasses import dataclass

from outlay.evidence.rules import pattern
from outlay.evidence.text.triggers import within
from outlay.evidence.types import Kind

__all__ = ["Voice", "attribution", "condition", "is_future", "kind_of", "looks_ahead"]

_VOICES = {
    "en": ("cited", "speaker", "spokesman", "quoted", "quoted_before"),
    "zh": ("cited", "speaker"),
}
_SHOULD = re.compile(r"[Ss]hould ")


@dataclass(frozen=True, slots=True)
class Voice:
    """A source named in a sentence: its words, and their span there ('' where none)."""

    who: str = ""
    start: int = -1
    end: int = -1
    carried: bool = False


def _of(rule: str, chinese: bool) -> re.Pattern[str]:
    return pattern(f"names.{rule}", "zh" if chinese else "en")


def attribution(whole: str, start: int, end: int, chinese: bool, previous: str) -> Voice:
    """The source of a sentence; "they", "the individual" carry the previous one on."""
    text = whole[start:end]
    again = previous and _of("speaks_again", chinese).match(text)
    if again:
        return Voice(previous, again.start(), again.end(), True)
    if not chinese and not (
        within("names.says", whole, start, end, "en")
        or within("names.cited", whole, start, end, "en")
    ):
        return Voice()
    for rule in _VOICES["zh" if chinese else "en"]:
        for match in _of(rule, chinese).finditer(text):
            who = re.sub(r"^(?:that|and|but|while|，)\s+", "", match["who"].strip(" ,:：“”\"'"))
            if len(who) < 2 or _of("no_voice", chinese).match(who):
                continue
            if not chinese or not _of("voice_never", True).search(who):
                return Voice(who, *match.span("who"))
    return Voice()


def condition(text: str, start: int, end: int, chinese: bool) -> str:
    """The condition that a sentence puts on itself, in its own words; '' where none."""
    match = within("names.condition", text, start, end, "zh" if chinese else "en")
    if match is None:
        return ""
    before = text[start : start + match.start()].rstrip()
    asks = _SHOULD.match(match["c"]) and before and not before.endswith((",", ".", ";"))
    return "" if asks else match["c"].strip()


def is_future(text: str, start: int, end: int, chinese: bool) -> bool:
    """Whether a sentence speaks of what is to come."""
    return within("names.future", text, start, end, "zh" if chinese else "en") is not None


def looks_ahead(clause: str, chinese: bool) -> bool:
    """Whether a clause speaks of what is to come, or expects it."""
    return is_future(clause, 0, len(clause), chinese) or bool(
        re.search(r"\b(?:expect|see)s?\b", clause)
    )


def _of_third(source: str, source_kind: str) -> bool:
    """Whether somebody says it who looks on from outside."""
    return source_kind == "analyst" or pattern("names.observer").search(source) is not None


def kind_of(
    text: str, start: int, end: int, chinese: bool, source: str, source_kind: str, inherited: Kind
) -> Kind:
    """Reported, planned or estimated, from the words of the claim's own clause."""
    language, clause = "zh" if chinese else "en", text[start:end]
    past = within("names.past", text, start, end, language)
    estimate = within("names.estimate", text, start, end, language)
    third = _of_third(source, source_kind)
    if estimate and third and not pattern("names.as_before").search(clause):
        return "estimated"
    if within("names.of_habit", text, start, end):
        return "reported"
    planned = within("names.plan", text, start, end)
    if planned or (not past and is_future(text, start, end, chinese)):
        return "planned"
    if estimate and not past:
        own = not third and not pattern("names.by_others").search(clause)
        return "planned" if own else "estimated"
    return "reported" if past else inherited
