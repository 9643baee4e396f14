"""Every table of a plan by name, each made from the plan's facts."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from outlay.report.tables import decision, money, need, outside, worth
from outlay.report.tables.table import Table
from outlay.report.words.language import Words
from outlay.results.plans.plan import Plan

__all__ = ["TABLES", "table_of"]

Maker = Callable[[Plan, Words], Table | None]

TABLES: Mapping[str, Maker] = {
    "contradictions": outside.contradictions,
    "identities": outside.identities,
    "claims": outside.claims,
    "need": need.need,
    "growth": need.growth,
    "purchases": need.purchases,
    "orders_now": decision.orders_now,
    "binding": decision.binding,
    "served_by_branch": decision.served_by_branch,
    "capex": decision.capex,
    "worth": worth.worth,
    "no_regret": worth.no_regret,
    "hedges": worth.hedges,
    "megawatts": worth.megawatts,
    "price_curve": worth.price_curve,
    "break_even_chance": worth.break_even_chance,
    "near_optimal": worth.near_optimal,
    "regret": worth.regret,
    "standards": money.standards,
    "own_or_lease": money.own_or_lease,
    "unit_costs": money.unit_costs,
    "half": money.half,
    "peers": outside.peers,
    "peer_tokens": outside.peer_tokens,
    "outcomes": outside.outcomes,
    "promises": outside.promises,
    "tornado": outside.tornado,
    "widest": outside.widest,
}


def table_of(name: str, plan: Plan, say: Words) -> Table | None:
    """The table called `name`; None where the plan holds nothing to show in it."""
    kind, _, of = name.partition("_if_")
    if of and kind == "orders":
        return decision.orders_if(plan, say, of)
    kind, _, of = name.partition("_")
    if kind == "statement":
        return money.statement(plan, say, of)
    return TABLES[name](plan, say)
