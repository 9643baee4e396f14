"""A small study that touches every stage and plans in about a second."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from outlay.runs.documents.finished import Run
    from outlay.runs.pipeline.execute import Stages
    from outlay.study.reading.loader import LoadedStudy

SMALL = Path(__file__).resolve().parents[1] / "data" / "small.yaml"


@cache
def small_study(*changes: str) -> LoadedStudy:
    """The small study, changed as `--set` would."""
    from outlay.study.reading.loader import load

    return load(SMALL, overrides=changes)


@cache
def small_stages(*changes: str) -> Stages:
    """The same up to the planning problem."""
    from outlay.runs.pipeline.execute import prepare

    return prepare(small_study(*changes))


@cache
def planned(*changes: str, **options: Any) -> Run:
    """The same planned, once per test process."""
    from outlay.runs.pipeline.execute import Options
    from outlay.runs.run import run_study

    return run_study(small_study(*changes), Options(**options))


def small_run() -> Run:
    """The small study with all that a plan may be asked for but `--deep`."""
    return planned(worlds=40)
