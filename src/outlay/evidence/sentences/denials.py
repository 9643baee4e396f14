"""What a text says is not so: denials, corrections, questions, and what was withdrawn.

A figure that is denied stays, marked; where the text gives the right one, `replaced_by` names it.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from outlay.evidence.rules import pattern
from outlay.evidence.text.triggers import may, search, within
from outlay.evidence.types import Claim

__all__ = ["answered", "denied_before", "righted", "settled"]


_LAST = 120  # characters of the sentence before


def is_question(body: str) -> bool:
    """Whether a sentence asks: its figures are nobody's statement."""
    return pattern("sentences.question").search(body.rstrip()) is not None


def answered(body: str, before: list[Claim]) -> list[Claim]:
    """The claims of the sentence before, as this one leaves them: a question's affirmed by a yes,
    a statement's denied or withdrawn."""
    if not before:
        return before
    if is_question(before[0].sentence) and pattern("sentences.affirms").match(body):
        return [replace(c, negated=False) for c in before]
    hearsay = pattern("sentences.hearsay").search(before[0].sentence)
    if pattern("sentences.false_of_that").match(body) or (
        hearsay and pattern("sentences.gainsaid").match(body)
    ):
        return [replace(c, negated=True) for c in before]
    if pattern("sentences.withdrawn_of_that").match(body):
        return [replace(c, status="earlier") for c in before]
    return before


def righted(text: str, before: list[Claim], now: list[Claim]) -> list[Claim]:
    """The claims of the sentence before, where this one gives the right figure of theirs."""
    first = next((c for c in now if not c.negated), None)
    if first is None:
        return before
    begin, at = first.span[0], first.value_span[0]
    right = search("sentences.right_before", text, begin, at)
    ours = pattern("sentences.we_reported").match(text, before[0].span[0]) if before else None
    ours = ours and pattern("sentences.correction_notice").search(text)
    amended = search("sentences.now_instead", text, begin, at)
    it_is = right or pattern("sentences.it_is").match(text, begin, at)
    out: list[Claim] = []
    for c in before:
        wrong = search("sentences.wrong_version", text, c.span[0], c.value_span[0])
        of_its_own = wrong is not None and pattern("sentences.right_version").match(text, begin, at)
        good = first if not of_its_own else next((n for n in now if _fits(n, c)), first)
        if (
            _alike(c, good)
            and not c.replaced_by
            and (wrong or right or ours or (c.negated and it_is))
        ):
            c = replace(c, negated=True, replaced_by=good.id)
        elif (
            amended
            and _alike(c, good)
            and pattern("sentences.at_first").search(text, c.span[0], c.value_span[0])
        ):
            c = replace(c, status="earlier")
        out.append(c)
    return out


def _fits(right: Claim, wrong: Claim) -> bool:
    """Whether a figure of the version that is right stands for one of the other."""
    return not right.negated and _alike(right, wrong) and right.family == wrong.family


def _alike(a: Claim, b: Claim) -> bool:
    return a.unit.split("/")[0] == b.unit.split("/")[0]


def _denied(text: str, c: Claim, begin: int, stop: int) -> bool:
    """Whether the words round a figure deny it."""
    at, end = c.value_span
    after = may("sentences.false_after", text, end, stop)
    if after and pattern("sentences.false_after").match(text, end, stop):
        return True
    if within("sentences.denies", text, begin, at) or _was_wrong(text, begin, at, end, stop):
        return True
    if not within("sentences.denies_in_clause", text, begin, at):
        return False
    firm = c.hedge not in ("up_to", "over", "under")
    return firm and not within("sentences.definite", text, begin, at)


def _was_wrong(text: str, begin: int, at: int, end: int, stop: int) -> bool:
    """Whether the words before a figure say that it was printed or told in error, or that somebody
    was asked about it, who then says no."""
    if within("sentences.right_before", text, begin, at):
        return False
    if within("sentences.told_wrong", text, begin, at):
        return True
    if within("sentences.retracted_before", text, max(0, begin - _LAST), at):
        return True
    asked = within("sentences.asked", text, begin, at)
    return asked is not None and search("sentences.says_no", text, end, stop) is not None


