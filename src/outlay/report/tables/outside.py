"""Tables of what comes from outside: documents, peers, sampled worlds, the widest ranges."""

from __future__ import annotations

from outlay.report.tables.table import Sheet, Table
from outlay.report.words.claims import claim_status, claim_what, stands_on
from outlay.report.words.language import Words
from outlay.report.words.plans.outside import contradiction
from outlay.report.words.plans.sure import outcome_name, promise_name, shown_outcomes
from outlay.report.words.quantities import quantity
from outlay.results.plans.outlook import Distribution, Promise, Swing
from outlay.results.plans.plan import Plan

__all__ = [
    "claims",
    "contradictions",
    "identities",
    "outcomes",
    "outcomes_by_period",
    "outcomes_served",
    "peer_tokens",
    "peers",
    "promises",
    "promises_money",
    "tornado",
    "widest",
]

SHARE = "fraction"
"""Unit of outcomes that are parts of what is asked for."""
SPENT = "budget/"
"""How outcomes begin that are what is spent under an authorisation."""


def contradictions(plan: Plan, say: Words) -> Table | None:
    """Claims that cannot all be right."""
    if not plan.evidence.documents:
        return None
    return (
        Sheet(say, plan.evidence.contradictions)
        .text("what", lambda c: contradiction(c, plan.evidence, say))
        .number("times", lambda c: c.factor)
        .text("likely_cause", lambda c: c.likely_cause)
        .text("keep", lambda c: c.keep)
        .table("contradictions")
    )


def identities(plan: Plan, say: Words) -> Table | None:
    """Arithmetic on stated numbers."""
    if not plan.evidence.documents:
        return None
    return (
        Sheet(say, plan.evidence.identities)
        .text("identity", lambda i: i.statement)
        .number("computed", lambda i: i.computed)
        .number("stated", lambda i: i.stated)
        .text("verdict", lambda i: i.verdict)
        .table("identities")
    )


def claims(plan: Plan, say: Words) -> Table | None:
    """Numbers that the documents state."""
    if not plan.evidence.documents:
        return None
    return (
        Sheet(say, plan.evidence.claims)
        .text("id", lambda c: c.id)
        .text("subject", lambda c: c.subject)
        .text("metric", claim_what)
        .number("from", lambda c: c.value_low)
        .number("to", lambda c: c.value_high)
        .text("unit", lambda c: c.unit)
        .text("period", lambda c: c.period)
        .text("hedge", lambda c: c.hedge)
        .text("said_by", lambda c: c.attribution)
        .text("status", claim_status)
        .text("stands_on", stands_on)
        .table("claims")
    )


def peers(plan: Plan, say: Words) -> Table:
    """Capital expenditure of peers."""
    return (
        Sheet(say, plan.peers.capex)
        .text("company", lambda p: p.company)
        .text("period", lambda p: p.period)
        .number("from", lambda p: p.low, "bn")
        .number("to", lambda p: p.high, "bn")
        .text("currency", lambda p: p.currency)
        .text("status", lambda p: p.status)
        .text("said_on", lambda p: p.as_of)
        .text("scope", lambda p: p.scope)
        .table("peers", as_of=plan.as_of)
    )


def peer_tokens(plan: Plan, say: Words) -> Table:
    """Latest known token volumes."""
    return (
        Sheet(say, plan.peers.tokens)
        .text("firm", lambda p: p.firm)
        .text("date", lambda p: p.date)
        .number("tokens", lambda p: p.tokens_per_day, "T/day")
        .text("none", lambda p: say("peers.over") if p.over else "")
        .text("grade", lambda p: p.grade)
        .table("peer_tokens")
    )


def _percentiles(
    title: str, heading: str, rows: list[Distribution], unit: str, plan: Plan, say: Words
) -> Table | None:
    """Ends, middle and mean of outcomes that are of one sort."""

    def name(d: Distribution) -> str:
        _, _, of = d.name.partition("/")
        return say.called(of) if of and unit == "share" else outcome_name(d, plan, say)

    worlds = plan.outlook.worlds if plan.outlook else 0
    sheet = (
        Sheet(say, rows)
        .text(heading, name)
        .number("p05", lambda d: d.p05, unit)
        .number("middle", lambda d: d.p50, unit)
        .number("p95", lambda d: d.p95, unit)
        .number("mean", lambda d: d.mean, unit)
        .number("tail", lambda d: d.tail_mean, unit)
    )
    kept = plan.outlook.probabilities if plan.outlook else ()
    limits = {p.output: p.limit for p in kept if p.output.startswith(SPENT)}
    if any(d.name in limits for d in rows):
        sheet.number("outcome_authorised", lambda d: limits.get(d.name), unit)
    return sheet.some(title, worlds=worlds)


