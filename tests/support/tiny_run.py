"""The plan written by hand as a run of the small study, and the result made of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from outlay.results.plans import worth as w
from outlay.results.plans.plan import Plan as Result
from outlay.results.plans.rows import Invariant
from outlay.runs.answers.worth import Worth
from outlay.runs.documents.finished import Run
from outlay.runs.documents.result import make_record, make_result
from outlay.runs.pipeline.execute import Options, Stages
from outlay.runs.pipeline.money import accounts_of
from support.small import small_stages, small_study
from support.tiny_plan import CAPACITY, DEMAND, PLAN, PROBLEM

CHIPS: Any = {"big": SimpleNamespace(it_w=1000.0), "small": SimpleNamespace(it_w=500.0)}

CHECKS = (
    Invariant("I1", "tokens", "what is asked", 1e-9, 1e-6, "here", "holds"),
    Invariant("I2", "fleet", "what stands", 2e-9, 1e-6, "", "holds"),
    Invariant("I9", "physics", "what is possible", 0.0, 0.0, "", "not checked"),
)

WORTH = Worth(
    rows=(w.Worth("evpi", "evpi", "", "", "", 12.0, "CNY"),),
    values=w.Values(12.0, None, None, None, None, {}, {}, {}, {}, {}),
    megawatts=(w.Megawatt("hall", "hall", 10.0, 0.875, ()),),
    no_regret=(w.NoRegret("import", "big", 20.0, 30.0),),
    hedges=(w.Hedge("licence", ("granted",), "2027-H1", "import", 8.0, 0.0, "2027-H1"),),
    deep=w.Deep(do_nothing=99.0),
    half=replace(PLAN, expected_cost=30_000.0),
)


def tiny_stages(*changes: str) -> Stages:
    """Stages of the small study, changed as `--set` would, whose arrays are those by hand."""
    return replace(
        small_stages(),
        loaded=small_study(*changes),
        demand=DEMAND,
        problem=PROBLEM,
        capacity=CAPACITY,
        chips=CHIPS,
        seen=None,
        apart=None,
    )


def tiny_run(*changes: str, options: Options | None = None, **parts: Any) -> Run:
    """The run; `parts` replace what it holds."""
    stages = tiny_stages(*changes)
    run = Run(
        loaded=stages.loaded,
        chips=CHIPS,
        models=stages.models,
        demand=DEMAND,
        capacity=CAPACITY,
        plan=PLAN,
        values=None,
        accounts=accounts_of(stages, PLAN),
        outlook=None,
        reading=None,
        checks=CHECKS,
        record=make_record(stages, PLAN, options or Options(), datetime(2026, 1, 2, tzinfo=UTC)),
    )
    return replace(run, **parts)


def tiny_result(*changes: str, **parts: Any) -> Result:
    """The result of the run."""
    return make_result(tiny_stages(*changes), tiny_run(*changes, **parts))
