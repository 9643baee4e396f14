"""What demand hands on: token and work rates by state, period, load and slice of the day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from outlay.core.arrays import Array
from outlay.core.periods import Period

__all__ = ["KINDS", "DemandPaths", "Load", "Slice"]


KINDS: tuple[Literal["input", "cached", "output"], ...] = ("input", "cached", "output")
"""Token kinds: uncached input, cached input, output."""


@dataclass(frozen=True, slots=True)
class Slice:
    """A part of the day: `hours_per_day` sum to 24 over the slices."""

    name: str
    hours_per_day: float


@dataclass(frozen=True, slots=True)
class Load:
    """Work that chips do: one phase of a service, or other work counted in reference chips.

    unit: `token/s` (prefill loads count uncached input tokens, decode loads output tokens) or
    `chip` (busy chips of type `reference_chip`). `cached_per_unit`: cached input tokens that
    come with each unit (prefill loads). `shed_cost`: currency per unit-second not served.
    `places`: regions or site ids where it may run; empty = anywhere.
    `group`: loads of one group are served in the same proportion (a request is served whole).
    """

    id: str
    service: str
    phase: str  # prefill, decode, dense, training, reserved
    unit: str
    group: str
    places: tuple[str, ...]
    shed_cost: float
    deferrable: float  # share that may move to another slice of the same day
    cached_per_unit: float = 0.0
    reference_chip: str = ""
    chips_allowed: tuple[str, ...] = ()  # empty = any that fits


@dataclass(frozen=True)
class DemandPaths:
    """Rates [state, period, load, slice] in each load's unit, means over the slice's hours.

    `compute` [period, load]: chips per unit over those of the capacity table (a larger model
    later, a lighter sibling now). `peak` [load]: busiest hour over the mean for which capacity is
    held on top of `rate`: 1 where slices of the day show the peak themselves. `states` with
    `probabilities` are the branches for the scenario tree ("low", "base", "high");
    `tokens_per_day` is [state, period, service, kind] in token/day for accounts and reports.
    Path arrays for risk: `paths` [path, period, service] factors over the base state.
    """

    periods: tuple[Period, ...]
    services: tuple[str, ...]
    loads: tuple[Load, ...]
    slices: tuple[Slice, ...]
    states: tuple[str, ...]
    probabilities: Array
    rate: Array
    compute: Array
    peak: Array
    tokens_per_day: Array
    paths: Array | None = None
    notes: tuple[str, ...] = ()
