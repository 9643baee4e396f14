"""What flows in the parts of a year beside the year: quarters, halves, the first nine months."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace

from outlay.evidence.checks.compare import by_key, said, sort_of
from outlay.evidence.checks.near.places import beside
from outlay.evidence.checks.things import Things, in_table
from outlay.evidence.quantities.fx import currency_of
from outlay.evidence.rules import words
from outlay.evidence.types import Claim, Identity

__all__ = ["flows"]

NAME = "sum of periods"
_LEAST = 2  # periods of one measure: a whole and two parts are three
_QUARTERS = ("Q1", "Q2", "Q3", "Q4")


def flows(claims: Sequence[Claim], by_id: dict[str, Claim]) -> Iterator[Identity]:
    """Money of one measure in the parts of a year beside that of the whole, where each has one
    figure."""
    things = Things(claims)
    for members in by_key(
        _of_many_periods(claims), lambda c: (c.document, things.key(_timeless(c)))
    ).values():
        by_period: dict[str, list[Claim]] = by_key(members, lambda c: c.period.removeprefix("FY"))
        one = {p: m[0] for p, m in by_period.items() if len({c.value for c in m}) == 1}
        for year in sorted({p[:4] for p in one}):
            for whole, parts in _ways(year):
                if whole in one and all(p in one for p in parts):
                    yield _told(one[whole], [one[p] for p in parts])


def _of_many_periods(claims: Sequence[Claim]) -> list[Claim]:
    """Flows of money of whom and which measure there are figures of three periods or more."""
    alike = by_key(filter(_flows, claims), lambda c: (c.document, c.subject, c.family))
    return [c for m in alike.values() if len({c.period for c in m}) > _LEAST for c in m]


def _timeless(c: Claim) -> Claim:
    return replace(c, period="")


def _flows(c: Claim) -> bool:
    firm = not c.negated and not c.replaced_by and not c.vague and c.hedge == "exact"
    money = bool(currency_of(c.unit)) and "/" not in c.unit and not c.tag and not c.converts
    known = c.grounds.period != "guess" and bool(c.period and c.subject)
    return firm and money and known and c.family in words("checks.flows") and sort_of(c) == "level"


def _ways(year: str) -> list[tuple[str, list[str]]]:
    """Each whole of a year with the parts that it is the sum of."""
    quarters = [f"{year}-{q}" for q in _QUARTERS]
    halves, nine = [f"{year}-H1", f"{year}-H2"], f"{year}-01/{year}-09"
    return [
        (year, quarters), (year, halves), (halves[0], quarters[:2]), (halves[1], quarters[2:]),
        (nine, quarters[:3]), (nine, [halves[0], quarters[2]]), (year, [nine, quarters[3]]),
    ]  # fmt: skip


def _told(whole: Claim, parts: Sequence[Claim]) -> Identity:
    total = math.fsum(c.value for c in parts)
    cells = [c.rounding for c in (whole, *parts)]
    printed = min(cells) if all(map(in_table, (whole, *parts))) else 0.0  # a table rounds alike
    good = abs(total - whole.value) <= (printed * len(cells) or math.fsum(cells)) * 1.001
    how = " + ".join(f"{said(c)} ({c.period})" for c in parts)
    return beside(NAME, how, total, whole, good, *parts)
