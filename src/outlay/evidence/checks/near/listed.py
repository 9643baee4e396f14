"""A whole whose parts other sentences list: the lots of a tender, the two parts of a price."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from outlay.evidence.checks.compare import live, said, sort_of
from outlay.evidence.checks.near.places import Place, beside, fits, places
from outlay.evidence.quantities.fx import currency_of
from outlay.evidence.rules import pattern
from outlay.evidence.text.simplified import simplified
from outlay.evidence.types import Claim, Identity

__all__ = ["listed"]

NAME = "sum of parts"
_ROWS = (
    "一二三四五六七八九十", "ABCDEFGH", ("I", "II", "III", "IV", "V", "VI", "VII", "VIII"),
    ("one", "two", "three", "four", "five", "six"),
)  # fmt: skip
_NUMBERS = {word: n for row in _ROWS for n, word in enumerate(row, 1)}
_NO_PARTS = ("fraction", "month", "year", "ratio")
_NEXT = 60  # characters between a sentence and the next with an amount
_FAR = 2_000  # characters from a total to the first of its lots


def listed(claims: Sequence[Claim], texts: Mapping[str, str]) -> Iterator[Identity]:
    """Each whole beside the sum of the parts that are said to be all of it. texts: of the
    documents, by name."""
    for of in places(claims):
        yield from _lots(of, simplified(texts.get(of[0].claims[0].document, "")))
        for at in range(1, len(of)):
            yield from _of_the_last(of, at)


def _sum(whole: Claim, parts: Sequence[Claim]) -> Identity | None:
    """The whole beside its parts, where all are firm."""
    if any(c.hedge != "exact" or c.value <= 0 for c in (whole, *parts)):
        return None
    total = math.fsum(c.value for c in parts)
    good = fits(total, whole, math.fsum(c.rounding for c in parts))
    how = " + ".join(said(c) for c in parts[:12])
    return beside(NAME, how, total, whole, good, *parts)


def _money(c: Claim) -> bool:
    return bool(currency_of(c.unit)) and "/" not in c.unit and live(c) and not c.converts


def _lots(of: Sequence[Place], text: str) -> Iterator[Identity]:
    """Lots numbered from one, each with an amount, and a total that stands before or after."""
    parts, totals = _numbered(of, text)
    units = {c.unit for c in parts}
    if len(parts) < 2 or len(units) != 1:
        return
    end = parts[-1].value_span[1]
    near = [c for c in totals if c.unit in units and abs(c.span[0] - end) < _FAR]
    made = [s for t in near if (s := _sum(t, parts)) is not None]
    right = [s for s in made if s.verdict == "agrees"]
    yield from right or (made if len(made) == 1 else [])


def _numbered(of: Sequence[Place], text: str) -> tuple[list[Claim], list[Claim]]:
    """(the first amount of each lot, amounts that are said to be of all); nothing where lots are
    numbered anew, being those of something else."""
    parts: list[Claim] = []
    totals: list[Claim] = []
    at = 0
    for place, c in ((p, m) for p in of for m in p.claims if _money(m)):
        label = _last_label(text, max(at, place.begin - _FAR), c.value_span[0])
        at = c.value_span[1]
        if label and label == len(parts) + 1:
            parts.append(c)
        elif label and label < len(parts):
            return [], []
        elif not label and pattern("checks.in_all_lots").search(place.before(c)):
            totals.append(c)
    return parts, totals


def _last_label(text: str, start: int, end: int) -> int:
    """The number of the lot that stands last between two places; 0 where none does."""
    found = list(pattern("checks.lot").finditer(text, start, end))
    return _number(next(g for g in found[-1].groups() if g)) if found else 0


def _number(said_as: str) -> int:
    known = _NUMBERS.get(said_as, 0) or _NUMBERS.get(said_as.lower(), 0)
    return int(said_as) if said_as.isdigit() else known


def _of_the_last(of: Sequence[Place], at: int) -> Iterator[Identity]:
    """ "It has raised $1.35 billion. The round consists of $900 million of equity and …"."""
    place, before = of[at], of[at - 1]
    opens = pattern("checks.parts_follow").search(place.text)
    closes = opens or pattern("checks.whole_of_it").search(place.text)
    some = closes or pattern("checks.some_parts").match(place.text)
    if some and place.begin - before.begin - len(before.text) <= _NEXT:
        told = _whole_of(before, _parts(of, at, opens.end() if opens else 0))
        if told is not None and (closes or (told.computed or 0.0) >= (told.stated or 0.0)):
            yield told


def _whole_of(before: Place, parts: Sequence[Claim]) -> Identity | None:
    """Parts beside the one amount of their unit in the sentence before them."""
    units = {c.unit for c in parts}
    wholes = [c for c in before.claims if live(c) and c.unit in units and _level(c)]
    if len(parts) < 2 or len(units) != 1 or len(wholes) != 1:
        return None
    return _sum(wholes[0], parts)


def _parts(of: Sequence[Place], at: int, start: int) -> list[Claim]:
    """The amounts of a sentence from a place on; of one part, with the remainder of the next."""
    place = of[at]
    parts = [c for c in place.claims if c.value_span[0] - place.begin >= start]
    parts = [c for c in parts if live(c) and _level(c)]
    more = of[at + 1] if len(parts) == 1 and at + 1 < len(of) else None
    if more and pattern("checks.remainder").match(more.text):
        parts += more.claims[:1]
    return parts


def _level(c: Claim) -> bool:
    return sort_of(c) == "level" and "/" not in c.unit and c.unit not in _NO_PARTS
