"""Answers of studies that earn nothing, hold no lease or state nothing uncertain, in words."""

from __future__ import annotations

from collections.abc import Iterator

from outlay.core.quantities.formats import format_number
from outlay.report.words.language import Words
from outlay.report.words.plans.answer import answer
from outlay.report.words.plans.follows.questions import hours_beside
from outlay.report.words.plans.sure import guesses
from outlay.report.words.quantities import quantity
from outlay.results.plans.answers import Answer
from outlay.results.plans.plan import Plan

__all__ = ["certain_answer", "costs_answer", "hours_sentence"]


def hours_sentence(plan: Plan, say: Words) -> str:
    """What an hour of a chip costs owned and rented, of a plan that holds no lease."""
    found = hours_beside(plan)
    if found is None:
        return say("accounting.no_lease")
    own, rent = found
    key = "accounting.hours" if own.chip == rent.chip else "accounting.hours_unlike"
    holds = say("accounting.hours_with" if rent.included else "accounting.hours_apart")
    return say(key, chip=say.called(own.chip), own=say.money(own.beside(rent) or 0.0),
               other=say.called(rent.chip), rent=say.money(rent.per_hour),
               offer=say.called(rent.offer), holds=holds)  # fmt: skip


def costs_answer(plan: Plan, money: Answer, say: Words) -> Answer:
    """What the plan costs by year and for a million tokens, with the tables of money."""
    return answer(
        "costs", say, say.sentence(say.clauses(_costs(plan, say))), figures=money.figures,
        tables=money.tables, notes=money.notes,
    )  # fmt: skip


def _costs(plan: Plan, say: Words) -> Iterator[str]:
    for year in sorted({*plan.capex_by_year, *plan.opex_by_year}):
        running = sum(plan.opex_by_year.get(year, {}).values())
        key = "costs.year" if plan.capex(year) else "costs.year_running"
        yield say(key, year=year, capex=say.money(plan.capex(year)), running=say.money(running))
    dear = max(plan.accounts.unit_costs, key=lambda u: u.full, default=None)
    if dear is not None and not plan.accounts.unbooked:
        yield say("costs.dearest", service=say.called(dear.service),
                  kind=say(f"terminal.{dear.kind}"), cost=say.money(dear.full))  # fmt: skip


def certain_answer(plan: Plan, say: Words) -> Answer:
    """How sure a plan is whose study states nothing uncertain."""
    guessed, stated = guesses(plan)
    clauses = [say("sure.certain", guessed=guessed, stated=stated)]
    if plan.widest:
        w = plan.widest[0]
        clauses.append(
            say("sure.certain_widest", path=say.told(w.path), low=quantity(w.low, w.unit, say),
                high=quantity(w.high, w.unit, say), ratio=format_number(w.ratio))
        )  # fmt: skip
    return answer("sure", say, say.sentence(say.clauses(clauses)), tables=("widest",))
