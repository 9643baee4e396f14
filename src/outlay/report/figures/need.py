"""Pictures of what is needed, what is served, what stands and what power it takes."""

from __future__ import annotations

from outlay.core.periods import Period
from outlay.core.quantities.formats import format_number
from outlay.report.charts.axis import Axis
from outlay.report.charts.band import Band, draw_fan
from outlay.report.charts.bar import Amount, stacked_bars
from outlay.report.charts.line import Curve, Dot
from outlay.report.charts.lying import Part, Ranged, draw_lying
from outlay.report.charts.waterfall import ROUNDING, draw_waterfall
from outlay.report.figures.figure import (
    Drawn,
    captioned,
    chip_colours,
    chips,
    chips_axis,
    grouped,
    service_colours,
    tokens_axis,
    told,
    when,
)
from outlay.report.theme import BLUE, NOTE, PALETTE
from outlay.report.words.language import Words
from outlay.report.words.plans.lines import percent
from outlay.results.plans.plan import Plan
from outlay.results.plans.rows import Power

__all__ = ["demand", "fleet", "need", "power", "served"]

USED = 1e-3
"""MW: a site that uses less is not used."""
SITES = 12
"""Sites that are drawn each; the others are one bar."""
LEAST = 0.005
"""Of the largest end: causes that add less are drawn as one."""


def need(plan: Plan, say: Words) -> Drawn:
    """From the first need to the last, a step a cause."""
    found = plan.need
    if not found.total or not any(w.chips[-1] for w in found.by_cause):
        return None
    chip, first, last = say.called(found.chip), plan.periods[0], plan.periods[-1]
    size = LEAST * max(found.total[0], found.total[-1])
    steps = sorted((w for w in found.by_cause if abs(w.chips[-1]) >= size),
                   key=lambda w: -w.chips[-1])  # fmt: skip
    bars = [(say.name("cause", say.called(w.name)), w.chips[-1]) for w in steps]
    rest = found.total[-1] - found.total[0] - sum(v for _, v in bars)
    if abs(rest) > ROUNDING * found.total[-1]:
        bars.append((say("mark.other"), rest))
    start, end = (
        Amount(say("mark.need", period=when(p, say)), n, text=say.count(n))
        for p, n in ((first, found.total[0]), (last, found.total[-1]))
    )
    caption = told("need", say, "need", first=when(first, say), to=when(last, say), chip=chip,
                   start=start.text, end=end.text)  # fmt: skip
    spec = draw_waterfall(
        start, [Amount(n, v, text=_signed(v, say)) for n, v in bars], end,
        chips_axis([*found.total], say, "axis.chips_of"), caption[0],
        whole=say("mark.needed"), series=(say("mark.adds"), say("mark.saves")),
    )  # fmt: skip
    return captioned(spec, caption)


def demand(plan: Plan, say: Words) -> Drawn:
    """Tokens asked for over the states of demand, and the dated points that they go on from."""
    asked, said = plan.need.asked, plan.need.announced
    if not said and not any(a.most > a.least * (1 + ROUNDING) for a in asked):
        return None
    days = [Period.parse(a.period).middle.isoformat() for a in asked]
    last = asked[-1]
    name = "demand_announced" if said else "demand"
    caption = told(name, say, "need", least=say.large(last.least), most=say.large(last.most),
                   expected=say.large(last.expected), last=when(last.period, say))  # fmt: skip
    spec = draw_fan(
        [Band(say("mark.states"), days, [a.least for a in asked], [a.most for a in asked])],
        Curve(say("mark.expected"), days, [a.expected for a in asked]),
        Axis("", kind="date", days=say("date.axis")),
        tokens_axis([a.most for a in asked], say),
        caption[0],
        dots=[
            Dot(say("mark.floor" if p.floor else "mark.announced"), p.date, p.tokens_per_day,
                p.source)
            for p in said
        ],
        knots=len(days) == 1,
    )  # fmt: skip
    return captioned(spec, caption)


def _signed(value: float, say: Words) -> str:
    return f"+{say.count(value)}" if value > 0 else say.count(value)


