"""Dated rows of the catalogue, as stages take them and as kind `catalogue` prints them.

Every row keeps its `source`, `date` and `grade`.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from outlay.results.base import Row, Unit
from outlay.results.chips_models import Chip, Model
from outlay.results.document import Document

__all__ = [
    "Catalogue",
    "CatalogueRow",
    "ControlEvent",
    "CostReference",
    "DayShape",
    "Dispute",
    "Fact",
    "FxRate",
    "MarketFact",
    "PeerCapex",
    "Price",
    "Region",
    "SeriesPoint",
    "Table",
    "Trace",
]

Table = Literal[
    "chips", "models", "prices", "fx", "regions", "events", "series", "peers", "costs",
    "traces", "shapes", "facts", "disputes",
]  # fmt: skip
PerKwh = Annotated[float | None, Unit("tariff_currency per kWh")]


@dataclass(frozen=True, slots=True)
class Price(Row):
    """A dated price or rent, low to high, in `currency` per `unit`."""

    item: str
    """What is sold."""
    category: str
    """api, card, chip, cluster, module, rack, rental, server, system."""
    low: Annotated[float, Unit("currency per unit")]
    """Low end."""
    high: Annotated[float, Unit("currency per unit")]
    """High end."""
    unit: str
    """What it is the price of."""
    currency: str
    """ISO currency."""
    date: str
    """Day, month or year that it was seen."""
    region: str
    """Where."""
    source: str
    """Where it is said."""
    grade: str
    """How good the source is."""
    chip: str = ""
    """Catalogue id where the item is a chip."""
    note: str = ""
    """What a reader should know."""


@dataclass(frozen=True, slots=True)
class FxRate(Row):
    """An exchange rate: `rate` of `quote` per `base`."""

    date: str
    """Day or month."""
    kind: Literal["monthly_average", "spot", "pboc_midpoint"]
    """Mean of the month, of that day, or fixed by the central bank of China."""
    base: str
    """ISO currency."""
    quote: str
    """ISO currency."""
    rate: Annotated[float, Unit("quote per base")]
    """The rate."""
    source: str
    """Where it is published."""
    grade: str
    """How good the source is."""


@dataclass(frozen=True, slots=True)
class Region(Row):
    """A place where chips may stand."""

    id: str
    """Catalogue id."""
    name: str
    """The place."""
    country: str
    """ISO country."""
    tariff: PerKwh
    """Price of electricity."""
    tariff_currency: str
    """ISO currency of the tariff."""
    pue: Annotated[float | None, Unit("ratio")]
    """Power of the site over that of its IT."""
    source: str
    """Where the figures are from."""
    grade: str
    """How good the source is."""
    note: str = ""
    """What a reader should know."""
    tariff_low: PerKwh = None
    """Low end of the tariff."""
    tariff_high: PerKwh = None
    """High end of the tariff."""


@dataclass(frozen=True, slots=True)
class ControlEvent(Row):
    """A dated export-control measure."""

    date: dt.date
    """Its day."""
    actor: str
    """Who acts."""
    event: str
    """The measure."""
    chips: tuple[str, ...]
    """Catalogue ids that it is about."""
    effect: str
    """What it changes."""
    source: str
    """Where it is reported."""
    grade: str
    """How good the source is."""


@dataclass(frozen=True, slots=True)
class SeriesPoint(Row):
    """One announcement of a firm's token volume; firms count different things."""

    series: str
    """Id of the series."""
    date: dt.date
    """Its day; of a month or year, the middle."""
    value: Annotated[float, Unit("token/day")]
    """The volume."""
    floor: bool
    """Whether it is said as "over"."""
    grade: str
    """How good the source is."""
    source: str
    """Where it is said."""
    date_sd_days: Annotated[float, Unit("day")] = 0.0
    """Standard deviation of the day."""
    note: str = ""
    """What a reader should know."""


@dataclass(frozen=True, slots=True)
class PeerCapex(Row):
    """One statement of a firm's capital expenditure; scopes differ: never add unread."""

    company: str
    """The firm."""
    period: str
    """As stated: calendar, fiscal or other."""
    low: Annotated[float, Unit("currency")]
    """Low end."""
    high: Annotated[float | None, Unit("currency")]
    """High end; null where the statement is a floor."""
    currency: str
    """ISO currency."""
    status: str
    """actual, guidance, plan, press, estimate, commitment."""
    as_of: str
    """When it was said."""
    scope: str
    """What is counted in it."""
    source: str
    """Where it is said."""
    grade: str
    """How good the source is."""
    note: str = ""
    """What a reader should know."""


@dataclass(frozen=True, slots=True)
class CostReference(Row):
    """A published cost, life, tariff or load, `low` to `high` in `unit` as printed."""

    id: str
    """Catalogue id."""
    topic: str
    """What it belongs to."""
    item: str
    """What it is of."""
    low: Annotated[float, Unit("unit")]
    """Low end."""
    high: Annotated[float, Unit("unit")]
    """High end."""
    unit: str
    """Unit as printed."""
    region: str
    """Where."""
    date: str
    """Of the publication."""
    kind: str
    """published, press, broker, derived, estimate, guess, inferred, opinion, recalled, …"""
    source: str
    """Where it is published."""
    grade: str
    """How good the source is."""
    note: str = ""
    """What a reader should know."""


