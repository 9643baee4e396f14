"""Check a study: every error at once, its doubts, and each number with or without a source."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from outlay.api.asked import checked
from outlay.api.studies import AllowOutside, Overrides, Scenario, StudyFile
from outlay.results.checks import Check

__all__ = ["Checked", "check"]


@dataclass(frozen=True, slots=True, repr=False)
class Checked(Check):
    """The check of a study that was read here."""

    path: Path = field(kw_only=True)
    """Where its file lies."""


@checked
def check(
    study: StudyFile,
    *,
    overrides: Overrides = (),
    scenario: Scenario = None,
    allow_outside: AllowOutside = False,
) -> Checked:
    """Check a study: all errors at once (exit 2), warnings, and numbers without a source.

    Files that it names are read as a plan would read them.

    Raises StudyError with every problem found, TableError or DocumentError for files that cannot
    be read.

    >>> check("examples/gpu-cloud-founder/study.yaml").title
    'An inference cloud with 64 chips'
    """
    from outlay.api.studies import loaded
    from outlay.results.checks import Kept, problems
    from outlay.runs.opened import Shapes, refuse

    found = loaded(study, overrides, scenario, allow_outside=allow_outside)
    refuse(found, Shapes())
    return Checked(
        study=found.path.name,
        title=found.study.title,
        as_of=str(found.study.as_of),
        input_hash=found.hash,
        errors=(),
        warnings=problems(found.warnings),
        assumptions=found.assumptions,
        facts=found.facts,
        unmodelled=tuple(Kept(u.what, u.value, u.why, u.source) for u in found.study.unmodelled),
        idle=found.idle,
        path=found.path,
    )
