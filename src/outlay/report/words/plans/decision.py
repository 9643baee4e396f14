"""Question 3 in words: what to order now, what waits, and what each state adds."""

from __future__ import annotations

from collections.abc import Iterator

from outlay.core.quantities.formats import format_money, format_number
from outlay.report.words.language import Words
from outlay.report.words.plans.answer import answer
from outlay.results.plans.answers import Answer
from outlay.results.plans.plan import Plan

__all__ = ["decision_answer"]

FEW = 100.0
"""Chips below which an order is no sentence's business where larger ones stand beside it."""
NAMED = 5
"""Orders that the sentence names."""
WAITING = 4
"""Offers held back that the sentence names."""
ROUNDING = 0.5
"""Money below which whole lots cost nothing that a reader would pay."""
SWING = 1000.0
"""Chips that a state must add to be told."""


def decision_answer(plan: Plan, say: Words) -> Answer:
    """The answer about what to order now and what waits."""
    decision = plan.decision
    clauses = [_now(plan, say)]
    if decision.held_back:
        shown = say.listed(decision.held_back[:WAITING])
        if len(decision.held_back) > WAITING:
            shown = say("decision.others", offers=shown)
        clauses.append(say("decision.hold_back", offers=shown, factor=decision.waits_for))
    return answer(
        "decision", say, say.clauses(clauses) + ".",
        figures=("calendar", "tree", "capex", "power"),
        tables=("orders_now", *(f"orders_if_{f}" for f in decision.factors), "served_by_branch",
                "capex", "binding"),
        notes=_notes(plan, say),
    )  # fmt: skip


def _now(plan: Plan, say: Words) -> str:
    if not plan.orders_now:
        return say("decision.nothing")
    # Rented orders have no price: the larger of them come first.
    top = sorted(plan.orders_now, key=lambda o: -o.spend - o.quantity * 1e-3)
    named = [o for o in top if o.quantity >= FEW][:NAMED] or top[:3]
    parts = [
        say("decision.order", chips=format_number(o.quantity, 3), chip=o.chip, offer=o.offer)
        for o in named
    ]
    more = len(top) - len(named)
    if more > 0:
        parts.append(say("decision.smaller" if more > 1 else "decision.smaller_one", n=more))
    return say("decision.now", orders=say.listed(parts), commitment=_commitment(plan, say))


def _commitment(plan: Plan, say: Words) -> str:
    """What the first orders commit: firm, only where a branch lets them in, and rent."""
    found = plan.decision.commitment
    parts = [say("decision.firm", amount=format_money(found.firm, plan.currency))]
    if found.hoped > 0:
        parts.append(say("decision.hoped", amount=format_money(found.hoped, plan.currency)))
    if found.rent > 0:
        parts.append(say("decision.rent", amount=format_money(found.rent, plan.currency)))
    return say.listed(parts)


def _notes(plan: Plan, say: Words) -> Iterator[str]:
    decision = plan.decision
    for factor, period in decision.factors.items():
        states = [x for s in decision.states[factor] if (x := _state(plan, factor, s, say))]
        if states:
            yield say("decision.known", factor=factor, period=period, states=say.clauses(states))
    if decision.broken:
        yield say("decision.broken", limits=say.listed(decision.broken))
    if decision.rounding is not None:
        cost = decision.rounding
        key = "decision.rounding" if cost > ROUNDING else "decision.rounding_free"
        yield say(key, amount=format_money(cost, plan.currency))
    paid = decision.processors
    if paid is not None:
        stops = "decision.stops_authorised" if paid.full else "decision.stops_supply"
        yield say(
            "decision.processors", year=paid.year, low=format_money(paid.low, plan.currency),
            high=format_money(paid.high, plan.currency),
            authorised=format_money(paid.authorised, plan.currency), stops=say(stops),
        )  # fmt: skip


def _state(plan: Plan, factor: str, state: str, say: Words) -> str:
    """What a state of a factor adds to the orders, largest first; empty where it adds little."""
    gains = {
        c.offer: c.gain[state]
        for c in plan.decision.conditional
        if c.factor == factor and c.gain.get(state, 0.0) >= SWING
    }
    up = sorted(gains, key=lambda offer: -gains[offer])[:3]
    offers = (say("decision.more_offer", offer=o, chips=format_number(gains[o] / 1e3)) for o in up)
    return say("decision.more", state=state, offers=say.listed(offers)) if up else ""
