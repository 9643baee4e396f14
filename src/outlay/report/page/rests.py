"""What the answer rests on: assumptions, facts, sources, unused inputs, checks, the record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from outlay.report.page.laid import Laid, laid
from outlay.report.tables.table import Sheet, Table
from outlay.report.words.check import reason
from outlay.report.words.language import Words
from outlay.report.words.plans.need import caution, observed
from outlay.report.words.plans.sure import guesses
from outlay.report.words.quantities import quantity
from outlay.results.plans.plan import Plan
from outlay.results.study import Number

__all__ = ["rests", "rests_on"]


def rests(plan: Plan, say: Words) -> dict[str, Laid]:
    """Name → table, of all that stands below the answers."""
    tables = {
        "assumptions": _numbers(
            sorted(plan.assumptions, key=lambda n: not n.stated), "assumptions", say
        ),
        "facts": _numbers(plan.facts, "facts", say),
        "sources": _sources(plan, say),
        "cautions": _cautions(plan, say),
        "observed": _observed(plan, say),
        "unmodelled": _unmodelled(plan, say),
        "idle": _idle(plan, say),
        "checks": _checks(plan, say),
        "record": _record(plan, say),
    }
    return {name: laid(table, say) for name, table in tables.items()}


def rests_on(plan: Plan, say: Words) -> str:
    """How many numbers the study states, what they are, and how many are Outlay's own."""
    guessed, stated = guesses(plan)
    defaults = sum(not n.stated for n in (*plan.assumptions, *plan.facts))
    return say("page.rests_on", stated=stated, guessed=guessed, known=stated - guessed,
               defaults=defaults, unmodelled=len(plan.unmodelled), idle=len(plan.idle))  # fmt: skip


def _numbers(rows: Sequence[Number], name: str, say: Words) -> Table:
    """Numbers of the study: assumptions with their notes, facts with their sources."""
    sheet = (
        Sheet(say, rows)
        .text("where", lambda n: n.path)
        .text("line", lambda n: str(n.line or ""))
        .text("value", lambda n: quantity(n.value, n.unit, say), why=lambda n: n.path)
    )
    if name == "facts":
        return sheet.text("source", lambda n: n.source).table(name)
    stated = sum(n.stated for n in rows)
    return sheet.text("note", lambda n: n.note).table(
        name, stated=stated, defaults=len(rows) - stated
    )


def _sources(plan: Plan, say: Words) -> Table:
    return (
        Sheet(say, plan.sources)
        .text("key", lambda s: s.id)
        .text("date", lambda s: s.date)
        .text("grade", lambda s: s.grade)
        .text("what", lambda s: s.text)
        .table("sources")
    )


def _cautions(plan: Plan, say: Words) -> Table:
    return (
        Sheet(say, plan.cautions)
        .text("name", lambda c: say.called(c.item))
        .text("what", lambda c: caution(c, say))
        .table("cautions")
    )


def _observed(plan: Plan, say: Words) -> Table:
    return (
        Sheet(say, plan.observed)
        .text("name", lambda o: say.called(o.model))
        .text("what", lambda o: observed(o, say))
        .table("observed")
    )


def _unmodelled(plan: Plan, say: Words) -> Table:
    return (
        Sheet(say, plan.unmodelled)
        .text("what", lambda u: u.what)
        .text("value", lambda u: u.value)
        .text("why", lambda u: u.why)
        .table("unmodelled")
    )


def _idle(plan: Plan, say: Words) -> Table:
    return (
        Sheet(say, plan.idle)
        .text("where", lambda i: i.path)
        .text("line", lambda i: str(i.line or ""))
        .text("value", lambda i: i.value)
        .text("why", lambda i: reason(i, say))
        .table("idle")
    )


def _checks(plan: Plan, say: Words) -> Table:
    return (
        Sheet(say, plan.invariants)
        .text("none", lambda c: c.id)
        .text("name", lambda c: c.name)
        .text("identity", lambda c: c.statement)
        .text("worst", lambda c: f"{c.worst:.1e}")
        .text("allowed", lambda c: f"{c.tolerance:.0e}")
        .text("verdict", lambda c: c.status)
        .table("invariants")
    )


def _record(plan: Plan, say: Words) -> Table:
    made_from = asdict(plan.record) | {"overrides": list(plan.record.overrides)}
    return (
        Sheet(say, [(k, str(v)) for k, v in made_from.items()])
        .text("what", lambda r: r[0])
        .text("value", lambda r: r[1])
        .table("record")
    )
