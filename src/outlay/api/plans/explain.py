"""Where a number of a study or of its result comes from, down to the sentence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from outlay.api.asked import checked
from outlay.api.says import Says
from outlay.api.studies import AllowOutside, Overrides, Scenario, Study
from outlay.results.explanation import Explanation

if TYPE_CHECKING:
    from outlay.results.plans.plan import Plan
    from outlay.runs.documents.folder import Given
    from outlay.study.reading.loader import LoadedStudy

__all__ = ["ExplanationAnswer", "explain"]

PATH = (
    "An input (supply.h200-import.price), or a result (cost_per_mtok.chat.output, "
    "capex.2026, expected_cost, balance.cash.2026, cells.chat/decode.h200-sxm)."
)


@dataclass(frozen=True, slots=True, repr=False)
class ExplanationAnswer(Explanation):
    """Kind `explanation`, and what it was asked of."""

    plan: Plan | None = field(kw_only=True, compare=False)
    """The plan that the number is of; None: it is an input."""
    asked: str = field(kw_only=True, compare=False)
    """The study or folder; empty: no file holds it."""
    states: str = field(kw_only=True, compare=False)
    """States of the branches looked at, as they were asked for."""


@checked
def explain(
    study: Annotated[
        Study,
        Says("The folder of a run, or a study file, which is then planned.", argument=True),
    ],
    path: Annotated[str, Says(PATH, argument=True)],
    *,
    period: Annotated[str, Says("A period (2026-Q3) or fiscal year of the result.")] = "",
    branch: Annotated[
        str, Says("States of the branches looked at: licence granted, demand high.")
    ] = "",
    overrides: Overrides = (),
    scenario: Scenario = None,
    allow_outside: AllowOutside = False,
    progress: Callable[[str], None] = lambda _: None,
) -> ExplanationAnswer:
    """Explain one number: its formula, inputs and sources, or the assumption it is.

    A result is expected over the branches, as reports say it, or over those named. Of a folder that
    `plan` wrote, nothing is planned again.

    Raises StudyError for a bad study, UnknownNameError for a path that names nothing, InputError
    for a folder that was changed.

    >>> explain("examples/gpu-cloud-founder/study.yaml", "discount_rate").assumption
    'young firm; stated in the study'
    """
    from outlay.results.document import extended
    from outlay.runs.documents.explain import explain as explanation
    from outlay.runs.documents.explain import needs_plan
    from outlay.runs.documents.folder import planned

    found, given = _source(study, overrides, scenario, progress, allow_outside)
    if given is None and needs_plan(found, path):
        given = planned(found, progress)
    doc = explanation(found, path, progress, given, period=period, branch=branch)
    plan = None if given is None else given.plan
    asked = str(study) if isinstance(study, str | Path) else ""
    return extended(ExplanationAnswer, doc, plan=plan, asked=asked, states=branch)


def _source(
    study: Study,
    overrides: Overrides,
    scenario: Scenario,
    progress: Callable[[str], None],
    allow_outside: bool,
) -> tuple[LoadedStudy, Given | None]:
    """The study, and what its plan found where a folder holds it."""
    from outlay.api.studies import loaded
    from outlay.core.errors import InputError
    from outlay.runs.folder.verify import means_run

    at = Path(study) if isinstance(study, str | Path) else None
    if at is None or not means_run(at):
        return loaded(study, overrides, scenario, allow_outside=allow_outside), None
    from outlay.runs.documents.folder import read_folder

    if overrides or scenario:
        raise InputError(
            "a folder holds one plan", where=str(at), value="--set or --scenario",
            allowed="a study file, which is then planned",
        )  # fmt: skip
    return read_folder(at, progress)
