"""What one sentence says is not so: denials, corrections, questions, and what was withdrawn.

A figure that is denied stays, marked; where the text gives the right one, `replaced_by` names it.
What a later sentence takes back is in `replies.py`.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

from outlay.evidence.rules import pattern
from outlay.evidence.sentences.retold import told_wrong
from outlay.evidence.text.triggers import may, search, within
from outlay.evidence.types import Claim

__all__ = ["alike", "is_question", "righted", "settled"]


def is_question(body: str) -> bool:
    """Whether a sentence asks: its figures are nobody's statement."""
    return pattern("sentences.question").search(body.rstrip()) is not None


def righted(
    text: str, before: list[Claim], now: list[Claim], corrects: bool, stop: int
) -> tuple[list[Claim], list[Claim]]:
    """The claims of the sentence before and of this one, where one gives the right figure of the
    other. corrects: whether the text puts itself right, so that what it said before is wrong;
    stop: where this sentence begins."""
    wrong = [_was_wrong(text, c, corrects) for c in before]
    late = [c for c in now if not c.negated and _was_wrong(text, c, corrects)]
    good = next((c for c in now if not c.negated and c not in late), None)
    if good is None:
        right = [c for c, bad in zip(before, wrong, strict=True) if not (bad or c.negated)]
        return _given_up(before, wrong, text, stop), _corrected(text, late, now, right, corrects)
    out = _put_right(text, before, wrong, now, good)
    return _given_up(out, wrong, text, stop), now


def _put_right(
    text: str, before: list[Claim], wrong: list[str], now: list[Claim], good: Claim
) -> list[Claim]:
    """The claims of the sentence before, those that were wrong with the right one of this."""
    begin, at = good.span[0], good.value_span[0]
    says_right = search("sentences.right_before", text, begin, at)
    it_is = says_right or pattern("sentences.it_is").match(text, begin, at)
    versions = pattern("sentences.right_version").match(text, begin, at)
    out: list[Claim] = []
    for c, bad in zip(before, wrong, strict=True):
        fit = next((n for n in now if _fits(n, c)), good) if versions or bad else good
        sure = bad == "sure" or says_right or (c.negated and it_is) or (bad and _fits(fit, c))
        if alike(c, fit) and not c.replaced_by and sure:
            c = replace(c, negated=True, replaced_by=fit.id)
        out.append(c)
    return out


def _given_up(claims: list[Claim], wrong: list[str], text: str, stop: int) -> list[Claim]:
    """The claims with the one marked that its own sentence says was printed by mistake, whatever
    the right one is."""
    if len(claims) != 1 or not wrong[0] or claims[0].negated:
        return claims
    sure = wrong[0] == "sure" or pattern("sentences.in_fact").match(text, stop)
    return [replace(claims[0], negated=True)] if sure else claims


def _corrected(
    text: str, late: list[Claim], now: list[Claim], right: list[Claim], corrects: bool
) -> list[Claim]:
    """The claims of this sentence, those that it says were wrong with the right one before it."""
    out = []
    for c in now:
        fits = alike if c in late and _was_wrong(text, c, corrects) == "sure" else _fits
        good = next((r for r in right if fits(r, c)), None) if c in late else None
        out.append(replace(c, negated=True, replaced_by=good.id) if good else c)
    return out


def _was_wrong(text: str, c: Claim, corrects: bool) -> str:
    """`sure` where the words before a figure say that it was printed by mistake, `said` where
    they say only that it stood there; '' for others, and in a text that puts nothing right."""
    if not corrects or c.replaced_by or _is_right(text, c):
        return ""
    begin, at = c.span[0], c.value_span[0]
    if pattern("sentences.wrong_version").search(text, begin, at) or (
        pattern("sentences.own_story").search(text, begin, at)
    ):
        return "sure"
    return "said" if pattern("sentences.own_words").search(text, begin, at) else ""


def _is_right(text: str, c: Claim) -> bool:
    begin, (at, end) = c.span[0], c.value_span
    return bool(
        search("sentences.right_before", text, begin, at)
        or pattern("sentences.is_right").match(text, end, c.span[1])
    )


def _fits(right: Claim, wrong: Claim) -> bool:
    """Whether a figure of the version that is right stands for one of the other."""
    same_time = right.period == wrong.period or not (right.period and wrong.period)
    named = right.family == wrong.family or "amount" in (right.family, wrong.family)
    named = named or "sentence" not in (
        right.grounds.metric, wrong.grounds.metric,
    )  # fmt: skip
    return not right.negated and right.unit == wrong.unit and same_time and named


def alike(a: Claim, b: Claim) -> bool:
    return a.unit.split("/")[0] == b.unit.split("/")[0]


