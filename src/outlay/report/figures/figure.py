"""What every picture of a plan shares: its sentence, its units, its colours, its dates."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TypeAlias

from outlay.report.charts.axis import Axis
from outlay.report.charts.lying import Ranged
from outlay.report.scale import fitting
from outlay.report.theme import OTHER, PALETTE, Spec
from outlay.report.words.language import Words
from outlay.results.plans.plan import Plan

__all__ = [
    "Drawn",
    "captioned",
    "chip_colours",
    "chips",
    "chips_axis",
    "grouped",
    "met",
    "money_axis",
    "ranked",
    "service_colours",
    "tokens_axis",
    "told",
    "when",
]

Drawn: TypeAlias = tuple[str, Spec] | None
PERIOD = re.compile(r"(\d{4})(?:-(Q|H)?(\d{1,2}))?")
TOKENS = (("axis.tokens", 1e12), ("axis.tokens_bn", 1e9), ("axis.tokens_m", 1e6))
"""Words of an axis of tokens a day, and its base units in one shown; largest first."""


def told(
    name: str, say: Words, source: str, *, drawn: str = "", **values: object
) -> tuple[str, dict[str, str]]:
    """The whole caption of a picture, and its parts: title, what is drawn how, source.

    drawn: key of what is drawn how, where that is not the title's: it names what is there alone.
    """
    how = f"drawn.{drawn or name}"
    title = say(f"caption.{name}", **values)
    parts = {
        "title": f"{title[:1].upper()}{title[1:]}",
        "note": say(how, **values) if how in say.texts else "",
        "source": say(f"source.{source}", **values),
    }
    return " ".join(p for p in parts.values() if p), parts


def captioned(spec: Spec, caption: tuple[str, dict[str, str]]) -> Drawn:
    """The picture with the parts of its caption inside, for whoever sets them apart."""
    return caption[0], {**spec, "usermeta": caption[1]}


def when(period: str, say: Words) -> str:
    """A period as people write it along an axis: Q1 26, Jan 26, H1 26, 2026."""
    found = PERIOD.fullmatch(period)
    if not found or not found[3]:
        return period
    year, kind, n = found[1][2:], found[2], int(found[3])
    if kind:
        return say("date.quarter" if kind == "Q" else "date.half", n=n, year=year)
    return say("date.month", month=say.texts["date.months"].split()[n - 1], n=n, year=year)


def money_axis(amounts: Iterable[float], say: Words, *, zero: bool = True) -> Axis:
    """An axis of money in the study's unit, or in the one that small amounts need."""
    amounts = [abs(a) for a in amounts]
    unit, currency = say.scale.money_unit(amounts), say.scale.currency
    if max(amounts, default=0.0) < unit.size:  # an axis of 0.002 would say little
        unit = fitting(max(amounts, default=0.0), say.scale.money_steps)
    key = "axis.money" if unit.word else "axis.money_plain"
    return Axis(say(key, unit=unit.word, currency=currency), per=unit.size, zero=zero)


def chips(number: str, kinds: Collection[str], say: Words) -> str:
    """So many chips; of several kinds together it says so, since one is not worth another."""
    return say("mark.all_kinds" if len(kinds) > 1 else "mark.of_chips", n=number)


def chips_axis(amounts: Iterable[float], say: Words, key: str = "axis.chips_standing") -> Axis:
    """An axis of chips."""
    unit = say.scale.count_unit(amounts)
    many = {1e3: "axis.thousands", 1e6: "axis.many_millions"}.get(unit.size)
    return Axis(say(many, of=say(key)) if many else say(key), per=unit.size if many else 1.0)


def tokens_axis(amounts: Iterable[float], say: Words) -> Axis:
    """An axis of tokens a day in the largest unit that they reach."""
    most = max(map(abs, amounts), default=0.0)
    key, per = next((x for x in TOKENS if most >= x[1]), TOKENS[-1])
    return Axis(say(key), per=per)


def ranked(sizes: Mapping[str, float]) -> dict[str, str]:
    """Thing → its colour through the whole report: the largest first, grey from the ninth on."""
    order = sorted(sizes, key=lambda k: (-sizes[k], k))
    return {k: PALETTE[i] if i < len(PALETTE) else OTHER for i, k in enumerate(order)}


def chip_colours(plan: Plan) -> dict[str, str]:
    """Chip → colour, by how many stand on average."""
    size: dict[str, float] = {}
    for f in plan.fleet:
        size[f.chip] = size.get(f.chip, 0.0) + f.expected
    return ranked(size)


def service_colours(plan: Plan) -> dict[str, str]:
    """Service → colour, by the tokens that are asked of it."""
    size: dict[str, float] = {}
    for r in plan.served:
        size[r.service] = size.get(r.service, 0.0) + r.demand
    return ranked(size)


def met(looks: Mapping[str, str], rows: Sequence[Ranged]) -> dict[str, str]:
    """Of a legend what its picture draws."""
    drawn = {p.series for r in rows for p in r.parts} | {t.series for r in rows for t in r.ticks}
    return {name: colour for name, colour in looks.items() if name in drawn}


def grouped(
    found: Mapping[tuple[str, str], float], colours: Mapping[str, str], say: Words
) -> tuple[list[tuple[str, str, float]], dict[str, str]]:
    """(place, thing) → amount with names for people, things beyond the eighth as one, grey.

    Returns rows (place, name, amount) and the legend: name → colour, in the order of the stack.
    """
    named = {k: say.called(k) if c != OTHER else say("mark.other") for k, c in colours.items()}
    sums: dict[tuple[str, str], float] = {}
    for (place, thing), amount in found.items():
        key = (place, named[thing])
        sums[key] = sums.get(key, 0.0) + amount
    met = {name for _, name in sums}
    looks = {named[k]: c for k, c in colours.items() if named[k] in met}
    return [(place, name, amount) for (place, name), amount in sums.items()], looks
