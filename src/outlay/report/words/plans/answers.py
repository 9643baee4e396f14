"""A plan told in words: its headline, its eight answers, the names of what things are worth."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from outlay.core.quantities.formats import format_number
from outlay.report.words.language import Words
from outlay.report.words.of_plan import words_of
from outlay.report.words.plans.decision import decision_answer
from outlay.report.words.plans.lines import sentences
from outlay.report.words.plans.money import accounting_answer, half_answer
from outlay.report.words.plans.need import need_answer
from outlay.report.words.plans.outside import evidence_answer, peers_answer
from outlay.report.words.plans.sure import sure_answer
from outlay.report.words.plans.worth import named, worth_answer
from outlay.results.plans.answers import Headline, Tile
from outlay.results.plans.plan import Plan

__all__ = ["said"]

ANSWERS = (
    evidence_answer, need_answer, decision_answer, worth_answer,
    accounting_answer, half_answer, peers_answer, sure_answer,
)  # fmt: skip
"""The questions, in the order of the report."""


def said(plan: Plan, say: Words | None = None) -> Plan:
    """The plan with its headline, answers and names of worth, from its typed facts alone.

    say: the language; English where none is given.
    """
    say = words_of(plan, say)
    plan = replace(plan, worth=tuple(named(w, say) for w in plan.worth))
    answers = tuple(make(plan, say) for make in ANSWERS)
    decision = next(a.sentence for a in answers if a.id == "decision")
    headline = Headline(decision, tuple(sentences(plan, say)), tuple(_tiles(plan, say)))
    return replace(plan, answers=answers, headline=headline)


def _served(plan: Plan, say: Words) -> Iterator[Tile]:
    """The share of tokens that is served; of other work in a study without tokens."""
    tokens = any(r.demand > 0 for r in plan.served)
    share = plan.served_share if tokens else plan.work_share
    what = "headline.served" if tokens else "headline.worked"
    if share is not None:
        yield Tile(say(what), say("number.percent", n=format_number(100 * share)),
                   say("headline.served_range"), say(f"{what}_how"))  # fmt: skip


def _tiles(plan: Plan, say: Words) -> Iterator[Tile]:
    """The few numbers of the headline."""
    year = next(iter(plan.capex_by_year), "")
    limit = plan.authorised(year)
    power = sum(x.spend for x in plan.expansions_now)
    yield Tile(
        say("headline.order"), say.money(plan.order_now),
        say("headline.order_power", amount=say.money(power)) if power else "",
        say("headline.order_how"),
    )  # fmt: skip
    beside = [say("headline.capex_range", amount=say.money(limit))] if limit else []
    beside += [
        say("headline.capex_decided", decided=say.money(r.decided))
        for r in plan.lines.perimeter
        if (r.year, r.kind) == (year, "capex") and r.outside > 0
    ]
    yield Tile(
        say("headline.capex", year=year), say.money(plan.capex(year)),
        say.listed(beside), say("headline.capex_how"),
    )  # fmt: skip
    yield from _served(plan, say)
    for what in ("state", "evpi"):
        row = next((w for w in plan.worth if w.what == what), None)
        if row is not None and row.value is not None:
            yield Tile(row.name, say.money(row.value), say("headline.with_unserved"), row.how)