def _denied(text: str, c: Claim, begin: int, stop: int) -> bool:
    """Whether the words round a figure deny it."""
    at, end = c.value_span
    after = may("sentences.false_after", text, end, stop)
    if after and pattern("sentences.false_after").match(text, end, stop):
        return True
    if told_wrong(text, begin, at, end, stop):
        return True
    before = text[begin:at]
    denial = within("sentences.denies", text, begin, at)
    if denial and not pattern("sentences.stands").search(before, denial.start()):
        return not _kept(text, begin, at)
    if not within("sentences.denies_in_clause", text, begin, at):
        return False
    firm = c.hedge not in ("up_to", "over", "under")
    return firm and not within("sentences.definite", text, begin, at)


def _kept(text: str, begin: int, at: int) -> bool:
    """Whether what is denied is a change: "denied plans to cut capex from"."""
    denial = within("sentences.denies", text, begin, at)
    cut = denial and pattern("sentences.would_cut").search(text[begin:at], denial.start() + 1)
    return cut is not None


def _instructed(text: str, a: Claim, b: Claim, begin: int) -> tuple[str, str] | None:
    """Of "read X for Y" and "for X read Y", the wrong and the right one."""
    at, gap = a.value_span[0], text[a.value_span[1] : b.value_span[0]]
    if pattern("sentences.read_for").search(text, begin, at):
        return (b.id, a.id) if pattern("sentences.for_wrong").fullmatch(gap) else ("", "")
    first = pattern("sentences.for_read").search(text, begin, at)
    return (a.id, b.id) if first and pattern("sentences.read_right").fullmatch(gap) else None


def _pair(text: str, a: Claim, b: Claim, begin: int, corrects: bool) -> tuple[str, str]:
    """(id of the wrong one, id of the right one) of two figures side by side, or both empty."""
    left, right = a.value_span, b.value_span
    gap = text[left[1] : right[0]]
    if pattern("sentences.instead").fullmatch(gap):
        clause = max(begin, *(text.rfind(mark, begin, left[0]) for mark in ":;：；"))
        slipped = pattern("sentences.by_slip").search(text, clause, left[0])
        return (a.id, b.id) if slipped else (b.id, a.id)
    not_a = search("sentences.not_before", text, begin, left[0])
    if not_a and pattern("sentences.but").fullmatch(gap):
        return a.id, b.id
    if pattern("sentences.right_before").search(gap) or pattern("sentences.put_right").fullmatch(
        gap
    ):
        return a.id, b.id
    if search("sentences.wrong_version", gap, 0, len(gap)):  # "it is 70 %; we printed 17 %"
        return b.id, a.id
    if told := _instructed(text, a, b, begin):
        return told
    bad = _was_wrong(text, a, corrects)
    if bad == "sure" and re.search("[;；]", gap):
        return a.id, b.id
    if bad and pattern("sentences.it_was").search(gap) and _fits(b, a):
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
        right = [o for o in claims if o is not c and alike(o, c)
                 and (pattern("sentences.right_before").search(text, clause[0], o.value_span[0])
                      or not clause[0] <= o.value_span[0] < clause[1])]  # fmt: skip
        corrected = pattern("sentences.right_before").search(text, clause[0], at)
        if right and not corrected and pattern("sentences.wrong").search(text, *clause):
            out[c.id] = right[0].id
    return out


def _marked(text: str, c: Claim, wrong: dict[str, str], begin: int, stop: int) -> Claim:
    """A claim as its sentence leaves it. wrong: those put right, by what."""
    if c.id in wrong:
        return replace(c, negated=True, replaced_by=wrong[c.id])
    if c.id in wrong.values():
        return replace(c, status="current")
    if _denied(text, c, begin, stop):
        return replace(c, negated=True)
    if _gone(text, c, begin, stop):
        return replace(c, status="earlier")
    kept = c.status == "earlier" and _kept(text, begin, c.value_span[0])
    return replace(c, status="current") if kept else c


def settled(text: str, claims: list[Claim], begin: int, stop: int, corrects: bool) -> list[Claim]:
    """The claims of one sentence with what it denies marked, and the right figure named.

    corrects: whether the text may put itself right.
    """
    if not claims:
        return claims
    if is_question(text[begin:stop]):
        return [replace(c, negated=True) for c in claims]
    wrong = _mistaken(text, claims, begin, stop)
    for a, b in pairwise(claims):
        bad, good = _pair(text, a, b, begin, corrects) if alike(a, b) else ("", "")
        if bad:
            wrong[bad] = good
    out = [_marked(text, c, wrong, begin, stop) for c in claims]
    said = {c.id: c for c in out}
    return [
        replace(c, negated=said[c.converts].negated, status=said[c.converts].status)
        if c.converts in said
        else c
        for c in out
    ]


def _gone(text: str, c: Claim, begin: int, stop: int) -> bool:
    """Whether a figure once held: it was withdrawn, or another takes its place."""
    at, end = c.value_span
    after = may("sentences.withdrawn_after", text, end, stop)
    if after and pattern("sentences.withdrawn_after").match(text, end, stop):
        return True
    return search("sentences.replaces", text, begin, at) is not None
