"""Questions 4, 5, 6 and 8: worth of things, own or lease, a leaner model, how sure."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from outlay.core.formats import format_money, format_number
from outlay.planning.result import Plan
from outlay.runs.execute import Stages
from outlay.runs.tables import column, table

__all__ = ["answer_accounting", "answer_half", "answer_sure", "answer_worth"]

Answer = dict[str, Any]


def _answer(key: str, short: str, question: str, **parts: Any) -> Answer:
    return {
        "id": key, "short": short, "question": question, "sentence": "", "open": "",
        "figures": [], "tables": [], "notes": [], **parts,
    }  # fmt: skip


def answer_worth(stages: Stages, worth: Any) -> tuple[Answer, dict[str, Any], list[dict[str, Any]]]:
    """What a licence, a megawatt, a quarter and knowing are worth."""
    question = "What is each thing worth: a licence, a megawatt, a quarter, knowing now?"
    if worth is None:
        return (
            _answer("worth", "What things are worth", question,
                    sentence="Not computed in this run.", open="run without --quick"),
            {}, [],
        )  # fmt: skip
    currency = stages.loaded.study.currency
    rows = [
        {"key": w.key, "name": w.name, "value": w.value, "unit": w.unit, "how": w.how}
        for w in worth.rows
    ]
    said = [
        f"{w.name}: {format_money(w.value, currency)}"
        if w.unit == currency
        else f"{w.name}: {format_number(w.value)} {w.unit}"
        for w in worth.rows
        if w.value is not None
    ]
    tables = {
        "worth": table(
            f"Worth, expected and discounted, {currency} unless said otherwise",
            [
                column("thing", number=False),
                column("value"),
                column("unit", number=False),
                column("how it is found", number=False),
            ],
            [[w.name, w.value, w.unit, w.how] for w in worth.rows],
        ),
        **worth.tables,
    }
    return (
        _answer("worth", "What things are worth", question, sentence="; ".join(said[:4]) + ".",
                open="" if any(w.key == "quarter" for w in worth.rows)
                else "how dear a chip may become, a quarter less lead, flexibility, regret, and "
                "how far the first orders may move (run with --deep)",
                figures=["worth", *worth.pictures], tables=["worth", *worth.tables],
                notes=list(worth.notes)),
        tables, rows,
    )  # fmt: skip


def _standard_row(a: Any, name: str) -> list[Any]:
    weights = np.asarray(a.flows.weights)
    year = a.years[0]

    def first(row: str) -> float:
        return float(a.by_year(row)[year] @ weights)

    liabilities = float(a.by_year("balance.lease_liability")[year] @ weights)
    leverage = float(a.by_year("cover.leverage")[year] @ weights)
    cash = first("cash.operating") + first("cash.investing") + first("cash.lease_principal")
    spread = first("income.amortisation") + first("income.lease_interest")
    return [name, cash, first("capex.paid"), first("capex.leased"), first("income.ebitda"),
            first("income.lease_cost"), spread, liabilities, leverage]  # fmt: skip


def answer_accounting(stages: Stages, accounts: Any) -> tuple[Answer, dict[str, Any]]:
    """The plan's leases under each standard: the same cash, four ways of reporting it."""
    from outlay.finance.accounts import account

    question = "Own or lease: cash, reported capex, EBITDA under US GAAP and under IFRS?"
    a = accounts.accounts
    tables, unpriced = _statements(stages, a)
    pictures = ["unit_cost", "utilisation"]
    if not a.flows.leases:
        return (
            _answer("accounting", "Own or lease", question,
                    sentence="The plan holds no lease; every standard reports it alike.",
                    figures=pictures, notes=unpriced, tables=list(tables)),
            tables,
        )  # fmt: skip
    ways = (
        ("US GAAP, operating leases", "us_gaap", "operating"),
        ("US GAAP, finance leases", "us_gaap", "finance"),
        ("IFRS 16", "ifrs16", "by_tests"),
        ("service contracts (either)", "us_gaap", "service"),
    )
    rows = []
    for name, standard, treatment in ways:
        leases = tuple(replace(x, treatment=treatment) for x in a.flows.leases)
        policy = a.policy.with_(standard=standard)
        rows.append(_standard_row(account(replace(a.flows, leases=leases), policy), name))
    year, currency = a.years[0], stages.loaded.study.currency
    gaap, ifrs = rows[0], rows[2]
    sentence = (
        f"The cash of {year} is the same under every standard "
        f"({format_money(-gaap[1], currency)} out); as operating leases the contracts add nothing "
        f"to capital expenditure and {format_money(gaap[5], currency)} to operating cost, and as "
        f"under IFRS 16 put {format_money(ifrs[7], currency)} of liabilities on the balance sheet; "
        f"what differs is EBITDA, {format_money(ifrs[4] - gaap[4], currency)} higher under IFRS 16 "
        "(capital expenditure outside this plan and committed halls are not in these figures)."
    )
    kept = list(tables)
    tables |= {
        "standards": table(
            f"The plan's leases in {year} under each standard, expected, {currency}",
            [
                column("standard", number=False),
                column("cash flow before financing of the owner", "bn"),
                column("capex paid", "bn"),
                column("leases added to assets", "bn"),
                column("EBITDA", "bn"),
                column("lease cost in opex", "bn"),
                column("amortisation and interest", "bn"),
                column("lease liability", "bn"),
                column("debt and leases ÷ EBITDA"),
            ],
            rows,
        )
    }
    notes = [
        "The plan carries costs only, so EBITDA is negative and its ratio to debt says nothing; "
        "compare the columns between standards."
    ]
    if float(np.abs(a.rows["income.revenue"]).sum()) > 0:
        notes = []
    return (
        _answer("accounting", "Own or lease", question, sentence=sentence,
                figures=pictures, notes=[*notes, *unpriced],
                tables=["standards", *_own_or_lease(stages, tables), *kept]),
        tables,
    )  # fmt: skip


