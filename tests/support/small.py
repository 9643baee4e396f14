"""A small study that touches every stage and plans in about a second."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from outlay.runs.execute import Stages
    from outlay.runs.types import Run

SMALL = Path(__file__).resolve().parents[1] / "data" / "small.yaml"


@cache
def small_stages(*changes: str) -> Stages:
    """The small study, changed as `--set` would, up to the planning problem."""
    from outlay.runs.execute import prepare
    from outlay.study.load import load

    return prepare(load(SMALL, overrides=changes))


@cache
def planned(*changes: str, **options: Any) -> Run:
    """The small study, changed as `--set` would, planned once per test process."""
    from outlay.runs.execute import Options
    from outlay.runs.run import run_study
    from outlay.study.load import load

    return run_study(load(SMALL, overrides=changes), Options(**options))


def small_run() -> Run:
    """The small study with all that a plan may be asked for but `--deep`."""
    return planned(worlds=40)
