"""What a plan says of itself in its workbook, beside the numbers of its accounts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

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


@dataclass(frozen=True, slots=True)
class Content:
    """Texts and numbers of the cover, and what the outputs stand beside."""

    title: str = ""
    subtitle: str = ""
    decision: tuple[str, ...] = ()
    """The decision, then what must be known with it."""
    orders: tuple[Ordered, ...] = ()
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
    valid = plan.verdict == "valid"
    decision = (plan.headline.sentence, *plan.headline.lines)
    return Content(
        title=plan.title,
        subtitle=say("workbook.subtitle", as_of=plan.as_of, currency=plan.currency),
        decision=decision if valid else (say("memo.refused"),),
        orders=_orders(plan) if valid else (),
        facts=(
            (say("workbook.verdict"), plan.verdict),
            (say("workbook.result"), plan.record.result_hash),
        ),
        capex={year: plan.capex(year) for year in plan.capex_by_year},
        authorised={b.year: b.amount for b in plan.budgets if b.kind == "capex"},
        bridge=tuple((say(f"bridge.{b.key}"), b.value) for b in plan.accounts.bridge),
    )


def _orders(plan: Plan) -> tuple[Ordered, ...]:
    """Chips, dearest first, then power."""
    chips = [
        Ordered(o.offer, o.quantity, True, o.delivered_at, o.unit_price, o.spend,
                o.rent_hour)
        for o in plan.orders_now
    ]  # fmt: skip
    power = [
        Ordered(x.site, x.mw, False, x.energised_at, 0.0, x.spend) for x in plan.expansions_now
    ]
    return (*chips, *power)
