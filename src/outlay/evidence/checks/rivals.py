"""Different values for one thing, and the likeliest cause."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations, pairwise
from typing import Literal

from outlay.evidence.checks.causes import digits, likely, slip
from outlay.evidence.checks.company import Company
from outlay.evidence.checks.compare import (
    PARTS,
    WHOLES,
    apart,
    by_key,
    grounded,
    live,
    sort_of,
    tell,
    usable,
)
from outlay.evidence.checks.things import Things, in_table, stands, when
from outlay.evidence.checks.unsaid import MOST_ALIKE, Unsaid
from outlay.evidence.rules import pattern
from outlay.evidence.types import Claim, Contradiction

__all__ = ["corrections", "echoes", "rivals", "where"]

Severity = Literal["hard", "soft", "note"]
_FIGURES, _LETTER = re.compile(r"\d+"), re.compile(r"[A-Za-z\u3400-\u9fff]")
_STOP = re.compile(r"[.;](?=\s)|[。；]")
_TERMS = ("year", "month", "week", "day", "hour")
_SCALE = 500  # that a scale makes of a number at least
_MOST_BESIDE = 2  # amounts of a sentence that is no list of several things
_MOST_CELLS = 60
_LEAST = 2  # figures of which a slip makes another number
_LOOSE = WHOLES | PARTS | {"amount", "number"}
_SAME_TABLE = 600  # characters between two cells of one table at most


def where(c: Claim) -> str:
    """Where a claim stands, for a sentence about it."""
    place = f"the table row '{' / '.join(c.row)}'" if c.row else f"“{c.quote}”"
    voice = f" ({c.attribution})" if c.attribution else ""
    return f"{c.document}, {place}{voice}"


def rivals(
    claims: Sequence[Claim], near: Mapping[str, Company], things: Things, unsaid: Unsaid
) -> Iterator[Contradiction]:
    """Same subject, measure and period; different values. Of more than a few, only their ends."""
    for members in _alike(_dated(claims), things):
        distinct: dict[tuple[object, ...], Claim] = {}
        ids = {o.id for o in members}
        for c in members:
            if c.converts not in ids:
                place = (c.document, c.kind, c.attribution, in_table(c))
                distinct.setdefault((c.value_low, c.value_high, c.unit, *place), c)
        values = {(c.value_low, c.value_high, c.unit) for c in distinct.values()}
        if len(values) > MOST_ALIKE:
            _tell_of_many(list(distinct.values()), unsaid)
            continue
        told: set[tuple[float, ...]] = set()
        several = len(values) > 2 and _several(list(distinct.values()))
        for a, b in combinations(list(distinct.values())[: 2 * MOST_ALIKE], 2):
            factor = apart(a, b)
            judged = None if factor is None else _judged(a, b, factor, things, several)
            values_of = tuple(sorted((a.value, b.value)))
            if factor is None or judged is None or values_of in told:
                continue
            told.add(values_of)
            cause, severity, relation = judged
            keep = near[a.subject].most(a, b)
            when = f" in {a.period}" if a.period else ""
            size = f", a factor of {factor:.3g}" if factor else ""
            text = (
                f"{a.subject}: {a.metric}{when} is {tell(a)} in one place ({where(a)}) and "
                f"{tell(b)} in another ({where(b)}){size}; one thing has one value. "
                f"Likeliest cause: {cause}. Kept: {tell(keep)}."
            )
            yield Contradiction((a.id, b.id), relation, factor, cause, keep.id, text, severity)


def _dated(claims: Sequence[Claim]) -> list[Claim]:
    """The claims, with what another is compared with as the figure of its own period that it is."""
    by_id = {c.id: c for c in claims}
    return [replace(c, status="current") if _is_base(c, by_id) else c for c in claims]


def _is_base(c: Claim, by_id: Mapping[str, Claim]) -> bool:
    """Whether it is called earlier for no more than being of an earlier period."""
    new = by_id.get(c.compared_with)
    said = c.status == "earlier" and c.grounds.period == "sentence" and c.kind == "reported"
    return said and new is not None and _year(c) < _year(new) and c.family == new.family


def _year(c: Claim) -> str:
    return c.period.removeprefix("FY")[:4]


def echoes(
    claims: Sequence[Claim], near: Mapping[str, Company], things: Things
) -> Iterator[Contradiction]:
    """Values that a slip of the pen parts, where the words beside them say that they are of one
    thing: the same words before both, or the labels of a cell in the sentence."""
    good = [c for c in claims if live(c) and c.unit not in ("fraction", "rank", "ratio")]
    prose = [c for c in good if not in_table(c) and c.subject and c.grounds.subject != "guess"]
    pairs = [*_led_alike(prose, things), *_undated(prose, things)]
    pairs += _labelled(good, prose, things)
    for a, b in pairs:
        cause = _slip_of_one(a, b)
        if not cause or not _sure_echo(a, b, things) or _printed_alike(a, b):
            continue
        keep, factor = near[a.subject].most(a, b), apart(a, b) or 0.0
        text = (
            f"{a.subject}: {a.metric} is {tell(a)} in one place ({where(a)}) and {tell(b)} in "
            f"another ({where(b)}), in the same words. Likeliest cause: {cause}. Kept: "
            f"{tell(keep)}."
        )
        relation = "same thing, different values"
        yield Contradiction((a.id, b.id), relation, factor, cause, keep.id, text, "hard")


def _led_alike(prose: Sequence[Claim], things: Things) -> Iterator[tuple[Claim, Claim]]:
    """Values with the same words before them."""
    led = by_key(prose, lambda c: (things.who(c), things.led(c), c.about, c.unit, when(c)))
    few = (members for key, members in led.items() if key[1] and len(members) <= MOST_ALIKE)
    for a, b in (pair for members in few for pair in combinations(members, 2)):
        one_family = a.family == b.family or {a.family, b.family} <= _LOOSE
        if one_family and _parted(a, b) and things.alike(a, b, strictly=False):
            yield a, b


def _labelled(
    good: Sequence[Claim], prose: Sequence[Claim], things: Things
) -> Iterator[tuple[Claim, Claim]]:
    """Values of sentences, each with the one cell whose labels stand in it."""
    by_value, cells = _cells(good, prose, things)
    for p in prose:
        known = (things.who(p), p.unit, p.document)
        alike = cells.get((*known, when(p)), ())
        if len(alike) <= _MOST_CELLS and p.value not in by_value.get(known, ()):
            of = [c for c in alike if things.said_in(c, p)]
            yield from ((p, c) for c in of if len(of) == 1)


def _slip_of_one(a: Claim, b: Claim) -> str:
    """The slip of a pen that parts two values of one sort of thing; empty where none does."""
    one = sort_of(a) == sort_of(b) and (a.about == b.about or not (a.about and b.about))
    return slip(a, b) if one and apart(a, b) else ""


def _sure_echo(a: Claim, b: Claim, things: Things) -> bool:
    """Whether two values cannot well be of two things: nothing about them is guessed, they are
    no short numbers, no names tell them apart, and neither sentence is a list."""
    said = (c.grounds for c in (a, b))
    sure = not any("guess" in (g.metric, g.unit, g.period) for g in said)
    short = min(len(digits(c.value)) for c in (a, b)) < _LEAST or things.told_apart(a, b)
    full = max(map(things.amounts_beside, (a, b))) > _MOST_BESIDE and not _long(a, b)
    return sure and not short and not full


def _parted(a: Claim, b: Claim) -> bool:
    """Whether two stand in two sentences, or a full stop parts them in what was taken for one."""
    if (a.document, a.span) != (b.document, b.span):
        return True
    gap = a.sentence[a.value_span[1] - a.span[0] : b.value_span[0] - a.span[0]]
    return bool(_STOP.search(gap))


def _long(a: Claim, b: Claim) -> bool:
    """Whether two numbers of three figures and more have the same ones."""
    return digits(a.value) == digits(b.value) and len(digits(a.value)) > _LEAST


def _undated(prose: Sequence[Claim], things: Things) -> Iterator[tuple[Claim, Claim]]:
    """Prices and stocks of one thing of which one is said without a day."""
    stocks = (c for c in prose if usable(c) and stands(c))
    for members in by_key(stocks, lambda c: things.key(replace(c, period=""))).values():
        if len(members) <= MOST_ALIKE:
            for a, b in combinations(members, 2):
                one_dated = a.span != b.span and bool(when(a)) != bool(when(b))
                if one_dated and a.kind == b.kind and things.alike(a, b, strictly=False):
                    yield a, b


def _cells(
    good: Sequence[Claim], prose: Sequence[Claim], things: Things
) -> tuple[dict[tuple[str, str, str], set[float]], dict[tuple[str, ...], list[Claim]]]:
    """The values of the cells by whom they are of and their unit; and the cells, by period too.

    A cell of nobody is of the one that the prose of its document speaks of.
    """
    whom = {d: {things.who(c) for c in m} for d, m in by_key(prose, lambda c: c.document).items()}
    values: dict[tuple[str, str, str], set[float]] = {}
    cells: dict[tuple[str, ...], list[Claim]] = {}
    for c in filter(in_table, good):
        alone = whom.get(c.document, set())
        who = things.who(c) if c.subject else next(iter(alone)) if len(alone) == 1 else ""
        if who:
            values.setdefault((who, c.unit, c.document), set()).add(c.value)
            cells.setdefault((who, c.unit, c.document, when(c)), []).append(c)
    return values, cells


def _alike(claims: Sequence[Claim], things: Things) -> Iterator[list[Claim]]:
    """Groups of claims of one thing; words are looked at only where two of them may be."""
    for near in by_key(filter(usable, claims), things.near).values():
        if len(near) > 1:
            yield from (m for m in by_key(near, things.key).values() if len(m) > 1)


def _judged(
    a: Claim, b: Claim, factor: float, things: Things, several: bool
) -> tuple[str, Severity, str] | None:
    """(cause, severity, relation) of two values of one thing; None where both may be right."""
    if (a.document, a.span) == (b.document, b.span) or _one_table(a, b):
        return None
    pen = slip(a, b)
    if not things.alike(a, b, strictly=not pen) or not (pen or things.sole(a, b)):
        return None
    relation = "same thing, different values"
    known = grounded(a) and grounded(b)
    if known and pen and _printed_alike(a, b):
        return "a scale that the table does not say", "soft", relation
    if not known or sort_of(a) in ("change", "share"):
        return pen or likely(a, b, factor), "soft", relation
    if pen:
        return None if _by_chance(a, b, things) else (pen, "hard", relation)
    return _by_time(a, b, factor, several)


def _by_time(a: Claim, b: Claim, factor: float, several: bool) -> tuple[str, Severity, str] | None:
    """(cause, severity, relation) of two values that no slip of a pen parts, by when they are."""
    relation = "same thing, different values"
    if not a.period:
        headed = a.headline or b.headline or a.document != b.document
        return (likely(a, b, factor), "soft", relation) if headed else None
    if _newer(a, b):
        return "an older figure or a plan against a newer one", "note", "revision"
    return (*_of_a_period(a, b, factor, several), relation)


def _newer(a: Claim, b: Claim) -> bool:
    """Whether one of two figures of a period came after the other, or of what was planned."""
    over = a.period.removeprefix("FY")[:4] < a.said_on[:4] and "planned" in (a.kind, b.kind)
    actual = pattern("checks.actual")
    done = bool(actual.search(a.sentence)) != bool(actual.search(b.sentence))
    return done or (over and a.kind != b.kind) or a.said_on != b.said_on


def _of_a_period(a: Claim, b: Claim, factor: float, several: bool) -> tuple[str, Severity]:
    """(cause, severity) of two values of one thing and period that stand at one time."""
    if a.period != b.period:
        return "a fiscal year against a calendar year", "soft"
    if "estimated" in (a.kind, b.kind) and a.kind != b.kind:
        return "an outside estimate against the actor's own figure", "soft"
    firm = a.condition == b.condition and "may" not in (a.hedge, b.hedge)
    one_voice = a.document == b.document and _voice(a) == _voice(b)
    dated = not {a.grounds.period, b.grounds.period} & {"scope"}
    sure = firm and one_voice and dated and factor >= 1.005 and not several
    return likely(a, b, factor), "hard" if sure else "soft"


def _by_chance(a: Claim, b: Claim, things: Things) -> bool:
    """Whether two of several things of an actor may well differ as by a slip: orders, sites."""
    cells = in_table(a) + in_table(b)
    one, other = digits(a.value), digits(b.value)
    if cells == 2 and one != other:
        return True
    if a.period and things.single(a) and cells < 2:
        return False
    least = 1 + cells + (not a.period or a.unit in _TERMS)
    return (
        min(len(one), len(other)) < least
        or sorted(one) != sorted(other)
        or "scope" in (a.grounds.period, b.grounds.period)
        or max(map(things.amounts_beside, (a, b))) > _MOST_BESIDE
        or things.told_apart(a, b)
    )


def _voice(c: Claim) -> str:
    """Who says it; empty where it is the document or the actor itself."""
    own = set(c.subject.casefold().split()) & set(c.attribution.casefold().split())
    return "" if own or c.attribution == c.subject else c.attribution


def _several(alike: Sequence[Claim]) -> bool:
    """Whether three of some values are apart: then they are of several things."""
    return any(
        apart(a, b) and apart(b, c) and apart(a, c)
        for a, b, c in combinations(alike[:MOST_ALIKE], 3)
    )


def _printed_alike(a: Claim, b: Claim) -> bool:
    """Whether two are printed with the same figures and no word of scale: only what was taken
    for the scale of a table differs."""
    one, other = (_FIGURES.findall(c.quote) for c in (a, b))
    if any(
        in_table(c) and c.value == float("".join(_FIGURES.findall(c.quote)) or 0) for c in (a, b)
    ):
        return max(a.value, b.value) > _SCALE * min(a.value, b.value)
    return one == other and not any(_LETTER.search(c.quote) for c in (a, b))


def _one_table(a: Claim, b: Claim) -> bool:
    """A table states each thing once: two of its cells are two things."""
    gap = abs(a.value_span[0] - b.value_span[0])
    return in_table(a) and in_table(b) and a.document == b.document and gap < _SAME_TABLE


def _tell_of_many(alike: list[Claim], unsaid: Unsaid) -> None:
    """Note values of one thing that are too many to be set against one another, where any two
    neighbours of them differ: how many, and the ends of those in the unit of most."""
    unit = Counter(c.unit for c in alike).most_common(1)[0][0]
    ordered = sorted((c for c in alike if c.unit == unit), key=lambda c: c.value)
    if all(apart(a, b) is None for a, b in pairwise(ordered)):
        return
    first = alike[0]
    when = f" in {first.period}" if first.period else ""
    unsaid.add(
        first.document,
        f"{first.subject}: {first.metric}{when} has {len(alike):,} different values, from "
        f"{tell(ordered[0])} to {tell(ordered[-1])}; more than {MOST_ALIKE} are taken for a table "
        "and not set against one another",
    )


def _standing(claims: Sequence[Claim], things: Things) -> dict[tuple[str, ...], list[Claim]]:
    """The live figures of what is denied somewhere, by what they are of."""
    denied = {things.near(c) for c in claims if c.negated and c.subject}
    rest = (c for c in claims if denied and live(c) and c.subject and things.near(c) in denied)
    return by_key(rest, things.key)


def _apart_from(c: Claim, others: Sequence[Claim]) -> Claim | None:
    """The first of some figures that differs from one."""
    return next((o for o in others if apart(c, o)), None)


def corrections(
    claims: Sequence[Claim], by_id: Mapping[str, Claim], things: Things
) -> Iterator[Contradiction]:
    """Figures that their document takes back: named once beside what stands in their place."""
    standing = _standing(claims, things)
    for c in claims:
        other = by_id.get(c.replaced_by)
        if other is None and c.negated and c.subject:
            other = _apart_from(c, standing.get(things.key(c), ()))
        if other is None or not live(other):
            continue
        text = (
            f"{other.subject or c.subject or 'it'}: {c.metric} of {tell(c)} ({where(c)}) is denied "
            f"or corrected; {tell(other)} ({where(other)}) stands."
        )
        ids = (other.id, c.id)
        yield Contradiction(ids, "corrected", None, "a correction", other.id, text, "note")
