"""What a later sentence takes back: answers, denials of hearsay, reports that were retracted,
and figures that a text repeats after it has put them right.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace

from outlay.evidence.rules import pattern
from outlay.evidence.sentences.denials import alike, is_question
from outlay.evidence.text.clean import Sentence
from outlay.evidence.text.triggers import within
from outlay.evidence.types import Claim

__all__ = ["answered", "asks_if", "denied_elsewhere", "retracted"]

_MOST_BACK = 4
"""Sentences with figures that "the note was retracted" reaches back over."""
_LONG = 5
"""Letters of a first name that is enough of a name: "Brock" for Brock Securities."""


def asks_if(body: str) -> bool:
    """Whether a sentence asks if what was said before it is so."""
    if not any(mark in body for mark in "?？否属"):
        return False
    return pattern("sentences.asks_if").search(body) is not None


def answered(text: str, s: Sentence, before: list[Claim], asked: bool) -> list[Claim]:
    """The claims of the sentence before, as this one leaves them: a question's affirmed by a yes,
    a statement's denied or withdrawn. asked: whether a question stood between the two."""
    body = text[s.start : s.end]
    said = before[-1].sentence
    question = is_question(said)
    if question and pattern("sentences.affirms").match(body):
        return [replace(c, negated=False) for c in before]
    if pattern("sentences.false_of_that").match(body) or (
        asked and pattern("sentences.says_no").match(body)
    ):
        return [_not_so(c) for c in before]
    if pattern("sentences.withdrawn_of_that").match(body):
        return [replace(c, status="earlier") for c in before]
    hearsay = not question and pattern("sentences.hearsay").search(said)
    if hearsay and within("sentences.shrugs_off", text, s.start, s.end):
        return [_not_so(c) for c in before]
    return before


def _not_so(c: Claim) -> Claim:
    return c if c.negated else replace(c, negated=True)


def retracted(text: str, sentences: Sequence[Sentence], claims: list[Claim]) -> list[Claim]:
    """The claims less those of a report that its author took back: those that are said to be its,
    or, where "the note" is all that names it, those of its paragraph just before."""
    gone: set[str] = set()
    starts = [s.start for s in sentences]
    for m in pattern("sentences.retracts").finditer(text):
        s = sentences[max(0, bisect_right(starts, m.start()) - 1)]
        body = text[s.start : s.end]
        if not pattern("sentences.a_text").search(body):
            continue
        earlier = [c for c in claims if c.span[0] < s.start and c.status == "current"]
        theirs = [c.id for c in earlier if _by_one_of(c, body)]
        if not theirs and pattern("sentences.that_text").match(body):
            near = [c for c in earlier if pattern("sentences.hearsay").search(c.sentence)]
            ends = sorted({c.span[0] for c in near})[-_MOST_BACK:]
            theirs = [c.id for c in near if c.span[0] in ends and "\n\n" not in
                      text[c.span[1] : s.start]]  # fmt: skip
        gone.update(theirs)
    return [_not_so(c) if c.id in gone else c for c in claims] if gone else claims


def _by_one_of(c: Claim, body: str) -> bool:
    """Whether a claim is said by somebody whom a sentence names."""
    who = c.attribution.removeprefix("the ").removeprefix("The ").strip('《》“”"')
    first = who.partition(" ")[0]
    named = first if first[:1].isupper() and len(first) >= _LONG else who
    return len(who) > 1 and named in body


def denied_elsewhere(text: str, claims: list[Claim], corrects: bool) -> list[Claim]:
    """The claims with those marked that the text denies in another place: "the papers have you at
    150,000", "we have not ordered 150,000"; and those that a message quoted below its correction
    repeats. The same figure of the same subject, and of no other period."""
    denied: dict[tuple[object, ...], list[Claim]] = {}
    right: dict[str, Claim] = {}
    for c in claims:
        if c.negated and not (is_question(c.sentence) and not c.replaced_by):
            denied.setdefault((c.value_low, c.value_high, c.unit), []).append(c)
        elif corrects and pattern("sentences.slip").search(c.sentence) and not _is_quoted(text, c):
            right[c.unit] = c
    if not (denied or right):
        return claims
    out = []
    for c in claims:
        said = denied.get((c.value_low, c.value_high, c.unit), ())
        if not c.negated and any(_gainsays(text, d, c) for d in said):
            c = replace(c, negated=True)
        elif not c.negated and c.unit in right and _is_quoted(text, c):
            c = _put_right(text, c, right[c.unit], claims)
        out.append(c)
    return out


def _put_right(text: str, c: Claim, good: Claim, claims: list[Claim]) -> Claim:
    """A quoted figure, if it is the only one that the slip above it can have been."""
    others = {o.value for o in claims if alike(o, c) and _is_quoted(text, o)}
    if len(others) > 1 or c.value == good.value:
        return c
    return replace(c, negated=True, replaced_by=good.id)


def _is_quoted(text: str, c: Claim) -> bool:
    """Whether a claim stands in a line that an answer quotes."""
    begin = text.rfind("\n", 0, c.value_span[0]) + 1
    return text[begin : begin + 4].lstrip().startswith(">")


def _gainsays(text: str, denial: Claim, c: Claim) -> bool:
    if c.status != "current":
        return False
    if denial.span[0] < c.span[0]:
        return _is_quoted(text, c)
    of_one_period = denial.period == c.period or "sentence" not in (
        denial.grounds.period, c.grounds.period,
    ) or not (denial.period and c.period)  # fmt: skip
    return denial.subject == c.subject and of_one_period
