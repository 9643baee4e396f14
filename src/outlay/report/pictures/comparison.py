"""The picture of `outlay compare`: the steps of cash from one plan to another."""

from __future__ import annotations

from outlay.core.quantities.formats import format_money
from outlay.report.charts.axis import Axis
from outlay.report.charts.bar import Amount
from outlay.report.charts.waterfall import ROUNDING, draw_waterfall
from outlay.report.theme import Spec
from outlay.report.words.comparison import comparison_sentence
from outlay.report.words.language import Words
from outlay.results.comparison import Comparison

__all__ = ["comparison_picture"]

MILLION, BILLION = 1e6, 1e9


def comparison_picture(found: Comparison, say: Words) -> Spec:
    """A waterfall from the first cash to the second, a step a kind of payment."""

    def amount(name: str, value: float) -> Amount:
        return Amount(name, value, text=format_money(value, found.currency))

    start = amount(say("comparison.from", title=found.before.title), found.before.cash)
    end = amount(say("comparison.to", title=found.after.title), found.after.cash)
    size = max(abs(start.value), abs(end.value))
    unit, per = ("axis.money", BILLION) if size >= BILLION else ("axis.millions", MILLION)
    axis = Axis(say(unit, currency=found.currency), per=per)
    sentence = comparison_sentence(found, say).removesuffix(":")
    steps = [
        amount(s.name, s.value) for s in found.steps if s.paid and abs(s.value) > ROUNDING * size
    ]
    return draw_waterfall(start, steps, end, axis, f"{sentence}.", heading=(sentence,))
