"""The picture of `outlay compare`: the steps of cash from one plan to another."""

from __future__ import annotations

from outlay.report.charts.bar import Amount
from outlay.report.charts.waterfall import ROUNDING, draw_waterfall
from outlay.report.figures.figure import money_axis
from outlay.report.theme import Spec
from outlay.report.words.language import Words
from outlay.report.words.plans.comparison import comparison_sentence, comparison_words, side_title
from outlay.results.comparison import Comparison

__all__ = ["comparison_picture"]


def comparison_picture(found: Comparison, say: Words) -> Spec:
    """A waterfall from the first cash to the second, a step a kind of payment."""
    size = max(abs(found.before.cash), abs(found.after.cash))
    say = comparison_words(found, say)

    def amount(name: str, value: float) -> Amount:
        return Amount(name, value, text=say.money(value))

    start = amount(say("comparison.from", title=side_title(found.before, say)), found.before.cash)
    end = amount(say("comparison.to", title=side_title(found.after, say)), found.after.cash)
    sentence = comparison_sentence(found, say).removesuffix(":")
    steps = [
        amount(say.name("payment", s.name), s.value)
        for s in found.steps
        if s.paid and abs(s.value) > ROUNDING * size
    ]
    axis = money_axis([size], say)
    return draw_waterfall(start, steps, end, axis, f"{sentence}.", heading=(sentence,))
