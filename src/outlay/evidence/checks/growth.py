"""Growth between two figures, beside the growth that is stated."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence

from outlay.evidence.checks.compare import PARTS, WHOLES, by_key, in_unit, live, said, show
from outlay.evidence.quantities.fx import currency_of
from outlay.evidence.rules import pattern
from outlay.evidence.types import Claim, Identity

__all__ = ["growth"]

Measure = tuple[str, str, str]
_PERIOD = re.compile(r"(FY)?(\d{4})(?:-([QH])(\d)|-(\d\d))?")
_RELATIVE = ("fraction", "ratio")
_UNDATED = ("earlier", "")
_NEAR = 400  # characters between a growth and its figures at most
_MOST = 6  # figures of one measure and place that a growth is tried between


def before(period: str, sequential: bool = False) -> str:
    """The period that a growth is counted from: a year earlier, or the part before it."""
    found = _PERIOD.fullmatch(period)
    if found is None:
        return ""
    year, part = int(found[2]), found[4]
    if not sequential or part is None:
        return f"{found[1] or ''}{year - 1}{period[found.end(2) :]}"
    of = 4 if found[3] == "Q" else 2
    year, now = (year, int(part) - 1) if part != "1" else (year - 1, of)
    return f"{found[1] or ''}{year}-{found[3]}{now}"


def _amount(c: Claim) -> bool:
    return c.unit not in (*_RELATIVE, "rank") and not c.unit.endswith("point")


def growth(claims: Sequence[Claim], by_id: dict[str, Claim]) -> Iterator[Identity]:
    """A stated growth beside the figures of its place; then growths that nobody states."""
    levels = by_key(
        (c for c in claims if not c.negated and not c.vague and c.value > 0 and _amount(c)),
        lambda c: (c.subject, c.family, c.document),
    )  # fmt: skip
    stated = by_key(
        (c for c in claims if live(c) and c.family.endswith(" growth") and c.unit in _RELATIVE),
        lambda c: (c.subject, c.family, c.document, c.span, c.column),
    )  # fmt: skip
    told: set[tuple[str, str]] = set()
    tried = [p for rates in stated.values() for p in _patterns(rates, levels)]
    held, every = Counter(p for p, holds in tried if holds), Counter(p for p, _ in tried)
    proven = {p for p, n in held.items() if 2 * n >= every[p]}
    for rates in stated.values():
        for found in _beside(rates, _pool(rates[0], levels), proven):
            told.add((found.claims[0], found.claims[1]))
            yield found
    for old, new in _pairs(claims, by_id):
        base = in_unit(old, new.unit)
        if (new.id, old.id) not in told and base and base > 0 and not (old.vague or new.vague):
            told.add((new.id, old.id))
            same = "growth" if old.family == new.family else "growth across two measures"
            name = "revision" if old.period == new.period else same
            when = f"{old.period or '?'} to {new.period or '?'}"
            text = f"{_text(new, old)} ({new.subject}, {new.metric}, {when})"
            yield Identity(
                (new.id, old.id), text, new.value / base - 1, None, "computed", "fraction", name
            )


def _text(new: Claim, old: Claim) -> str:
    base = in_unit(old, new.unit) or math.nan
    change = show(new.value / base - 1, "fraction")
    return f"{said(new)} / {said(old)} − 1 = {change}"


def _pool(rate: Claim, levels: Mapping[Measure, Sequence[Claim]]) -> list[Claim]:
    """The figures that a growth may be of: of its sentence, or of its row and group of columns."""
    family = rate.family.removesuffix(" growth")
    pool = levels.get((rate.subject, family, rate.document), ())
    if rate.column:
        return [c for c in pool if c.span == rate.span and c.column[:-1] == rate.column[:-1]]
    here = [c for c in pool if c.span == rate.span]
    return here if len(here) > 1 else [c for c in pool if abs(c.span[0] - rate.span[0]) < _NEAR]


def _columns(new: Claim, old: Claim, rate: Claim) -> tuple[object, ...]:
    return rate.document, new.column, old.column, rate.column


def _patterns(
    rates: Sequence[Claim], levels: Mapping[Measure, Sequence[Claim]]
) -> Iterator[tuple[tuple[object, ...], bool]]:
    """The columns between which the growths of a row may be, and whether they hold there."""
    if rates[0].column:
        for new, old in _candidates(rates[0], _pool(rates[0], levels)):
            yield _columns(new, old, rates[0]), _holds(new, old, rates[0])


def _candidates(rate: Claim, pool: Sequence[Claim]) -> list[tuple[Claim, Claim]]:
    """(newer, older) that a growth may be between, the nearest first."""
    near = sorted(pool, key=lambda c: abs(c.value_span[0] - rate.value_span[0]))[: 2 * _MOST]
    out = []
    of = [c for c in near if live(c) and (rate.column or rate.period in ("", c.period))]
    here = [c for c in near if live(c) and c.span == rate.span]
    for new in of or here:
        ago = {before(new.period), before(new.period, True)} - {""}
        out += [(new, c) for c in near if _older(c, new, ago)]
    return out or ([] if rate.column else _of_its_own(here))


def _of_its_own(here: Sequence[Claim]) -> list[tuple[Claim, Claim]]:
    """The two figures of a sentence, a year apart, whatever year its growth is put in."""
    if len(here) != 2:
        return []
    new, old = sorted(here, key=lambda c: c.period, reverse=True)
    return [(new, old)] if old.period and old.period == before(new.period) else []


def _older(c: Claim, new: Claim, ago: Collection[str]) -> bool:
    """Whether a figure may be what a newer one grew from; ago: the periods before its own."""
    if c.id == new.id or c.unit != new.unit or c.kind not in (new.kind, "reported"):
        return False
    if c.period and new.period and _length(c) != _length(new):
        return False  # a quarter grew from no year
    return c.compared_with == new.id or c.period in ago or (c.status, c.period) == _UNDATED


def _length(c: Claim) -> str:
    """The form of a period without its figures: a year, a quarter, a month."""
    return re.sub(r"\d|FY", "", c.period)


def _beside(
    rates: Sequence[Claim], pool: Sequence[Claim], proven: Collection[tuple[object, ...]]
) -> Iterator[Identity]:
    """The growths of one sentence or cell beside the figures that they are between."""
    pairs = _candidates(rates[0], pool)
    for new, old in pairs:
        for r in rates:
            if _holds(new, old, r):
                yield _identity(new, old, r, "agrees")
                return
    rate = rates[0]
    if rate.column:  # of which other rows show what it is between
        pairs = [p for p in pairs if _columns(*p, rate) in proven]
    elif (
        pattern("checks.other_basis").search(rate.sentence)
        or len({p[0].id for p in pairs}) != 1
        or not _of_one_clause(rate, *pairs[0])
    ):
        return
    if pairs and len(rates) == 1 and pairs[0][0].span == rate.span:
        yield _identity(*pairs[0], rate, "disagrees")


def _of_one_clause(rate: Claim, new: Claim, old: Claim) -> bool:
    """Whether a growth is said of these figures: no other clause with a subject of its own stands
    between, and where it is "in a year" they are a year apart."""
    text, begin = rate.sentence, rate.span[0]
    first, last = sorted((rate.value_span, new.value_span))
    if pattern("checks.next_clause").search(text[first[1] - begin : last[0] - begin]):
        return False
    yearly = pattern("checks.in_a_year").match(text[rate.value_span[1] - begin :])
    return not yearly or not old.period or old.period == before(new.period)


def _holds(new: Claim, old: Claim, rate: Claim) -> bool:
    """Whether a stated growth holds between two figures, with the rounding of all three."""
    low = ((new.value_low or new.value) - new.rounding) / (
        (old.value_high or old.value) + old.rounding
    )
    bottom = (old.value_low or old.value) - old.rounding
    high = ((new.value_high or new.value) + new.rounding) / bottom if bottom > 0 else math.inf
    value, room = _said(rate, new.value / old.value - 1), rate.rounding + 0.0006
    if rate.unit == "ratio":
        room += 0.08 * rate.value
    if rate.hedge != "exact" or new.hedge != "exact" or old.hedge != "exact":
        room += 0.05 * (1 + abs(value))
    if rate.hedge == "over":
        return high - 1 >= value - room
    return low - 1 - room <= value <= high - 1 + room


def _said(rate: Claim, computed: float) -> float:
    return rate.value - 1 if rate.unit == "ratio" else math.copysign(rate.value, computed)


def _identity(new: Claim, old: Claim, rate: Claim, verdict: str) -> Identity:
    computed = new.value / (in_unit(old, new.unit) or math.nan) - 1
    return Identity(
        (new.id, old.id, rate.id), f"{_text(new, old)}, stated {rate.quote}", computed,
        _said(rate, computed), verdict, "fraction", "growth",  # type: ignore[arg-type]
    )  # fmt: skip


def _pairs(claims: Sequence[Claim], by_id: dict[str, Claim]) -> Iterator[tuple[Claim, Claim]]:
    """(older, newer): as the text sets them side by side, or one year apart."""
    table: dict[tuple[str, ...], Claim] = {}
    for c in claims:
        other = by_id.get(c.compared_with)
        if c.negated or not c.subject or c.vague:
            continue
        one = other is not None and (
            other.family == c.family or {c.family, other.family} <= WHOLES | PARTS
        )
        if one and other is not None and other.subject == c.subject:
            yield c, other
        amount = (
            currency_of(c.unit) or c.unit.startswith("token") or c.unit in ("W", "chip", "user")
        )
        if c.period and amount and not c.converts and c.family not in ("amount", "number"):
            table.setdefault((c.subject, c.family, c.metric, c.unit, c.period), c)
    for key, c in table.items():
        old = table.get((*key[:-1], before(c.period)))
        if old is not None and c.status == "current":
            yield old, c