def outcomes(plan: Plan, say: Words) -> Table | None:
    """Money over the sampled worlds: cash first, then what is spent by year."""
    found = [d for d in shown_outcomes(plan.outlook) if d.unit != SHARE]
    order = sorted(found, key=lambda d: (d.name != "cash", d.name != "unserved_cost"))
    return _percentiles("outcomes", "outcome", order, plan.currency, plan, say)


def outcomes_served(plan: Plan, say: Words) -> Table | None:
    """Shares served over the sampled worlds: in all, then by service, the least sure first."""
    found = {d.name: d for d in shown_outcomes(plan.outlook) if d.unit == SHARE}
    of_one = [d for name, d in found.items() if name.startswith("served/")]
    whole = [found["served_share"]] if "served_share" in found else []
    rows = [*whole, *sorted(of_one, key=lambda d: d.p05)]
    return _percentiles("outcomes_served", "service", rows, "share", plan, say)


def outcomes_by_period(plan: Plan, say: Words) -> Table | None:
    """The share of all tokens served over the sampled worlds, period by period."""
    rows = [d for d in shown_outcomes(plan.outlook) if d.name.startswith("served_share/")]
    return _percentiles("outcomes_by_period", "period", rows, "share", plan, say)


def promises(plan: Plan, say: Words) -> Table | None:
    """How often a service is not served in full, and by how much it is short then."""
    return _broken("promises", "below", "share", ("short_by", "served_from"), plan, say)


def promises_money(plan: Plan, say: Words) -> Table | None:
    """How often spending goes over its limit, and by how much then."""
    return _broken("promises_money", "above", plan.currency, ("over_by", "limit"), plan, say)


def _broken(
    title: str, side: str, unit: str, headings: tuple[str, str], plan: Plan, say: Words
) -> Table | None:
    if plan.outlook is None:
        return None

    def limit(p: Promise) -> float | None:
        return None if p.output.startswith("over/") else p.limit

    found = (p for p in plan.outlook.probabilities if p.broken == side)
    rows = sorted(found, key=lambda p: (p.output != "served_share", -p.probability))
    by, bound = headings
    return (
        Sheet(say, rows)
        .text("promise", lambda p: promise_name(p, plan, say))
        .number("probability", lambda p: p.probability, "share")
        .number("standard_error", lambda p: p.standard_error, "share")
        .number(by, lambda p: p.mean_excess, unit)
        .number(bound, limit, unit)
        .some(title, worlds=plan.outlook.worlds)
    )


def _moves(s: Swing) -> bool:
    return s.swing > 0 or s.apart_at_low != s.apart_at_high


def tornado(plan: Plan, say: Words) -> Table | None:
    """What moves the cash and what is not served, largest first."""
    if plan.outlook is None:
        return None
    return (
        Sheet(say, [s for s in plan.outlook.tornado if _moves(s)])
        .text("factor", lambda s: say.called(s.factor))
        .number("at_low", lambda s: s.at_low, plan.currency)
        .number("at_high", lambda s: s.at_high, plan.currency)
        .number("swing", lambda s: s.swing, plan.currency)
        .number("apart_at_low", lambda s: s.apart_at_low, plan.currency)
        .number("apart_at_high", lambda s: s.apart_at_high, plan.currency)
        .number("factor_low", lambda s: s.low_value)
        .number("factor_high", lambda s: s.high_value)
        .table("tornado")
    )


def widest(plan: Plan, say: Words) -> Table:
    """Numbers of the study with the widest stated range."""
    return (
        Sheet(say, plan.widest)
        .text("number", lambda w: w.path)
        .text("value", lambda w: quantity(w.value, w.unit, say))
        .text("low", lambda w: quantity(w.low, w.unit, say))
        .text("high", lambda w: quantity(w.high, w.unit, say))
        .number("ratio", lambda w: w.ratio)
        .text("grade", lambda w: w.grade)
        .table("widest")
    )
