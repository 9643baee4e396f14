"""What a study says of work to be done: services, other loads, training campaigns."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import SequenceMatcher
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag, field_validator

from outlay.study.model.catalogue_names import ChipName, ModelName, SeriesName, ShapeName, TraceName
from outlay.study.model.fields import (
    NUM_KEYS,
    UNSAID_PERIOD,
    Num,
    PeriodField,
    Schedule,
    StrictModel,
    number,
    schedule,
    unsaid,
)

__all__ = [
    "BusiestHour",
    "Campaign",
    "Fallback",
    "LatencyTarget",
    "Lengths",
    "Mix",
    "Service",
    "Slo",
    "Tier",
    "TokenVolume",
    "UnitsPerDay",
    "UnservedValue",
    "Value",
    "Work",
]


class Mix(StrictModel):
    """Input tokens per output token, and the share of input that a prefix cache holds.

    `input: 3.6, output: 1` means 3.6 input tokens to 1 output token.
    """

    input: Annotated[Num, number("ratio")]
    """Input tokens, cached ones included, for every `output`."""
    output: Annotated[Num, number("ratio", ">0")] = Num(1.0, "1")
    """Output tokens."""
    cached: Annotated[Num, number("fraction", "share")] = Num(0.0, "1")
    """Share of input tokens that a prefix cache holds."""
    source: str | None = None
    """Source of every number here that names none itself."""


class Lengths(StrictModel):
    """Tokens per request: means, and how they spread around them."""

    input: Annotated[Num, number("tokens", ">0")] = unsaid("mean of the trace")
    """Mean input tokens of a request, cached ones included."""
    output: Annotated[Num, number("tokens", ">0")] = unsaid("mean of the trace")
    """Mean output tokens of a request."""
    cv: Annotated[Num, number("ratio")] = Num(
        1.0, "1", note="lognormal spread; 1 is usual for chat"
    )
    """Standard deviation over mean, of both; a `trace` says more and takes its place."""
    trace: TraceName | None = None
    """How lengths spread: a published trace by its name, or a file beside the study with a request
    a row (time, input and output tokens). Its shape is laid around the means stated."""
    source: str | None = None
    """Source of every number here that names none itself."""


class LatencyTarget(StrictModel):
    """A limit on a latency at the 99th percentile."""

    p99: Annotated[Num, number("duration", ">0")]
    """99 of 100 requests are at least this fast."""


class Slo(StrictModel):
    """Service-level objective: time to first token, time per output token."""

    ttft: LatencyTarget | None = None
    """Time to first token."""
    tpot: LatencyTarget | None = None
    """Time per output token after the first."""
    source: str | None = None
    """Source of every number here that names none itself."""


class TokenVolume(StrictModel):
    """Volume from a dated series of the catalogue, or of a CSV file beside the study."""

    series: SeriesName
    """Name of a series, or a CSV file."""
    share: Annotated[Num, number("fraction", "share")] = Num(1.0, "1")
    """Share of the series that this service is."""
    forecast: Literal["pooled", "damped", "power", "gompertz"] = "pooled"
    """How the series is carried forward; `pooled` weighs the three others equally."""
    source: str | None = None
    """Source of every number here that names none itself."""


class UnservedValue(StrictModel):
    """Money per token, by kind of token."""

    input: Annotated[Num, number("price_per_token")]
    """For an uncached input token."""
    output: Annotated[Num, number("price_per_token")]
    """For an output token."""
    cached: Annotated[Num, number("price_per_token")] | None = None
    """For a cached input token; none = nothing."""
    source: str | None = None
    """Source of every number here that names none itself."""


class BusiestHour(StrictModel):
    """Busiest hour over the day's mean, by phase: prompts and answers may peak apart."""

    prefill: Annotated[Num, number("ratio", ">=1")]
    """Of the input tokens that prefill works on."""
    decode: Annotated[Num, number("ratio", ">=1")]
    """Of the output tokens that decode makes."""
    source: str | None = None
    """Source of every number here that names none itself."""


def _one_or_by_phase(raw: object) -> str:
    return "<by phase>" if _is_of(BusiestHour, raw) else "<number>"


def _one_or_by_kind(raw: object) -> str:
    return "<by kind>" if _is_of(UnservedValue, raw) else "<number>"


def _series_or_number(raw: object) -> str:
    return "<series>" if _is_of(TokenVolume, raw) else "<number>"


def _name_or_inline(raw: object) -> str:
    return "<inline>" if isinstance(raw, Mapping) else "<name>"


def _is_of(model: type[StrictModel], raw: object) -> bool:
    """Whether what is written is a mapping of `model` rather than a number with its notes.

    Each key speaks for the one that it is nearest to, so that a misspelt one is told of its own.
    """
    if isinstance(raw, model):
        return True
    if not isinstance(raw, Mapping) or "value" in raw:
        return False
    theirs = [name for name in model.model_fields if name not in NUM_KEYS]
    ours = [name for name in NUM_KEYS if name not in model.model_fields]

    def near(names: list[str]) -> float:
        pairs = ((str(key)[:40], name) for key in raw for name in names)
        return max((SequenceMatcher(None, *pair).ratio() for pair in pairs), default=0.0)

    return near(theirs) >= near(ours)


