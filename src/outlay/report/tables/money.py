"""Tables of money: statements, unit costs, leases under each standard, a leaner model."""

from __future__ import annotations

from collections.abc import Callable

from outlay.core.quantities.formats import format_number
from outlay.report.tables.table import Sheet, Table
from outlay.report.words.language import Words
from outlay.results.plans.accounts import ChipHour, Revenue, StatementLine
from outlay.results.plans.plan import Plan

__all__ = [
    "bridge", "half", "own_or_lease", "revenue", "standards", "statement", "unbooked",
    "unit_costs", "written_off",
]  # fmt: skip


def standards(plan: Plan, say: Words) -> Table | None:
    """The plan's leases in the first fiscal year under each standard.

    Debt over earnings that are none is no number.
    """
    below = any(s.ebitda <= 0 for s in plan.accounts.standards)
    return (
        Sheet(say, plan.accounts.standards)
        .text("standard", lambda s: say(f"standard.{s.standard}"))
        .number("cash", lambda s: s.cash, "bn")
        .number("capex_paid", lambda s: s.capex_paid, "bn")
        .number("leases_added", lambda s: s.leases_added, "bn")
        .number("ebitda", lambda s: s.ebitda, "bn")
        .number("lease_cost", lambda s: s.lease_cost, "bn")
        .number("amortisation", lambda s: s.amortisation_and_interest, "bn")
        .number("lease_liability", lambda s: s.lease_liability, "bn")
        .given(
            say(f"heading.{'leverage_negative' if below else 'leverage'}"),
            lambda s: say("row.not_meaningful") if s.ebitda <= 0 else s.leverage,
        )
        .some("standards", year=plan.accounts.year, currency=plan.currency)
    )


def own_or_lease(plan: Plan, say: Words) -> Table | None:
    """What an hour of a chip costs, owned and rented."""
    hours = plan.accounts.chip_hours
    if not hours.rows:
        return None
    return (
        Sheet(say, hours.rows)
        .text("offer", lambda h: say.called(h.offer))
        .text("chip", lambda h: say.called(h.chip))
        .text("none", lambda h: say("row.held" if h.held else f"row.{h.way}"))
        .text("hour_paid", lambda h: _paid(h, say))
        .number("per_hour", lambda h: h.per_hour, plan.currency)
        .number("upkeep_hour", lambda h: h.upkeep if h.way == "own" else None, plan.currency)
        .number("hall_hour", lambda h: h.hall, plan.currency)
        .number("power_hour", lambda h: h.power, plan.currency)
        .number("whole_hour", lambda h: h.whole, plan.currency)
        .text("hour_stands", lambda h: _stands(h, say))
        .number("price_with_hosts", lambda h: h.price, plan.currency)
        .number("left_of_price", lambda h: h.left, plan.currency)
        .table(
            "own_or_lease", years=format_number(hours.years),
            percent=format_number(100 * hours.rate), currency=plan.currency,
        )
    )  # fmt: skip


def _paid(h: ChipHour, say: Words) -> str:
    """What an hour is paid with: those that are used, or all of a term or a life."""
    if h.way == "own":
        return say("row.hour_life")
    return say("row.hour_used") if h.term is None else say("row.hour_term", n=format_number(h.term))


def _stands(h: ChipHour, say: Words) -> str:
    """Where power and hall of the hour are from."""
    if h.way == "rent":
        return say("row.hour_included" if h.included else "row.hour_apart")
    return say("row.hour_site", site=say.called(h.site)) if h.site else say("row.hour_none")


def unit_costs(plan: Plan, say: Words) -> Table | None:
    """Cost of a million tokens beside what customers pay and list prices."""
    accounts = plan.accounts
    return (
        Sheet(say, accounts.unit_costs)
        .text("service", lambda u: say.called(u.service))
        .text("kind", lambda u: u.kind)
        .number("work_alone", lambda u: u.direct, how=lambda u: u.how_direct,
                why=lambda u: f"{u.path}_direct")
        .number("full", lambda u: u.full, how=lambda u: u.how_full, why=lambda u: u.path)
        .number("least_branch", lambda u: u.low)
        .number("middle_branch", lambda u: u.median)
        .number("most_branch", lambda u: u.high)
        .number("replacement", lambda u: u.replacement)
        .number("customers_pay", lambda u: u.price)
        .number("list_price", lambda u: u.listed)
        .number("margin", lambda u: u.margin, "share")
        .some("unit_costs_new_money" if accounts.unbooked else "unit_costs", currency=plan.currency)
    )  # fmt: skip


