"""Money on the first screen: by year beside what is authorised, what it costs, what it earns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isclose

from outlay.core.quantities.formats import format_number
from outlay.report.words.language import Words
from outlay.results.plans.accounts import Revenue
from outlay.results.plans.pays import Pays
from outlay.results.plans.plan import Plan

__all__ = ["Figure", "Money", "capex_of", "costs_of"]


@dataclass(frozen=True, slots=True)
class Money:
    """Capital expenditure of a year: what the plan decides, what is due beside it, the limit."""

    year: str
    decided: float
    outside: float
    authorised: float | None
    text: str
    """The sum."""
    of: str
    """What of it the plan decides, and what is authorised."""
    why: str = ""
    """What explains the sum."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with its name and what it stands beside."""

    name: str
    text: str
    note: str
    why: str = ""
    """What explains it, where it is a number of its own."""


def capex_of(plan: Plan, say: Words) -> Iterator[Money]:
    """Capital expenditure by year against what is authorised."""
    decided = {r.year: r.decided for r in plan.lines.perimeter if r.kind == "capex"}
    for year in plan.capex_by_year:
        whole, limit = plan.capex(year), plan.authorised(year)
        ours = min(decided.get(year, whole), whole)
        of = [say("first.decided", amount=say.money(ours))] if whole - ours > 0.005 * whole else []
        if limit is not None:
            of.append(say("first.authorised", amount=say.money(limit)))
        yield Money(_year(plan, year, say), ours, whole - ours, limit, say.money(whole),
                    say.listed(of), f"capex.{year}")  # fmt: skip


def costs_of(plan: Plan, say: Words) -> Iterator[Figure]:
    """Cash over the horizon with its range, and apart from it what is not served; what it earns."""
    bill, net = plan.lines.bill, [b.cash for b in plan.branches]
    low, high = min(net, default=0.0), max(net, default=0.0)
    key = "first.cash_note" if bill.left >= 0 else "first.cash_owed"
    note = say(key, paid=say.money(bill.paid), left=say.money(abs(bill.left)))
    if high - low > 1e-3 * abs(high):
        note = say("first.cash_range", low=say.money(low), high=say.money(high), note=note)
    paid = [r for r in plan.accounts.revenue if r.priced]
    yield Figure(
        say("first.cash_before" if paid else "first.cash"), say.money(bill.paid - bill.left), note,
        "cash",
    )  # fmt: skip
    if paid:
        yield from _income(plan, paid, say)
    if plan.pays is not None:
        yield _earned(plan.pays, say)
    if bill.unserved > 1e-3 * abs(bill.paid):
        yield Figure(say("first.unserved"), say.money(bill.unserved), _unserved_note(plan, say))


def _income(plan: Plan, paid: Sequence[Revenue], say: Words) -> Iterator[Figure]:
    """What customers pay by year, and what the statements leave of it."""
    total = {y: sum(r.by_year[y] for r in paid) for y in paid[0].by_year}
    some = len(paid) < len(plan.accounts.revenue) or bool(plan.accounts.unsold)
    for name, by_year in (("revenue", total), ("net", _net(plan))):
        if not by_year:
            continue
        year, *later = by_year
        after = say.listed(
            say("first.year", year=_year(plan, y, say), amount=say.money(by_year[y])) for y in later
        )
        if name == "net":
            whose = say(f"perimeter.{plan.accounts.perimeter}")
            after = say("first.whose", after=after, whose=whose) if after else whose
        elif some:
            services = say.listed(say.called(r.service) for r in paid)
            later_on = say("first.and_then", later=after) if after else ""
            after = say("first.revenue_some", later=later_on, services=services)
        label = say(f"first.{name}", year=_year(plan, year, say))
        row = plan.accounts.income.get(f"income.{name}")
        same = row is not None and isclose(row.by_year.get(year, 0.0), by_year[year], rel_tol=1e-9)
        why = f"income.{name}.{year}" if same else ""
        yield Figure(label, say.money(by_year[year]), after, why)


def _net(plan: Plan) -> Mapping[str, float]:
    net = plan.accounts.income.get("income.net")
    return {} if net is None else net.by_year


def _year(plan: Plan, year: str, say: Words) -> str:
    """A fiscal year, and how much of it the horizon holds where that is not all."""
    months = plan.months.get(year, 12)
    return say("first.months", year=year, n=months) if months < 12 else year


def _unserved_note(plan: Plan, say: Words) -> str:
    """That nobody pays it, and its range over sampled worlds."""
    note = say("first.unserved_note")
    rows = () if plan.outlook is None else plan.outlook.distributions
    priced = next((d for d in rows if d.name == "unserved_cost"), None)
    if priced is None:
        return note
    low, high = say.money(priced.p05), say.money(priced.p95)
    return say("first.unserved_range", low=low, high=high, note=note)


def _earned(pays: Pays, say: Words) -> Figure:
    """What comes back above what is put in, its range by branch, the return and when it is back."""
    e, npv = pays.expected, [b.npv for b in pays.branches]
    parts = []
    if npv and max(npv) - min(npv) > 1e-3 * abs(max(npv)):
        parts.append(say("first.npv_range", low=say.money(min(npv)), high=say.money(max(npv))))
    if e.irr is not None:
        parts.append(say("first.irr", percent=format_number(100 * e.irr)))
    if e.payback is not None:
        parts.append(say("first.payback", months=format_number(12 * e.payback, 2)))
    return Figure(say("first.npv"), say.money(e.npv), say.listed(parts))