def _statements(stages: Stages, a: Any) -> tuple[dict[str, Any], list[str]]:
    """Statements and unit costs, with how each amount is worked out; what has no list price."""
    from outlay.catalogue.list_prices import list_prices
    from outlay.core.errors import FxError
    from outlay.runs.statement_tables import statement_tables, unit_cost_table

    study = stages.loaded.study
    listed: dict[str, dict[str, float]] = {}
    notes: dict[str, None] = {}
    for name in study.services:
        listed[name] = {}
        for kind, p in list_prices(stages.models[name].id, study.as_of).items():
            try:
                price = stages.fx.convert(p.low, p.currency, study.currency, study.as_of)
            except FxError as error:
                what = error.problems()[0].what
                notes[f"List prices in {p.currency} are left out: {what}."] = None
                continue
            listed[name][kind] = float(price)
    tables = statement_tables(a)
    costs = unit_cost_table(a, listed)
    return tables if costs is None else {"unit_costs": costs, **tables}, list(notes)


def _own_or_lease(stages: Stages, tables: dict[str, Any]) -> list[str]:
    """Cost of a chip-hour owned at each purchase offer beside each rent, same chip where known."""
    from outlay.demand.build import money_in
    from outlay.study.fields import value_at

    study = stages.loaded.study
    first = stages.demand.periods[0]
    life = study.finance.lives.get("accelerators")
    years = 5.0 if life is None else (life.economic or life.book).value / (365.25 * 86400)
    rate = study.discount_rate.value
    annuity = rate / (1 - (1 + rate) ** -years) if rate > 0 else 1 / years
    rows = []
    for name, offer in study.supply.items():
        if offer.price is not None:
            num = value_at(offer.price, first) or offer.price.entries[0][1]
            price = money_in(num, study, stages.fx)
            host = 0.0 if offer.host is None else money_in(offer.host, study, stages.fx)
            hour = (price + host) * annuity / 8766.0
            rows.append([name, offer.chip, "own", hour, price + host])
        elif offer.rent is not None:
            num = value_at(offer.rent, first) or offer.rent.entries[0][1]
            rows.append([name, offer.chip, "rent", money_in(num, study, stages.fx), None])
    if not rows:
        return []
    rows.sort(key=lambda r: (r[1], r[3]))
    tables["own_or_lease"] = table(
        f"A chip-hour owned ({format_number(years)} years at {format_number(100 * rate)} %, hosts "
        f"in, power and halls apart) and rented, {study.currency}",
        [
            column("offer", number=False),
            column("chip", number=False),
            column("", number=False),
            column("per chip-hour"),
            column("price with hosts"),
        ],
        rows,
    )
    return ["own_or_lease"]


def _parts(plan: Plan) -> tuple[float, float, float]:
    """(paid, left at the end, demand turned away), discounted means; they sum to the cost."""
    tree = plan.problem.tree
    paid = left = shed = 0.0
    for f in plan.flows:
        worth = f.amount * f.discount * float(tree.probability[f.node])
        if f.entry in ("shed", "short"):
            shed += worth
        elif f.treatment == "terminal":
            left += worth
        else:
            paid += worth
    return paid, left, shed


