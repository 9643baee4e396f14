"""Tables of what comes from outside: documents, peers, sampled worlds, the widest ranges."""

from __future__ import annotations

from outlay.report.tables.table import Sheet, Table
from outlay.report.words.language import Words
from outlay.report.words.plans.outside import contradiction
from outlay.report.words.plans.sure import outcome_name, shown_outcomes
from outlay.results.plans.outlook import Swing
from outlay.results.plans.plan import Plan

__all__ = [
    "claims",
    "contradictions",
    "identities",
    "outcomes",
    "peer_tokens",
    "peers",
    "promises",
    "tornado",
    "widest",
]


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
        .text("metric", lambda c: c.metric)
        .number("from", lambda c: c.value_low)
        .number("to", lambda c: c.value_high)
        .text("unit", lambda c: c.unit)
        .text("period", lambda c: c.period)
        .text("hedge", lambda c: c.hedge)
        .text("said_by", lambda c: c.attribution)
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


def outcomes(plan: Plan, say: Words) -> Table | None:
    """Distributions over the sampled worlds."""
    if plan.outlook is None:
        return None
    return (
        Sheet(say, shown_outcomes(plan.outlook))
        .text("outcome", lambda d: outcome_name(d, say))
        .number("p05", lambda d: d.p05)
        .number("middle", lambda d: d.p50)
        .number("p95", lambda d: d.p95)
        .number("mean", lambda d: d.mean)
        .number("tail", lambda d: d.tail_mean)
        .text("unit", lambda d: d.unit)
        .table("outcomes", worlds=plan.outlook.worlds)
    )


def promises(plan: Plan, say: Words) -> Table | None:
    """How often each promise breaks."""
    if plan.outlook is None:
        return None
    return (
        Sheet(say, plan.outlook.probabilities)
        .text("promise", lambda p: say.told(p.name))
        .number("probability", lambda p: p.probability)
        .number("standard_error", lambda p: p.standard_error)
        .number("mean_excess", lambda p: p.mean_excess)
        .number("limit", lambda p: p.limit)
        .table("promises")
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
        .number("value", lambda w: w.value)
        .number("low", lambda w: w.low)
        .number("high", lambda w: w.high)
        .text("unit", lambda w: w.unit)
        .number("ratio", lambda w: w.ratio)
        .text("grade", lambda w: w.grade)
        .table("widest")
    )
