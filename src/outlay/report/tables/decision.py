"""Tables of the decision: orders now and by state, branches, money by year, limits that bind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from outlay.report.tables.table import Sheet, Table
from outlay.report.words.language import Words
from outlay.results.plans.answers import Conditional
from outlay.results.plans.lines import Standing
from outlay.results.plans.plan import Plan

__all__ = ["binding", "capex", "orders_if", "orders_now", "served_by_branch", "waiting"]


def orders_now(plan: Plan, say: Words) -> Table:
    """Orders of the first period, dearest first, and how firmly each stands."""
    stands = {r.offer: r for r in plan.lines.standing}

    def at(offer: str) -> Standing:
        return stands.get(offer, Standing(offer, "not tested", None, None))

    tested = any(r.status != "not tested" for r in stands.values())
    sheet = (
        Sheet(say, plan.orders_now)
        .text("offer", lambda o: say.called(o.offer))
        .text("chip", lambda o: say.called(o.chip))
        .text("kind", lambda o: say.name("contract", o.kind))
        .number("chips", lambda o: o.quantity, "chips")
        .text("there_by", lambda o: o.delivered_at)
        .number(
            "price_per_chip",
            lambda o: o.unit_price or None,
            plan.currency,
            why=lambda o: f"supply.{o.offer}.price" if o.unit_price else "",
        )
        .number("sum", lambda o: o.spend or None, plan.currency)
    )
    if not tested:
        return sheet.table("orders_now_untested", currency=plan.currency)
    return (
        sheet.text("standing", lambda o: at(o.offer).status)
        .number("least", lambda o: at(o.offer).least, "chips")
        .number("most", lambda o: at(o.offer).most, "chips")
        .table("orders_now", currency=plan.currency)
    )


def waiting(plan: Plan, say: Words) -> Table | None:
    """Offers that could be ordered now and wait until something is known."""
    return (
        Sheet(say, plan.decision.held_back)
        .text("offer", lambda w: say.called(w.offer))
        .text("waits_for", lambda w: say("lines.and").join(map(say.called, w.factors)))
        .text("period", lambda w: w.period)
        .number("swing_of_chips", lambda w: w.swing, "chips")
        .some("waiting")
    )


def orders_if(plan: Plan, say: Words, factor: str) -> Table | None:
    """Chips expected to be ordered once a factor is known, by its state."""
    if factor not in plan.decision.factors:
        return None
    rows = [c for c in plan.decision.conditional if c.factor == factor]
    told = sorted(
        (c for c in rows if max(c.by_state.values()) >= 1), key=lambda c: c.offer
    )  # fmt: skip

    def at(state: str) -> Callable[[Conditional], float]:
        return lambda c: c.by_state.get(state, 0.0)

    sheet = Sheet(say, told).text("offer", lambda c: say.called(c.offer))
    for state in plan.decision.states[factor]:
        sheet.given(state, at(state), "chips")
    return sheet.table("orders_if", factor=say.called(factor))


def binding(plan: Plan, say: Words) -> Table:
    """Limits that bind, dearest first."""
    return (
        Sheet(say, plan.decision.binding)
        .text("limit", lambda b: say.told(b.limit))
        .text("kind", lambda b: b.family)
        .text("basis", lambda b: b.basis)
        .number("chance_binding", lambda b: b.chance, "share")
        .text("binds_where", lambda b: say.listed(map(say.branch, b.states)))
        .number("share_binding", lambda b: b.share, "share")
        .number("worth_of_one", lambda b: b.value, plan.currency)
        .number("tenth", lambda b: b.tenth, plan.currency)
        .text("unit", lambda b: b.unit)
        .table("binding", currency=plan.currency)
    )


def served_by_branch(plan: Plan, say: Words) -> Table:
    """What each branch serves, its fleet at the end, and its cost."""
    sheet = (
        Sheet(say, plan.branches)
        .text("branch", lambda b: say.branch(b.name) or say("row.only_path"))
        .number("chance", lambda b: b.probability, "share")
        .number("served", lambda b: b.served, "share")
        .number("served_last", lambda b: b.served_last, "share")
    )
    if any(b.smaller > 0 for b in plan.branches):
        sheet = sheet.number("served_smaller", lambda b: b.smaller, "share")
    return (
        sheet.number("chips_end", lambda b: b.chips, "thousand")
        .number("power_end", lambda b: b.power_mw, "MW")
        .number("processors", lambda b: b.processors, "bn", currency=plan.currency)
        .number("cash_net", lambda b: b.cash, "bn")
        .number("unserved_price", lambda b: b.unserved, "bn")
        .number("broken_price", lambda b: b.broken, "bn")
        .table("served_by_branch")
    )


@dataclass(frozen=True, slots=True)
class _Spent:
    """Money of one class and year beside what is authorised for it."""

    year: str
    kind: str
    name: str
    amount: float
    limit: float | None = None
    why: str = ""
    """What explains it."""


def capex(plan: Plan, say: Words) -> Table:
    """Capital expenditure and operating cost by year and class, against what is authorised."""
    rows: list[_Spent] = []
    for year, classes in plan.capex_by_year.items():
        kind = say("row.capex")
        rows += [
            _Spent(year, kind, name, value, plan.authorised(year, name))
            for name, value in classes.items()
        ]
        whole, limit = plan.capex(year), plan.authorised(year)
        rows.append(_Spent(year, kind, say("row.all"), whole, limit, f"capex.{year}"))
    for year, classes in plan.opex_by_year.items():
        kind = say("row.operating")
        rows += [_Spent(year, kind, name, value) for name, value in classes.items()]
        rows.append(_Spent(year, kind, say("row.all"), sum(classes.values())))
    beside = any(r.outside > 0 for r in plan.lines.perimeter)
    return (
        Sheet(say, rows)
        .text("year", lambda r: r.year)
        .text("kind", lambda r: r.kind)
        .text("class", lambda r: say.name("class", r.name))
        .number("amount", lambda r: r.amount, "bn", why=lambda r: r.why)
        .number("authorised", lambda r: r.limit, "bn")
        .table("capex" if beside else "capex_own", currency=plan.currency)
    )
