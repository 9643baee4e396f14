"""What a sweep found (kind `sweep`): its cases in numbers, what drives what, and answers over two
inputs. The rows themselves are the table beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from outlay.results.base import Row, Share, absent
from outlay.results.document import Document
from outlay.results.study import Thing

__all__ = ["Column", "Driver", "Refusal", "Spread", "Surface", "Sweep", "Varied"]


@dataclass(frozen=True, slots=True)
class Varied(Row):
    """An input that was varied."""

    path: str
    """Where in the study it stands."""
    way: Literal["grid", "list", "drawn", "ends"]
    """Values at even steps; values one by one; drawn between two ends; one end, then the other,
    while all else stays."""
    unit: str
    """Of its values; empty: they are texts."""
    stated: str | float | None
    """What the study says; null where it says more than one thing."""
    values: tuple[str | float, ...]
    """Its values; of others than grids and lists the low and the high end."""


@dataclass(frozen=True, slots=True)
class Column(Row):
    """A column of the table that says what came out."""

    name: str
    """Its name: `objective`, `first_orders.OFFER`."""
    unit: str
    """Of its numbers."""


@dataclass(frozen=True, slots=True)
class Spread(Row):
    """How far an answer moves over the cases that have a plan."""

    of: str
    """The column."""
    unit: str
    """Of its numbers."""
    least: float
    """The least of all."""
    low: float
    """A tenth of the cases are below."""
    middle: float
    """Half of the cases are below."""
    high: float
    """A tenth of the cases are above."""
    most: float
    """The most of all."""


@dataclass(frozen=True, slots=True)
class Driver(Row):
    """What one input does to one answer."""

    of: str
    """The column."""
    unit: str
    """Of its numbers."""
    path: str
    """The input."""
    share: Share
    """How much of the answer's variance knowing the input would explain; of inputs that are moved
    one at a time, how much of the sum of their squared swings is its own."""
    at_low: float | None
    """The answer where the input is low: its mean over the cases with the lowest value, or over the
    lowest third of what was drawn; null where no such case has a plan."""
    at_high: float | None
    """The same where it is high."""


@dataclass(frozen=True, slots=True)
class Surface(Row):
    """An answer over two inputs: the mean of the cases that have a plan at each pair of values."""

    of: str
    """The column."""
    unit: str
    """Of its numbers."""
    x: str
    """The input along each row."""
    y: str
    """The input down the rows."""
    xs: tuple[str | float, ...]
    """Values of x; of drawn ones the middle of each sixth of its range."""
    ys: tuple[str | float, ...]
    """Values of y."""
    cells: tuple[tuple[float | None, ...], ...]
    """[y][x]: the answer; null where no case there has a plan."""
    without: tuple[tuple[int, ...], ...]
    """[y][x]: cases without a plan."""


@dataclass(frozen=True, slots=True)
class Refusal(Row):
    """Why cases have no plan."""

    status: Literal["infeasible", "refused", "failed", "quarantined"]
    """No plan meets every limit; the study's own checks refuse it; the solver or a check of the run
    failed; its worker ended each time it was tried."""
    why: str
    """In the words of the check that found it."""
    cases: int
    """How many."""
    first: int
    """The first of them."""


@dataclass(frozen=True, slots=True, repr=False)
class Sweep(Document):
    """Many cases of one study, each planned to its certified optimum."""

    kind: ClassVar[str] = "sweep"
    title: str
    """The study's title."""
    study: str
    """Name of the study's file."""
    currency: str
    """The study's currency."""
    scenario: str
    """Name of the scenario laid over the study; empty: none."""
    overrides: tuple[str, ...]
    """What else was laid over it before the cases: path=value."""
    id: str
    """Hash of what was asked: the same sweep goes on where it was."""
    varied: tuple[Varied, ...]
    """The inputs that were varied."""
    sample: int
    """Draws at each point of what is crossed; 0: none."""
    seed: int
    """Root of the draws."""
    cases: int
    """How many cases there are."""
    optimal: int
    """Those with a certified plan."""
    infeasible: int
    """Those for which no plan meets every limit."""
    refused: int
    """Those that the study's own checks refuse."""
    failed: int
    """Those where the solver, or a check of the run, failed."""
    quarantined: int
    """Those whose worker ended each time they were tried."""
    columns: tuple[Column, ...]
    """Columns of the table that say what came out."""
    spreads: tuple[Spread, ...]
    """How far answers move."""
    drivers: tuple[Driver, ...]
    """What moves them, by answer, the strongest first."""
    surfaces: tuple[Surface, ...]
    """Answers over two inputs that are crossed, or drawn."""
    refusals: tuple[Refusal, ...]
    """Why cases have no plan, the most frequent first."""
    things: tuple[Thing, ...] = ()
    """What the things of the study are called."""
    sha256: Annotated[str, absent()] = ""
    """Of the table as Parquet; empty: it was not made."""

    def of(self, answer: str) -> tuple[Driver, ...]:
        """What moves an answer, the strongest first."""
        return tuple(d for d in self.drivers if d.of == answer)

    @property
    def without(self) -> int:
        """Cases without a plan."""
        return self.cases - self.optimal
