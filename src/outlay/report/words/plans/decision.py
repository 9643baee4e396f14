"""Question 3 in words: what to order now, what waits, and what each state adds."""

from __future__ import annotations

from collections.abc import Iterator

from outlay.report.words.language import Words
from outlay.report.words.plans.answer import answer
from outlay.report.words.plans.lines import overrun_clause, unserved_clause
from outlay.results.plans.answers import Answer
from outlay.results.plans.lines import PowerReturn, Return
from outlay.results.plans.plan import Plan

__all__ = ["by_state", "decision_answer"]

FEW = 100.0
"""Chips below which an order is no sentence's business where larger ones stand beside it."""
NAMED = 3
"""Orders that the sentence names."""
WAITING = 2
"""Offers held back that the sentence names."""
ROUNDING = 0.5
"""Money below which whole lots cost nothing that a reader would pay."""
TOLD = 4
"""Offers of which a note says what each state orders."""
TELLING = 0.02
"""Of the widest swing between states: what swings less is not told."""
PART = 0.5
"""Chips between states that are as good as none."""


def decision_answer(plan: Plan, say: Words) -> Answer:
    """The answer about what to order now and what waits."""
    decision = plan.decision
    over = overrun_clause(plan, say)
    clauses = [over + _now(plan, say)]
    if decision.held_back:
        clauses.append(say("decision.hold_back", groups=say.clauses(_held_back(plan, say))))
    if not plan.orders_now:
        clauses += [x for x in [unserved_clause(plan, say)] if x]
    return answer(
        "decision", say, say.sentence(say.clauses(clauses)),
        figures=("calendar", "calendar_power", "wait", "tree", "capex", "power"),
        tables=("orders_now", "waiting", *(f"orders_if_{f}" for f in decision.factors),
                "expansions", "returns", "departures", "power_returns", "services",
                "served_by_branch", "bill", "perimeter", "capex", "overruns", "at_risk", "binding"),
        notes=_notes(plan, say),
    )  # fmt: skip


def _held_back(plan: Plan, say: Words) -> Iterator[str]:
    """Offers that wait, those for the same factors together."""
    groups: dict[tuple[str, ...], list[str]] = {}
    for w in plan.decision.held_back:
        groups.setdefault(w.factors, []).append(say.called(w.offer))
    for factors, offers in groups.items():
        shown = say.listed(offers[:WAITING])
        if len(offers) > WAITING:
            shown = say("decision.others", offers=shown)
        key = "decision.held" if len(factors) == 1 else "decision.held_for_all"
        yield say(key, offers=shown, factors=say("lines.and").join(map(say.called, factors)))


def _now(plan: Plan, say: Words) -> str:
    """Chips, megawatts and returns decided now, and what they commit."""
    parts = [*_orders(plan, say), *_power(plan, say)]
    now = say("decision.nothing")
    if parts:
        now = say("decision.now", orders=say.listed(parts), commitment=_commitment(plan, say))
    return say.clauses([now, *_returns(plan, say)])


def _power(plan: Plan, say: Words) -> Iterator[str]:
    """Megawatts ordered, by site."""
    sites = plan.expansions_now
    if len(sites) == 1:
        yield say("decision.power_at", mw=say.power(sites[0].mw), site=say.called(sites[0].site))
    elif sites:
        shown = [
            say("decision.site", mw=say.power(x.mw), site=say.called(x.site)) for x in sites[:NAMED]
        ]
        if len(sites) > NAMED:
            shown.append(say("decision.sites", n=len(sites) - NAMED))
        total = say.power(sum(x.mw for x in sites))
        yield say("decision.power", mw=total, sites=say.listed(shown))