def answer_half(stages: Stages, plan: Plan, worth: Any) -> tuple[Answer, dict[str, Any]]:
    """What a model that needs half the compute saves, by planning again."""
    question = "What does a model that needs half the compute save?"
    half = None if worth is None else worth.half
    if half is None:
        sentence = "Not computed in this run."
        if not any(x.unit == "token/s" for x in stages.demand.loads):
            sentence = "The study serves no language model."
        return _answer("half", "A leaner model", question, sentence=sentence), {}
    currency = stages.loaded.study.currency
    tree = plan.problem.tree

    def chips(p: Plan) -> float:
        last = tree.leaves
        return float(p.stock[:, :, last].sum(axis=(0, 1)) @ tree.probability[last])

    saved = plan.expected_cost - half.expected_cost
    fewer = chips(plan) - chips(half)
    paid, left, penalty = _parts(plan)
    paid_half, left_half, penalty_half = _parts(half)
    sentence = (
        f"Half the compute per token from the start saves {format_money(saved, currency)} of "
        f"expected discounted cost: {format_money(paid - paid_half, currency)} less is paid, "
        f"{format_money(left_half - left, currency)} less is left in chips and leases at the end, "
        f"and {format_money(penalty - penalty_half, currency)} less demand is turned away; "
        f"the fleet ends {format_number(abs(fewer) / 1e3)} thousand chips "
        f"{'smaller' if fewer >= 0 else 'larger'}."
    )
    rows = [
        ["paid", paid, paid_half],
        ["left at the end of the horizon (off)", left, left_half],
        ["demand not served, at its price", penalty, penalty_half],
        ["expected discounted cost", plan.expected_cost, half.expected_cost],
    ]
    tables = {
        "half": table(
            f"The plan with the models as they are, and at half their compute, {currency}",
            [column("", number=False), column("as planned", "bn"), column("half compute", "bn")],
            rows,
        )
    }
    return _answer("half", "A leaner model", question, sentence=sentence, tables=["half"]), tables


def answer_sure(
    stages: Stages, outlook: Any, worth: Any
) -> tuple[Answer, dict[str, Any], dict[str, Any]]:
    """How sure: distributions over sampled worlds, and the fact most worth finding out."""
    question = "How sure are we, and which fact is most worth finding out?"
    currency = stages.loaded.study.currency
    notes: list[str] = []
    sentence = ""
    facts = [] if worth is None else [w for w in worth.rows if w.key.startswith("know:")]
    if facts:
        best = max(facts, key=lambda w: w.value or 0.0)
        sentence = (
            f"The fact most worth finding out is {best.name.removeprefix('knowing ')}: "
            f"{format_money(best.value, currency)}"
        )
        if not best.value:
            sentence = "No single fact of the tree, known now, would change what to order now"
    tables: dict[str, Any] = {}
    body: dict[str, Any] = {}
    if outlook is not None:
        body = outlook.document
        tables = outlook.tables
        sentence = f"{outlook.sentence}; {sentence[:1].lower()}{sentence[1:]}" if sentence else (
            outlook.sentence
        )  # fmt: skip
        notes += outlook.notes
    grades = [e.grade for e in stages.loaded.ledger if e.stated]
    guessed = sum(g in ("assumption", "guess") for g in grades)
    notes.append(
        f"{guessed} of the {len(grades)} numbers stated are assumptions or guesses; the widest "
        "stated ranges are listed below."
    )
    tables["widest"] = _widest(stages)
    return (
        _answer("sure", "How sure", question,
                sentence=(sentence or "Not sampled in this run") + ".",
                open="" if outlook is not None else "sampled worlds (run with --worlds)",
                figures=["outcome"], tables=[*tables], notes=notes),
        tables, body,
    )  # fmt: skip


def _widest(stages: Stages) -> dict[str, Any]:
    rows = []
    for e in stages.loaded.ledger:
        if e.low is not None and e.high is not None and e.low > 0 and e.value > 0:
            rows.append([e.path, e.value, e.low, e.high, e.unit, e.high / e.low, e.grade])
    rows.sort(key=lambda r: -r[5])
    return table(
        "Numbers with the widest stated range: replace these first",
        [
            column("number", number=False),
            column("value"),
            column("low"),
            column("high"),
            column("unit", number=False),
            column("high ÷ low"),
            column("grade", number=False),
        ],
        rows[:20],
    )
