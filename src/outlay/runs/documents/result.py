"""The result of a run (kind `plan`): its facts, from every stage, with the hash of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Literal

import numpy as np

from outlay.evidence.document import claims_document
from outlay.planning.problem.limits import committed_by_branch, committed_capex
from outlay.planning.problem.node_studies import NodeStudies
from outlay.planning.result import Plan
from outlay.results.claims import Claims
from outlay.results.plans import rows
from outlay.results.plans.accounts import Accounts
from outlay.results.plans.answers import Headline
from outlay.results.plans.lines import Lines
from outlay.results.plans.plan import Plan as Result
from outlay.results.plans.record import Record, Solver
from outlay.results.plans.training import TrainingRun
from outlay.results.plans.worth import Deep
from outlay.results.schema import to_json
from outlay.results.study import Number, Source, Unused
from outlay.runs.answers.accounts import accounts_facts
from outlay.runs.answers.decision import decision_of
from outlay.runs.answers.half import half_of
from outlay.runs.answers.need import need_facts
from outlay.runs.answers.outlook import widest_of
from outlay.runs.answers.peers import peers_of
from outlay.runs.answers.tables import (
    branch_rows,
    capex_by_year,
    cost_parts,
    fleet_rows,
    node_rows,
    opex_by_year,
    order_rows,
    power_rows,
    served_rows,
    work_rows,
)
from outlay.runs.documents.cautions import cautions_of, observed_of
from outlay.runs.documents.finished import Run
from outlay.runs.documents.things import things_of
from outlay.runs.follows.pays import pays_of
from outlay.runs.follows.training import training_runs
from outlay.runs.lines.decided import expansion_rows, power_return_rows, return_rows
from outlay.runs.lines.lines import lines_of
from outlay.runs.pipeline.execute import Options, Stages
from outlay.runs.pipeline.invariants import verdict
from outlay.runs.pipeline.record import code_hash, data_hash, result_hash, versions
from outlay.study.model.study import Study

__all__ = ["make_record", "make_result"]

NOTHING_READ = Claims((), (), (), ())


def make_record(stages: Stages, plan: Plan, options: Options, ended: datetime) -> Record:
    """The run record; `result_hash` is filled in by `make_result`."""
    c = plan.certificates
    return Record(
        input_hash=stages.loaded.hash,
        catalogue_hash=data_hash(stages.calibration_sha256),
        code_hash=code_hash(),
        versions=versions(),
        seed=stages.loaded.study.seed if options.seed is None else options.seed,
        overrides=stages.loaded.overrides,
        scenario=stages.loaded.scenario or "",
        solver=Solver(c.solver, c.method, c.rows, c.columns, c.nonzeros),
        seconds={k: round(v, 3) for k, v in stages.clock.seconds.items()},
        started=stages.started,
        ended=ended.isoformat(timespec="seconds"),
        worlds=options.worlds,
        values=options.values,
        deep=options.deep,
        against=options.against,
        study_file=stages.loaded.path.name,
    )


def _budgets(stages: Stages) -> tuple[rows.Budget, ...]:
    budget = stages.loaded.study.budget
    capex = [
        rows.Budget("capex", str(year), "authorised", stages.money(num))
        for year, num in budget.capex.items()
    ]
    processors = [
        rows.Budget("processors", str(year), "processors", stages.money(num))
        for year, num in budget.processors.items()
    ]
    return (*capex, *processors, *_budgets_by_branch(stages, {*capex, *processors}))


def _seen(stages: Stages) -> NodeStudies | None:
    """The study as each node sees it; none where the stages are of another study."""
    seen = stages.seen
    return seen if seen is not None and seen.base is stages.loaded.study else None


def _budgets_by_branch(stages: Stages, base: set[rows.Budget]) -> Iterator[rows.Budget]:
    """What a state authorises otherwise, under the fewest states that say so."""
    seen = _seen(stages)
    if seen is None:
        return
    known = {(b.kind, b.year, b.amount) for b in base}
    kinds: tuple[Literal["capex", "processors"], ...] = ("capex", "processors")
    named = zip(seen.names, seen.studies, strict=True)
    for name, study in sorted(named, key=lambda x: x[0].count("=")):
        for kind in kinds:
            for year, num in getattr(study.budget, kind).items():
                amount = stages.money(num)
                if (kind, str(year), amount) not in known:
                    known.add((kind, str(year), amount))
                    yield rows.Budget(kind, str(year), name, amount)


def _unused(study: Study) -> tuple[Unused, ...]:
    """Inputs that are kept but that no stage acts on, so that none is dropped in silence."""
    return tuple(Unused(u.what, u.value, u.why) for u in study.unmodelled)


def _prices(plan: Plan) -> tuple[rows.Price, ...]:
    tree = plan.problem.tree
    names = [tree.name(i) for i in range(len(tree))]
    return tuple(
        rows.Price(
            family=p.family,
            item=p.item,
            node=p.node,
            name=names[p.node],
            unit=p.unit,
            value=p.value,
            here=p.here,
            used=p.used,
            limit=p.limit if np.isfinite(p.limit) else None,
        )
        for p in plan.prices
        if p.binding and p.value
    )


def _certificate(plan: Plan) -> rows.Certificate:
    c = plan.certificates
    return rows.Certificate(
        c.primal, c.dual, c.gap, c.integrality, c.bound_gap, c.objective, c.method
    )


def _sources(study: Study) -> tuple[Source, ...]:
    return tuple(
        Source(
            id=k,
            date=str(s.date or ""),
            grade=s.grade,
            text="; ".join(x for x in (s.title, s.publisher, s.url, s.document, s.note) if x),
        )
        for k, s in study.sources.items()
    )


def _numbers(entries: Iterable[Number]) -> tuple[Number, ...]:
    """The ledger's rows with their line, not the file's name: a renamed study is the same."""
    found = ((e, re.search(r":(\d+)", e.where)) for e in entries)
    return tuple(replace(e, line=int(at[1]) if at else None, where="") for e, at in found)


def _committed(stages: Stages) -> dict[int, dict[str, float]]:
    """fiscal year → what → capital expenditure outside the plan, expected over the branches."""
    seen = _seen(stages)
    if seen is None:
        return committed_capex(stages.loaded.study, stages.fx)
    return committed_by_branch(seen)


def _capex(stages: Stages, plan: Plan) -> dict[str, dict[str, float]]:
    """The plan's capital expenditure by year and class, and beside it what is committed."""
    capex = capex_by_year(plan, stages.loaded.study.fiscal_year_start)
    for year, parts in _committed(stages).items():
        if str(year) in capex:
            capex[str(year)] |= parts
    return capex


