"""A small study that touches every stage and plans in about a second."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

SMALL = Path(__file__).resolve().parents[1] / "data" / "small.yaml"


@cache
def small_stages() -> Any:
    """The small study up to the planning problem."""
    from outlay.runs.execute import prepare
    from outlay.study.load import load

    return prepare(load(SMALL))


@cache
def small_run() -> Any:
    """The small study, planned once per test process."""
    from outlay.runs.execute import Options
    from outlay.runs.run import run_study
    from outlay.study.load import load

    return run_study(load(SMALL), Options(worlds=40))