def served(plan: Plan, say: Words) -> Drawn:
    """Tokens served by service under what is asked for."""
    if not plan.served:
        return None
    found: dict[tuple[str, str], float] = {}
    asked: dict[str, float] = {}
    colours = service_colours(plan)
    smaller = ""
    for r in plan.served:
        at = when(r.period, say)
        found[at, r.service] = found.get((at, r.service), 0.0) + r.served - r.smaller
        if r.smaller > 0:
            smaller = say("mark.smaller")
            found[at, smaller] = found.get((at, smaller), 0.0) + r.smaller
        asked[at] = asked.get(at, 0.0) + r.demand
    if smaller:
        colours = _with_last(colours, smaller)
    rows, looks = grouped(found, colours, say)
    share = percent(plan.served_share)
    short = any(asked[at] > sum(v for (p, _), v in found.items() if p == at) * (1 + ROUNDING)
                for at in asked)  # fmt: skip
    caption = told("served", say, "expected", drawn="" if short else "served_whole", share=share)
    spec = stacked_bars(
        [Amount(at, tokens, name) for at, name, tokens in rows],
        tokens_axis(asked.values(), say), caption[0], looks=looks,
        line=Curve(say("mark.demand"), list(asked), list(asked.values())),
    )  # fmt: skip
    return captioned(spec, caption)


def _with_last(colours: dict[str, str], more: str) -> dict[str, str]:
    """One more thing on top of the stack, in the last colour that no other has."""
    free = [c for c in PALETTE if c not in colours.values()] or [NOTE]
    return {**colours, more: free[-1]}


def fleet(plan: Plan, say: Words) -> Drawn:
    """Chips that stand, by type."""
    if not plan.fleet:
        return None
    found = {(when(r.period, say), r.chip): r.expected for r in plan.fleet}
    total: dict[str, float] = {}
    for (at, _), n in found.items():
        total[at] = total.get(at, 0.0) + n
    colours = chip_colours(plan)
    rows, looks = grouped(found, colours, say)
    last = when(plan.fleet[-1].period, say)
    most = max((r for r in plan.fleet if when(r.period, say) == last), key=lambda r: r.expected)
    number, largest = say.counts([total[last], most.expected])
    kinds = {r.chip for r in plan.fleet if r.expected >= 1 and when(r.period, say) == last}
    caption = told("fleet" if len(kinds) > 1 else "fleet_one", say, "expected", drawn="fleet",
                   chips=chips(number, kinds, say), last=last,
                   chip=say.called(most.chip), most=largest)  # fmt: skip
    bars = [Amount(at, n, name) for at, name, n in rows]
    spec = stacked_bars(bars, chips_axis(total.values(), say), caption[0], looks=looks)
    return captioned(spec, caption)


def power(plan: Plan, say: Words) -> Drawn:
    """Megawatts used of those held in the last period, by site; sites that are never used apart."""
    last = plan.periods[-1]
    rows = _used_at(plan, last)
    if not rows:
        return None
    shown = [(say.called(r.site), r.used_mw, r.energised_mw) for r in rows[:SITES]]
    rest = rows[SITES:]
    used, held = sum(r.used_mw for r in rows), sum(r.energised_mw for r in rows)
    if rest:
        left = (used - sum(x[1] for x in shown), held - sum(x[2] for x in shown))
        shown.append((say("mark.other_sites", n=len(rest)), *left))
    symbol, per = ("MW", 1.0) if max(x[2] for x in shown) >= 1 else ("kW", 1e-3)
    unit = say.name("unit", symbol)
    caption = told("power", say, "expected", used=format_number(used / per),
                   held=format_number(held / per), unit=unit, last=when(last, say))  # fmt: skip
    looks = {say("mark.used"): BLUE, say("mark.held"): NOTE}
    in_use, there = looks
    bars = [
        Ranged(name, say("mark.of_held", used=format_number(u / per), held=format_number(h / per),
                         unit=unit),
               (Part(0.0, h, there, outlined=True), Part(0.0, u, in_use)))
        for name, u, h in shown
    ]  # fmt: skip
    axis = Axis(say("axis.power", unit=unit), per=per)
    return captioned(draw_lying(bars, axis, caption[0], looks=looks), caption)


def _used_at(plan: Plan, period: str) -> list[Power]:
    """Sites that are used in some period as they are in this one, the largest first."""
    used = {r.site for r in plan.power if r.used_mw >= USED}
    found = (r for r in plan.power if r.period == period and r.site in used)
    return sorted(found, key=lambda r: -r.energised_mw)
