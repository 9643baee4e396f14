"""A study, read and checked."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from outlay.api.asked import checked
from outlay.api.says import File, Says
from outlay.api.studies import AllowOutside, Overrides, Scenario, StudyFile

if TYPE_CHECKING:
    from outlay.study.reading.loader import LoadedStudy

__all__ = ["load"]


@checked
def load(
    study: StudyFile,
    *,
    overrides: Overrides = (),
    scenario: Scenario = None,
    allow_outside: AllowOutside = False,
    folder: Annotated[File, Says("Where files that a mapping names lie.")] = Path("."),
) -> LoadedStudy:
    """Load and check a study, with overrides ("path=value") and a named scenario laid over it.

    Returns the study with what it was read from: lines, sources, warnings; every verb takes it.

    Raises StudyError or TooLargeError with every problem found.

    >>> load("examples/gpu-cloud-founder/study.yaml").study.currency
    'USD'
    """
    from outlay.api.studies import loaded

    return loaded(study, overrides, scenario, folder, allow_outside=allow_outside)
