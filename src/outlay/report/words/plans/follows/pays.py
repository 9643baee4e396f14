"""Does it pay, in words: what is left of what customers pay, what comes back, where it stops."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from outlay.core.quantities.formats import format_number
from outlay.report.words.language import Words
from outlay.report.words.plans.answer import answer
from outlay.results.plans.answers import Answer
from outlay.results.plans.pays import Earned, Margin, Pays
from outlay.results.plans.plan import Plan

__all__ = ["pays_answer", "years"]

APART = 1e-3
"""Of an amount, the difference from which on two branches are said to differ."""
SOON = 2.0
"""Years below which a time is said in months."""
MONTHS = 12


def pays_answer(plan: Plan, pays: Pays, say: Words) -> Answer:
    """The answer about what comes back, of a study that states what customers pay."""
    return answer(
        "pays", say, say.sentence(say.clauses(_clauses(plan, pays, say))),
        figures=("margin", "earned", "utilisation", "cash", "unit_cost"),
        tables=("earned", "margins"),
        notes=_notes(pays, say),
    )  # fmt: skip


def years(value: float, say: Words) -> str:
    """A time in the unit that people say it in."""
    if value < SOON:
        return say("number.months", n=format_number(round(value * MONTHS)))
    return say("number.years", n=format_number(value, 2))


def _percent(share: float) -> str:
    return format_number(100 * share)


def _clauses(plan: Plan, pays: Pays, say: Words) -> Iterator[str]:
    """Whether it pays, by how much, how much of that stands at the end, net income, least cash."""
    alone, lost = len(pays.branches) == 1, pays.loses
    if lost <= 0 or lost >= 1 - APART:
        key = "pays.yes" if lost <= 0 else "pays.no"
        yield say(f"{key}_alone" if alone else key)
    else:
        yield say("pays.some", percent=_percent(1 - lost))
    npv = pays.expected.npv
    worth = say("pays.more" if npv >= 0 else "pays.less", npv=say.money(abs(npv)),
                percent=_percent(plan.accounts.chip_hours.rate))  # fmt: skip
    yield _ranged(worth, pays.worst.npv, pays.best.npv, say)
    left = pays.expected.left
    if abs(left) > APART * abs(npv):
        yield say("pays.rests", left=say.money(left), without=say.money(npv - left))
    told = (say("pays.year", year=y, amount=say.money(v)) for y, v in pays.expected.net.items())
    yield say("pays.net", years=say.listed(told))
    yield _cash(pays, say)


def _ranged(text: str, low: float, high: float, say: Words) -> str:
    """A text with its range over the branches, where they differ."""
    if high - low <= APART * max(abs(low), abs(high)):
        return text
    return say("pays.range", text=text, low=say.money(low), high=say.money(high))


def _cash(pays: Pays, say: Words) -> str:
    """How low cash falls, or what the owner pays in so that it does not."""
    most = max(pays.branches, key=lambda b: b.paid_in)
    if most.paid_in > 0:
        where = _where(pays, most, lambda b: b.paid_in, say)
        return say("pays.paid_in", amount=say.money(most.paid_in), where=where)
    low = pays.lowest
    where = _where(pays, low, lambda b: b.least_cash, say)
    return say("pays.least", amount=say.money(low.least_cash), period=low.least_at, where=where)


def _where(pays: Pays, row: Earned, read: Callable[[Earned], float], say: Words) -> str:
    """In which branch that is; empty where there is one, or all are alike in it."""
    values = [read(b) for b in pays.branches]
    if max(values) - min(values) <= APART * max(map(abs, values)):
        return ""
    return say("pays.where", branch=say.branch(row.branch))


def _notes(pays: Pays, say: Words) -> Iterator[str]:
    yield from (_margin(m, say) for m in pays.margins)
    yield _return(pays, say)


def _margin(m: Margin, say: Words) -> str:
    """What is left of a million tokens, and the price and the use at which nothing would be."""
    service = say.called(m.service)
    if m.price <= 0:
        return say("pays.free", service=service, cost=say.money(m.cost))
    left = say("pays.unknown")
    if m.margin is not None:
        key = "pays.margin" if m.margin >= 0 else "pays.loss"
        left = say(key, percent=_percent(abs(m.margin)))
    even = say("pays.even_never")
    if m.even_at is not None:
        even = say("pays.even", even=_percent(m.even_at), here=_percent(m.utilisation))
    return say("pays.service", service=service, price=say.money(m.price), cost=say.money(m.cost),
               left=left, even=even)  # fmt: skip


def _return(pays: Pays, say: Words) -> str:
    """Rate of return, and when the money is back."""
    e = pays.expected
    if e.irr is None:
        rate = say("pays.no_rate_in" if e.npv >= 0 else "pays.no_rate_out")
    else:
        rate = say("pays.rate", percent=_percent(e.irr))
        found = [b.irr for b in pays.branches if b.irr is not None]
        if len(found) == len(pays.branches) > 1:
            rate = say("pays.rate_range", rate=rate, low=_percent(min(found)),
                       high=_percent(max(found)))  # fmt: skip
    if e.payback is None:
        back = say("pays.not_back")
    elif e.payback > 0:
        back = say("pays.back", time=years(e.payback, say))
    else:
        back = say("pays.nothing_in")
    return say("pays.return", rate=rate, back=back)
