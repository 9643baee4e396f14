"""Meaning of a study beyond its types: names that must exist, dates and money that must agree."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from outlay.core.periods import Period
from outlay.core.quantities.fx import FxTable
from outlay.results.study import Number
from outlay.study.checks.money import money_findings, rates
from outlay.study.checks.names import name_findings
from outlay.study.checks.plausible import plausible_findings
from outlay.study.checks.reach import reach_findings
from outlay.study.checks.time import time_findings
from outlay.study.checks.uncertainty import uncertainty_findings
from outlay.study.checks.unused import unused_findings
from outlay.study.files import Files
from outlay.study.findings import Finding
from outlay.study.ledger import entries
from outlay.study.model.study import Study
from outlay.study.paths import Path as StudyPath

__all__ = ["Entries", "check", "check_overlay"]

Entries: TypeAlias = Sequence[tuple[StudyPath, Number]]


def check(
    study: Study, raw: Mapping[str, Any], files: Files, numbers: Entries | None = None, *,
    doubts: bool = True,
) -> list[Finding]:  # fmt: skip
    """Everything wrong or doubtful in `study`, whose files are `files`; never raises.

    numbers: the study's `entries`, where they are there already. doubts: whether those that no
    other check makes beside what is wrong are looked for.
    """
    numbers = tuple(entries(study)) if numbers is None else numbers
    fx = rates(study.as_of)
    return [
        *_wrong(study, raw, files, numbers, fx),
        *plausible_findings(study, numbers, fx),
        *reach_findings(study),
        *(unused_findings(study) if doubts else ()),
    ]


def check_overlay(
    study: Study,
    raw: Mapping[str, Any],
    files: Files,
    numbers: Entries,
    within: Sequence[StudyPath],
    since: Period | None = None,
) -> list[Finding]:
    """What is wrong under the paths `within`, which an overlay set: doubts are not looked for.

    since: from when on it is in force, where that is not throughout.
    """

    def set_there(path: StudyPath) -> bool:
        return any(path[: len(p)] == p for p in within)

    fx = rates(study.as_of)
    laid = [(path, number) for path, number in numbers if set_there(path)]
    found = [
        *_wrong(study, raw, files, numbers, fx, since),
        *plausible_findings(study, laid, fx),
        *reach_findings(study),
    ]
    return [f for f in found if not f.warn and set_there(f.path)]


def _wrong(
    study: Study, raw: Mapping[str, Any], files: Files, numbers: Entries, fx: FxTable,
    since: Period | None = None,
) -> Iterator[Finding]:  # fmt: skip
    yield from name_findings(study, raw, files)
    yield from time_findings(study, since)
    yield from money_findings(study, numbers, fx)
    yield from uncertainty_findings(study, raw)
