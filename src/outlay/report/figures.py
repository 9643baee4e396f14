"""Which picture shows which part of the plan, with the sentence that says what to see."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from outlay.core.quantities.formats import format_money, format_number
from outlay.report.charts.axis import Axis
from outlay.report.charts.band import Interval, draw_intervals
from outlay.report.charts.bar import (
    Amount,
    bars_against,
    grouped_bars,
    ranked_bars,
    stacked_bars,
)
from outlay.report.charts.calendar import Order, draw_calendar
from outlay.report.charts.line import Curve, Dot, draw_lines
from outlay.report.charts.tree import Node, draw_tree
from outlay.report.theme import Spec
from outlay.report.words.language import Words
from outlay.report.words.plans.sure import ranged, shown_outcomes
from outlay.results.plans import rows as facts
from outlay.results.plans.accounts import Utilisation
from outlay.results.plans.outlook import Distribution
from outlay.results.plans.plan import Plan

__all__ = ["FIGURES"]

Drawn = tuple[str, Spec] | None
KINDS = ("input", "cached", "output")


MONEY = (("axis.money", 1e9), ("axis.millions", 1e6))
ORDERED = (("axis.at_node", 1e9), ("axis.at_node_m", 1e6))
CHIPS = (("axis.thousand_chips", 1e3), ("axis.chips_standing", 1.0))
OF_CHIPS = (("axis.thousand_of", 1e3), ("axis.of", 1.0))
TOKENS = (("axis.tokens", 1e12), ("axis.tokens_bn", 1e9))
"""Units that may be drawn along an axis, largest first: the words for each, and its size."""


def _axis(
    sizes: Sequence[tuple[str, float]],
    amounts: Iterable[float],
    say: Words,
    *,
    zero: bool = True,
    **named: str,
) -> Axis:
    """An axis in the largest unit that the amounts reach, else in the smallest."""
    most = max(map(abs, amounts), default=0.0)
    key, per = next((x for x in sizes if most >= x[1]), sizes[-1])
    return Axis(say(key, **named), per=per, zero=zero)


def _money_axis(plan: Plan, amounts: Iterable[Amount], say: Words) -> Axis:
    return _axis(MONEY, (a.value for a in amounts), say, currency=plan.currency)


def _money(name: str, value: float, plan: Plan) -> Amount:
    return Amount(name, value, text=format_money(value, plan.currency))


def _served(plan: Plan, say: Words) -> Drawn:
    if not plan.served:
        return None
    served: dict[tuple[str, str], float] = {}
    asked: dict[str, float] = {}
    for r in plan.served:
        parts = {r.service: r.served - r.smaller}
        if r.smaller > 0:
            parts[say("mark.smaller", service=r.service)] = r.smaller
        for name, tokens in parts.items():
            served[r.period, name] = served.get((r.period, name), 0.0) + tokens
        asked[r.period] = asked.get(r.period, 0.0) + r.demand
    caption = say("caption.served")
    return caption, stacked_bars(
        [Amount(period, tokens, service) for (period, service), tokens in served.items()],
        _axis(TOKENS, asked.values(), say), caption,
        line=Curve(say("mark.demand"), list(asked), list(asked.values())),
    )  # fmt: skip


def _fleet(plan: Plan, say: Words) -> Drawn:
    if not plan.fleet:
        return None
    bars = [Amount(r.period, r.expected, r.chip) for r in plan.fleet]
    caption = say("caption.fleet")
    return caption, stacked_bars(bars, _axis(CHIPS, (b.value for b in bars), say), caption)


def _power(plan: Plan, say: Words) -> Drawn:
    if not plan.power:
        return None
    energised: dict[str, float] = {}
    for r in plan.power:
        energised[r.period] = energised.get(r.period, 0.0) + r.energised_mw
    caption = say("caption.power")
    return caption, stacked_bars(
        [Amount(r.period, r.used_mw, r.site) for r in plan.power],
        Axis(say("axis.power")), caption,
        line=Curve(say("mark.energised"), list(energised), list(energised.values())),
    )  # fmt: skip


def _calendar(plan: Plan, say: Words) -> Drawn:
    roots = plan.roots
    merged: dict[tuple[str, str], float] = {}
    now: dict[tuple[str, str], bool] = {}
    for o in plan.orders:
        key = (o.offer, o.period)
        merged[key] = merged.get(key, 0.0) + o.quantity * o.probability
        now[key] = o.node in roots
    rows = [
        Order(offer, period, chips, now[offer, period],
              format_number(chips, 2 if chips < 1000 else 3))
        for (offer, period), chips in merged.items()
        if chips >= 1
    ]  # fmt: skip
    if not rows:
        return None
    caption = say("caption.calendar")
    return caption, draw_calendar(rows, Axis(say("axis.chips")), caption)


def _calendar_power(plan: Plan, say: Words) -> Drawn:
    roots = plan.roots
    merged: dict[tuple[str, str, bool], float] = {}
    for x in plan.expansions:
        key = (x.site, x.period, x.node in roots)
        merged[key] = merged.get(key, 0.0) + x.mw * x.probability
    if not merged:
        return None
    rows = [
        Order(site, period, mw, now, format_number(mw))
        for (site, period, now), mw in merged.items()
    ]
    caption = say("caption.calendar_power")
    return caption, draw_calendar(rows, Axis(say("axis.power_ordered")), caption)


def _tree(plan: Plan, say: Words) -> Drawn:
    depth = {p: i for i, p in enumerate(plan.periods)}
    nodes = {n.id: n for n in plan.nodes}
    spend = plan.spend_by_node
    new = {n.id: _becomes_known(n, nodes.get(n.parent)) for n in plan.nodes}
    last_split = max((depth[n.period] for n in plan.nodes if new[n.id]), default=0)
    marks = [
        Node(
            id=n.id,
            parent=n.parent if n.parent in nodes else None,
            column=depth[n.period],
            name=n.name,
            amount=spend.get(n.id, 0.0),
            text=format_money(spend[n.id], plan.currency) if spend.get(n.id, 0.0) > 0 else "",
            known=("" if n.parent in nodes else n.period) + _known(new[n.id], n.probability, say),
        )
        for n in plan.nodes
        if depth[n.period] <= last_split
    ]
    caption = say("caption.tree")
    return caption, draw_tree(marks, _axis(ORDERED, spend.values(), say), caption)


def _becomes_known(node: facts.Node, before: facts.Node | None) -> list[str]:
    """Factors and states that are known at a node and were not before."""
    return [
        f"{factor.split('.')[-1]} {state}"
        for factor, state in node.labels.items()
        if before is None or factor not in before.labels
    ]


def _known(states: list[str], probability: float, say: Words) -> str:
    if not states:
        return ""
    percent = format_number(100 * probability, 2)
    return say("mark.known", states=" ".join(states), percent=percent)


def _capex(plan: Plan, say: Words) -> Drawn:
    bars = [
        Amount(year, value, kind)
        for year, classes in plan.capex_by_year.items()
        for kind, value in classes.items()
    ]
    if not bars:
        return None
    marks = [
        Amount(b.year, b.amount, text=f"{b.name} {format_money(b.amount, plan.currency)}")
        for b in plan.budgets
    ]
    caption = say("caption.capex")
    return caption, bars_against(bars, marks, _money_axis(plan, [*bars, *marks], say), caption)


def _unit_cost(plan: Plan, say: Words) -> Drawn:
    dots = [
        Amount(service, cost, kind)
        for service, kinds in plan.cost_per_mtok.items()
        for kind, cost in kinds.items()
        if kind in KINDS and cost > 0
    ]
    if not dots:
        return None
    caption = say("caption.unit_cost")
    unit = say("axis.unit_cost", currency=plan.currency)
    return caption, grouped_bars(dots, Axis(unit, log=True), caption)


def _utilisation(plan: Plan, say: Words) -> Drawn:
    rows = plan.accounts.utilisation
    if not rows:
        return None
    curves: dict[str, list[Utilisation]] = {}
    for r in rows:
        if not r.here:
            curves.setdefault(r.service, []).append(r)
    caption = say("caption.utilisation")
    return caption, draw_lines(
        [
            Curve(name, [r.utilisation for r in points], [r.cost for r in points])
            for name, points in curves.items()
        ],
        Axis(say("axis.utilisation"), kind="share"),
        Axis(say("axis.output_cost", currency=plan.currency), log=True, note=say("axis.log")),
        caption,
        dots=[Dot(r.service, r.utilisation, r.cost) for r in rows if r.here],
        by_colour_alone=True,
    )


def _need(plan: Plan, say: Words) -> Drawn:
    need = plan.need
    bars = [
        Amount(say.name("cause", k), v, text=_chips(v, say)) for k, v in need.growth_parts.items()
    ]
    if not bars:
        return None
    caption = say("caption.need", first=need.first, to=need.to, chip=need.chip)
    axis = _axis(OF_CHIPS, (b.value for b in bars), say, chip=need.chip)
    return caption, ranked_bars(bars, axis, caption)


def _chips(value: float, say: Words) -> str:
    return say.count(value) if value >= 0 else f"-{say.count(-value)}"


def _worth(plan: Plan, say: Words) -> Drawn:
    bars = [_money(w.name, w.value, plan) for w in plan.worth if w.value is not None]
    if not bars:
        return None
    caption = say("caption.worth")
    return caption, ranked_bars(bars, _money_axis(plan, bars, say), caption)


def _price_curve(plan: Plan, say: Words) -> Drawn:
    bars = [Amount(f"{r.factor:g}", r.chips, r.offer) for r in plan.deep.price_curve]
    if not bars:
        return None
    caption = say("caption.price_curve")
    return caption, grouped_bars(bars, _axis(CHIPS, (b.value for b in bars), say), caption)


def _near_optimal(plan: Plan, say: Words) -> Drawn:
    rows = [
        Interval(
            say("mark.within", offer=r.offer, percent=f"{100 * r.tolerance:g}"),
            r.low, r.best, r.high,
            say("mark.chips", low=format_number(r.low, 3), high=format_number(r.high, 3)),
        )
        for r in plan.deep.near_optimal
    ]  # fmt: skip
    if not rows:
        return None
    caption = say("caption.near_optimal")
    rows.sort(key=lambda r: r.name)
    return caption, draw_intervals(rows, Axis(say("axis.chips_now"), zero=False), caption)


def _regret(plan: Plan, say: Words) -> Drawn:
    bars = [
        _money(say.name("decided", r.name), r.mean, plan)
        for r in plan.deep.regret
        if r.mean is not None
    ]
    if not bars:
        return None
    caption = say("caption.regret")
    return caption, ranked_bars(bars, _money_axis(plan, bars, say), caption)


def _outcome(plan: Plan, say: Words) -> Drawn:
    rows = shown_outcomes(plan.outlook) if plan.outlook else []
    if not rows:
        return None
    alike = [d for d in rows if d.unit == rows[0].unit]
    axis = _outcome_axis(alike, plan, say)
    shown = [
        Interval(say.name("outcome", d.name), d.p05, d.p50, d.p95, ranged(d, say)) for d in alike
    ]
    caption = say("caption.outcome")
    return caption, draw_intervals(shown, axis, caption)


def _outcome_axis(alike: list[Distribution], plan: Plan, say: Words) -> Axis:
    """What outcomes are measured along: those of one unit share a picture."""
    unit = alike[0].unit
    if unit == "fraction":
        return Axis(say("axis.share_served"), zero=False)
    if unit == plan.currency:
        return _axis(MONEY, (d.p95 for d in alike), say, zero=False, currency=unit)
    return Axis(unit, zero=False)


FIGURES: Mapping[str, Callable[[Plan, Words], Drawn]] = {
    "served": _served,
    "fleet": _fleet,
    "power": _power,
    "calendar": _calendar,
    "calendar_power": _calendar_power,
    "tree": _tree,
    "capex": _capex,
    "unit_cost": _unit_cost,
    "utilisation": _utilisation,
    "need": _need,
    "worth": _worth,
    "outcome": _outcome,
    "price_curve": _price_curve,
    "near_optimal": _near_optimal,
    "regret": _regret,
}
