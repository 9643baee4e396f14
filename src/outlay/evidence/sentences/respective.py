""" "Respectively", 分别为: a row of values under a row of names, periods or metrics."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TypeVar

from outlay.evidence.calendar.base import When
from outlay.evidence.names.mention import Mention
from outlay.evidence.quantities.meaning import Hit
from outlay.evidence.rules import pattern
from outlay.evidence.text.triggers import search
from outlay.evidence.types import Claim

__all__ = ["respective"]

Spanned = TypeVar("Spanned", Mention, Hit, When)
_YEARS = re.compile(r"(FY|)(\d{4})/(?:FY)?(\d{4})")
_ACTORS = ("company", "org", "unit", "app", "model", "chip", "place")


def _row(text: str, claims: Sequence[Claim]) -> list[Claim]:
    """The longest run of values of one unit with nothing but commas and "and" between them."""
    best: list[Claim] = []
    run: list[Claim] = []
    for c in claims:
        joined = run and pattern("sentences.listing").fullmatch(
            text[run[-1].value_span[1] : c.value_span[0]]
        )
        run = [*run, c] if joined and c.unit == run[-1].unit else [c]
        best = run if len(run) > len(best) else best
    return best if len(best) > 1 else []


def _series(text: str, found: Sequence[Spanned], count: int) -> list[Spanned]:
    """So many neighbours with nothing but commas and "and" between them."""
    for i in range(len(found) - count + 1):
        part = found[i : i + count]
        pairs = pairwise(part)
        listing = pattern("sentences.listing")
        if all(a.end <= b.start and listing.fullmatch(text[a.end : b.start]) for a, b in pairs):
            return list(part)
    return []


def _years(text: str, periods: Sequence[When], count: int) -> list[str]:
    """So many periods in a row, or a span of as many years."""
    named = [w for w in periods if w.period]
    row = _series(text, [w for w in named if not _YEARS.fullmatch(w.period)], count)
    if row:
        return [w.period for w in row]
    for w in named:
        span = _YEARS.fullmatch(w.period)
        if span and int(span[3]) - int(span[2]) + 1 == count:
            return [f"{span[1]}{year}" for year in range(int(span[2]), int(span[3]) + 1)]
    return []


def _beside(
    text: str, claims: list[Claim], row: Sequence[Claim], periods: Sequence[When]
) -> list[Claim]:
    """ "$9bn and $7bn at December 31, 2025 and 2024", or the periods first: one for each value."""
    start, end = row[0].value_span[0], row[-1].value_span[1]
    if years := _behind(text, [w for w in periods if w.start >= end and w.period], end, len(row)):
        return _each(claims, row[-len(years) :], years)
    first = claims[0] is row[0] and len(row) == sum(c.unit == row[0].unit for c in claims)
    before = [w for w in periods if w.end <= start and w.period]
    years = _years(text, before, len(row)) if first and len(before) == len(row) else []
    return _each(claims, row, years) if years else claims


def _behind(text: str, after: Sequence[When], end: int, most: int) -> list[str]:
    """The periods right behind a row of values: the most that there are, two or more."""
    if not after or not pattern("calendar.right_behind").match(text[end : after[0].start]):
        return []
    found = (_years(text, after[:count], count) for count in range(most, 1, -1))
    return next((years for years in found if years), [])


def _one_each(
    text: str, claims: list[Claim], row: Sequence[Claim], names: Sequence[Mention]
) -> list[Claim]:
    """ "A, B and C reported capex of $1bn, $2bn and $3bn": as many names as values, in one list."""
    first = row[0].value_span[0]
    before = [m for m in names if m.end <= first]
    actors = _series(text, before, len(row)) if len(before) == len(row) > 2 else []
    own = {c.id: m.name for c, m in zip(row, actors, strict=False)}
    return [
        replace(c, subject=own[c.id], grounds=replace(c.grounds, subject="sentence"))
        if c.id in own else c
        for c in claims
    ]  # fmt: skip


def _each(claims: list[Claim], row: Sequence[Claim], years: Sequence[str]) -> list[Claim]:
    own = {c.id: period for c, period in zip(row, years, strict=True)}
    return [
        replace(c, period=own[c.id], period_basis="stated", status="current",
                grounds=replace(c.grounds, period="sentence"))
        if c.id in own else c
        for c in claims
    ]  # fmt: skip


def respective(
    text: str, begin: int, stop: int, claims: list[Claim], periods: Sequence[When],
    names: Sequence[Mention], hits: Sequence[Hit],
) -> list[Claim]:  # fmt: skip
    """The claims of one sentence, each with its own name, period and metric."""
    row = _row(text, claims)
    if not row:
        return claims
    if not search("sentences.respectively", text, begin, stop):
        dated = _beside(text, claims, row, periods)
        return _one_each(text, dated, row, [m for m in names if m.kind in _ACTORS])
    return _in_rows(text, claims, row, periods, names, hits)


def _in_rows(
    text: str, claims: list[Claim], row: Sequence[Claim], periods: Sequence[When],
    names: Sequence[Mention], hits: Sequence[Hit],
) -> list[Claim]:  # fmt: skip
    """The claims, those of a row with the names, periods and metrics of the rows before it."""
    first = row[0].value_span[0]
    years = _years(text, periods, len(row))
    actors = _series(text, [m for m in names if m.kind in _ACTORS and m.end <= first], len(row))
    metrics = _series(text, [h for h in hits if h.end <= first], len(row))
    place = {c.id: n for n, c in enumerate(row)}
    out: list[Claim] = []
    for c in claims:
        n = place.get(c.id, -1)
        if n >= 0:
            grounds = c.grounds
            if years:
                c = replace(c, period=years[n], period_basis="stated", status="current")
                grounds = replace(grounds, period="sentence")
            if actors:
                c = replace(c, subject=actors[n].name)
                grounds = replace(grounds, subject="sentence")
            if metrics:
                c = replace(c, metric=metrics[n].metric.name, family=metrics[n].metric.family)
            c = replace(c, grounds=grounds)
        out.append(c)
    return out
