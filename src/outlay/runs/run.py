"""Run a study end to end: every stage, its answers, its own checks, one document."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from outlay.core.progress import Course, Progress
from outlay.runs.documents.finished import Run
from outlay.runs.opened import documents_read
from outlay.runs.pipeline.execute import Options, prepare

if TYPE_CHECKING:
    from outlay.planning.answers.again import Started
    from outlay.planning.answers.kept import Kept
    from outlay.study.reading.loader import LoadedStudy

__all__ = ["run_study"]


def _kept(loaded: LoadedStudy, branches: Started) -> Kept | None:
    """The basis that what-ifs start from: of the study as it is written, never of a variant, so
    that no answer depends on what was asked before it."""
    from outlay.planning.answers.kept import Kept, key_of

    if loaded.overrides or loaded.scenario or branches.basis is None or branches.matrix is None:
        return None
    return Kept(key_of(branches.matrix), branches.basis)


def run_study(
    loaded: LoadedStudy,
    options: Options | None = None,
    progress: Progress = lambda _: None,
    kept: Kept | None = None,
) -> Run:
    """Plan a study. kept: a basis to start from, where it is one of the study's programme.
    progress: a `Course` goes on after the run, with what else its owner knows to lie ahead.

    Raises InputError where the input is wrong, InfeasibleError where no plan meets every limit,
    SolverError where the solver's answer failed its certificate.
    """
    from outlay.planning.answers.again import Started
    from outlay.planning.answers.kept import starting
    from outlay.planning.programme.draft import WHOLE
    from outlay.planning.programme.size import size_estimate
    from outlay.planning.solver.solve import solve
    from outlay.runs.ahead import WRITES, seconds_of
    from outlay.runs.answers.outlook import outlook_of
    from outlay.runs.answers.worth import worth_of
    from outlay.runs.documents.result import make_record, make_result
    from outlay.runs.pipeline.invariants import check_plan
    from outlay.runs.pipeline.money import accounts_of
    from outlay.runs.solved import Solved

    options = options or Options()
    course = progress if isinstance(progress, Course) else Course(progress)
    course.seconds |= seconds_of(options, writes=WRITES in course.seconds)
    stages = prepare(loaded, course)
    course.seconds |= seconds_of(options, stages.problem, writes=WRITES in course.seconds)
    clock = stages.clock
    with clock.stage("evidence", "evidence: reading the documents"):
        reading = documents_read(loaded)
    with clock.stage("solve", f"plan: {size_estimate(stages.problem)}"):
        branches = Started(stages.problem, starting(kept, course), recall=Solved.default(course))
        plan = solve(stages.problem, WHOLE, branches)
    checks = check_plan(plan, stages.demand, stages.capacity)
    with clock.stage("finance", "accounts"):
        accounts = accounts_of(stages, plan)
    worth = None
    if options.values:
        with clock.stage("values", "what a licence, a megawatt and knowing are worth"):
            worth = worth_of(
                stages,
                plan,
                deep=options.deep,
                branches=branches,
                against=options.against,
                progress=course,
            )
    outlook = None
    if options.worlds:
        with clock.stage("risk", f"outlook: {options.worlds} sampled worlds"):
            outlook = outlook_of(stages, plan, options, course)
    run = Run(
        loaded=loaded,
        chips=stages.chips,
        models=stages.models,
        demand=stages.demand,
        capacity=stages.capacity,
        plan=plan,
        values=worth,
        accounts=accounts,
        outlook=outlook,
        reading=reading,
        checks=(*checks, *accounts.checks),
        record=replace(
            make_record(stages, plan, options, datetime.now(UTC)),
            basis=kept.hash if kept is not None and branches.started else "",
        ),
        kept=_kept(loaded, branches) or kept,
    )
    with clock.stage("answers", "answers"):
        return replace(run, result=make_result(stages, run))
