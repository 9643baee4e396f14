"""Questions 5 and 6 in words: own or lease, and a model that needs half the compute."""

from __future__ import annotations

from outlay.report.words.language import Words
from outlay.report.words.plans.answer import answer
from outlay.report.words.plans.lines import leaves_now, leaves_where
from outlay.results.plans.answers import Answer
from outlay.results.plans.plan import Plan

__all__ = ["accounting_answer", "half_answer", "notes_on_earning", "notes_on_money"]


def accounting_answer(plan: Plan, say: Words) -> Answer:
    """The answer about the same cash under each standard of reporting it."""
    accounts = plan.accounts
    sentence = say("accounting.no_lease")
    notes = [say("accounting.unpriced", currency=u.currency, why=u.why) for u in accounts.unpriced]
    if accounts.standards:
        at = {s.standard: s for s in accounts.standards}
        gaap, ifrs = at["us_gaap_operating"], at["ifrs16"]
        sentence = say(
            "accounting.alike", year=accounts.year, cash=say.money(abs(gaap.cash)),
            way=say("accounting.alike_in" if gaap.cash > 0 else "accounting.alike_out"),
            outside=say(f"accounting.alike_{accounts.perimeter}"),
            lease_cost=say.money(gaap.lease_cost),
            liability=say.money(ifrs.lease_liability),
            ebitda=say.money(ifrs.ebitda - gaap.ebitda),
        )  # fmt: skip
        if not accounts.earns:
            notes.insert(0, say("accounting.costs_only"))
    notes += notes_on_money(plan, say)
    return answer(
        "accounting", say, sentence,
        figures=("cash", "margin", "unit_cost", "utilisation", "own_or_rent"),
        tables=[name for name, there in _tables(plan).items() if there], notes=notes,
    )  # fmt: skip


def notes_on_money(plan: Plan, say: Words) -> list[str]:
    """What customers pay, whose statements these are, what has no cost, what is written off."""
    return [*notes_on_earning(plan, say), *_unbooked(plan, say), *_written_off(plan, say)]


def notes_on_earning(plan: Plan, say: Words) -> list[str]:
    """What customers pay, and whose statements these are."""
    return [*_revenue(plan, say), say(f"accounting.perimeter_{plan.accounts.perimeter}")]


def _revenue(plan: Plan, say: Words) -> list[str]:
    """What customers pay, and the services that have no price."""
    a = plan.accounts
    notes = []
    paid = [r for r in a.revenue if r.priced]
    silent = [say.called(r.service) for r in a.revenue if not r.priced]
    if paid:
        parts = [
            say("accounting.revenue_of", service=say.called(r.service),
                amount=say.money(r.by_year[a.year]))
            for r in paid
        ]  # fmt: skip
        net = a.income["income.net"].by_year[a.year] if "income.net" in a.income else 0.0
        notes.append(
            say("accounting.revenue", year=a.year, services=say.listed(parts),
                net=say.money(net))
        )  # fmt: skip
    if silent:
        notes.append(say("accounting.no_price", services=say.listed(silent)))
    if a.unsold:
        notes.append(
            say("accounting.no_price_for_work", work=say.listed(map(say.called, a.unsold)))
        )
    return notes


def _unbooked(plan: Plan, say: Words) -> list[str]:
    """Pools without a book value, and what stands in its place."""
    pools = plan.accounts.unbooked
    if not pools:
        return []
    known = all(u.replacement is not None for u in pools)
    note = say(
        "accounting.unbooked", pools=say.listed(say.called(u.pool) for u in pools),
        chips=say.count(sum(u.chips for u in pools)),
        instead=say("accounting.replaced" if known else "accounting.not_replaced"),
    )  # fmt: skip
    return [note]


def _written_off(plan: Plan, say: Words) -> list[str]:
    """Chips that leave before they are written down, or without a known value."""
    notes = []
    for w in plan.accounts.written_off:
        key = "accounting.written_off" if w.amount is not None else "accounting.retired"
        lost = say.money(w.amount or 0.0)
        later = next((d for d in plan.lines.departures if d.what == w.pool), None)
        when = "" if later is None else say(
            "accounting.when", now=leaves_now(later, say), where=leaves_where(later, say)
        )  # fmt: skip
        notes.append(
            say(key, pool=say.called(w.pool), chips=say.count(w.chips), amount=lost, when=when)
        )
    return notes


def _tables(plan: Plan) -> dict[str, bool]:
    """Tables of the answer in their order, and whether there is anything in them."""
    a = plan.accounts
    leases = bool(a.standards)
    return {
        "standards": leases,
        "own_or_lease": leases and bool(a.chip_hours.rows),
        "revenue": any(r.priced for r in a.revenue),
        "unit_costs": bool(a.unit_costs),
        "unbooked": bool(a.unbooked),
        "written_off": bool(a.written_off),
        **{f"statement_{name}": bool(lines) for name, lines in a.statements.items()},
        "bridge": bool(a.bridge),
    }


def half_answer(plan: Plan, say: Words) -> Answer:
    """The answer about what a model at half the compute saves."""
    full, lean = plan.half.planned, plan.half.half
    if full is None or lean is None:
        return answer("half", say, say("half.not_computed"), open=say("worth.none_open"))

    fewer, shed = full.chips - lean.chips, full.shed - lean.shed
    sentence = say(
        "half.saves", cash=say.money(full.paid + full.left - lean.paid - lean.left),
        paid=say.money(full.paid - lean.paid),
        left=say.money(lean.left - full.left),
        apart=say("half.apart", shed=say.money(shed)) if abs(shed) >= 1 else "",
        chips=say.count(abs(fewer)),
        size=say("half.smaller" if fewer >= 0 else "half.larger"),
    )  # fmt: skip
    return answer("half", say, sentence, tables=("half",))