def _cost_per_mtok(accounts: Accounts) -> dict[str, dict[str, float]]:
    """service → kind → cost of a million tokens with idle capacity; `KIND_direct` without."""
    out: dict[str, dict[str, float]] = {}
    for u in accounts.unit_costs:
        out.setdefault(u.service, {}).update({u.kind: u.full, f"{u.kind}_direct": u.direct})
    return out


def _training(stages: Stages, plan: Plan, lines: Lines) -> tuple[TrainingRun, ...]:
    """Training runs of the study, as its branches have them."""
    seen = _seen(stages)
    by_node = () if seen is None else tuple(s.training for s in seen.nodes)
    asked = stages.loaded.study.training
    return training_runs(plan, stages.demand, asked, stages.money, lines.unserved, by_node)


def _months(stages: Stages) -> dict[str, int]:
    """Fiscal year → months of it in the horizon."""
    first, out = stages.loaded.study.fiscal_year_start, dict[str, int]()
    for p in stages.demand.periods:
        year = str(p.fiscal_year(first))
        out[year] = out.get(year, 0) + p.months
    return out


def make_result(stages: Stages, run: Run) -> Result:
    """The facts of a run, with their hash; the words for them are made by who shows them."""
    study, plan, worth = stages.loaded.study, run.plan, run.values
    first_month = study.fiscal_year_start
    orders, budgets = order_rows(plan), _budgets(stages)
    expansions = expansion_rows(plan)
    deep = Deep() if worth is None else worth.deep
    accounts = accounts_facts(stages, run.accounts, plan)
    priced = all(s.value.price is not None for s in study.services.values())
    evidence = NOTHING_READ if run.reading is None else claims_document(run.reading)
    lines = lines_of(
        plan, orders, deep.near_optimal, budgets, first_month, _committed(stages)
    )  # fmt: skip
    result = Result(
        title=study.title,
        as_of=str(study.as_of),
        currency=study.currency,
        verdict=verdict(run.checks),
        headline=Headline("", (), ()),
        periods=tuple(str(p) for p in stages.demand.periods),
        states=tuple(stages.demand.states),
        status=plan.status,
        objective=plan.objective,
        expected_cost=plan.expected_cost,
        leaf_cost=tuple(plan.leaf_cost.tolist()),
        prices=_prices(plan),
        slacks=plan.slacks,
        certificates=(_certificate(plan),),
        orders=orders,
        expansions=expansions,
        returns=return_rows(plan),
        power_returns=power_return_rows(plan),
        nodes=node_rows(plan.problem.tree),
        fleet=fleet_rows(plan),
        served=served_rows(plan, stages.demand, stages.apart),
        work=work_rows(plan, stages.demand),
        power=power_rows(plan),
        branches=branch_rows(plan, stages.demand, first_month),
        capex_by_year=_capex(stages, plan),
        opex_by_year=opex_by_year(plan, first_month),
        budgets=budgets,
        cost_parts=cost_parts(plan),
        cost_per_mtok=_cost_per_mtok(accounts),
        need=need_facts(stages),
        decision=decision_of(plan, orders, budgets, first_month, expansions),
        lines=lines,
        worth=() if worth is None else worth.rows,
        megawatts=() if worth is None else worth.megawatts,
        values=None if worth is None else worth.values,
        no_regret=() if worth is None else worth.no_regret,
        hedges=() if worth is None else worth.hedges,
        deep=deep,
        half=half_of(plan, None if worth is None else worth.half, stages.demand),
        peers=peers_of(stages),
        evidence=evidence,
        contradictions=evidence.contradictions,
        outlook=run.outlook,
        widest=widest_of(stages.loaded.ledger),
        accounts=accounts,
        capacity=stages.capacity.cells,
        answers=(),
        invariants=run.checks,
        assumptions=_numbers(stages.loaded.assumptions),
        facts=_numbers(stages.loaded.facts),
        sources=_sources(study),
        unmodelled=_unused(study),
        idle=stages.loaded.idle,
        record=run.record,
        uncertain=tuple(study.uncertainty),
        pays=pays_of(run.accounts.accounts, priced, known=not accounts.unbooked),
        training=_training(stages, plan, lines),
    )
    result = replace(
        result,
        months=_months(stages),
        cautions=cautions_of(stages.models.values(), stages.chips, study.as_of),
        observed=observed_of(stages.overheads, stages.models.values(), stages.chips),
        things=things_of(study, (*(f.chip for f in result.fleet), result.need.chip)),
    )
    return replace(result, record=replace(run.record, result_hash=result_hash(to_json(result))))
