"""Score the serving simulator: queueing theory, flow balance, its twin, and speed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from outlay.api.says import Says
from outlay.results.models.validation_runs import SimulatorValidation

__all__ = ["validate_simulator"]


def validate_simulator(
    *,
    check: Annotated[Sequence[str], Says("md1, mmc, saturation, little, twin or speed.")] = (),
    seed: Annotated[int, Says("Root of every draw.")] = 0,
) -> SimulatorValidation:
    """Score the serving simulator against theory and its own twin; exit 1 if a check fails.

    Raises InputError for a name that is no check.

    >>> validate_simulator(check=["little"]).overall
    SimulatorScore(n=1, failed=0)
    """
    from outlay.serving.validate import validate

    return validate(check, seed)
