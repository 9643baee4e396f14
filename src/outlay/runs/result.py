"""The result document (kind `plan`): the one thing that terminal, report and workbook read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import numpy as np

from outlay.core.document import document
from outlay.core.formats import format_money, format_number
from outlay.planning.build import committed_capex
from outlay.planning.result import Plan
from outlay.runs.answer_decision import answer_decision
from outlay.runs.answer_evidence import answer_evidence, answer_peers
from outlay.runs.answer_money import answer_accounting, answer_half, answer_sure, answer_worth
from outlay.runs.answer_need import answer_need, stages_money
from outlay.runs.execute import Options, Stages
from outlay.runs.invariants import verdict
from outlay.runs.record import RunRecord, code_hash, content_hash, data_hash, versions
from outlay.runs.tables import (
    capex_by_year,
    column,
    cost_parts,
    fleet_rows,
    node_rows,
    opex_by_year,
    order_rows,
    power_rows,
    served_rows,
    table,
    work_rows,
)
from outlay.runs.types import Run

__all__ = ["make_document", "make_record"]

UNHASHED = ("record", "outlay")
"""Parts of the document that say when and with what it was made, not what was found."""


def make_record(stages: Stages, plan: Plan, options: Options, ended: datetime) -> RunRecord:
    """The run record; `result_hash` is filled in by `make_document`."""
    c = plan.certificates
    return RunRecord(
        input_hash=stages.loaded.hash,
        catalogue_hash=data_hash(stages.calibration_sha256),
        code_hash=code_hash(),
        versions=versions(),
        seed=stages.loaded.study.seed if options.seed is None else options.seed,
        overrides=options.overrides,
        scenario=options.scenario or "",
        solver={
            "solver": c.solver,
            "method": c.method,
            "rows": c.rows,
            "columns": c.columns,
            "nonzeros": c.nonzeros,
        },
        seconds={k: round(v, 3) for k, v in stages.clock.seconds.items()},
        started=stages.started,
        ended=ended.isoformat(timespec="seconds"),
        worlds=options.worlds,
        values=options.values,
        study_file=stages.loaded.path.name,
    )


def _budgets(stages: Stages) -> list[dict[str, Any]]:
    budget = stages.loaded.study.budget
    return [
        {"kind": kind, "year": str(year), "name": name, "amount": stages_money(stages, num)}
        for kind, name, by_year in (
            ("capex", "authorised", budget.capex),
            ("processors", "processors", budget.processors),
        )
        for year, num in by_year.items()
    ]


def _branch_table(plan: Plan, stages: Stages) -> dict[str, Any]:
    """What each branch serves at the end, its fleet, and its cost."""
    tree, problem = plan.problem.tree, plan.problem
    tokens = np.array([x.unit == "token/s" for x in stages.demand.loads])
    hours = problem.slice_hours[None, :, None]
    asked = (problem.demand * hours).sum(axis=1)
    shed = (plan.shed * hours).sum(axis=1)
    rows = []
    processors = _first_year(plan, stages.loaded.study.fiscal_year_start, "processors")
    for i, leaf in enumerate(tree.leaves):
        path = tree.path(int(leaf))
        weight = tree.years[path]
        want = (asked[tokens][:, path] * weight).sum()
        miss = (shed[tokens][:, path] * weight).sum()
        last = asked[tokens][:, leaf].sum()
        last_miss = shed[tokens][:, leaf].sum()
        rows.append(
            [
                " ".join(f"{k}={v}" for k, v in tree.labels[leaf].items()) or "the only path",
                float(tree.probability[leaf]),
                float(1 - miss / want) if want > 0 else 1.0,
                float(1 - last_miss / last) if last > 0 else 1.0,
                float(plan.stock[:, :, leaf].sum()),
                float(plan.used_mw[:, leaf].sum()),
                float(processors[i]),
                float(plan.leaf_cost[i]),
            ]
        )
    return table(
        "What each branch can serve, and what it costs",
        [
            column("branch", number=False),
            column("chance", "share"),
            column("tokens served, horizon", "share"),
            column("tokens served, last period", "share"),
            column("chips at the end", "thousand"),
            column("IT power at the end", "MW"),
            column(f"processors in the first year, {problem.currency}", "bn"),
            column("discounted cost, net of what is left, with the price of shedding", "bn"),
        ],
        rows,
    )


def _capex_table(capex: Any, opex: Any, budgets: list[dict[str, Any]], currency: str) -> Any:
    limits = {(b["kind"], b["year"]): b["amount"] for b in budgets}
    rows: list[list[Any]] = []
    for year, classes in capex.items():
        for name, value in classes.items():
            rows.append([year, "capex", name, value, limits.get((name, year))])
        rows.append([year, "capex", "all", sum(classes.values()), limits.get(("capex", year))])
    for year, classes in opex.items():
        rows += [[year, "operating", name, value, None] for name, value in classes.items()]
        rows.append([year, "operating", "all", sum(classes.values()), None])
    return table(
        f"Money by year, expected, {currency}",
        [
            column("year", number=False),
            column("kind", number=False),
            column("class", number=False),
            column("plan", "bn"),
            column("authorised", "bn"),
        ],
        rows,
    )


def _first_year(plan: Plan, first_month: int, capex_class: str) -> Any:
    """[leaf]: capex of one class paid in the first fiscal year."""
    tree = plan.problem.tree
    years = [p.fiscal_year(first_month) for p in tree.periods]
    paid = np.zeros(len(tree))
    for f in plan.flows:
        if f.treatment == "capex" and f.capex_class == capex_class:
            paid[f.node] += f.amount
    path = paid[tree.ancestor[tree.leaves]]
    return path[:, [i for i, y in enumerate(years) if y == years[0]]].sum(axis=1)


def _processors(
    decision: dict[str, Any], plan: Plan, stages: Stages, budgets: list[dict[str, Any]]
) -> None:
    """Note how much of the processor budget each branch can spend, and what stops it."""
    study = stages.loaded.study
    limit = next((b for b in budgets if b["kind"] == "processors"), None)
    if limit is None:
        return
    spent = _first_year(plan, study.fiscal_year_start, "processors")
    money = [format_money(v, study.currency) for v in (spent.min(), spent.max(), limit["amount"])]
    full = bool((spent >= limit["amount"] * 0.999).any())
    stops = (
        "in some branches the authorisation itself stops it"
        if full
        else "supply and halls stop it before the authorisation does: see the limits that bind"
    )
    decision["notes"].append(
        f"Processors paid in {limit['year']} run from {money[0]} to {money[1]} over the branches "
        f"against {money[2]} authorised; {stops}."
    )


BRANCHED = {
    "supply": {"cap", "price", "rent", "host"},
    "sites": {"power", "electricity", "rent", "capex", "per_period"},
    "rules": {"power"},
    "performance": {"software_gain"},
}
"""Section → fields that the plan reads as each branch sees them; others from the base study."""


def _unread(study: Any) -> list[dict[str, Any]]:
    """Inputs that are checked but that no stage acts on yet, so that none is dropped in silence."""
    return [
        {"what": f"uncertainty.{name}.effect.{state}.{path}", "value": str(value),
         "why": "the plan reads this field from the base study, in every branch"}
        for name, factor in study.factors().items()
        for state, effect in factor.effect.items()
        for path, value in effect.items()
        if not BRANCHED.get(str(path).split(".")[0], set()).intersection(str(path).split("."))
    ]  # fmt: skip


def _headline(doc: dict[str, Any], stages: Stages, plan: Plan) -> dict[str, Any]:
    currency = stages.loaded.study.currency
    roots = {n["id"] for n in doc["nodes"] if n["parent"] < 0}
    now = sum(r["spend"] for r in doc["orders"] if r["node"] in roots)
    first_year, first = next(iter(doc["capex_by_year"].items()), ("", {}))
    capex = sum(first.values())
    limit = next(
        (b["amount"] for b in doc["budgets"] if b["kind"] == "capex" and b["year"] == first_year),
        None,
    )
    tokens = [r for r in doc["served"] if r["demand"] > 0]
    asked = sum(r["demand"] for r in tokens)
    served = sum(r["served"] for r in tokens) / asked if asked else 1.0
    tiles = [
        {"name": "Order now", "text": format_money(now, currency), "range": "",
         "how": "sum of purchases ordered in the first period, hosts included"},
        {"name": f"Capital expenditure {first_year}", "text": format_money(capex, currency),
         "range": f"authorised {format_money(limit, currency)}" if limit else "",
         "how": "expected over the branches, by payment"},
        {"name": "Tokens served", "text": f"{format_number(100 * served)} %",
         "range": "of what is asked for over the horizon, expected",
         "how": "served ÷ demand, all services, kinds and periods"},
    ]  # fmt: skip
    licence = next((w for w in doc["worth"] if w["key"].startswith("state:")), None)
    if licence is not None and licence["value"] is not None:
        tiles.append(
            {"name": licence["name"], "text": format_money(licence["value"], currency),
             "range": "", "how": licence["how"]}
        )  # fmt: skip
    knowing = next((w for w in doc["worth"] if w["key"] == "evpi"), None)
    if knowing is not None and knowing["value"] is not None:
        tiles.append(
            {"name": knowing["name"], "text": format_money(knowing["value"], currency),
             "range": "", "how": knowing["how"]}
        )  # fmt: skip
    sentence = next(a for a in doc["answers"] if a["id"] == "decision")["sentence"]
    return {"sentence": sentence, "tiles": tiles}


def _plan_fields(plan: Plan) -> dict[str, Any]:
    """Status, objective, shadow prices, broken limits and certificates of the plan."""
    tree, c = plan.problem.tree, plan.certificates
    names = [tree.name(i) for i in range(len(tree))]
    return {
        "status": plan.status,
        "objective": plan.objective,
        "expected_cost": plan.expected_cost,
        "leaf_cost": plan.leaf_cost,
        "prices": [
            {"family": p.family, "item": p.item, "node": p.node, "name": names[p.node],
             "unit": p.unit, "value": p.value, "here": p.here, "used": p.used,
             "limit": p.limit if np.isfinite(p.limit) else None}
            for p in plan.prices
            if p.binding and p.value
        ],
        "slacks": [
            {"item": s.item, "node": s.node, "name": names[s.node], "amount": s.amount,
             "unit": s.unit, "cost": s.cost}
            for s in plan.slacks
        ],
        "certificates": [
            {"primal": c.primal, "dual": c.dual, "gap": c.gap, "integrality": c.integrality,
             "bound_gap": c.bound_gap, "objective": c.objective, "method": c.method}
        ],
    }  # fmt: skip


def _sources(stages: Stages) -> list[dict[str, Any]]:
    return [
        {
            "id": k,
            "date": str(s.date or ""),
            "grade": s.grade,
            "text": "; ".join(x for x in (s.title, s.publisher, s.url, s.document, s.note) if x),
        }
        for k, s in stages.loaded.study.sources.items()
    ]


def _ledger(entries: Sequence[Any]) -> list[dict[str, Any]]:
    out = []
    for e in entries:
        row = e.as_dict()
        # The line, not the file's name: a renamed study gives the same result.
        found = re.search(r":(\d+)", row.pop("where", ""))
        row["line"] = int(found[1]) if found else None
        row["value"] = f"{format_number(e.value, 4)} {e.unit}".strip()
        out.append(row)
    return out


def make_document(stages: Stages, run: Run) -> dict[str, Any]:
    """The result document of a run, with its hash."""
    study, plan = stages.loaded.study, run.plan
    orders = order_rows(plan)
    need_answer, need_tables, need = answer_need(stages)
    evidence_answer, evidence_tables, evidence = answer_evidence(run.reading)
    decision, decision_tables = answer_decision(plan, orders)
    _processors(decision, plan, stages, budgets := _budgets(stages))
    worth, worth_tables, worth_rows = answer_worth(stages, run.values)
    accounting, accounting_tables = answer_accounting(stages, run.accounts)
    half, half_tables = answer_half(stages, plan, run.values)
    tokens = float(
        np.einsum("s,stjk->tjk", stages.demand.probabilities, stages.demand.tokens_per_day)[0].sum()
    )
    peers, peer_tables = answer_peers(
        study, stages.fx, _capex_usd(stages), tokens, str(stages.demand.periods[0])
    )
    sure, sure_tables, outlook = answer_sure(stages, run.outlook, run.values)
    first_month = study.fiscal_year_start
    capex, opex = capex_by_year(plan, first_month), opex_by_year(plan, first_month)
    for year, parts in committed_capex(study, stages.fx).items():
        if str(year) in capex:
            capex[str(year)] |= parts
    doc: dict[str, Any] = {
        "title": study.title,
        "as_of": str(study.as_of),
        "currency": study.currency,
        "verdict": verdict(run.checks),
        "headline": {},
        "periods": [str(p) for p in stages.demand.periods],
        "states": list(stages.demand.states),
        **_plan_fields(plan),
        "orders": orders,
        "nodes": node_rows(plan.problem.tree),
        "fleet": fleet_rows(plan),
        "served": served_rows(plan, stages.demand, study),
        "work": work_rows(plan, stages.demand),
        "power": power_rows(plan),
        "capex_by_year": capex,
        "opex_by_year": opex,
        "budgets": budgets,
        "cost_parts": cost_parts(plan),
        "cost_per_mtok": run.accounts.cost_per_mtok,
        "need": need,
        "worth": worth_rows,
        "deep": {} if run.values is None else dict(run.values.pictures),
        "evidence": evidence,
        "contradictions": evidence["contradictions"],
        "outlook": outlook,
        "accounts": run.accounts.document,
        "capacity": [
            {k: getattr(c, k) for k in ("load", "chip", "units_per_chip", "low", "high",
                                        "load_factor", "chips_per_replica", "watts_per_chip",
                                        "bound_by", "method", "why_not")}
            for c in stages.capacity.cells
        ],
        "answers": [evidence_answer, need_answer, decision, worth, accounting, half, peers, sure],
        "tables": {
            **need_tables, **evidence_tables, **decision_tables, **worth_tables,
            **accounting_tables, **half_tables, **peer_tables, **sure_tables,
            "served_by_branch": _branch_table(plan, stages),
            "capex": _capex_table(capex, opex, budgets, study.currency),
        },
        "invariants": [
            {k: getattr(c, k) for k in ("id", "name", "statement", "worst", "tolerance",
                                        "where", "status")}
            for c in run.checks
        ],
        "assumptions": _ledger(stages.loaded.assumptions),
        "facts": _ledger(stages.loaded.facts),
        "sources": _sources(stages),
        "unmodelled": [
            *({"what": u.what, "value": u.value, "why": u.why} for u in study.unmodelled),
            *_unread(study),
        ],
    }  # fmt: skip
    doc["headline"] = _headline(doc, stages, plan)
    full = document("plan", doc)
    kept = {k: v for k, v in full.items() if k not in UNHASHED}
    record = replace(run.record, result_hash=content_hash(kept))
    full["record"] = record.as_dict()
    return full


def _capex_usd(stages: Stages) -> float | None:
    study = stages.loaded.study
    first = next(iter(study.budget.capex.values()), None)
    if first is None:
        return None
    amount = stages_money(stages, first)
    if study.currency == "USD":
        return amount
    return float(stages.fx.convert(amount, study.currency, "USD", study.as_of))
