"""Which questions a study is asked, and how each is put: by what it holds."""

from __future__ import annotations

from dataclasses import replace

from outlay.report.words.language import Words
from outlay.report.words.plans.follows.training import late_runs
from outlay.results.plans.accounts import ChipHour
from outlay.results.plans.answers import Answer
from outlay.results.plans.plan import Plan

__all__ = ["asked", "hours_beside", "put", "trains"]

PART = 0.5
"""Of the chips needed, the part from which on training has a question of its own."""
KINDS = ("state", "megawatt", "chips", "quarter", "know")
"""Kinds of worth that the question names."""


def asked(plan: Plan) -> tuple[str, ...]:
    """The questions that the study gives cause for, in the order of the report."""
    owns = _both_ways(plan) or bool(plan.accounts.standards)
    stands = {
        "evidence": bool(plan.evidence.documents),
        "need": True,
        "decision": True,
        "pays": plan.pays is not None,
        "training": trains(plan),
        "worth": plan.values is None or any(w.value for w in plan.worth) or bool(plan.deep.regret),
        "accounting": owns,
        "costs": not owns and plan.pays is None,
        "half": plan.half.status != "no_model",
        "peers": bool(plan.peers.named),
        "sure": True,
    }
    return tuple(name for name, there in stands.items() if there)


def trains(plan: Plan) -> bool:
    """Whether training has a question: it is half of the work or more, or some of it is late."""
    if not plan.training:
        return False
    chips = {w.name: sum(w.chips) for w in plan.need.by_work}
    large = chips.get("training", 0.0) >= PART * chips.get("all", 0.0)
    return large or bool(late_runs(plan.training))


def _both_ways(plan: Plan) -> bool:
    """Whether chips can be bought and rented."""
    return {h.way for h in plan.accounts.chip_hours.rows} == {"own", "rent"}


def hours_beside(plan: Plan) -> tuple[ChipHour, ChipHour] | None:
    """The cheapest chip-hour owned and rented: of one chip where some is offered both ways.

    None where the rent holds power and hall and the study does not say what they cost the owner.
    """
    rows = sorted(plan.accounts.chip_hours.rows, key=lambda h: h.per_hour)
    owned = [h for h in rows if h.way == "own" and not h.held]
    rented = [h for h in rows if h.way == "rent"]
    firsts = {h.chip: h for h in reversed(rented)}  # the cheapest of each chip
    pairs = [(own, firsts[own.chip]) for own in owned if own.chip in firsts]
    if owned and rented:
        pairs.append((owned[0], rented[0]))
    return next((p for p in pairs if p[0].beside(p[1]) is not None), None)


def put(answer: Answer, plan: Plan, say: Words) -> Answer:
    """The answer with its question as this study is asked it."""
    key = _variant(answer.id, plan)
    if answer.id == "worth" and plan.values is not None:
        kinds = {w.what for w in plan.worth if w.value}
        if not {"state", "megawatt", "know"} <= kinds:
            things = say.listed(say(f"worth.kind_{k}") for k in KINDS if k in kinds)
            text = say("worth.question_of", things=things) if things else say("worth.question_any")
            return replace(answer, question=text)
    return replace(answer, question=say(key)) if key else answer


def _variant(name: str, plan: Plan) -> str:
    """The key of a question that is put otherwise than in general; empty: it is not."""
    if name == "decision" and not plan.decision.factors:
        return "decision.question_certain"
    if name == "sure" and not plan.uncertain:
        return "sure.question_certain"
    if name == "need" and plan.need.budget is None:
        work = plan.need.tokens_per_day <= 0
        return "need.question_work" if work else "need.question_demand"
    if name == "costs" and not plan.accounts.unit_costs:
        return "costs.question_years"
    if name == "accounting" and not plan.accounts.standards:
        return "accounting.question_hours"
    return ""
