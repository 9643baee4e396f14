"""The numbers of a study as one moves them: what they are, whose, and how far they may go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from outlay.results.base import Row, Unit

__all__ = ["GROUPS", "ExchangeRate", "Group", "Input", "InputGroup", "Inputs"]

Group = Literal[
    "prices", "caps", "power", "budget", "demand", "chances", "rates", "training", "other"
]
GROUPS: tuple[Group, ...] = (
    "prices", "caps", "power", "budget", "demand", "chances", "rates", "training", "other",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Input(Row):
    """One field of a study. `PATH=VALUE UNIT` lays a new value over it."""

    path: str
    """Where in the study it stands; a change names it so."""
    name: str
    """What people call it."""
    of: str
    """What people call the thing that it belongs to; empty: the study as a whole."""
    group: Group
    """Which group of sliders it stands in."""
    slides: bool
    """Whether it is a number; else a text, a date or a choice, which is written in a box."""
    value: float | None
    """The number, in `unit`; null where it is none."""
    unit: str
    """What is written behind a new value; empty: nothing."""
    shown: str
    """The value as it is read; of what is no number, as it is written."""
    low: float | None
    """Low end of its stated range; null: none is stated."""
    high: float | None
    """High end of its stated range."""
    least: float | None
    """Where its slider begins; null where it does not slide."""
    most: float | None
    """Where its slider ends."""
    step: float | None
    """By how much it moves at once."""
    source: str
    """Key of its source; empty: none."""
    source_text: str
    """Title, publisher, address and day of the source."""
    grade: str
    """The source's grade, or `assumption`."""
    letter: str
    """M measured, R reported, D derived, E estimated, A assumed."""
    note: str
    """What the study says of it."""
    line: int | None
    """Line of the study; null where nobody wrote it."""
    stated: bool
    """False where it is a default of Outlay's."""
    schedule_of: str
    """Path of the schedule that it is one period of; empty: it is none."""
    period: str
    """That period or year."""


@dataclass(frozen=True, slots=True)
class InputGroup(Row):
    """Inputs that stand together."""

    id: Group
    """Its name in programs."""
    inputs: tuple[Input, ...]
    """In the order of the study; those that move the plan most first, where that is known."""


@dataclass(frozen=True, slots=True)
class ExchangeRate(Row):
    """A currency that a study may be read in, at the rate of the study's date."""

    code: str
    """Its ISO code."""
    rate: Annotated[float, Unit("units of it for one of the study's currency")]
    """Units of it for one of the study's currency."""
    known_on: str
    """Day of the rate; of two that were crossed, of the older."""
    source: str
    """Who says so."""


@dataclass(frozen=True, slots=True)
class Inputs(Row):
    """Every field of a study that one may move."""

    study: str
    """Id of the study; empty: it is held nowhere."""
    version: int
    """Its version."""
    currency: str
    """The study's currency."""
    rates: tuple[ExchangeRate, ...]
    """Currencies that it may be read in, its own first."""
    groups: tuple[InputGroup, ...]
    """Those with inputs, in their order."""
    scenarios: tuple[str, ...]
    """Names of the scenarios that the study itself holds."""
