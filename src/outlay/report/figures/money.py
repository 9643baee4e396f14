"""Pictures of money: what is spent and authorised, what tokens cost and earn, own or rent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from outlay.core.quantities.formats import format_number
from outlay.report.charts.axis import Axis
from outlay.report.charts.line import Curve, Dot, draw_lines
from outlay.report.charts.lying import Part, Ranged, Tick, draw_lying
from outlay.report.figures.figure import (
    Drawn,
    captioned,
    met,
    money_axis,
    service_colours,
    told,
)
from outlay.report.theme import BLUE, INK, OTHER, PALETTE, SKY, VERMILION
from outlay.report.words.language import Words
from outlay.report.words.plans.follows.pays import years
from outlay.report.words.plans.lines import percent
from outlay.results.plans.accounts import ChipHour, UnitCost, Utilisation
from outlay.results.plans.plan import Plan

__all__ = ["capex", "cash", "earned", "margin", "own_or_rent", "unit_cost", "utilisation"]

PROCESSORS = "processors"
OUTSIDE = ("committed halls", "outside this plan")
"""What is due beside the plan."""
CLASSES = {
    PROCESSORS: BLUE, "servers": PALETTE[1], "site": PALETTE[2], "storage": PALETTE[3],
    OUTSIDE[0]: SKY, OUTSIDE[1]: OTHER,
}  # fmt: skip
"""Classes of capital expenditure in the order of the stack; others are grey."""
ROWS = 12
SEEN = 5e-3
"""Of a year's money, the part from which on it is seen in what is written of it."""


def capex(plan: Plan, say: Words) -> Drawn:
    """A bar a year for all capital expenditure, and one for processors, each beside its own
    authorisation."""
    if not plan.capex_by_year:
        return None
    limits: dict[tuple[str, str], float] = {(b.year, b.kind): b.amount for b in plan.budgets}
    order = _classes(plan)
    looks = {say.name("class", k): CLASSES.get(k, OTHER) for k in order}
    rows = [
        row
        for year, kinds in plan.capex_by_year.items()
        for row in _year_rows(year, {k: kinds.get(k, 0.0) for k in order}, limits, say)
    ]
    if any(r.ticks for r in rows):
        looks[say("mark.authorised")] = INK
    caption = _capex_caption(plan, limits, say)
    return captioned(draw_lying(rows, _axis(rows, say), caption[0], looks=looks), caption)


def _capex_caption(
    plan: Plan, limits: Mapping[tuple[str, str], float], say: Words
) -> tuple[str, dict[str, str]]:
    """What is told of the first year's money, and what is drawn of it."""
    year, kinds = next(iter(plan.capex_by_year.items()))
    spent, cap = plan.capex(year), plan.authorised(year)
    beside = sum(kinds.get(k, 0.0) for k in OUTSIDE)
    beside = beside if beside > SEEN * spent else 0.0
    name = "capex_free" if cap is None else "capex" if beside else "capex_own"
    processors = any(kind == PROCESSORS and y in plan.capex_by_year for y, kind in limits)
    return told(name, say, "expected", drawn="capex_processors" if processors else "",
                   year=year, spent=say.money(spent),
                   cap=say.money(cap or 0.0), decided=say.money(spent - beside))  # fmt: skip


def _classes(plan: Plan) -> list[str]:
    """Classes that are not nought, in the order of the stack."""
    found = dict.fromkeys(k for kinds in plan.capex_by_year.values() for k, v in kinds.items() if v)
    return [*(k for k in CLASSES if k in found), *(k for k in found if k not in CLASSES)]


def _axis(rows: Sequence[Ranged], say: Words) -> Axis:
    """The axis of money that holds every bar and every mark."""
    ends = [x for r in rows for p in r.parts for x in (p.low, p.high)]
    return money_axis([*ends, *(t.at for r in rows for t in r.ticks)], say)


def _year_rows(
    year: str, kinds: Mapping[str, float], limits: Mapping[tuple[str, str], float], say: Words
) -> Iterator[Ranged]:
    """All of a year's classes on one row; processors once more where they have a limit."""
    at, parts = 0.0, []
    for kind, amount in kinds.items():
        if amount:
            parts.append(Part(at, at + amount, say.name("class", kind)))
            at += amount
    whole = _against(say("mark.capex_year", year=year), at, limits.get((year, "capex")), parts, say)
    yield replace(whole, why=f"capex.{year}")
    own = limits.get((year, PROCESSORS))
    if own is not None:
        chips = kinds.get(PROCESSORS, 0.0)
        part = [Part(0.0, chips, say.name("class", PROCESSORS))]
        yield _against(say("mark.processors_year", year=year), chips, own, part, say)


