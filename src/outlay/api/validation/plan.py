"""What a plan said would happen against what happened."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from outlay.api.asked import checked
from outlay.api.says import MOST_SEED, File, Says
from outlay.api.studies import Study, loaded
from outlay.results.models.validation_runs import PlanValidation

if TYPE_CHECKING:
    from outlay.results.plans.outlook import Outlook
    from outlay.results.plans.plan import Plan

    Planned = Study | Plan
else:
    Planned = Path  # what the command line makes of a text

__all__ = ["validate_plan"]


@checked
def validate_plan(
    plan: Annotated[
        Planned,
        Says("A study (planned now), or a plan document from `plan --json`.", argument=True),
    ],
    *,
    actual: Annotated[File, Says("CSV name,value[,source] of what happened.")],
    worlds: Annotated[int, Says("Sampled worlds.", least=50, most=100_000)] = 500,
    seed: Annotated[
        int | None, Says("Root of the random streams.", least=0, most=MOST_SEED)
    ] = None,
    progress: Callable[[str], None] = lambda _: None,
) -> PlanValidation:
    """Score an earlier plan's bands: coverage and log score over the outcomes that came.

    Names are those of the outlook's distributions, such as capex/2026 or served_share. Exit 1
    where none of them is.

    Raises TableError for a table that cannot be used, DocumentError for a document without an
    outlook, and what `plan` raises for a study.

    >>> validate_plan("plan.json", actual="none.csv")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    outlay.core.errors.TableError: none.csv: no such file; ...
    """
    from outlay.core.errors import DocumentError
    from outlay.risk.backtest import back_test, bands_of, read_actuals

    actuals = read_actuals(actual)
    name, outlook = _outlook(plan, worlds, seed, progress)
    if outlook is None:
        raise DocumentError(
            "the document holds no outlook",
            where=name,
            allowed="a document of kind plan, made with sampled worlds",
        )
    return back_test(bands_of(outlook.distributions), actuals, name, Path(actual).name)


def _outlook(
    plan: Planned, worlds: int, seed: int | None, progress: Callable[[str], None]
) -> tuple[str, Outlook | None]:
    """What the plan is called, and its outlook; of a study, what it gives planned now."""
    from outlay.results.plans.plan import Plan

    if isinstance(plan, Plan):
        return plan.record.study_file, plan.outlook
    if isinstance(plan, str | Path) and Path(plan).suffix.lower() == ".json":
        return Path(plan).name, _read(Path(plan)).outlook
    from outlay.runs.pipeline.execute import Options
    from outlay.runs.run import run_study

    study = loaded(plan)
    run = run_study(study, Options(worlds=worlds, seed=seed, values=False), progress)
    assert run.result is not None
    return study.path.name, run.result.outlook


def _read(path: Path) -> Plan:
    """The plan in a document. Raises DocumentError or InputError where it is none."""
    from outlay.core.errors import DocumentError
    from outlay.results.kept.sound import plan_from_json

    try:
        text = path.read_bytes()
    except OSError as error:
        raise DocumentError("not a JSON document", where=str(path), value=str(error)) from None
    return plan_from_json(text, path)
