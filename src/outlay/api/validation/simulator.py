"""Score the serving simulator: queueing theory, flow balance, its twin, and speed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated

from outlay.api.asked import checked
from outlay.api.says import MOST_SEED, Says
from outlay.results.models.validation_runs import SimulatorValidation

__all__ = ["validate_simulator"]


@checked
def validate_simulator(
    *,
    check: Annotated[Sequence[str], Says("md1, mmc, saturation, little, twin or speed.")] = (),
    seed: Annotated[int, Says("Root of every draw.", least=0, most=MOST_SEED)] = 0,
    progress: Callable[[str], None] = lambda _: None,
) -> SimulatorValidation:
    """Score the serving simulator against theory and its own twin; exit 1 if a check fails.

    Raises InputError for a name that is no check.

    >>> validate_simulator(check=["little"]).overall
    SimulatorScore(n=1, failed=0)
    """
    from outlay.core.progress import Course, Told
    from outlay.results.models.validation_runs import SimulatorCheck, SimulatorScore
    from outlay.serving.validate import CHECKS, validate

    course, rows = Course(progress, {"": 1.0}), list[SimulatorCheck]()
    names = list(check) or list(CHECKS)
    if any(name not in CHECKS for name in names):
        return validate(names, seed)  # which says what is allowed
    for i, name in enumerate(names):
        course(Told(f"checking {name}", done=i, total=len(names)))
        rows += validate([name], seed).rows
    failed = sum(not r.ok for r in rows)
    return SimulatorValidation("simulator", tuple(rows), SimulatorScore(len(rows), failed))
