"""What a plan says of itself in its workbook, beside the numbers of its accounts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from outlay.report.words.first import First, first_of
from outlay.report.words.language import Words
from outlay.results.plans.plan import Plan

__all__ = ["Content", "Ordered", "content_of"]


@dataclass(frozen=True, slots=True)
class Ordered:
    """One thing to order now."""

    name: str
    """The study's offer or site."""
    amount: float
    """How much of it."""
    chips: bool
    """Counted in chips; else MW."""
    there_by: str
    """Period in which it is there."""
    price: float = 0.0
    """Of one; nought where it is rented."""
    sum: float = 0.0
    """Of all, hosts included."""
    rent_hour: float = 0.0
    """Of one, by the hour."""
    sure: str = ""
    """How sure it is, in a word; empty: not tested."""


@dataclass(frozen=True, slots=True)
class Content:
    """Texts and numbers of the cover, and what the outputs stand beside."""

    title: str = ""
    subtitle: str = ""
    decision: str = ""
    """In place of the orders, where there are none to show."""
    orders: tuple[Ordered, ...] = ()
    said: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """(heading, sentences) of what a signatory asks beside the orders; some have no heading."""
    facts: tuple[tuple[str, str], ...] = ()
    """(name, value) of the result itself."""
    capex: Mapping[str, float] = field(default_factory=dict)
    """Fiscal year → capital expenditure in all, what is due outside the plan included, expected."""
    authorised: Mapping[str, float] = field(default_factory=dict)
    """Fiscal year → capital expenditure that the study authorises."""
    bridge: tuple[tuple[str, float], ...] = ()
    """From the cash of the accounts to the plan's objective, (line, amount); the last is the sum of
    the others."""


def content_of(plan: Plan, say: Words) -> Content:
    """The content of a plan that has its words; one marked INVALID shows no decision."""
    first = first_of(plan, say)
    valid = plan.verdict == "valid" and not first.stands
    orders = _orders(plan, say) if valid else ()
    nothing = say("first.nothing") if valid else first.stands or say("memo.refused")
    return Content(
        title=plan.title,
        subtitle=first.about,
        decision="" if orders else nothing,
        orders=orders,
        said=tuple(_said(plan, first, say)) if valid else (),
        facts=(
            (say("workbook.verdict"), plan.verdict),
            (say("workbook.result"), plan.record.result_hash),
        ),
        capex={year: plan.capex(year) for year in plan.capex_by_year},
        authorised={b.year: b.amount for b in plan.budgets if b.kind == "capex"},
        bridge=tuple((say(f"bridge.{b.key}"), b.value) for b in plan.accounts.bridge),
    )


def _said(plan: Plan, first: First, say: Words) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The first screen below its orders, in the order and the sentences of the terminal."""
    yield "", first.signed
    waits = (
        say("first.waits", what=w.what, when=w.when, then=say.clauses(w.then)) for w in first.wait
    )
    yield say("first.wait_for"), tuple(waits)
    years = [
        say("workbook.capex", year=m.year, text=say.listed(x for x in (m.text, m.of) if x))
        for m in first.money
    ]
    costs = [
        say("first.cost" if c.note else "memo.cost", name=c.name, text=c.text, note=c.note)
        for c in first.costs
    ]
    yield say("first.money"), (*years, *costs)
    served = [say("memo.least", service=s.service, text=s.text) for s in first.served]
    yield (
        say("first.serving"),
        tuple(x for x in (first.served_whole, first.served_sampled, *served) if x),
    )
    yield say("first.binding"), (*first.binds, *first.changes)
    yield "", tuple(x for x in (first.care,) if x)


def _orders(plan: Plan, say: Words) -> tuple[Ordered, ...]:
    """Chips, dearest first, then power."""
    status = {r.offer: r.status for r in plan.lines.standing if r.status != "not tested"}
    chips = [
        Ordered(
            o.offer, o.quantity, True, o.delivered_at, o.unit_price, o.spend, o.rent_hour,
            say(f"first.{status[o.offer]}") if o.offer in status else "",
        )
        for o in plan.orders_now
    ]  # fmt: skip
    power = [
        Ordered(x.site, x.mw, False, x.energised_at, 0.0, x.spend) for x in plan.expansions_now
    ]
    return (*chips, *power)
