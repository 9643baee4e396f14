"""Tables of the need: by work, by cause of growth, and what the budget buys."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from outlay.report.tables.table import Sheet, Table
from outlay.report.words.language import Words
from outlay.results.plans.answers import Work
from outlay.results.plans.plan import Plan

__all__ = ["growth", "need", "purchases"]

ALL = "all"
"""The row that is the sum of the others."""


def _by_period(rows: Sequence[Work], heading: str, plan: Plan, say: Words) -> Sheet[Work]:
    """Chips by period, one row a work or cause."""

    def at(t: int) -> Callable[[Work], float]:
        return lambda w: w.chips[t]

    sheet = Sheet(say, rows).text(heading, lambda w: say.name("cause", say.called(w.name)))
    for t, period in enumerate(plan.periods):
        sheet.given(period, at(t), "thousand")
    return sheet


def need(plan: Plan, say: Words) -> Table:
    """Need at the busiest hour by work and period."""
    rows = sorted(plan.need.by_work, key=lambda w: (w.name != ALL, -max(w.chips, default=0.0)))
    return _by_period(rows, "work", plan, say).table("need", chip=say.called(plan.need.chip))


def growth(plan: Plan, say: Words) -> Table:
    """Growth of the need since the first period by cause."""
    grown = [w for w in plan.need.by_cause if max(map(abs, w.chips)) >= 1]
    grown.sort(key=lambda w: -abs(w.chips[-1]))
    return _by_period(grown, "cause", plan, say).table(
        "growth", first=plan.need.first, chip=say.called(plan.need.chip)
    )


def purchases(plan: Plan, say: Words) -> Table | None:
    """What the processor budget would buy of each offer alone."""
    amount = plan.need.budget
    if amount is None:
        return None
    return (
        Sheet(say, plan.need.purchases)
        .text("offer", lambda p: say.called(p.offer))
        .text("chip", lambda p: say.called(p.chip))
        .text("price", lambda p: say(f"price.{p.price}"))
        .number("price_per_chip", lambda p: p.unit_price, plan.currency)
        .number("chips", lambda p: p.chips, "chips")
        .number("power", lambda p: p.power_mw, "MW")
        .number("yardsticks", lambda p: p.yardsticks, "chips")
        .number(
            "price_per_yardstick",
            lambda p: amount / p.yardsticks if p.yardsticks > 0 else None,
            plan.currency,
        )
        .table("purchases", year=plan.need.budget_year, amount=say.money(amount))
    )