@dataclass(frozen=True, slots=True)
class Trace(Row):
    """Recorded requests whose lengths a service may take by name (`lengths.trace`)."""

    id: str
    """The name that a study writes."""
    name: str
    """As people call it."""
    what: str
    """Whose requests they are."""
    requests: Annotated[float, Unit("1")]
    """Requests that it stands for."""
    span_s: Annotated[float | None, Unit("s")]
    """From the first to the last; null where its sessions have no common clock."""
    input_tokens: Annotated[float, Unit("token")]
    """Mean input tokens of a request, cached ones included."""
    output_tokens: Annotated[float, Unit("token")]
    """Mean output tokens of a request."""
    source: str
    """Where it is published."""
    grade: str
    """How good the source is."""
    note: str = ""
    """What a reader should know."""


@dataclass(frozen=True, slots=True)
class DayShape(Row):
    """A curve of load over the day that a service may take by name (`shape`)."""

    id: str
    """The name that a study writes."""
    what: str
    """What kind of service has such a day."""
    curve: str
    """The measured day that it follows."""
    busiest_hour: Annotated[float, Unit("ratio")]
    """Busiest hour of requests over the mean of the day."""
    annual_event: Annotated[float, Unit("ratio")]
    """Busiest night of the year over a normal day."""
    basis: Literal["measured", "assumption", "definition"]
    """Whether the ratio is measured, assumed or true by definition."""
    source: str
    """Where the curve is from."""
    grade: str
    """How good the source is."""
    note: str = ""
    """How the ratios were reached."""
    busiest_prefill: Annotated[float | None, Unit("ratio")] = None
    """Busiest hour of input tokens over the mean of the day, for which prefill is planned; null: as
    `busiest_hour`."""
    busiest_decode: Annotated[float | None, Unit("ratio")] = None
    """Busiest hour of output tokens over the mean of the day, for which decode is planned; null: as
    `busiest_hour`."""

    @property
    def prefill(self) -> float:
        """Busiest hour for which prefill is planned, over the mean."""
        return self.busiest_hour if self.busiest_prefill is None else self.busiest_prefill

    @property
    def decode(self) -> float:
        """Busiest hour for which decode is planned, over the mean."""
        return self.busiest_hour if self.busiest_decode is None else self.busiest_decode


@dataclass(frozen=True, slots=True)
class MarketFact(Row):
    """A dated figure of the market that no other table holds, `low` to `high` in `unit`."""

    topic: str
    """accounting, capex, chip, export, lease, memory, model, money, power, rent."""
    item: str
    """Whose it is."""
    parameter: str
    """What it is of."""
    low: Annotated[float | None, Unit("unit")]
    """Low end; null where it is no number."""
    high: Annotated[float | None, Unit("unit")]
    """High end; null where it is no number."""
    words: str
    """What is said where it is no number."""
    unit: str
    """Unit as printed."""
    date: str
    """Day, month or year that it was said or is of."""
    source: str
    """Where it is said."""
    grade: str
    """How good the source is."""
    note: str = ""
    """What a reader should know."""


@dataclass(frozen=True, slots=True)
class Dispute(Row):
    """A figure of the catalogue that another source gives otherwise: which is used, and why."""

    table: str
    """The table that holds the figure."""
    item: str
    """Whose it is: id of the chip or model, or as the table names it."""
    parameter: str
    """What it is of."""
    used: Annotated[float, Unit("unit")]
    """The figure that the table holds."""
    other: Annotated[float, Unit("unit")]
    """What the other source says."""
    unit: str
    """Unit of both."""
    date: str
    """Day, month or year of the other source."""
    source: str
    """The other source."""
    grade: str
    """How good it is."""
    reason: str
    """Why the one is used and not the other."""


@dataclass(frozen=True, slots=True)
class Fact(Row):
    """One number behind a chip or a model, as its source has it."""

    parameter: str
    """What it is."""
    value: float
    """The number, in `unit`."""
    unit: str
    """Its unit."""
    date: str
    """When it was read."""
    grade: str
    """How good the source is."""
    source: str
    """Where it is from."""
    note: str
    """What a reader should know."""
    disputes: tuple[Dispute, ...] = ()
    """What other sources say of it, and why they are not used."""


CatalogueRow = (
    Chip
    | Model
    | Price
    | FxRate
    | Region
    | ControlEvent
    | SeriesPoint
    | PeerCapex
    | CostReference
    | Trace
    | DayShape
    | MarketFact
    | Dispute
)


@dataclass(frozen=True, slots=True, repr=False)
class Catalogue(Document):
    """Rows of one table of the catalogue."""

    kind: ClassVar[str] = "catalogue"
    table: Table
    """The table."""
    as_of: str
    """Only what was known on this day; empty: everything."""
    n: int
    """Number of rows."""
    rows: tuple[CatalogueRow, ...]
    """The rows of the table; all are of one sort."""
    name: str
    """What was asked for by name; empty: all."""
    facts: tuple[Fact, ...]
    """Each number behind the one chip or model asked for."""