def _against(
    name: str, value: float, cap: float | None, parts: Sequence[Part], say: Words
) -> Ranged:
    if cap is None:
        return Ranged(name, say.money(value), parts)
    text = say("mark.of_cap", value=say.money(value), cap=say.money(cap))
    return Ranged(name, text, parts, (Tick(cap, say("mark.authorised")),))


def cash(plan: Plan, say: Words) -> Drawn:
    """Cash at the end of each year, where the accounts hold the owner's cash."""
    line = plan.accounts.balance.get("balance.cash")
    if line is None or not line.moves:
        return None
    rows = [
        Ranged(year, say.money(v), (Part(min(v, 0.0), max(v, 0.0)),), why=f"balance.cash.{year}")
        for year, v in line.by_year.items()
    ]
    low = min(line.by_year, key=lambda y: line.by_year[y])
    caption = told("cash", say, "accounts", year=low, least=say.money(line.by_year[low]))
    axis = money_axis(line.by_year.values(), say)
    return captioned(draw_lying(rows, axis, caption[0], base=0.0), caption)


def unit_cost(plan: Plan, say: Words) -> Drawn:
    """Cost of a million tokens: the mean as a dot on the range over the branches, prices beside."""
    rows = _shown([u for u in plan.accounts.unit_costs if u.full > 0])
    if not rows:
        return None
    mean, span, paid, listed = (say(f"mark.{k}") for k in ("mean", "branches", "paid", "listed"))
    looks = {mean: BLUE, span: SKY, paid: VERMILION, listed: INK}
    bars = [_cost_row(u, say, mean, span, paid, listed) for u in rows]
    caption = _cost_caption(rows, plan, say)
    ends = [x for u in rows for x in (u.low, u.high, u.full, u.price, u.listed) if x]
    axis = Axis(say("axis.unit_cost", currency=plan.currency), log=True, note=say("axis.log"),
                domain=(min(ends) / 1.2, max(ends) * 1.2))  # fmt: skip
    return captioned(draw_lying(bars, axis, caption[0], looks=met(looks, bars)), caption)


def _cost_caption(rows: Sequence[UnitCost], plan: Plan, say: Words) -> tuple[str, dict[str, str]]:
    """What is told of costs beside prices: beside what customers pay where that is stated.

    Where chips stand in no books the costs are of new money only, and the title says so.
    """
    prices = [(u.full, u.price) for u in rows if u.price]
    listed = [(u.full, u.listed) for u in rows if u.listed]
    name = "unit_cost" if prices else "unit_cost_listed" if listed else "unit_cost_alone"
    apart = any(u.listed and u.listed != u.price for u in rows)
    compared = prices or listed
    new = bool(plan.accounts.unbooked)
    return told(
        name, say, "branches", drawn="unit_cost_both" if prices and apart else "",
        under=sum(full < price for full, price in compared), n=len(compared),
        alone=say("mark.new_money") if new else "", note=say("mark.unbooked") if new else "",
    )  # fmt: skip


def _shown(found: Sequence[UnitCost]) -> Sequence[UnitCost]:
    """The dearest; of many services their output alone."""
    output = [u for u in found if u.kind == "output"]
    rows = output if len(found) > ROWS and output else found
    return sorted(rows, key=lambda u: -u.full)[:ROWS]


def _cost_row(u: UnitCost, say: Words, mean: str, span: str, paid: str, listed: str) -> Ranged:
    low, high = sorted((u.low or u.full, u.high or u.full))
    ticks = [Tick(u.full, mean, dot=True)]
    if u.price:
        ticks.append(Tick(u.price, paid))
    if u.listed and u.listed != u.price:
        ticks.append(Tick(u.listed, listed))
    name = say("mark.tokens_of", service=say.called(u.service), kind=say.name("kind", u.kind))
    text = say("mark.mean_range", mean=format_number(u.full), low=format_number(low),
               high=format_number(high))  # fmt: skip
    return Ranged(name, text, (Part(low, high, span),), ticks, u.path)


def margin(plan: Plan, say: Words) -> Drawn:
    """What is left of the price of a million tokens, by service and kind."""
    rows = [u for u in plan.accounts.unit_costs if u.margin is not None and u.price is not None]
    if not rows:
        return None
    rows = sorted(rows, key=lambda u: -(u.margin or 0.0))[:ROWS]
    bars = [
        Ranged(
            say("mark.tokens_of", service=say.called(u.service), kind=say.name("kind", u.kind)),
            f"{100 * (u.margin or 0.0):.0f} %",
            (Part(min(u.margin or 0.0, 0.0), max(u.margin or 0.0, 0.0)),),
        )
        for u in rows
    ]
    least = rows[-1]
    caption = told("margin", say, "accounts", percent=f"{100 * (least.margin or 0.0):.0f}",
                   what=bars[-1].name)  # fmt: skip
    axis = Axis(say("axis.margin"), kind="share")
    return captioned(draw_lying(bars, axis, caption[0], base=0.0), caption)


