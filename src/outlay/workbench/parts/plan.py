"""A part of a plan as a piece of HTML: a question of the report, or several put together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from html import escape
from typing import TYPE_CHECKING

from outlay.core.errors import DrawingError, Problem, UnknownNameError, nearest
from outlay.report.pieces import Pieces, picked
from outlay.report.tables.plan import table_of
from outlay.report.theme import Spec, to_svg
from outlay.report.words.language import Words, words
from outlay.report.words.of_plan import words_of
from outlay.report.words.plans.answers import said
from outlay.results.plans.answers import Answer
from outlay.results.plans.plan import Plan
from outlay.workbench.parts.exchanged import exchanged, rate_line, rate_to
from outlay.workbench.parts.tables import branches, orders_by_node, power_by_site

if TYPE_CHECKING:
    from outlay.study.reading.loader import LoadedStudy

__all__ = ["PARTS", "Asked", "documents", "fragment", "parts_of"]

MONEY = ("pays", "accounting", "costs", "half")
"""Questions about money, as far as the study is asked them."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a part is made of: its pieces, the study, the states of a branch."""

    made: Pieces
    loaded: LoadedStudy | None
    branch: str


def fragment(
    plan: Plan,
    loaded: LoadedStudy | None,
    part: str,
    language: str = "",
    *,
    branch: str = "",
    currency: str = "",
    files: str | None = None,
    draw: Callable[[Spec], str] = to_svg,
) -> str:
    """The part of a plan as HTML without style, script or address of elsewhere.

    loaded: the study that was planned, for the documents it cites. language: empty is the plan's
    own. branch: states; empty is every branch. currency: of its money; empty is the
    study's. files: address before the files of the run; none:
    it is no run yet, and nothing of it can be explained or taken along. draw: how a picture becomes
    markup; one that cannot be drawn is left out, and the page says so.

    Raises UnknownNameError for a part or a language that there is not.
    """
    known = parts_of(plan)
    if part not in known:
        raise UnknownNameError(
            Problem("no such part of a plan", "part", part, ", ".join(known), nearest(part, known))
        )
    language = language or plan.headline.language
    told = ""
    if currency and currency != plan.currency:
        rate = rate_to(date.fromisoformat(plan.as_of), plan.currency, currency)
        told = rate_line(rate, plan.currency, words(language))
        plan = exchanged(plan, rate)
    if told or language != plan.headline.language:
        plan = said(plan, words(language))
    say = words_of(plan)

    def drawn(spec: Spec) -> str:
        try:
            return draw(spec)
        except DrawingError:
            return ""

    made = Pieces(plan, say, files, drawn, whys=files is not None)
    make = PARTS.get(part)
    if make is not None:
        text = make(Asked(made, loaded, branch))
    else:
        text = made.answers([a for a in plan.answers if a.id == part])
    return f'<p class="exchanged">{escape(told)}</p>{text}' if told else text


def parts_of(plan: Plan) -> tuple[str, ...]:
    """Names of the parts of a plan: those put together, and its own questions."""
    return tuple(dict.fromkeys([*PARTS, *(a.id for a in plan.answers)]))


def documents(loaded: LoadedStudy, say: Words) -> str:
    """The documents that a study cites, contradictions first, each claim underlined."""
    from outlay.evidence.page import document_html
    from outlay.runs.opened import documents_read

    reading = documents_read(loaded)
    if reading is None:
        return _uncited(say)
    return document_html(reading)


def _first(of: Asked) -> str:
    return of.made.first()