def _returns(plan: Plan, say: Words) -> Iterator[str]:
    """What is given back or taken out of service now, and what that saves and costs."""
    back = [x for x in plan.returns_now if x.given_back]
    power = plan.power_returns_now
    parts = [_leaving(x, say) for x in back[:NAMED]] + [
        say("decision.power_at", mw=say.power(x.mw), site=say.called(x.site)) for x in power[:NAMED]
    ]
    if parts:
        gone: tuple[Return | PowerReturn, ...] = (*back, *power)
        fee = sum(x.fee for x in gone)
        yield say(
            "decision.give_back", things=say.listed(parts),
            rent=say.money(sum(x.rent_per_year for x in gone)),
            fee=say("decision.fee", amount=say.money(fee)) if fee > 0
            else say("decision.no_fee"),
        )  # fmt: skip
    out = [x for x in plan.returns_now if not x.given_back]
    if out:
        owed = sum(x.rent_per_year for x in out)
        yield say(
            "decision.retire_owed" if owed > 0 else "decision.retire",
            chips=say.listed(_leaving(x, say) for x in out[:NAMED]),
            rent=say.money(owed),
        )  # fmt: skip


def _leaving(x: Return, say: Words) -> str:
    return say("decision.order", chips=say.count(x.quantity), offer=say.called(x.what))


def _orders(plan: Plan, say: Words) -> list[str]:
    """The larger orders by name, the others counted."""
    # Rented orders have no price: they stand by the rent signed.
    top = sorted(plan.orders_now, key=lambda o: -(o.spend or o.rent))
    named = [o for o in top if o.quantity >= FEW][:NAMED] or top[:3]
    parts = [
        say("decision.order", chips=say.count(o.quantity), offer=say.called(o.offer)) for o in named
    ]
    more = len(top) - len(named)
    if more > 0:
        parts.append(say("decision.smaller" if more > 1 else "decision.smaller_one", n=more))
    return parts


def _commitment(plan: Plan, say: Words) -> str:
    """What the first orders commit: bought, only where a branch lets them in, rent and power."""
    found = plan.decision.commitment
    amounts = {"bought": found.bought, "hoped": found.hoped, "rent": found.rent,
               "for_power": found.power}  # fmt: skip
    parts = [
        say(f"decision.{name}", amount=say.money(amount))
        for name, amount in amounts.items()
        if amount > 0
    ]
    return say.listed(parts) or say("decision.free")


def _notes(plan: Plan, say: Words) -> Iterator[str]:
    decision = plan.decision
    for factor, period in decision.factors.items():
        states = list(by_state(plan, factor, say, TOLD))
        if states:
            yield say(
                "decision.known",
                factor=say.called(factor),
                period=period,
                states=say.clauses(states),
            )
    if decision.broken:
        yield say("decision.broken", limits=say.listed(map(say.told, decision.broken)))
    if decision.rounding is not None:
        cost = decision.rounding
        key = "decision.rounding" if cost > ROUNDING else "decision.rounding_free"
        yield say(key, amount=say.money(cost))
        loose = decision.not_whole
        if loose:
            shown = say.listed(map(say.called, loose[:WAITING]))
            more = len(loose) - WAITING
            shown = say("lines.more", names=shown, n=more) if more > 0 else shown
            yield say("decision.not_whole", n=len(loose), offers=shown)
    paid = decision.processors
    if paid is not None:
        held = any(b.family in ("power", "supply") and b.value > 0 for b in decision.binding)
        stops = "authorised" if paid.full else "supply" if held else "worth"
        yield say(
            "decision.processors", year=paid.year, low=say.money(paid.low),
            high=say.money(paid.high),
            authorised=say.money(paid.authorised), stops=say(f"decision.stops_{stops}"),
        )  # fmt: skip


def by_state(plan: Plan, factor: str, say: Words, most: int) -> Iterator[str]:
    """Offers that a factor's states tell apart most, with the chips ordered in each state."""
    found = [c for c in plan.decision.conditional if c.factor == factor]
    swings = [(max(c.by_state.values()) - min(c.by_state.values()), c) for c in found]
    least = TELLING * max((swing for swing, _ in swings), default=0.0)
    told = sorted((x for x in swings if x[0] > max(least, PART)), key=lambda x: -x[0])[:most]
    for _, c in told:
        states = plan.decision.states[factor]
        counts = say.counts([c.by_state[s] for s in states])
        chips = (
            say("decision.in_state", state=say.word(state), chips=count)
            for state, count in zip(states, counts, strict=True)
        )
        yield say("decision.by_state", offer=say.called(c.offer), states=say.listed(chips))