def utilisation(plan: Plan, say: Words) -> Drawn:
    """What a million tokens cost the busier the fleet is, and where this plan stands."""
    rows = plan.accounts.utilisation
    if not rows:
        return None
    curves: dict[str, list[Utilisation]] = {}
    for r in rows:
        if not r.here:
            curves.setdefault(r.service, []).append(r)
    here = any(r.here for r in rows)
    caption = told("utilisation", say, "accounts", drawn="utilisation_here" if here else "")
    costs = [r.cost for r in rows if r.cost > 0]
    spec = draw_lines(
        [
            Curve(say.called(name), [r.utilisation for r in points], [r.cost for r in points])
            for name, points in curves.items()
        ],
        Axis(say("axis.utilisation"), kind="share"),
        Axis(
            say("axis.output_cost", currency=plan.currency),
            log=True,
            note=say("axis.log"),
            domain=(min(costs) / 1.1, max(costs) * 1.1),
        ),
        caption[0],
        dots=[Dot(say.called(r.service), r.utilisation, r.cost) for r in rows if r.here],
        by_colour_alone=True,
        looks={say.called(k): c for k, c in service_colours(plan).items() if k in curves},
    )
    return captioned(spec, caption)


def earned(plan: Plan, say: Words) -> Drawn:
    """What comes back branch by branch: its worth beyond what is put in, and after what time."""
    if plan.pays is None:
        return None
    rows = sorted(plan.pays.branches, key=lambda b: b.npv)[:ROWS]
    bars = []
    for b in rows:
        back = say("mark.back", time=years(b.payback, say)) if b.payback else say("mark.not_back")
        name = say("mark.branch", branch=say.branch(b.branch), chance=percent(b.probability)) \
            if b.branch else say("mark.only")  # fmt: skip
        part = Part(min(b.npv, 0.0), max(b.npv, 0.0))
        bars.append(Ranged(name, say("mark.worth_back", npv=say.money(b.npv), back=back), (part,)))
    worst, best = rows[0], max(plan.pays.branches, key=lambda b: b.npv)
    caption = told("earned" if len(rows) > 1 else "earned_alone", say, "accounts",
                   low=say.money(worst.npv), high=say.money(best.npv))  # fmt: skip
    axis = money_axis([b.npv for b in rows], say)
    return captioned(draw_lying(bars, axis, caption[0], base=0.0), caption)


def _of(rent: ChipHour, say: Words) -> str:
    """What the share is of: hours where they are paid as used, else the owned chip's life."""
    return say("mark.of_hours" if rent.term is None else "mark.of_life")


def own_or_rent(plan: Plan, say: Words) -> Drawn:
    """From what share of its hours a chip is cheaper owned than rented, like things in both."""
    pairs = [p for p in plan.accounts.chip_hours.pairs if p[2] <= 2.0][:ROWS]
    if not pairs:
        return None
    own, rent = say("mark.rent_cheaper"), say("mark.own_cheaper")
    looks = {own: SKY, rent: BLUE}
    rows = []
    for owned, rented, share in pairs:
        name = say("mark.own_rent", own=say.called(owned.offer), rent=say.called(rented.offer))
        text = say("mark.never")
        if share <= 1:
            text = say("mark.even", percent=f"{100 * share:.0f}", of=_of(rented, say))
        edge = min(share, 1.0)
        rows.append(Ranged(name, text, (Part(0.0, edge, own), Part(edge, 1.0, rent))))
    owned, rented, share = pairs[0]
    sites = dict.fromkeys(say.called(own.site) for own, rent, _ in pairs if rent.included)
    verdict = say("mark.own_from" if share <= 1 else "mark.own_never",
                  own=say.called(owned.offer), rent=say.called(rented.offer),
                  percent=f"{100 * share:.0f}", of=_of(rented, say))  # fmt: skip
    beside = say("mark.own_with", sites=say.listed(sites)) if sites else ""
    caption = told("own_or_rent", say, "accounts", verdict=verdict, beside=beside,
                   years=format_number(plan.accounts.chip_hours.years))  # fmt: skip
    axis = Axis(say("axis.hours_used"), kind="share", domain=(0.0, 1.0))
    return captioned(draw_lying(rows, axis, caption[0], looks=looks), caption)