def _tree(of: Asked) -> str:
    """The decision's pictures; orders of every node, or of those on the way to a branch."""
    made, plan, say = of.made, of.made.plan, of.made.say
    decision = _answer(plan, "decision")
    after = tuple(t for t in decision.tables if t.startswith("orders_if_"))
    sentence = decision.sentence
    known = tuple(branches(plan))
    if known:
        shown = say.branch(of.branch) if of.branch in known else say("parts.all_branches")
        sentence = say("parts.tree_answer", answer=say.sentence(sentence), branch=shown)
    answer = replace(
        decision, id="tree", question=say("parts.tree"), sentence=sentence, notes=(),
        figures=tuple(f for f in ("tree", "calendar", "wait") if f in decision.figures),
        tables=("waiting", *after, "served_by_branch"),
    )  # fmt: skip
    options = [(b, say.branch(b)) for b in known]
    pick = picked("branch", say("parts.branch"), say("parts.all_branches"), options, of.branch)
    table = made.tables([orders_by_node(plan, say, of.branch)])
    return f"{pick if options else ''}{made.answers([answer])}{table}"


def _sites(of: Asked) -> str:
    """Megawatts used of those held, what is added when, what one more would be worth."""
    made, plan, say = of.made, of.made.plan, of.made.say
    answer = Answer(
        "sites", "", say("parts.sites"), _sites_sentence(plan, say), "",
        ("power", "fleet", "calendar_power"),
        ("expansions", "power_returns", "megawatts", "returns", "departures"), (),
    )  # fmt: skip
    return made.answers([answer]) + made.tables([power_by_site(plan, say)])


def _sites_sentence(plan: Plan, say: Words) -> str:
    last = [p for p in plan.power if p.period == plan.periods[-1]]
    most = max(last, key=lambda p: p.used_mw, default=None)
    if most is None:
        return say("parts.sites_none")
    return say(
        "parts.sites_answer", period=most.period, used=say.power(sum(p.used_mw for p in last)),
        held=say.power(sum(p.energised_mw for p in last)), site=say.called(most.site),
        most=say.power(most.used_mw),
    )  # fmt: skip


def _money(of: Asked) -> str:
    """What is spent by year against what is authorised, then every question about money."""
    from outlay.report.words.plans.first_money import costs_of

    made, plan, say = of.made, of.made.plan, of.made.say
    cash = next(costs_of(plan, say))
    text = say("first.cash_text", text=cash.text, note=cash.note)
    years = Answer(
        "money", "", say("parts.money"), say("parts.money_answer", name=cash.name, text=text), "",
        ("capex", "cash"), ("capex", "perimeter", "bill", "overruns", "at_risk"), (),
    )  # fmt: skip
    told = [a for a in plan.answers if a.id in MONEY]
    shown = {t for a in told for t in a.tables}
    rest = [table_of(f"statement_{s}", plan, say) for s in plan.accounts.statements
            if f"statement_{s}" not in shown]  # fmt: skip
    return made.answers([years, *told]) + made.tables(rest)


def _evidence(of: Asked) -> str:
    """What the documents say and contradict, their text, and where each number is from."""
    made = of.made
    answers = [a for a in made.plan.answers if a.id == "evidence"]
    read = documents(of.loaded, made.say) if of.loaded is not None and answers else ""
    none = "" if answers else _uncited(made.say)
    return made.answers(answers, read) + none + made.rests()


def _uncited(say: Words) -> str:
    return f"<p>{escape(say('parts.no_documents'))}</p>"


def _report(of: Asked) -> str:
    """Everything: the first screen, each question, what it rests on."""
    made = of.made
    answers = made.answers([a for a in made.plan.answers if a.id != "evidence"])
    return f"{made.first()}{answers}{_evidence(of)}{made.rests(checks=True)}"


def _assumptions(of: Asked) -> str:
    return of.made.rests()


def _checks(of: Asked) -> str:
    return of.made.rests(checks=True)


def _answer(plan: Plan, name: str) -> Answer:
    return next(a for a in plan.answers if a.id == name)


PARTS = {
    "first": _first, "tree": _tree, "sites": _sites, "money": _money, "evidence": _evidence,
    "assumptions": _assumptions, "checks": _checks, "report": _report,
}  # fmt: skip
"""Parts that every plan has."""
