"""The first screen: the decision and what a board asks next, the same on page, terminal and memo.

Numbers come with their text, so that a page may draw a bar beside what it says.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from outlay.core.quantities.formats import format_number
from outlay.report.words.language import Words
from outlay.report.words.plans.decision import by_state
from outlay.report.words.plans.first_money import Figure, Money, capex_of, costs_of
from outlay.report.words.plans.lines import WHOLE, limit_lines, overrun_clause, percent
from outlay.report.words.plans.need import care_of, observed_of, rate_formats
from outlay.report.words.plans.sure import on_defaults
from outlay.results.plans.lines import ServiceServed
from outlay.results.plans.outlook import Swing
from outlay.results.plans.plan import Plan
from outlay.results.plans.rows import Order

__all__ = ["Figure", "First", "Money", "Ordered", "Serving", "Wait", "first_of"]

ORDERS = 6
"""Orders that the first screen names; the others are summed up in a line."""
WAITS = 4
LATER = 3
OFFERS = 2
"""Offers that one state adds."""
SERVICES = 5
LIMITS = 2
CHANGES = 3


@dataclass(frozen=True, slots=True)
class Ordered:
    """One order: what, how many, what it costs, when it is there, and how sure it is."""

    what: str
    amount: str
    money: str
    there: str
    sure: str
    """Words of its standing; empty where it was not tested."""
    status: str
    """firm, flexible, optional or not tested: how a picture draws it."""


@dataclass(frozen=True, slots=True)
class Wait:
    """What becomes known, when, and what is then ordered in each state."""

    what: str
    when: str
    then: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Serving:
    """What is served of a service: shares of 0 to 1, expected and where it is least."""

    service: str
    expected: float
    least: float
    text: str
    where: str
    """The branch that serves least; empty: every one alike."""


@dataclass(frozen=True, slots=True)
class First:
    """The first screen, part by part; texts are whole, lists are in the order of reading."""

    title: str
    stands: str
    """Why it is no finding: a draft that stands on defaults; empty: it is one."""
    about: str
    heading: str
    """Over what is ordered."""
    decide: tuple[Ordered, ...]
    signed: tuple[str, ...]
    """What must be known with the orders, a sentence each: authorisations gone over, what is signed
    for and may be lost, what is ordered later in every branch, that firmness was not tested."""
    wait: tuple[Wait, ...]
    money: tuple[Money, ...]
    costs: tuple[Figure, ...]
    served: tuple[Serving, ...]
    served_whole: str
    """What is served of all that is asked for, over the horizon."""
    served_sampled: str
    """What nine in ten sampled worlds serve at least; empty where none were sampled."""
    served_rest: str
    """What the services say that are not named; empty where all are."""
    served_formats: tuple[str, ...]
    """Formats of weights and cache that rates and chips are counted in, with the services."""
    binds: tuple[str, ...]
    changes: tuple[str, ...]
    care: str


def first_of(plan: Plan, say: Words) -> First:
    """The first screen of a plan that has its words; `say` knows its names and scale."""
    served = sorted(plan.lines.served, key=lambda r: (r.least, r.expected))
    rest = served[SERVICES:]
    return First(
        title=plan.title,
        stands=(stands := on_defaults(plan, say)),
        about=_about(plan, say),
        heading=say("draft.would" if stands else "first.decide"),
        decide=tuple(_decide(plan, say)),
        signed=tuple(_signed(plan, say)),
        wait=tuple(_waits(plan, say)),
        money=tuple(capex_of(plan, say)),
        costs=tuple(costs_of(plan, say)),
        served=tuple(_serving(r, say) for r in served[:SERVICES]),
        served_whole=_whole(plan, say),
        served_sampled=_sampled(plan, say),
        served_rest=_rest(rest, say),
        served_formats=tuple(rate_formats(plan, say)),
        binds=tuple(limit_lines(plan, say, LIMITS)),
        changes=tuple(_changes(plan, say))[:CHANGES],
        care=_care(plan, say),
    )  # fmt: skip


def _about(plan: Plan, say: Words) -> str:
    """What the study is of: when, how much is asked, and what was changed for this run."""
    text = say("first.about", as_of=plan.as_of, currency=plan.currency,
               first=plan.periods[0], last=plan.periods[-1])  # fmt: skip
    parts = [text]
    if plan.need.tokens_per_day > 0:
        day = say.large(plan.need.tokens_per_day)
        parts.append(say("first.asked", tokens=day, first=plan.periods[0]))
    if plan.record.scenario:
        parts.append(say("first.scenario", name=plan.record.scenario))
    if plan.record.overrides:
        parts.append(say("first.changed", changes=say.listed(plan.record.overrides)))
    return say("first.dot").join(parts)


def _signed(plan: Plan, say: Words) -> Iterator[str]:
    """What a signatory must know beside the orders."""
    committed = tuple(_committed(plan, say))
    signed = say("first.signed", parts=say.clauses(committed)) if committed else ""
    over = overrun_clause(plan, say).strip()
    yield from filter(None, (over, signed, _later(plan, say), _tested(plan, say)))


def _later(plan: Plan, say: Words) -> str:
    """Orders after the first period that every branch places alike, before anything is known."""
    roots, sum_of = plan.roots, dict[tuple[str, str], float]()
    for o in plan.orders:
        if o.node not in roots and o.probability >= WHOLE:
            sum_of[o.period, o.offer] = sum_of.get((o.period, o.offer), 0.0) + o.quantity
    told = sorted(sum_of, key=lambda k: -sum_of[k])[:LATER]
    shown = [
        say("first.later_order", chips=say.count(sum_of[k]), offer=say.called(k[1]), period=k[0])
        for k in sorted(told)
    ]
    if len(sum_of) > len(told):
        shown.append(say("first.later_more", n=len(sum_of) - len(told)))
    return say("first.later", orders=say.listed(shown)) if shown else ""


def _decide(plan: Plan, say: Words) -> Iterator[Ordered]:
    """Orders and power of the first period, dearest first, then what leaves."""
    ordered = sorted(plan.orders_now, key=lambda o: -(o.spend or o.rent))
    sure = {r.offer: r.status for r in plan.lines.standing}
    for o in ordered[:ORDERS]:
        status = sure.get(o.offer, "not tested")
        words = "" if status == "not tested" else say(f"first.{status}")
        there = o.delivered_at
        if o.offer in plan.decision.may_be_refused:
            there = say("terminal.if_let_in", period=there)
        there = say("first.there", period=there)
        yield Ordered(say.called(o.offer), say.count(o.quantity), _price(o, say), there, words,
                      status)  # fmt: skip
    more = ordered[ORDERS:]
    if more:
        spent, rent = sum(o.spend for o in more), sum(o.rent for o in more)
        yield Ordered(
            say("first.smaller" if len(more) > 1 else "first.smaller_one", n=len(more)),
            say.count(sum(o.quantity for o in more)), _paid(spent, rent, say), "", "",
            "not tested",
        )  # fmt: skip
    yield from _sited(plan, say)


def _sited(plan: Plan, say: Words) -> Iterator[Ordered]:
    """Power ordered now, chips that leave now, power given up now."""
    for x in plan.expansions_now:
        yield Ordered(say("first.power", site=say.called(x.site)), say.power(x.mw),
                      _paid(x.spend, x.rent, say), say("first.there", period=x.energised_at), "",
                      "not tested")  # fmt: skip
    for r in plan.returns_now:
        key = "first.give_back" if r.given_back else "first.retire"
        yield Ordered(say(key, what=say.called(r.what)), f"-{say.count(r.quantity)}",
                      say.money(r.fee) if r.fee else "", r.period, "", "not tested")  # fmt: skip
    for p in plan.power_returns_now:
        yield Ordered(say("first.power_back", site=say.called(p.site)),
                      f"-{say.power(p.mw)}", say.money(p.fee) if p.fee else "", p.period, "",
                      "not tested")  # fmt: skip


def _price(o: Order, say: Words) -> str:
    """What an order costs: its price, or the rent of the term signed."""
    if o.spend > 0:
        return say.money(o.spend)
    if o.rent > 0:
        months = format_number(o.term_months, 2)
        return say("first.rent_term", amount=say.money(o.rent), months=months)
    if o.rent_hour > 0:
        return say("number.per_hour", n=say.money(o.rent_hour))
    return say("terminal.free")


def _paid(spent: float, rent: float, say: Words) -> str:
    """What is paid, and the rent signed."""
    built, hired = say.money(spent), say.money(rent)
    if spent > 0 and rent > 0:
        return say("terminal.built_and_rent", built=built, rent=hired)
    if rent > 0:
        return say("terminal.rent_signed", amount=hired)
    return built if spent > 0 else ""


def _committed(plan: Plan, say: Words) -> Iterator[str]:
    """What is signed for, and what of it may be lost."""
    c = plan.decision.commitment
    amounts = {"bought": c.bought, "hoped": c.hoped, "rent": c.rent, "for_power": c.power}
    for name, amount in amounts.items():
        if amount > 0:
            yield say(f"decision.{name}", amount=say.money(amount))
    rows = plan.lines.at_risk
    if rows:
        yield say("first.at_risk", worst=say.money(sum(r.worst for r in rows)),
                  percent=percent(max(r.chance for r in rows)))  # fmt: skip


def _tested(plan: Plan, say: Words) -> str:
    rows = plan.lines.standing
    untested = bool(rows) and all(r.status == "not tested" for r in rows)
    return say("first.untested") if untested else ""


def _waits(plan: Plan, say: Words) -> Iterator[Wait]:
    """What becomes known, in the order of time, and what is then ordered in each state."""
    for factor, period in list(plan.decision.factors.items())[:WAITS]:
        then = tuple(by_state(plan, factor, say, OFFERS))
        yield Wait(say.called(factor), period, then or (say("first.then_alike"),))


def _serving(r: ServiceServed, say: Words) -> Serving:
    alike = not r.branch or r.expected - r.least < 1 - WHOLE
    key = "first.share" if alike else "first.share_least"
    text = say(key, expected=percent(r.expected), least=percent(r.least))
    return Serving(say.called(r.service), r.expected, r.least, text, say.branch(r.branch))


def _whole(plan: Plan, say: Words) -> str:
    """The share served of all tokens; of other work in a study without tokens."""
    tokens = any(r.demand > 0 for r in plan.served)
    share = plan.served_share if tokens else plan.work_share
    if share is None:
        return ""
    return say("first.tokens" if tokens else "first.work", percent=percent(share))


def _sampled(plan: Plan, say: Words) -> str:
    if plan.outlook is None:
        return ""
    share = next((d for d in plan.outlook.distributions if d.name == "served_share"), None)
    if share is None:
        return ""
    return say("first.sampled", worlds=plan.outlook.worlds, percent=percent(share.p10))


def _rest(rest: list[ServiceServed], say: Words) -> str:
    short = sum(r.least < WHOLE for r in rest)
    if not rest:
        return ""
    return say("first.rest_short", n=short) if short else say("first.rest_full", n=len(rest))


def _changes(plan: Plan, say: Words) -> Iterator[str]:
    """What would change the decision or its cost most: prices, states, facts worth knowing."""
    for h in plan.deep.hinges[:1]:
        yield say("first.hinge", offer=say.called(h.offer), of=say.called(h.of), what=h.what)
    for what in ("state", "know", "chips"):
        row = max((w for w in plan.worth if w.what == what), key=lambda w: w.value or 0.0,
                  default=None)  # fmt: skip
        if row is not None and row.value:
            yield say("first.worth", thing=row.name, value=say.money(row.value))
    swings: tuple[Swing, ...] = () if plan.outlook is None else plan.outlook.tornado
    most = max(swings, key=lambda s: s.swing, default=None)
    if most is not None and most.swing > 0:
        yield say("first.swing", factor=say.called(most.factor), low=say.money(most.at_low),
                  high=say.money(most.at_high))  # fmt: skip


def _care(plan: Plan, say: Words) -> str:
    """What to read with care: contradictions, guesses, limits that are broken."""
    grades = [n.grade for n in (*plan.assumptions, *plan.facts) if n.stated]
    guessed = sum(g in ("assumption", "guess") for g in grades)
    parts = []
    if plan.contradictions:
        n = len(plan.contradictions)
        parts.append(say("first.contradictions" if n > 1 else "first.contradiction", n=n))
    if grades:
        parts.append(say("first.guessed", guessed=guessed, stated=len(grades)))
    if plan.lines.overruns:
        parts.append(say("first.broken", n=len(plan.lines.overruns)))
    parts += [*care_of(plan.cautions, say), *observed_of(plan.observed, say)]
    if plan.idle:
        parts.append(say("first.idle", n=len(plan.idle)))
    return say("first.care", parts=say.listed(parts)) if parts else ""