def revenue(plan: Plan, say: Words) -> Table | None:
    """What customers of each service pay by fiscal year."""
    rows = [r for r in plan.accounts.revenue if r.priced]
    if not rows:
        return None

    def amount(year: str) -> Callable[[Revenue], float]:
        return lambda r: r.by_year[year]

    sheet = Sheet(say, rows).text("service", lambda r: say.called(r.service))
    for year in rows[0].by_year:
        sheet.given(year, amount(year), "bn")
    return sheet.table("revenue", currency=plan.currency)


def bridge(plan: Plan, say: Words) -> Table | None:
    """From the cash of the accounts to the plan's objective."""
    rows = [b for b in plan.accounts.bridge if b.value or b.key in ("cash", "objective")]
    return (
        Sheet(say, rows)
        .text("none", lambda b: say(f"bridge.{b.key}"))
        .number("amount", lambda b: b.value, "bn")
        .some("bridge", currency=plan.currency)
    )


def unbooked(plan: Plan, say: Words) -> Table | None:
    """Owned chips without a book value."""
    return (
        Sheet(say, plan.accounts.unbooked)
        .text("pool", lambda u: say.called(u.pool))
        .text("chip", lambda u: say.called(u.chip))
        .number("chips", lambda u: u.chips, "chips")
        .number("price_today", lambda u: u.replacement, plan.currency)
        .some("unbooked", currency=plan.currency)
    )


def written_off(plan: Plan, say: Words) -> Table | None:
    """What the plan takes out of service before its end."""
    return (
        Sheet(say, plan.accounts.written_off)
        .text("pool", lambda w: say.called(w.pool))
        .number("chips", lambda w: w.chips, "chips")
        .number("book_value_lost", lambda w: w.amount, "bn")
        .some("written_off", currency=plan.currency)
    )


def statement(plan: Plan, say: Words, name: str) -> Table | None:
    """A statement by fiscal year; every amount says how it is worked out."""
    a = plan.accounts
    of = {"income": a.income, "cash": a.cash, "balance": a.balance}[name]
    lines = [(row, line) for row, line in of.items() if line.moves]
    if not lines:
        return None

    def amount(year: str) -> Callable[[tuple[str, StatementLine]], float]:
        return lambda x: x[1].by_year[year]

    def how(year: str) -> Callable[[tuple[str, StatementLine]], str]:
        return lambda x: x[1].how.get(year, "")

    def why(year: str) -> Callable[[tuple[str, StatementLine]], str]:
        return lambda x: f"{x[0]}.{year}"

    sheet = Sheet(say, lines).text("line", lambda x: x[1].label)
    for year in lines[0][1].by_year:
        sheet.given(year, amount(year), "bn", how=how(year), why=why(year))
    whose = say(f"perimeter.{plan.accounts.perimeter}")
    return sheet.table(f"statement_{name}", currency=plan.currency, whose=whose)


def half(plan: Plan, say: Words) -> Table | None:
    """Cash, and apart from it what is turned away, as the models are and at half their compute."""
    full, lean = plan.half.planned, plan.half.half
    if full is None or lean is None:
        return None
    rows = (
        (say("half.row_paid"), full.paid, lean.paid),
        (say("half.row_left"), full.left, lean.left),
        (say("half.row_cash"), full.paid + full.left, lean.paid + lean.left),
        (say("half.row_shed"), full.shed, lean.shed),
    )
    return (
        Sheet(say, rows)
        .text("none", lambda r: r[0])
        .number("planned_half", lambda r: r[1], "bn")
        .number("half", lambda r: r[2], "bn")
        .table("half", currency=plan.currency)
    )
