"""Pictures of how sure the plan is: outcomes of sampled worlds, and what moves them most."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from outlay.report.charts.axis import Axis
from outlay.report.charts.band import Interval, draw_intervals
from outlay.report.charts.lying import Part, Ranged, Tick, draw_lying
from outlay.report.figures.figure import Drawn, captioned, money_axis, told
from outlay.report.theme import BLUE, PALE, VERMILION
from outlay.report.words.language import Words
from outlay.report.words.plans.sure import outcome_name, ranged, shown_outcomes
from outlay.results.plans.outlook import Distribution, Swing
from outlay.results.plans.plan import Plan

__all__ = ["outcome", "outcome_served", "outcome_unserved", "tornado", "tornado_unserved"]

FACTORS = 8
"""Factors of a tornado, the widest."""
SERVICES = 10
"""Services of the picture of what is served, the least sure."""
LEAST = 0.01
"""Of the widest swing: factors that move less are not drawn."""
MONEY, UNSERVED = ("cash", "capex", "opex"), "unserved_cost"


def outcome(plan: Plan, say: Words) -> Drawn:
    """Cash, and money by year: 5th to 95th percentile of the sampled worlds."""
    found = _found(plan)
    rows = [d for d in found if d.unit == plan.currency and d.name.split("/")[0] in MONEY]
    cash = next((d for d in rows if d.name == "cash"), None)
    if cash is None:
        return None
    rows = [cash, *(d for d in rows if d is not cash)]
    return _intervals("outcome", rows, money_axis([d.p95 for d in rows], say), plan, say,
                      low=say.money(cash.p05), high=say.money(cash.p95))  # fmt: skip


def outcome_unserved(plan: Plan, say: Words) -> Drawn:
    """The price of what is not served, which nobody pays, apart from money."""
    rows = [d for d in _found(plan) if d.name == UNSERVED and d.p95 > 0]
    if not rows:
        return None
    return _intervals("outcome_unserved", rows, money_axis([d.p95 for d in rows], say), plan, say,
                      low=say.money(rows[0].p05), high=say.money(rows[0].p95))  # fmt: skip


def outcome_served(plan: Plan, say: Words) -> Drawn:
    """The share of what is asked for that is served, in all and by service."""
    found = {d.name: d for d in _found(plan) if d.unit == "fraction"}
    whole = found.get("served_share")
    if whole is None:
        return None
    services = [d for k, d in found.items() if k.startswith("served/") and d.p05 < 1]
    services.sort(key=lambda d: d.p05)
    rows = [whole, *services[:SERVICES]] if len(services) > 1 else [whole]
    axis = Axis(say("axis.share_served"), kind="share", domain=(0.0, 1.0))
    return _intervals("outcome_served", rows, axis, plan, say, _service,
                      low=f"{100 * whole.p05:.0f}", high=f"{100 * whole.p95:.0f}")  # fmt: skip


def _service(row: Distribution, plan: Plan, say: Words) -> str:
    """The service alone, as the picture's title says what is shown of it."""
    _, of_one, service = row.name.partition("/")
    return say.called(service) if of_one else outcome_name(row, plan, say)


def _found(plan: Plan) -> list[Distribution]:
    return shown_outcomes(plan.outlook) if plan.outlook else []


def _intervals(
    name: str,
    rows: Sequence[Distribution],
    axis: Axis,
    plan: Plan,
    say: Words,
    name_of: Callable[[Distribution, Plan, Words], str] = outcome_name,
    **values: object,
) -> Drawn:
    worlds = plan.outlook.worlds if plan.outlook else 0
    caption = told(name, say, "worlds", drawn="", worlds=worlds, **values)
    shown = [Interval(name_of(d, plan, say), d.p05, d.p50, d.p95, ranged(d, say)) for d in rows]
    return captioned(draw_intervals(shown, axis, caption[0]), caption)


def tornado(plan: Plan, say: Words) -> Drawn:
    """What moves net cash most, one factor at a time."""
    swings = plan.outlook.tornado if plan.outlook else ()
    return _swings("tornado", [(s, s.at_low, s.at_high) for s in swings],
                   swings[0].base if swings else 0.0, plan, say)  # fmt: skip


def tornado_unserved(plan: Plan, say: Words) -> Drawn:
    """What moves most the price of what is not served."""
    swings = plan.outlook.tornado if plan.outlook else ()
    ends = [(s, s.apart_at_low, s.apart_at_high) for s in swings]
    return _swings("tornado_unserved", ends, None, plan, say)


def _swings(
    name: str,
    found: Sequence[tuple[Swing, float, float]],
    base: float | None,
    plan: Plan,
    say: Words,
) -> Drawn:
    rows = sorted(found, key=lambda r: -abs(r[2] - r[1]))[:FACTORS]
    most = abs(rows[0][2] - rows[0][1]) if rows else 0.0
    rows = [r for r in rows if abs(r[2] - r[1]) > LEAST * most]
    if not rows:
        return None
    at_low, at_high = say("mark.factor_low"), say("mark.factor_high")
    between = say("mark.factor_between")
    looks = {at_low: BLUE, at_high: VERMILION, **({} if base is not None else {between: PALE})}
    bars = []
    for s, low, high in rows:
        ends = ((low, at_low), (high, at_high))
        if base is not None:
            parts = [Part(min(base, x), max(base, x), k) for x, k in ends if x != base]
        else:
            parts = [Part(min(low, high), max(low, high), between)]
        ticks = [Tick(x, k, dot=True) for x, k in ends] if base is None else []
        text = say("sure.range", low=say.money(min(low, high)), high=say.money(max(low, high)))
        bars.append(Ranged(_factor(s.factor, say), text, parts, ticks))
    top, low, high = rows[0]
    worlds = plan.outlook.worlds if plan.outlook else 0
    caption = told(name, say, "worlds", worlds=worlds, factor=_factor(top.factor, say),
                   low=say.money(min(low, high)), high=say.money(max(low, high)))  # fmt: skip
    axis = money_axis([x for _, low, high in rows for x in (low, high)], say, zero=False)
    spec = draw_lying(bars, axis, caption[0], looks=looks, base=base)
    return captioned(spec, caption)


def _factor(name: str, say: Words) -> str:
    """A factor as people say it; of a chip's rate, whose."""
    head, _, chip = name.partition(".")
    return say("mark.rate_of", chip=say.called(chip)) if head == "rate" else say.called(name)
