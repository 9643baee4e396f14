"""Questions 5 and 6 in words: own or lease, and a model that needs half the compute."""

from __future__ import annotations

from outlay.core.quantities.formats import format_money
from outlay.report.words.language import Words
from outlay.report.words.plans.answer import answer
from outlay.results.plans.answers import Answer
from outlay.results.plans.plan import Plan

__all__ = ["accounting_answer", "half_answer"]


def accounting_answer(plan: Plan, say: Words) -> Answer:
    """The answer about the same cash under each standard of reporting it."""
    accounts, currency = plan.accounts, plan.currency
    sentence = say("accounting.no_lease")
    notes = [say("accounting.unpriced", currency=u.currency, why=u.why) for u in accounts.unpriced]
    if accounts.standards:
        at = {s.standard: s for s in accounts.standards}
        gaap, ifrs = at["us_gaap_operating"], at["ifrs16"]
        sentence = say(
            "accounting.alike", year=accounts.year, cash=format_money(-gaap.cash, currency),
            lease_cost=format_money(gaap.lease_cost, currency),
            liability=format_money(ifrs.lease_liability, currency),
            ebitda=format_money(ifrs.ebitda - gaap.ebitda, currency),
        )  # fmt: skip
        if not accounts.earns:
            notes.insert(0, say("accounting.costs_only"))
    return answer(
        "accounting", say, sentence, figures=("unit_cost", "utilisation"),
        tables=[name for name, there in _tables(plan).items() if there], notes=notes,
    )  # fmt: skip


def _tables(plan: Plan) -> dict[str, bool]:
    """Tables of the answer in their order, and whether there is anything in them."""
    a = plan.accounts
    leases = bool(a.standards)
    return {
        "standards": leases,
        "own_or_lease": leases and bool(a.chip_hours.rows),
        "unit_costs": bool(a.unit_costs),
        **{f"statement_{name}": bool(lines) for name, lines in a.statements.items()},
    }


def half_answer(plan: Plan, say: Words) -> Answer:
    """The answer about what a model at half the compute saves."""
    full, lean = plan.half.planned, plan.half.half
    if full is None or lean is None:
        key = "half.no_model" if plan.half.status == "no_model" else "half.not_computed"
        return answer("half", say, say(key))

    def money(value: float) -> str:
        return format_money(value, plan.currency)

    fewer = full.chips - lean.chips
    sentence = say(
        "half.saves", cash=money(full.paid + full.left - lean.paid - lean.left),
        paid=money(full.paid - lean.paid),
        left=money(lean.left - full.left), shed=money(full.shed - lean.shed),
        chips=say.count(abs(fewer)),
        size=say("half.smaller" if fewer >= 0 else "half.larger"),
    )  # fmt: skip
    return answer("half", say, sentence, tables=("half",))
