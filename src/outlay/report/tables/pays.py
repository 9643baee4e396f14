"""Tables of whether the plan pays: margins by service, what comes back by branch."""

from __future__ import annotations

from collections.abc import Callable

from outlay.report.tables.table import Sheet, Table
from outlay.report.words.language import Words
from outlay.results.plans.pays import Earned
from outlay.results.plans.plan import Plan

__all__ = ["earned", "margins"]


def margins(plan: Plan, say: Words) -> Table | None:
    """What each service brings and costs, and where nothing would be left."""
    if plan.pays is None:
        return None
    return (
        Sheet(say, plan.pays.margins)
        .text("service", lambda m: say.called(m.service))
        .number("price_mtok", lambda m: m.price, plan.currency)
        .number("cost_mtok", lambda m: m.cost, plan.currency)
        .number("margin", lambda m: m.margin, "share")
        .number("revenue", lambda m: m.revenue, plan.currency)
        .number("spent", lambda m: m.spent, plan.currency)
        .number("utilisation", lambda m: m.utilisation, "share")
        .number("even_at", lambda m: m.even_at, "share")
        .some("margins")
    )


def earned(plan: Plan, say: Words) -> Table | None:
    """What comes back: expected, then in each branch, from that which pays least.

    What is nothing throughout has no column.
    """
    pays = plan.pays
    if pays is None:
        return None
    by_npv: list[Earned] = sorted(pays.branches, key=lambda b: b.npv)
    rows: list[Earned] = [pays.expected, *(by_npv if len(by_npv) > 1 else ())]

    def net(year: str) -> Callable[[Earned], float]:
        return lambda e: e.net[year]

    sheet = Sheet(say, rows).text(
        "branch", lambda e: say.branch(e.branch) if e.branch else say("heading.expected")
    )
    sheet.number("chance", lambda e: e.probability, "share")
    for year in pays.expected.net:
        sheet.number("net_of", net(year), "bn", year=year)
    sheet.number("npv", lambda e: e.npv, "bn")
    sheet.number("left_at_end", lambda e: e.left, "bn")
    sheet.number("irr", lambda e: e.irr, "share")
    if any(e.payback is not None for e in rows):
        sheet.number("payback", lambda e: e.payback)
    if any(e.paid_in for e in rows):
        sheet.number("paid_in", lambda e: e.paid_in, "bn")
    if any(e.least_cash for e in rows):
        sheet.number("least_cash", lambda e: e.least_cash, "bn")
        sheet.text("least_at", lambda e: e.least_at)
    return sheet.table("earned", currency=plan.currency)
