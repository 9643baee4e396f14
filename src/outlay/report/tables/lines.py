"""Tables of the first lines: power, returns, services, cash, what is decided, what may be lost."""

from __future__ import annotations

from outlay.report.tables.table import Sheet, Table
from outlay.report.words.language import Words
from outlay.report.words.plans.lines import reason
from outlay.results.plans.lines import ServiceServed
from outlay.results.plans.plan import Plan

__all__ = [
    "at_risk",
    "bill",
    "departures",
    "expansions",
    "overruns",
    "perimeter",
    "power_returns",
    "returns",
    "services",
]


def expansions(plan: Plan, say: Words) -> Table | None:
    """Power to order on each node, in the order of the periods."""
    return (
        Sheet(say, plan.expansions)
        .text("site", lambda x: say.called(x.site))
        .text("period", lambda x: x.period)
        .text("branch", lambda x: say.branch(x.branch))
        .number("chance", lambda x: x.probability, "share")
        .number("megawatts", lambda x: x.mw, "MW")
        .text("there_by", lambda x: x.energised_at)
        .number("cost_to_build", lambda x: x.spend or None, "bn")
        .number("rent_signed", lambda x: x.rent or None, "bn")
        .some("expansions", currency=plan.currency)
    )


def returns(plan: Plan, say: Words) -> Table | None:
    """Chips that leave early, on each node."""
    return (
        Sheet(say, plan.returns)
        .text("what", lambda x: say.called(x.what))
        .text("chip", lambda x: say.called(x.chip))
        .text("how_left", lambda x: say("row.given_back" if x.given_back else "row.taken_out"))
        .text("period", lambda x: x.period)
        .text("branch", lambda x: say.branch(x.branch))
        .number("chance", lambda x: x.probability, "share")
        .number("chips", lambda x: x.quantity, "chips")
        .number("rent_of_a_year", lambda x: x.rent_per_year or None, "bn")
        .number("fee", lambda x: x.fee if x.given_back else None, "bn")
        .some("returns", currency=plan.currency)
    )


def departures(plan: Plan, say: Words) -> Table | None:
    """Chips that leave early after today, of each pool and offer over the branches."""
    return (
        Sheet(say, plan.lines.departures)
        .text("what", lambda d: say.called(d.what))
        .text("chip", lambda d: say.called(d.chip))
        .text("how_left", lambda d: say(f"row.{d.how.replace(' ', '_')}"))
        .number("leave_now", lambda d: d.now, "chips")
        .number("leave_later", lambda d: d.expected, "chips")
        .number("chance", lambda d: d.chance, "share")
        .number("branch_most", lambda d: d.most, "chips")
        .text("branch_most_where", lambda d: say.branch(d.branch) or say("row.all"))
        .some("departures")
    )


def power_returns(plan: Plan, say: Words) -> Table | None:
    """Contracted power that is given up, on each node."""
    return (
        Sheet(say, plan.power_returns)
        .text("site", lambda x: say.called(x.site))
        .text("period", lambda x: x.period)
        .text("branch", lambda x: say.branch(x.branch))
        .number("chance", lambda x: x.probability, "share")
        .number("given_mw", lambda x: x.mw, "MW")
        .number("rent_ends", lambda x: x.rent_per_year, "bn")
        .number("fee", lambda x: x.fee, "bn")
        .some("power_returns", currency=plan.currency)
    )


def services(plan: Plan, say: Words) -> Table | None:
    """What is served of each service, least where, and why the rest is not."""
    why = {x.service: reason(x, say) for x in plan.lines.unserved}
    missing = {x.service: x.share for x in plan.lines.unserved}

    def expected(r: ServiceServed) -> float:
        return r.expected

    return (
        Sheet(say, plan.lines.served)
        .text("service", lambda r: say.called(r.service))
        .number("expected", expected, "share")
        .number("least_branch", lambda r: r.least, "share")
        .text("where_least", lambda r: say.branch(r.branch) or say("row.all"))
        .number("missing", lambda r: missing.get(r.service), "share")
        .text("why_not", lambda r: why.get(r.service, ""))
        .some("services")
    )


def bill(plan: Plan, say: Words) -> Table:
    """Cash paid, what is left of it, and the prices that nobody pays; never their sum."""
    found = plan.lines.bill
    rows = [("paid", found.paid), ("left", found.left), ("unserved", found.unserved),
            ("broken", found.broken)]  # fmt: skip
    return (
        Sheet(say, rows)
        .text("bill_part", lambda r: say(f"row.bill_{r[0]}"))
        .number("amount", lambda r: r[1], "bn")
        .table("bill", currency=plan.currency)
    )


def perimeter(plan: Plan, say: Words) -> Table | None:
    """What the plan decides of each year's money, and what stands outside it."""
    return (
        Sheet(say, plan.lines.perimeter)
        .text("year", lambda r: r.year)
        .text("kind", lambda r: say(f"row.perimeter_{r.kind}"))
        .number("decided_here", lambda r: r.decided, "bn")
        .number("outside", lambda r: r.outside, "bn")
        .some("perimeter", currency=plan.currency)
    )


def overruns(plan: Plan, say: Words) -> Table | None:
    """Limits broken at their price."""
    return (
        Sheet(say, plan.lines.overruns)
        .text("limit", lambda r: say.told(r.limit))
        .number("authorised", lambda r: r.authorised, "bn")
        .number("over_expected", lambda r: r.expected, "bn")
        .number("over_worst", lambda r: r.worst, "bn")
        .number("chance", lambda r: r.chance, "share")
        .some("overruns", currency=plan.currency)
    )


def at_risk(plan: Plan, say: Words) -> Table | None:
    """Deposits that a branch may take."""
    return (
        Sheet(say, plan.lines.at_risk)
        .text("offer", lambda r: say.called(r.offer))
        .number("chance", lambda r: r.chance, "share")
        .number("lost_expected", lambda r: r.expected, "bn")
        .number("lost_worst", lambda r: r.worst, "bn")
        .some("at_risk", currency=plan.currency)
    )
