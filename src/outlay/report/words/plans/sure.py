"""Question 8 in words: how sure the plan is, and which fact is most worth finding out."""

from __future__ import annotations

import re

from outlay.core.quantities.formats import format_number
from outlay.report.words.language import Words
from outlay.report.words.plans.answer import answer
from outlay.results.plans.answers import Answer
from outlay.results.plans.outlook import Distribution, Outlook, Promise, Swing
from outlay.results.plans.plan import Plan
from outlay.results.study import is_default

__all__ = [
    "guesses",
    "on_defaults",
    "outcome_name",
    "promise_name",
    "ranged",
    "shown_outcomes",
    "sure_answer",
]

OUTLOOK = (
    "outcomes", "outcomes_served", "outcomes_by_period", "promises", "promises_money", "tornado",
)  # fmt: skip
"""Tables of the sampled worlds: each holds what is of one unit."""

KEY = {
    "demand": re.compile(r"services\.[^.]+\.(tokens_per_day|growth)\b"),
    "price": re.compile(r"supply\.[^.]+\.(price|rent)\b"),
    "power": re.compile(r"sites\.[^.]+\.power\b"),
    "budget": re.compile(r"budget\.(capex|processors)\b"),
}
"""What a plan of compute hangs on, and where the study says it."""
GUESSED = 1
"""Of them, those that may be defaults in a finding."""


def sure_answer(plan: Plan, say: Words) -> Answer:
    """The answer about sampled worlds and facts worth finding out."""
    outlook, fact = plan.outlook, _fact(plan, say)
    guessed, stated = guesses(plan)
    if outlook is None:
        sentence = fact or say("sure.none")
    else:
        clauses = [*_worlds(outlook, plan, say), fact[:1].lower() + fact[1:]]
        sentence = say.clauses(c for c in clauses if c)
    sampled = () if outlook is None else OUTLOOK
    return answer(
        "sure", say, say.sentence(sentence), open=say("sure.open") if outlook is None else "",
        figures=(
            "outcome", "outcome_unserved", "outcome_served", "tornado", "tornado_unserved",
        ), tables=(*sampled, "widest"),
        notes=(
            *(outlook.notes if outlook else ()),
            say("sure.guessed", guessed=guessed, stated=stated),
        ),
    )  # fmt: skip


def guesses(plan: Plan) -> tuple[int, int]:
    """How many of the numbers that the study states are nobody's word, and how many it states."""
    grades = [n.grade for n in (*plan.assumptions, *plan.facts) if n.stated]
    return sum(g in ("assumption", "guess") for g in grades), len(grades)


def _fact(plan: Plan, say: Words) -> str:
    """Which fact of the tree is worth most; empty where the plan asks after none."""
    facts = [w for w in plan.worth if w.what == "know"]
    if not facts:
        return ""
    best = max(facts, key=lambda w: w.value or 0.0)
    if not best.value:
        return say("sure.no_fact")
    return say("sure.fact", fact=say("sure.fact_now", of=say.called(best.of)),
               value=say.money(best.value))  # fmt: skip


def _worlds(outlook: Outlook, plan: Plan, say: Words) -> list[str]:
    """What nine in ten worlds cost and serve, and what moves the cost most."""
    at = {d.name: d for d in outlook.distributions}
    paid, unserved, served = at["cash"], at["unserved_cost"], at["served_share"]
    clauses = [
        say(
            "sure.worlds", worlds=outlook.worlds, low=say.money(paid.p05),
            high=say.money(paid.p95), served=format_number(100 * served.p10, 2),
            what=say("sure.tokens" if any(r.demand > 0 for r in plan.served) else "sure.work"),
        )
    ]  # fmt: skip
    if unserved.p95 > 0:
        clauses.append(
            say("sure.unserved", low=say.money(unserved.p05),
                high=say.money(unserved.p95))
        )  # fmt: skip
        priced = plan.lines.bill.unserved
        if priced > 0:
            clauses.append(say("sure.tree", unserved=say.money(priced),
                               mean=say.money(unserved.mean)))  # fmt: skip
    if outlook.tornado:
        cash = max(outlook.tornado, key=lambda s: s.swing)
        if cash.swing > 0:
            clauses.append(say("sure.most_cash", factor=say.called(cash.factor)))
        work = max(outlook.tornado, key=_apart)
        if _apart(work) > 0:
            clauses.append(say("sure.most_served", factor=say.called(work.factor)))
    return clauses


def _apart(s: Swing) -> float:
    return abs(s.apart_at_high - s.apart_at_low)


def shown_outcomes(outlook: Outlook | None) -> list[Distribution]:
    """Outcomes that a reader sees: cash and prices that nobody pays, never their sum."""
    return [d for d in outlook.distributions if d.name != "cost"] if outlook else []


def outcome_name(row: Distribution, plan: Plan, say: Words) -> str:
    """What an outcome is, and of what: `tokens served: chat`."""
    what, sign, of = row.name.partition("/")
    name = say.name("outcome", "capex_alone" if what == "capex" and _beside(of, plan) else what)
    return say("outcome.of", what=name, of=say.called(of)) if sign else name


def promise_name(row: Promise, plan: Plan, say: Words) -> str:
    """What has happened where a promise is broken: `api is not served in full`."""
    what, _, of = row.output.partition("/")
    if what == "served_share":
        return say("promise.all")
    if what == "served":
        return say("promise.served", of=say.called(of))
    if what not in ("budget", "over"):
        return say.told(row.name)
    kind, _, year = of.partition(" ")
    left = what == "budget" and kind == "capex" and _beside(year, plan)
    named = say.name("limit", kind)
    named = say("promise.of_year", what=named, year=year) if year else named
    return say("promise.budget_left" if left else f"promise.{what}", of=named)


def _beside(year: str, plan: Plan) -> bool:
    """Whether capital expenditure is due in a year beside what the plan decides."""
    return any(r.outside > 0 for r in plan.lines.perimeter if (r.year, r.kind) == (year, "capex"))


def ranged(row: Distribution, say: Words) -> str:
    """An outcome's 5th to 95th percentile in words."""
    return say(
        "sure.range", low=_amount(row.p05, row.unit, say), high=_amount(row.p95, row.unit, say)
    )


def _amount(value: float, unit: str, say: Words) -> str:
    if unit == "fraction":
        return say("number.percent", n=format_number(100 * value))
    return f"{format_number(value)} {unit}" if "/" in unit else say.money(value, unit)


def on_defaults(plan: Plan, say: Words) -> str:
    """Why the plan is no finding; empty where it is none of a draft, or of one with enough facts.

    A draft stands on defaults where documents leave more than one of its key inputs unsaid.
    """
    every = (*plan.assumptions, *plan.facts)
    stated = [n for n in every if n.stated and not n.path.startswith("peers.")]
    defaults = sum(is_default(n.note) for n in stated)
    known = {k for k, at in KEY.items() for n in plan.facts if n.source and at.match(n.path)}
    if not defaults or len(KEY) - len(known) <= GUESSED:
        return ""
    missing = say.listed(say(f"draft.{k}") for k in KEY if k not in known)
    return say("draft.no_finding", defaults=defaults, stated=len(stated), missing=missing)
