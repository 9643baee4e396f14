"""The words for one plan: its things by name, its numbers in its own scale."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from outlay.core.quantities.currencies import CODES
from outlay.report.words.language import Words, words
from outlay.report.words.names import names_of
from outlay.results.plans.plan import Plan
from outlay.results.study import Thing

__all__ = ["words_for", "words_of"]


def words_of(plan: Plan, say: Words | None = None) -> Words:
    """`say`, or the words of the plan's own language, with its names and its scale."""
    most = max(map(abs, _yearly(plan)), default=0.0)
    said = (say or words(plan.headline.language)).scaled(plan.currency, _currencies(plan), most)
    return replace(said, names=names_of(plan.things, said))


def words_for(
    things: Sequence[Thing], currency: str, most: float, say: Words | None = None
) -> Words:
    """`say`, or English, for a document that names `things` and whose largest amount is `most`."""
    said = (say or words()).scaled(currency, (), most)
    return replace(said, names=names_of(things, said))


def _yearly(plan: Plan) -> Iterator[float]:
    """Money of a year: what is spent, authorised, received."""
    for years in (plan.capex_by_year, plan.opex_by_year):
        yield from (sum(kinds.values()) for kinds in years.values())
    yield from (b.amount for b in plan.budgets)
    yield from (v for r in plan.accounts.revenue for v in r.by_year.values())


def _currencies(plan: Plan) -> set[str]:
    """Currencies that numbers of the study, of its documents and of its peers are in."""
    units = [n.unit for n in (*plan.assumptions, *plan.facts)]
    units += [c.unit for c in plan.evidence.claims]
    units += [p.currency for p in plan.peers.capex]
    return {first for u in units if (first := u.split("/")[0]) in CODES}
