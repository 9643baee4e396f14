"""What is said of a programme that was written out, and of a goal that was sought."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from outlay.results.base import Row
from outlay.results.document import Document

__all__ = ["Export", "Goal", "Trial"]


@dataclass(frozen=True, slots=True, repr=False)
class Export(Document):
    """A study's programme in a file that any solver reads."""

    kind: ClassVar[str] = "export"
    study: str
    """Name of the study's file."""
    form: str
    """mps."""
    path: str
    """Where it was written."""
    rows: int
    """Rows of the programme."""
    columns: int
    """Columns of the programme."""
    entries: int
    """Coefficients of the programme."""


@dataclass(frozen=True, slots=True)
class Trial(Row):
    """An input that was tried, and its answer."""

    value: float
    """The input, in `unit`."""
    answer: float
    """The number of the result there."""


@dataclass(frozen=True, slots=True, repr=False)
class Goal(Document):
    """The value of one input at which a number of the result reaches a target."""

    kind: ClassVar[str] = "goal"
    study: str
    """Name of the study's file."""
    input: str
    """The input that was moved."""
    unit: str
    """Its unit."""
    stated: float
    """Its value in the study."""
    value: float
    """The value whose answer is nearest to the target."""
    target_path: str
    """The number of the result."""
    target: float
    """What it should be."""
    answer: float
    """What it is at `value`."""
    jumps: bool
    """Whether the answer crosses the target at once, so that no value gives the target itself."""
    low: float
    """Low end of the narrowest range in which it crosses."""
    high: float
    """High end of that range."""
    tried: tuple[Trial, ...]
    """Everything that was tried, in order."""