class Tier(StrictModel):
    """A part of the work and what it costs not to do it; the cheapest part is given up first."""

    share: Annotated[Num, number("fraction", "share")]
    """Share of the work; the shares of all tiers sum to 1."""
    times: Annotated[Num, number("ratio")]
    """Price of not doing it, over `unserved`; may not fall from one tier to the next."""
    note: str = ""
    """Words for readers."""
    source: str | None = None
    """Source of every number here that names none itself."""


class Value(StrictModel):
    """Worth of serving: cost of not serving; optional revenue by kind."""

    unserved: Annotated[
        Annotated[UnservedValue, Tag("<by kind>")]
        | Annotated[Annotated[Num, number("price_per_token")], Tag("<number>")],
        Discriminator(_one_or_by_kind),
    ]
    """What a token not served costs: one price, or by kind."""
    tiers: list[Tier] = Field(default_factory=list)
    """Parts of the service that are dearer to give up than others; none = all at `unserved`."""
    least: Annotated[Num, number("fraction", "share")] = Num(0.0, "1")
    """Share that must be served in every period and part of the day, at whatever cost."""
    price: UnservedValue | None = None
    """What customers pay, by kind."""
    source: str | None = None
    """Source of every number here that names none itself."""


class Fallback(StrictModel):
    """A smaller model that may serve part of a service, in the same lengths and latency."""

    model: Annotated[
        Annotated[ModelName, Tag("<name>")] | Annotated[dict[str, Any], Tag("<inline>")],
        Discriminator(_name_or_inline),
    ]
    """A catalogue id, or an inline architecture with the catalogue's field names."""
    most: Annotated[Num, number("fraction", "share")] = Num(1.0, "1")
    """Largest share of the service that it may serve, in every part of the day."""
    loss: Annotated[Num, number("fraction", "share")]
    """What a token that it serves costs, over the price of one not served."""
    note: str = ""
    """Words for readers."""
    source: str | None = None
    """Source of every number here that names none itself."""


class Service(StrictModel):
    """A kind of language-model traffic with its model, volume, shape, promise and worth."""

    title: str = ""
    """What people call it; left out = a name made from the id."""
    note: str = ""
    """Words for readers."""
    source: str | None = None
    """Source of every number here that names none itself."""
    model: Annotated[
        Annotated[ModelName, Tag("<name>")] | Annotated[dict[str, Any], Tag("<inline>")],
        Discriminator(_name_or_inline),
    ]
    """A catalogue id, or an inline architecture with the catalogue's field names."""
    compute: Annotated[Schedule, schedule("ratio", ">0")] = Schedule(())
    """Compute per token over that of `model` (a lighter or larger sibling), by period."""
    tokens_per_day: Annotated[
        Annotated[TokenVolume, Tag("<series>")]
        | Annotated[Annotated[Num, number("token_rate")], Tag("<number>")],
        Discriminator(_series_or_number),
    ]
    """Volume on the study's date, all kinds of token together: a number or a dated series."""
    growth: Annotated[Schedule, schedule("ratio", ">0")] = Schedule(())
    """Volume over `tokens_per_day` at mid-period; geometric between the periods given."""
    mix: Mix
    """Kinds of token."""
    lengths: Lengths
    """Tokens per request."""
    slo: Slo = Slo()
    """Latency promised."""
    shape: ShapeName = "pooled"
    """How the day runs: a shape of the catalogue, or a file beside the study with a request a row
    (time, input and output tokens) over a day or more, whose tokens are counted by hour."""
    busiest_hour: (
        Annotated[
            Annotated[BusiestHour, Tag("<by phase>")]
            | Annotated[Annotated[Num, number("ratio", ">=1")], Tag("<number>")],
            Discriminator(_one_or_by_phase),
        ]
        | None
    ) = None
    """Busiest hour over the day's mean, in tokens: one ratio for both phases, or one for each;
    none = from `shape`."""
    deferrable: Annotated[Num, number("fraction", "share")] = Num(0.0, "1")
    """Share that may wait for another hour of the same day."""
    serve_from: list[str] = Field(min_length=1)
    """Regions or sites where it may run (residency, latency)."""
    colocated: bool = Field(False, strict=True)
    """True where prompt and answer of a request must be served in the same place."""
    chips: list[ChipName] = Field(default_factory=list)
    """Chips that it may run on; none = any that fits."""
    value: Value
    """Worth of serving."""
    fallback: Fallback | None = None
    """A smaller model that may serve part of it."""


