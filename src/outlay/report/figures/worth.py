"""Pictures of what things are worth, each sort along an axis of its own, and of other plans."""

from __future__ import annotations

from collections.abc import Sequence

from outlay.report.charts.band import Interval, draw_intervals
from outlay.report.charts.bar import Amount, grouped_bars
from outlay.report.charts.lying import Part, Ranged, draw_lying, ranked_bars
from outlay.report.figures.figure import Drawn, captioned, chips_axis, met, money_axis, told
from outlay.report.theme import BLUE, OTHER
from outlay.report.words.language import Words
from outlay.report.words.plans.worth import parts_of
from outlay.results.plans.plan import Plan
from outlay.results.plans.worth import Worth

__all__ = ["knowing", "limits", "near_optimal", "price_curve", "regret", "states"]

STATES, KNOWING = ("state", "against"), ("know", "evpi", "vss", "flexibility")
LIMITS = ("megawatt", "chips", "quarter")
LEAST = 1.0
"""Of the currency: what is worth less is worth nothing."""


def states(plan: Plan, say: Words) -> Drawn:
    """What a state is worth: cash, and apart from it what is not served."""
    rows = [w for w in plan.worth if w.what in STATES and abs(w.value or 0.0) >= LEAST]
    if not rows:
        return None
    best = max(rows, key=lambda w: w.value or 0.0)
    split = best.cash is not None
    caption = told(
        "worth_parts" if split else "worth", say, "plan", thing=say.told(best.name),
        value=say.money(best.value or 0), parts=parts_of(best, say) if split else "",
    )  # fmt: skip
    paid, unserved, both = (say(f"mark.{k}") for k in ("less_cash", "less_unserved", "weighed"))
    looks = {paid: BLUE, unserved: OTHER, both: BLUE}
    bars = [_in_parts(w, (paid, unserved, both), say) for w in rows]
    axis = money_axis([x for b in bars for p in b.parts for x in (p.low, p.high)], say)
    spec = draw_lying(bars, axis, caption[0], base=0.0, looks=met(looks, bars))
    return captioned(spec, caption)


def _in_parts(w: Worth, names: tuple[str, str, str], say: Words) -> Ranged:
    """A state's bar: cash and what is not served where both are known; its sum in words."""
    paid, unserved, both = names
    parts = [(w.cash, paid), (w.unserved, unserved)]
    if w.cash is None:
        parts = [(w.value, both)]
    whole = sum(v or 0.0 for v, _ in parts)
    return Ranged(say.told(w.name), say.money(whole), _stacked(parts))


def _stacked(parts: Sequence[tuple[float | None, str]]) -> list[Part]:
    """Parts from nought, those below it to the left and the others to the right."""
    out, low, high = [], 0.0, 0.0
    for value, series in parts:
        if value and value > 0:
            out.append(Part(high, high + value, series))
            high += value
        elif value:
            out.append(Part(low + value, low, series))
            low += value
    return out


def knowing(plan: Plan, say: Words) -> Drawn:
    """What knowing, and being able to decide anew, is worth."""
    return _valued([w for w in plan.worth if w.what in KNOWING], "worth_knowing", plan, say)


def limits(plan: Plan, say: Words) -> Drawn:
    """What a megawatt, chips or a quarter less lead are worth."""
    return _valued([w for w in plan.worth if w.what in LIMITS], "worth_limits", plan, say)


def _valued(found: Sequence[Worth], name: str, plan: Plan, say: Words) -> Drawn:
    values = [(w.name, w.value if abs(w.value) >= LEAST else 0.0)
              for w in found if w.value is not None]  # fmt: skip
    bars = [Amount(say.told(name), value, text=say.money(value)) for name, value in values]
    if not any(b.value for b in bars):
        return None
    best = max(bars, key=lambda b: b.value)
    caption = told(name, say, "plan", thing=best.at, value=best.text)
    axis = money_axis([b.value for b in bars], say)
    return captioned(ranked_bars(bars, axis, caption[0]), caption)


def price_curve(plan: Plan, say: Words) -> Drawn:
    """Chips of a licensed offer that are taken as its price rises."""
    rows = plan.deep.price_curve
    if not rows:
        return None
    bars = [Amount(f"{r.factor:g}", r.chips, say.called(r.offer)) for r in rows]
    caption = told("price_curve", say, "expected")
    spec = grouped_bars(bars, chips_axis([b.value for b in bars], say), caption[0])
    return captioned(spec, caption)


def near_optimal(plan: Plan, say: Words) -> Drawn:
    """How far the first orders may move in plans nearly as good."""
    rows = [
        Interval(
            say("mark.within", offer=say.called(r.offer), percent=f"{100 * r.tolerance:g}"),
            r.low, r.best, r.high,
            say("mark.chips", low=say.count(r.low), high=say.count(r.high)),
        )
        for r in sorted(plan.deep.near_optimal, key=lambda r: (r.offer, r.tolerance))
    ]  # fmt: skip
    if not rows:
        return None
    caption = told("near_optimal", say, "plan")
    axis = chips_axis([r.high for r in rows], say, "axis.chips_now")
    return captioned(draw_intervals(rows, axis, caption[0]), caption)


def regret(plan: Plan, say: Words) -> Drawn:
    """What other first decisions cost more than the plan's."""
    bars = [
        Amount(say.told(say.name("decided", r.name)), r.mean, text=say.money(r.mean))
        for r in plan.deep.regret
        if r.mean is not None
    ]
    if not bars:
        return None
    worst = max(bars, key=lambda b: b.value)
    caption = told("regret", say, "plan", decided=worst.at, value=worst.text)
    axis = money_axis([b.value for b in bars], say)
    return captioned(ranked_bars(bars, axis, caption[0]), caption)
