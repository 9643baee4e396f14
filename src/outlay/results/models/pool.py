"""The fewest chips that several models share over time: kind `pool`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from outlay.results.base import Chips, Percentiles, Row, Seconds, Share, Unit
from outlay.results.document import Document
from outlay.results.models.simulation import Replica
from outlay.results.models.size import Dollars, Limits

__all__ = ["Pool", "PoolModel", "PoolWindow"]


@dataclass(frozen=True, slots=True)
class PoolModel(Row):
    """One model of a pool: its part of the chips, and what was replayed with it."""

    name: str
    """As the file has it, else the model's."""
    trace: str
    """File of its requests."""
    requests: Annotated[int, Unit("request")]
    """Requests that came."""
    slo: Limits
    """Limits that hold in the replay."""
    replica: Replica
    """One replica of it."""
    load_delay_s: Seconds
    """From a chip's being free to a replica that serves."""
    apart_chips: Chips
    """Of the smallest fleet of its own that never changes."""
    peak_chips: Chips
    """Most chips at a time in the pool."""
    mean_chips: Chips
    """Mean over the pool's time."""
    loads: int
    """Replicas that were loaded after the beginning."""
    follows: bool
    """Whether its replicas change over time; else they are those of the fleet apart."""
    ttft_s: Percentiles
    """Time to first token, over all arrivals."""
    tpot_s: Percentiles
    """Time per output token after the first."""
    within_share: Share
    """Of requests, finished within both limits."""


@dataclass(frozen=True, slots=True)
class PoolWindow(Row):
    """A model in one window of the pool's time."""

    time_s: Seconds
    """The window's middle, from the first arrivals."""
    model: str
    """Its name in the pool."""
    chips: Chips
    """Most of its chips that were on in the window."""
    together: Chips
    """Most chips of all of them at a time."""


@dataclass(frozen=True, slots=True, repr=False)
class Pool(Document):
    """Chips of one kind that several models share: how many, for which model when."""

    kind: ClassVar[str] = "pool"
    chip: str
    """Catalogue id."""
    chips: Chips
    """That the pool needs: the most that all models have on at a time."""
    peak_s: Seconds
    """When that is, from the first arrivals."""
    apart_chips: Chips
    """Of fleets apart, each the smallest of its own that never changes."""
    saved_chips: Chips
    """What pooling saves of those."""
    window_s: Seconds
    """Between two changes of a model's replicas."""
    end_s: Seconds
    """When the last token comes, from the first arrivals."""
    models: tuple[PoolModel, ...]
    """In the order of the file."""
    series: tuple[PoolWindow, ...]
    """Over time, in each window a row for each model in their order."""
    notes: tuple[str, ...]
    """What a reader should know of the answer."""
    warnings: tuple[str, ...]
    """What a reader should know of the traces."""
    spare_chips: Chips = 0.0
    """Kept beside: replicas of the model that takes most chips, which stand in for any."""
    apart_spare_chips: Chips = 0.0
    """Kept beside fleets apart, each of which needs its own."""
    usd_per_chip_hour: Annotated[float | None, Unit("USD per chip-hour")] = None
    """Price asked for, else the middle of the catalogue's rents; null: none is known."""
    usd_per_day: Dollars = None
    """Of the pool, spares included."""
    usd_per_year: Dollars = None
    """The same over a year of such days."""
    apart_usd_per_day: Dollars = None
    """Of fleets apart, their spares included."""
    usd_per_mtok: Annotated[float | None, Unit("USD per million tokens")] = None
    """Of the pool over its time, by output tokens of all models."""
