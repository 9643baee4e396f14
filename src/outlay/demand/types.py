"""What demand hands on: token and work rates by state, period, load and slice of the day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from outlay.core.arrays import Array
from outlay.core.periods import Period

__all__ = ["ALL_ALIKE", "EVENT", "KINDS", "CampaignNeed", "DemandPaths", "Load"]


KINDS: tuple[Literal["input", "cached", "output"], ...] = ("input", "cached", "output")
"""Token kinds: uncached input, cached input, output."""


ALL_ALIKE = ((1.0, 1.0),)
"""One tier: no part of the work is dearer to give up than another."""
EVENT = "event"
"""Name of the part of the day that holds the peak hours of the year's busiest days."""


@dataclass(frozen=True, slots=True)
class Load:
    """Work that chips do: one phase of a service, or other work counted in reference chips.

    unit: `token/s` (prefill loads count uncached input tokens, decode loads output tokens) or
    `chip` (busy chips of type `reference_chip`). `cached_per_unit`: cached input tokens that
    come with each unit (prefill loads). `shed_cost`: currency per unit-second not served.
    `places`: regions or site ids where it may run; empty = anywhere.
    `group`: loads of one group are served in the same proportion (a request is served whole).
    `tiers`: (share of the work, price of not doing it over `shed_cost`), cheapest first; `least`:
    share that must be done. `instead_of`: the load of which this one, of a smaller model, may do
    up to `most`, at `loss` of its `shed_cost`; nothing is asked of such a load itself.
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
    tiers: tuple[tuple[float, float], ...] = ALL_ALIKE
    least: float = 0.0
    instead_of: str = ""
    most: float = 0.0
    loss: float = 0.0


@dataclass(frozen=True)
class CampaignNeed:
    """Training at one place that the plan places: in time, or as a block at one of its sites.

    load: the work as a load, in busy reference chips. chips [period]: of it, spread evenly. It
    may be done from period `start` on and is due at the end of `due`; where it is `even`, each
    period's share is due in that period. block: reference chips that stand at one site while it
    runs, 0 = any.
    """

    load: Load
    campaign: str
    chips: Array
    start: int
    due: int
    even: bool
    block: float


@dataclass(frozen=True)
class DemandPaths:
    """Rates [state, period, load, slice] in each load's unit, means over the slice's hours.

    `hours` [period, slice]: hours per day of each part, sum 24; a part that a period has not has
    none, and no rate.
    `compute` [period, load]: chips per unit over those of the capacity table (a larger model
    later, a lighter sibling now). `peak` [load]: busiest hour over the mean for which capacity is
    held on top of `rate`: 1 where slices of the day show the peak themselves. `states` with
    `probabilities` are the branches for the scenario tree ("low", "base", "high");
    `tokens_per_day` is [state, period, service, kind] in token/day for accounts and reports.
    `campaigns` are no loads: their work has no rate of its own.
    Path arrays for risk: `paths` [path, period, service] factors over the base state.
    """

    periods: tuple[Period, ...]
    services: tuple[str, ...]
    loads: tuple[Load, ...]
    slices: tuple[str, ...]
    hours: Array
    states: tuple[str, ...]
    probabilities: Array
    rate: Array
    compute: Array
    peak: Array
    tokens_per_day: Array
    campaigns: tuple[CampaignNeed, ...] = ()
    paths: Array | None = None
    notes: tuple[str, ...] = ()
