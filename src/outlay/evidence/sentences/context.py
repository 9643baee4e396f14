"""What a reader carries from sentence to sentence: the scene, the source, the open period."""
# ruff: noqa: E501 - patterns and formulas are kept in one piece

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from outlay.evidence.blocks.types import Scope
from outlay.evidence.calendar.words import Anchor, When
from outlay.evidence.lexicon import fiscal_year_ends
from outlay.evidence.names.mentions import Mention, Mentions
from outlay.evidence.names.subjects import Scene
from outlay.evidence.rules import pattern
from outlay.evidence.text.clean import Cleaned, Sentence
from outlay.evidence.types import Claim, Document

__all__ = [
    "State",
    "anchor_of",
    "calendar_of",
    "conventions_of",
    "issuer_of",
    "main_actor",
    "silenced_span",
]


_FAR = 200_000
_OPENS = 4
"""Characters before a name that opens a sentence, at most: "The "."""
_DOLLARS = ("CAD", "AUD", "SGD", "HKD", "NZD", "TWD")


@dataclass
class State:
    """What is carried from sentence to sentence."""

    scene: Scene = field(default_factory=Scene)
    voice: str = ""
    voice_kind: str = ""
    lead: Claim | None = None
    paragraph: int = -1
    periods: dict[str, str] = field(default_factory=dict)  # by kind, of this paragraph
    parts: dict[str, str] = field(default_factory=dict)  # last quarter (Q) and half (H) named
    condition: str = ""
    default_period: str = ""  # from the title of a report
    issuer: str = ""  # whose report or tender this is: the subject of sentences without one
    price: str = ""  # unit of the last price of this paragraph
    currency: str = ""  # of the last amount
    told: list[When] = field(default_factory=list)  # periods of the sentence before, if no claims
    topic: tuple[int, int] = (0, 0)  # where that sentence stands
    label: int = -1  # where a label before this sentence begins: "Initial term."
    plan_periods: set[str] = field(default_factory=set)  # that plans of this text speak of
    corrects: bool = False  # whether the text may put itself right
    calendar: str = ""  # whose fiscal year the periods of this text are counted in
    report: str = ""  # the first period that the text states: what 报告期 means


def anchor_of(document: Document, scope: Scope, whose: str = "") -> Anchor:
    """The date that "this year" is counted from, and the fiscal year of whose document it is."""
    ends = scope.fiscal_end if scope.fiscal_end != 12 else fiscal_year_ends().get(whose, 12)
    return replace(Anchor.of(document.date), fiscal_end=ends)


def calendar_of(anchor: Anchor, whose: str, start: int, here: list[Mention]) -> Anchor:
    """The anchor with the fiscal year of the company that opens a sentence, where the document's
    is known to be that of another."""
    ends = fiscal_year_ends()
    first = next((m for m in here if m.kind in ("company", "org")), None)
    if ends.get(whose) != anchor.fiscal_end or first is None or first.name == whose:
        return anchor
    if first.start - start > _OPENS:
        return anchor
    return replace(anchor, fiscal_end=ends.get(first.name, 12))


def issuer_of(cleaned: Cleaned, mentions: Mentions) -> str:
    """The one actor in the title of a report, a call or a tender; '' for other documents."""
    buyers = [m.name for m in mentions.all if m.kind == "buyer"]
    if buyers:
        return buyers[0]
    for s in cleaned.sentences[:3]:
        body = cleaned.text[s.start : s.end]
        titled = (s.heading or s.start == 0) and len(body) < 160
        if titled and pattern("sentences.title").search(body):
            names = {
                m.name for m in mentions.within(s.start, s.end) if m.kind in ("company", "org")
            }
            if len(names) == 1:
                return names.pop()
            if not names and s.start == 0:
                continue
    return ""


def main_actor(mentions: Mentions) -> str:
    """The actor that a document names most, weighted to its opening: whose document this is."""
    weights: dict[str, float] = {}
    for m in mentions.all:
        if m.kind in ("company", "org", "unit"):
            weights[m.name] = weights.get(m.name, 0.0) + 1 + (4 if m.start < 150 else 0)
    return max(weights, key=lambda k: weights[k]) if weights else ""


def silenced_span(
    s: Sentence, start: int, end: int, here: list[Mention], body: str
) -> tuple[int, int]:
    """The span of the source's own name, unless the source speaks of itself."""
    if start < 0:
        return (-1, -1)
    lo, hi = s.start + start, s.start + end
    speakers = [m for m in here if lo <= m.start < hi]
    others = [
        m
        for m in here
        if m not in speakers and m.kind in ("company", "org", "unit", "app", "model")
    ]
    if any(m.kind in ("company", "org", "unit") for m in speakers) and (
        not others
        or re.search(r"\b(?:it|its|we|our|their|they)\b|其|公司|将|我们", body)
        or any(o.start - m.end < 6 and m.start < o.start for m in speakers for o in others)
        or any(m.start - o.end < 6 and o.start < m.start for m in speakers for o in others)
    ):
        return (-1, -1)
    return lo, hi


def conventions_of(text: str, document: Document, scope: Scope) -> dict[str, str]:
    """How this document means `¥` and `$`: yen in a Japanese text, Canadian dollars if it says so."""
    japan, china = (
        len(pattern(f"sentences.{name}").findall(text, 0, _FAR)) for name in ("japan", "china")
    )
    yen = scope.currency == "JPY" or (japan > china and document.language != "zh")
    out = {"¥": "JPY" if yen else "CNY"}
    if scope.currency in _DOLLARS:
        out["$"] = scope.currency
    return out
