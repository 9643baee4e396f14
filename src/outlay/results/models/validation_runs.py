"""Scores of what was run: the simulator against theory, a plan against what happened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from outlay.results.base import Row, Share, Unit
from outlay.results.document import Document

__all__ = [
    "Outcome",
    "PlanScore",
    "PlanValidation",
    "SimulatorCheck",
    "SimulatorScore",
    "SimulatorValidation",
]


@dataclass(frozen=True, slots=True)
class SimulatorCheck(Row):
    """One check of the simulator, in the unit that its name states."""

    check: str
    """What is compared."""
    case: str
    """For which load."""
    value: float | None
    """What the simulator gives; null: without bound."""
    expected: float
    """What theory, its twin or the bar says."""
    low: float | None
    """Least that passes; null: no least."""
    high: float | None
    """Most that passes; null: no most."""
    source: str
    """Where the expectation comes from."""
    ok: bool
    """Whether the value lies inside."""


@dataclass(frozen=True, slots=True)
class SimulatorScore(Row):
    """How many checks ran and failed."""

    n: int
    """Checks."""
    failed: int
    """Of them, outside their band."""


@dataclass(frozen=True, slots=True, repr=False)
class SimulatorValidation(Document):
    """The serving simulator against queueing theory, flow balance, its twin, and speed."""

    kind: ClassVar[str] = "simulator_validation"
    of: Literal["simulator"]
    """What is validated."""
    rows: tuple[SimulatorCheck, ...]
    """Checks."""
    overall: SimulatorScore
    """All of them."""


@dataclass(frozen=True, slots=True)
class Outcome(Row):
    """One outcome: the band that the plan gave it, and what came, in its own unit."""

    name: str
    """Name of the outcome in the plan's outlook."""
    actual: float
    """What happened."""
    p05: float | None
    """5th percentile of the plan's band; null: not predicted."""
    p50: float | None
    """Its median."""
    p95: float | None
    """Its 95th percentile."""
    place: Share | None
    """Where what happened lies in the distribution, 0 to 1."""
    inside_80: bool | None
    """Whether it lies inside the 80 % band."""
    inside_90: bool | None
    """Whether it lies inside the 90 % band."""
    log_score: Annotated[float | None, Unit("nat")]
    """Log density: of ln value where value and band are above zero, else of the value."""
    status: str
    """`predicted`, or why not."""


@dataclass(frozen=True, slots=True)
class PlanScore(Row):
    """Scores over the outcomes that were predicted; null where none was."""

    n: int
    """How many were predicted."""
    coverage_80: Share | None
    """Of them, inside the 80 % band."""
    coverage_90: Share | None
    """Of them, inside the 90 % band."""
    mean_log_score: Annotated[float | None, Unit("nat")]
    """Mean log score."""


@dataclass(frozen=True, slots=True, repr=False)
class PlanValidation(Document):
    """What a plan said would happen against what happened."""

    kind: ClassVar[str] = "plan_validation"
    plan: str
    """Name of the study or plan document."""
    actual: str
    """Name of the table of what happened."""
    rows: tuple[Outcome, ...]
    """Outcomes."""
    overall: PlanScore
    """All of them."""
