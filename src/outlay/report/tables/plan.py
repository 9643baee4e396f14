"""Every table of a plan by name, each made from the plan's facts."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from outlay.report.tables import (
    decision,
    lines,
    money,
    need,
    outside,
    pays,
    training,
    worth,
)
from outlay.report.tables.table import Table
from outlay.report.words.language import Words
from outlay.results.plans.plan import Plan

__all__ = ["TABLES", "table_of"]

Maker = Callable[[Plan, Words], Table | None]

TABLES: Mapping[str, Maker] = {
    maker.__name__: maker
    for maker in (
        outside.contradictions, outside.identities, outside.claims, need.need, need.growth,
        need.purchases, decision.orders_now, decision.waiting, decision.binding,
        decision.served_by_branch, decision.capex, lines.expansions, lines.returns,
        lines.departures, lines.power_returns, lines.services, lines.bill, lines.perimeter,
        lines.overruns, lines.at_risk, pays.margins, pays.earned, training.training,
        training.training_by_branch, worth.worth, worth.no_regret,
        worth.hedges, worth.megawatts, worth.price_curve, worth.hinges, worth.break_even_chance,
        worth.near_optimal, worth.regret, worth.regret_by_branch,
        money.standards, money.own_or_lease, money.unit_costs, money.revenue, money.unbooked,
        money.written_off, money.bridge, money.half, outside.peers,
        outside.peer_tokens, outside.outcomes, outside.outcomes_served,
        outside.outcomes_by_period, outside.promises, outside.promises_money,
        outside.tornado, outside.widest,
    )
}  # fmt: skip
"""Name → how the table is made: each is called as its function."""


def table_of(name: str, plan: Plan, say: Words) -> Table | None:
    """The table called `name`; None where the plan holds nothing to show in it."""
    kind, _, of = name.partition("_if_")
    if of and kind == "orders":
        return decision.orders_if(plan, say, of)
    kind, _, of = name.partition("_")
    if kind == "statement":
        return money.statement(plan, say, of)
    return TABLES[name](plan, say)
