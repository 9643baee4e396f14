"""A plan told in words: its headline, the answers to its questions, names of what has a worth."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from outlay.core.quantities.formats import format_number
from outlay.report.words.language import Words, words
from outlay.report.words.of_plan import words_of
from outlay.report.words.plans.decision import decision_answer
from outlay.report.words.plans.follows.money import (
    certain_answer,
    costs_answer,
    hours_sentence,
)
from outlay.report.words.plans.follows.pays import pays_answer
from outlay.report.words.plans.follows.questions import asked, put, trains
from outlay.report.words.plans.follows.training import dates_note, training_answer
from outlay.report.words.plans.lines import sentences
from outlay.report.words.plans.money import accounting_answer, half_answer, notes_on_earning
from outlay.report.words.plans.need import need_answer
from outlay.report.words.plans.outside import evidence_answer, peers_answer
from outlay.report.words.plans.sure import on_defaults, sure_answer
from outlay.report.words.plans.worth import named, parts_of, worth_answer
from outlay.results.plans.answers import Answer, Headline, Tile
from outlay.results.plans.plan import Plan

__all__ = ["said"]

OF_EARNING = ("revenue", "unit_costs", "statement_income")
"""Tables of money that stand where it is asked whether the plan pays."""
OWN = "own_or_rent"
"""The picture of the question whether to own."""


def said(plan: Plan, say: Words | None = None) -> Plan:
    """The plan with its headline, answers and names of worth, from its typed facts alone.

    say: the language; English where none is given.
    """
    say = words_of(plan, say or words())
    plan = replace(plan, worth=tuple(named(w, say) for w in plan.worth))
    answers = tuple(_answer(name, plan, say) for name in asked(plan))
    decision = next(a.sentence for a in answers if a.id == "decision")
    if stands := on_defaults(plan, say):
        return replace(plan, answers=answers, headline=Headline(stands, (), (), say.language))
    headline = Headline(
        decision, tuple(sentences(plan, say)), tuple(_tiles(plan, say)), say.language
    )
    return replace(plan, answers=answers, headline=headline)


def _answer(name: str, plan: Plan, say: Words) -> Answer:
    """The answer to a question that the study gives cause for, put as it is asked."""
    match name:
        case "evidence":
            found = evidence_answer(plan, say)
        case "need":
            found = _need(plan, say)
        case "decision":
            found = _decision(plan, say)
        case "pays":
            found = _pays(plan, say)
        case "training":
            found = training_answer(plan, say)
        case "worth":
            found = worth_answer(plan, say)
        case "accounting":
            found = _own_or_lease(plan, say)
        case "costs":
            found = costs_answer(plan, accounting_answer(plan, say), say)
        case "half":
            found = half_answer(plan, say)
        case "peers":
            found = peers_answer(plan, say)
        case _:
            found = sure_answer(plan, say) if plan.uncertain else certain_answer(plan, say)
    return put(found, plan, say)


def _need(plan: Plan, say: Words) -> Answer:
    """With training that has no question of its own."""
    found = need_answer(plan, say)
    if not plan.training or trains(plan):
        return found
    return replace(found, notes=(*found.notes, dates_note(plan, say)))


def _decision(plan: Plan, say: Words) -> Answer:
    """Without what only branches have, where there are none."""
    found = decision_answer(plan, say)
    if plan.decision.factors:
        return found
    return replace(
        found, figures=tuple(f for f in found.figures if f != "tree"),
        tables=tuple(t for t in found.tables if t != "waiting"),
    )  # fmt: skip


def _pays(plan: Plan, say: Words) -> Answer:
    """With the tables of money: those of earning, all of them where no lease is in question."""
    assert plan.pays is not None  # it is asked of such plans alone
    found, money = pays_answer(plan, plan.pays, say), accounting_answer(plan, say)
    alone = "accounting" not in asked(plan)
    tables = (t for t in money.tables if alone or t in OF_EARNING)
    return replace(
        found, figures=(*found.figures, *(f for f in money.figures if alone and f == OWN)),
        tables=(*found.tables, *tables),
        notes=(*found.notes, *(money.notes if alone else notes_on_earning(plan, say))),
    )  # fmt: skip


def _own_or_lease(plan: Plan, say: Words) -> Answer:
    """Without what stands where it is asked whether the plan pays; an hour where none is held."""
    found = accounting_answer(plan, say)
    if not plan.accounts.standards:
        found = replace(
            found, sentence=hours_sentence(plan, say), tables=("own_or_lease", *found.tables)
        )
    if plan.pays is None:
        some = any(r.priced for r in plan.accounts.revenue)
        first = (OWN, *(f for f in found.figures if f != OWN))
        notes = (*found.notes, say("pays.partly")) if some else found.notes
        return replace(found, figures=first, notes=notes)
    moved = notes_on_earning(plan, say)
    return replace(
        found, figures=(OWN,), tables=tuple(t for t in found.tables if t not in OF_EARNING),
        notes=tuple(n for n in found.notes if n not in moved),
    )  # fmt: skip


def _served(plan: Plan, say: Words) -> Iterator[Tile]:
    """The share of tokens that is served; of other work in a study without tokens."""
    tokens = any(r.demand > 0 for r in plan.served)
    share = plan.served_share if tokens else plan.work_share
    what = "headline.served" if tokens else "headline.worked"
    if share is not None:
        yield Tile(say(what), say("number.percent", n=format_number(100 * share)),
                   say("headline.served_range"), say(f"{what}_how"))  # fmt: skip


def _net(plan: Plan, say: Words) -> Iterator[Tile]:
    """What the plan is worth over what is put in, where the study states all prices."""
    if plan.pays is not None:
        low, high = plan.pays.worst.npv, plan.pays.best.npv
        yield Tile(
            say("headline.npv"), say.money(plan.pays.expected.npv),
            say("headline.npv_range", low=say.money(low), high=say.money(high))
            if high > low else "", say("headline.npv_how"),
        )  # fmt: skip


def _order(plan: Plan, say: Words) -> Tile:
    """What is ordered now: purchases, or the rent signed where nothing is bought."""
    rent, power = plan.decision.commitment.rent, sum(x.spend for x in plan.expansions_now)
    rented = plan.order_now <= 0 < rent
    return Tile(
        say("headline.order"), say.money(rent if rented else plan.order_now),
        say("headline.order_power", amount=say.money(power)) if power else "",
        say("headline.rent_how" if rented else "headline.order_how"),
    )  # fmt: skip


def _spent(plan: Plan, say: Words) -> Iterator[Tile]:
    """Capital expenditure of the first year; running costs and rent where there is none."""
    year = next(iter(plan.capex_by_year), "")
    if not year:
        for first, kinds in list(plan.opex_by_year.items())[:1]:
            yield Tile(say("headline.running", year=first), say.money(sum(kinds.values())), "",
                       say("headline.running_how"))  # fmt: skip
        return
    limit = plan.authorised(year)
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


def _tiles(plan: Plan, say: Words) -> Iterator[Tile]:
    """The few numbers of the headline."""
    yield _order(plan, say)
    yield from _spent(plan, say)
    yield from _net(plan, say)
    yield from _served(plan, say)
    for what in ("state", "evpi"):
        row = next((w for w in plan.worth if w.what == what), None)
        if row is not None and row.value:
            beside = say("headline.with_unserved")
            if row.cash is not None:
                beside = say("worth.parts_short", parts=parts_of(row, say))
            yield Tile(row.name, say.money(row.value), beside, row.how)
