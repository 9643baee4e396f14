"""Score a model of Outlay's against what happened: one verb for the four that can be."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Literal, overload

if TYPE_CHECKING:
    from outlay.api.says import File
    from outlay.api.studies import Study
    from outlay.results.document import Document
    from outlay.results.models.forecast import ForecastValidation
    from outlay.results.models.validation import Validation
    from outlay.results.models.validation_runs import PlanValidation, SimulatorValidation

__all__ = ["validate"]

Progress = Callable[[str], None]

TAKES = {
    "performance": ("measured", "held_out", "calibration", "progress"),
    "simulator": ("check", "seed", "progress"),
    "forecast": ("series", "unit", "min_points", "paths", "seed", "progress"),
    "plan": ("plan", "actual", "worlds", "seed", "progress"),
}
"""What is validated → what can be said of it."""


@overload
def validate(
    of: Literal["performance"],
    *,
    measured: File,
    held_out: str = "",
    calibration: File | None = None,
    progress: Progress | None = None,
) -> Validation: ...
@overload
def validate(
    of: Literal["simulator"],
    *,
    check: Sequence[str] | None = None,
    seed: int = 0,
    progress: Progress | None = None,
) -> SimulatorValidation: ...
@overload
def validate(
    of: Literal["forecast"],
    *,
    series: Sequence[str] | None = None,
    unit: str = "",
    min_points: int = 4,
    paths: int = 2_000,
    seed: int = 0,
    progress: Progress | None = None,
) -> ForecastValidation: ...
@overload
def validate(
    of: Literal["plan"],
    *,
    plan: Study,
    actual: File,
    worlds: int = 500,
    seed: int | None = None,
    progress: Progress | None = None,
) -> PlanValidation: ...


def validate(
    of: str,
    *,
    measured: File | None = None,
    held_out: str | None = None,
    calibration: File | None = None,
    check: Sequence[str] | None = None,
    series: Sequence[str] | None = None,
    unit: str | None = None,
    min_points: int | None = None,
    paths: int | None = None,
    plan: Study | None = None,
    actual: File | None = None,
    worlds: int | None = None,
    seed: int | None = None,
    progress: Progress | None = None,
) -> Document:
    """Score `performance` on measurements, the `simulator` on theory, the `forecast` or a `plan`
    on what came.

    Raises InputError for another name, or for what cannot be said of it.

    >>> validate("simulator", check=["little"]).overall
    SimulatorScore(n=1, failed=0)
    >>> validate("simulator", worlds=3)
    Traceback (most recent call last):
    outlay.core.errors.InputError: validate: simulator is not told this (found worlds); allowed: ...
    """
    from outlay.core.errors import InputError, Problem, nearest

    said = {
        "measured": measured, "held_out": held_out, "calibration": calibration, "check": check,
        "series": series, "unit": unit, "min_points": min_points, "paths": paths, "plan": plan,
        "actual": actual, "worlds": worlds, "seed": seed, "progress": progress,
    }  # fmt: skip
    asked = {k: v for k, v in said.items() if v is not None}
    if of not in TAKES:
        raise InputError(
            Problem("nothing of this name is validated", "validate", repr(of), ", ".join(TAKES),
                    nearest(of, TAKES))
        )  # fmt: skip
    stray = [k for k in asked if k not in TAKES[of]]
    if stray:
        allowed = ", ".join(TAKES[of])
        raise InputError(Problem(f"{of} is not told this", "validate", ", ".join(stray), allowed))
    verb = getattr(importlib.import_module(f"outlay.api.validation.{of}"), f"validate_{of}")
    first = [asked.pop("plan")] if "plan" in asked else []
    found: Document = verb(*first, **asked)
    return found
