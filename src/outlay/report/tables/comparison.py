"""The table of two results side by side."""

from __future__ import annotations

from outlay.core.quantities.formats import format_money
from outlay.report.tables.table import Column, Table
from outlay.report.words.language import Words
from outlay.results.comparison import Comparison, Step

__all__ = ["comparison_steps"]


def comparison_steps(found: Comparison, say: Words) -> Table:
    """From the first cost to the second, a row a step; cells are text."""

    def row(name: str, value: float) -> tuple[str, str]:
        return name, format_money(value, found.currency)

    return Table(
        "",
        (Column(say("comparison.step"), number=False), Column(say("comparison.change"))),
        (
            row(say("comparison.from", title=found.before.title), found.before.cash),
            *(row(s.name, s.value) for s in found.steps if s.paid),
            row(say("comparison.to", title=found.after.title), found.after.cash),
            *(row(_apart(s, say), s.value) for s in found.steps if not s.paid),
        ),
    )


def _apart(step: Step, say: Words) -> str:
    return say("comparison.apart", name=step.name)
