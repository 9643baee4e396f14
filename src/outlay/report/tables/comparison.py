"""The table of two results side by side."""

from __future__ import annotations

from outlay.report.charts.waterfall import ROUNDING
from outlay.report.tables.table import Column, Table
from outlay.report.words.language import Words
from outlay.report.words.plans.comparison import side_title
from outlay.results.comparison import Comparison, Step

__all__ = ["comparison_steps"]


def comparison_steps(found: Comparison, say: Words) -> Table:
    """From the first cost to the second, a row a step that is more than rounding."""

    def row(name: str, value: float) -> tuple[str, str]:
        return name, say.money(value)

    size = max(abs(found.before.cash), abs(found.after.cash), *(abs(s.value) for s in found.steps))
    steps = [s for s in found.steps if abs(s.value) > ROUNDING * size]
    return Table(
        "",
        (Column(say("comparison.step"), number=False), Column(say("comparison.change"))),
        (
            row(say("comparison.from", title=side_title(found.before, say)), found.before.cash),
            *(row(say.name("payment", s.name), s.value) for s in steps if s.paid),
            row(say("comparison.to", title=side_title(found.after, say)), found.after.cash),
            *(row(_apart(s, say), s.value) for s in steps if not s.paid),
        ),
    )


def _apart(step: Step, say: Words) -> str:
    return say("comparison.apart", name=say.name("payment", step.name))