class UnitsPerDay(StrictModel):
    """Work as items a day times busy seconds of the reference chip for each."""

    items: Annotated[Num, number("count_rate")]
    """Items a day (images, seconds of video)."""
    seconds: Annotated[Num, number("duration", ">0")]
    """Busy time of one reference chip for one item."""
    source: str | None = None
    """Source of every number here that names none itself."""


class Work(StrictModel):
    """Work that is not language tokens: ranking, images, video, reserved capacity.

    Measured in busy chips of type `reference`: given directly (`need`) or as items a day times
    seconds each (`units`). Other chips count by their sustained rate on `kind` of work.
    """

    title: str = ""
    """What people call it; left out = a name made from the id."""
    note: str = ""
    """Words for readers."""
    source: str | None = None
    """Source of every number here that names none itself."""
    kind: Literal["dense", "training", "reserved"] = "dense"
    """What the chips do; `reserved` chips are held for others, of the reference type only."""
    reference: ChipName
    """Catalogue id of the chip in which the work is counted."""
    need: Annotated[Schedule, schedule("chips")] | None = None
    """Busy reference chips, mean over the day, by period."""
    units: UnitsPerDay | None = None
    """The same as items a day."""
    growth: Annotated[Schedule, schedule("ratio", ">0")] = Schedule(())
    """Work over its first value at mid-period; geometric between the periods given."""
    growth_follows_demand: bool = Field(False, strict=True)
    """True where the scenario states of demand scale this work as they scale tokens."""
    growth_per_period: Annotated[Num, number("growth", ">-1")] | None = None
    """Growth a period, in place of `growth`."""
    busiest_hour: Annotated[Num, number("ratio", ">=1")] = Num(1.0, "1")
    """Busiest hour over the day's mean, after queued work has moved."""
    deferrable: Annotated[Num, number("fraction", "share")] = Num(0.0, "1")
    """Share that may wait for another hour of the same day."""
    serve_from: list[str] = Field(min_length=1)
    """Regions or sites where it may run."""
    chips: list[ChipName] = Field(default_factory=list)
    """Chips that it may run on; none = any that fits."""
    unserved: Annotated[Num, number("price_per_chip_hour")]
    """What an hour of a reference chip's work costs when it is not done."""
    tiers: list[Tier] = Field(default_factory=list)
    """Parts of the work that are dearer to give up than others; none = all at `unserved`."""
    least: Annotated[Num, number("fraction", "share")] = Num(0.0, "1")
    """Share that must be done in every period and part of the day, at whatever cost."""


class Campaign(StrictModel):
    """A training campaign: FLOP (or model × tokens) by a date, at places, at a sustained rate.

    `sustained` is the useful FLOP/s of one `reference` chip; other chips count by their training
    rate. `spread: even` makes it a steady need between `start` and `by`; `free` lets the plan
    place it in time, any share in any period. `block` is how many reference chips stand at one
    site, beside what serves there, while it runs: the work of a period is then done at one site
    of each place, and where the block is more than the mean, for a share of the period.
    """

    title: str = ""
    """What people call it; left out = a name made from the id."""
    note: str = ""
    """Words for readers."""
    source: str | None = None
    """Source of every number here that names none itself."""
    flop: Annotated[Num, number("flop", ">0")] | None = None
    """Useful FLOP in all; or give `model` and `tokens`."""
    model: ModelName | None = None
    """Catalogue id; FLOP = 6 × active parameters × `tokens`."""
    tokens: Annotated[Num, number("tokens", ">0")] | None = None
    """Tokens to train on."""
    start: PeriodField = UNSAID_PERIOD
    """First period of work; left out = the first of the horizon."""
    by: PeriodField
    """Last period of work."""
    reference: ChipName = "h200-sxm"
    """Catalogue id of the chip whose rate `sustained` is."""
    sustained: Annotated[Num, number("flop_rate", ">0")] = unsaid("38 % of the chip's bf16 peak")
    """Useful FLOP/s of one reference chip while it runs."""
    goodput: Annotated[Num, number("fraction", "share")] = Num(0.85, "1", note="restarts, failures")
    """Share of chip time that is useful."""
    spread: Literal["even", "free"] = "even"
    """A steady need, or placed in time by the plan."""
    block: Annotated[Num, number("chips", whole=True)] | None = None
    """Fewest reference chips at one site while it runs; none = any number at any sites."""
    places: dict[str, Annotated[Num, number("fraction", "share")]] = Field(min_length=1)
    """Share of the work by region or site; shares sum to 1. A list means equal shares."""
    chips: list[ChipName] = Field(default_factory=list)
    """Chips that it may run on; none = any that fits."""
    unserved: Annotated[Num, number("price_per_chip_hour")] = unsaid("three times the rent")
    """What an hour of a reference chip's work costs when it is not done in time."""

    @field_validator("places", mode="before")
    @classmethod
    def _equal_shares(cls, raw: object) -> object:
        if isinstance(raw, list) and raw and all(isinstance(p, str) for p in raw):
            return {place: 1 / len(raw) for place in raw}
        return raw
