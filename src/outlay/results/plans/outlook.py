"""The outlook inside a plan: how its policy fares in sampled worlds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from outlay.results.base import Row, Share, Unit

__all__ = ["Distribution", "Driver", "Outlook", "Promise", "Swing", "Widest"]


@dataclass(frozen=True, slots=True)
class Distribution(Row):
    """One outcome over the sampled worlds, in its own unit."""

    name: str
    """The outcome."""
    unit: str
    """Its unit."""
    mean: float
    """Mean."""
    sd: float
    """Standard deviation."""
    p05: float
    """5th percentile."""
    p10: float
    """10th percentile."""
    p25: float
    """25th percentile."""
    p50: float
    """Median."""
    p75: float
    """75th percentile."""
    p90: float
    """90th percentile."""
    p95: float
    """95th percentile."""
    worse: Literal["high", "low"]
    """Which end is worse."""
    tail_mean: float
    """Mean of the worst tenth."""


@dataclass(frozen=True, slots=True)
class Promise(Row):
    """How often a promise breaks."""

    name: str
    """The promise."""
    output: str
    """The outcome that it is about."""
    limit: float
    """Its limit, in the outcome's unit."""
    broken: Literal["above", "below"]
    """On which side it breaks."""
    probability: Share
    """Chance that it breaks."""
    standard_error: Share
    """Of that chance, by sampling."""
    mean_excess: float
    """Mean excess where it breaks, in the outcome's unit."""


@dataclass(frozen=True, slots=True)
class Driver(Row):
    """Share of an outcome's variance that goes with one factor."""

    output: str
    """The outcome."""
    factor: str
    """The factor."""
    share: Share
    """Of the variance."""


@dataclass(frozen=True, slots=True)
class Swing(Row):
    """What moves the cash and, apart, what is not served: one factor at its ends, all else at the
    middle."""

    factor: str
    """The factor."""
    low_value: float
    """Its 10th percentile, in its own unit."""
    high_value: float
    """Its 90th percentile."""
    at_low: Annotated[float, Unit("study currency")]
    """Cash there, less what is left."""
    at_high: Annotated[float, Unit("study currency")]
    """Cash there, less what is left."""
    base: Annotated[float, Unit("study currency")]
    """The same at the middle."""
    swing: Annotated[float, Unit("study currency")]
    """Difference of the two ends."""
    apart_at_low: Annotated[float, Unit("study currency")]
    """Price of what is not served there: no cash."""
    apart_at_high: Annotated[float, Unit("study currency")]
    """Price of what is not served there: no cash."""


@dataclass(frozen=True, slots=True)
class Widest(Row):
    """A number of the study with a wide stated range: one to replace first."""

    path: str
    """Where it stands."""
    value: float
    """The number, in `unit`."""
    low: float
    """Low end."""
    high: float
    """High end."""
    unit: str
    """Its unit."""
    ratio: Annotated[float, Unit("ratio")]
    """High ÷ low."""
    grade: str
    """How good its source is."""


@dataclass(frozen=True, slots=True)
class Outlook(Row):
    """The plan's policy in sampled worlds."""

    worlds: int
    """Worlds sampled."""
    seed: int
    """Root of the random streams."""
    factors: tuple[str, ...]
    """What is uncertain."""
    distributions: tuple[Distribution, ...]
    """Outcomes."""
    probabilities: tuple[Promise, ...]
    """Promises."""
    drivers: tuple[Driver, ...]
    """What goes with what."""
    headline: str
    """The outcome that the tornado is about."""
    tornado: tuple[Swing, ...]
    """Factors by what they move, largest first."""
    notes: tuple[str, ...]
    """Limits of the outlook."""