def _pair(text: str, a: Claim, b: Claim, begin: int) -> tuple[str, str]:
    """(id of the wrong one, id of the right one) of two figures side by side, or both empty."""
    gap = text[a.value_span[1] : b.value_span[0]]
    if pattern("sentences.instead").fullmatch(gap):
        return b.id, a.id
    not_a = search("sentences.not_before", text, begin, a.value_span[0])
    if not_a and pattern("sentences.but").fullmatch(gap):
        return a.id, b.id
    if pattern("sentences.right_before").search(gap):
        return a.id, b.id
    heard = pattern("sentences.hearsay").search(text, begin, a.value_span[0])
    if heard and pattern("sentences.in_fact").search(gap):
        return a.id, b.id
    return "", ""


def _mistaken(text: str, claims: list[Claim], begin: int, stop: int) -> dict[str, str]:
    """Figures in a clause that says "by mistake", and the right one of another clause."""
    out: dict[str, str] = {}
    if not search("sentences.wrong", text, begin, stop):
        return out
    for c in claims:
        at, end = c.value_span
        left = max(text.rfind(mark, begin, at) for mark in (";", "；", ". "))
        ends = [i for mark in (";", "；") if (i := text.find(mark, end, stop)) >= 0]
        clause = (max(left, begin), min(ends, default=stop))
        right = [o for o in claims if o is not c and _alike(o, c)
                 and (pattern("sentences.right_before").search(text, clause[0], o.value_span[0])
                      or not clause[0] <= o.value_span[0] < clause[1])]  # fmt: skip
        corrected = pattern("sentences.right_before").search(text, clause[0], at)
        if right and not corrected and pattern("sentences.wrong").search(text, *clause):
            out[c.id] = right[0].id
    return out


def settled(text: str, claims: list[Claim], begin: int, stop: int) -> list[Claim]:
    """The claims of one sentence with what it denies marked, and the right figure named."""
    if not claims:
        return claims
    if is_question(text[begin:stop]):
        return [replace(c, negated=True) for c in claims]
    wrong = _mistaken(text, claims, begin, stop)
    for a, b in pairwise(claims):
        bad, good = _pair(text, a, b, begin) if _alike(a, b) else ("", "")
        if bad:
            wrong[bad] = good
    right = set(wrong.values())
    out: list[Claim] = []
    for c in claims:
        end = c.value_span[1]
        gone = may("sentences.withdrawn_after", text, end, stop)
        gone = gone and bool(pattern("sentences.withdrawn_after").match(text, end, stop))
        if c.id in wrong:
            c = replace(c, negated=True, replaced_by=wrong[c.id])
        elif c.id not in right and _denied(text, c, begin, stop):
            c = replace(c, negated=True)
        elif gone:
            c = replace(c, status="earlier")
        out.append(c)
    said = {c.id: c for c in out}
    return [
        replace(c, negated=said[c.converts].negated, status=said[c.converts].status)
        if c.converts in said
        else c
        for c in out
    ]


def denied_before(claims: list[Claim]) -> list[Claim]:
    """The claims with those marked that a later sentence denies: "the papers have you at 150,000",
    "we have not ordered 150,000". The same figure of the same subject, and of no other period."""
    denied: dict[tuple[object, ...], list[Claim]] = {}
    for c in claims:
        if c.negated:
            denied.setdefault(_figure(c), []).append(c)
    return [
        replace(c, negated=True)
        if not c.negated and any(_gainsays(later, c) for later in denied.get(_figure(c), ()))
        else c
        for c in claims
    ]


def _figure(c: Claim) -> tuple[object, ...]:
    return c.value_low, c.value_high, c.unit, c.subject


def _gainsays(later: Claim, c: Claim) -> bool:
    of_one_period = later.period == c.period or "sentence" not in (
        later.grounds.period, c.grounds.period,
    ) or not (later.period and c.period)  # fmt: skip
    return later.span[0] > c.span[0] and c.status == "current" and of_one_period
