"""What a study says of work to be done: services, other loads, training campaigns."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from outlay.study.fields import Num, PeriodField, Schedule, StrictModel, number, schedule

__all__ = ["Campaign", "LatencyTarget", "Lengths", "Mix", "Service", "Slo", "TokenVolume", "Work"]


class Mix(StrictModel):
    """Input tokens per output token, and the share of input that a prefix cache holds.

    `input: 3.6, output: 1` means 3.6 input tokens to 1 output token.
    """

    input: number("ratio")
    output: number("ratio", ">0") = Num(1.0, "ratio")
    cached: number("fraction", "share") = Num(0.0, "fraction")


class Lengths(StrictModel):
    """Tokens per request: means, spread, and the trace whose shape the simulator uses."""

    input: number("tokens", ">0")
    output: number("tokens", ">0")
    cv: number("ratio") = Num(1.0, "ratio", note="lognormal spread; 1 is usual for chat")
    trace: str | None = None
    source: str | None = None


class LatencyTarget(StrictModel):
    """A limit on a latency at the 99th percentile."""

    p99: number("duration", ">0")


class Slo(StrictModel):
    """Service-level objective: time to first token, time per output token."""

    ttft: LatencyTarget | None = None
    tpot: LatencyTarget | None = None
    source: str | None = None


class TokenVolume(StrictModel):
    """Volume from a dated series of the catalogue, or of a CSV file beside the study."""

    series: str
    share: number("fraction", "share") = Num(1.0, "fraction")
    forecast: Literal["pooled", "damped", "power", "gompertz"] = "pooled"
    source: str | None = None


class UnservedValue(StrictModel):
    """What it costs not to serve a token, by kind."""

    input: number("price_per_token")
    output: number("price_per_token")
    cached: number("price_per_token") | None = None
    source: str | None = None


class Value(StrictModel):
    """Worth of serving: cost of not serving; optional revenue by kind."""

    unserved: UnservedValue | number("price_per_token")
    price: UnservedValue | None = None
    source: str | None = None


class Service(StrictModel):
    """A kind of language-model traffic with its model, volume, shape, promise and worth."""

    note: str = ""
    source: str | None = None
    model: str | dict[str, Any]
    compute: schedule("ratio", ">0") = Schedule(())
    """Compute per token over that of `model` (a lighter or larger sibling), by period."""
    tokens_per_day: TokenVolume | number("token_rate")
    growth: schedule("ratio", ">0") = Schedule(())
    """Volume over `tokens_per_day` at mid-period; geometric between the periods given."""
    mix: Mix
    lengths: Lengths
    slo: Slo = Slo()
    shape: str = "pooled"
    busiest_hour: number("ratio", ">=1") | None = None
    deferrable: number("fraction", "share") = Num(0.0, "fraction")
    serve_from: list[str] = Field(min_length=1)
    chips: list[str] = []
    value: Value


class UnitsPerDay(StrictModel):
    """Work as items a day times busy seconds of the reference chip for each."""

    items: number("count_rate")
    seconds: number("duration", ">0")


class Work(StrictModel):
    """Work that is not language tokens: ranking, images, video, reserved capacity.

    Measured in busy chips of type `reference`: given directly (`need`) or as items a day times
    seconds each (`units`). Other chips count by their sustained rate on `kind` of work.
    """

    note: str = ""
    source: str | None = None
    kind: Literal["dense", "training", "reserved"] = "dense"
    reference: str
    need: schedule("chips") | None = None
    units: UnitsPerDay | None = None
    growth: schedule("ratio", ">0") = Schedule(())
    growth_follows_demand: bool = False
    """True where the scenario states of demand scale this work as they scale tokens."""
    growth_per_period: number("growth", None) | None = None
    busiest_hour: number("ratio", ">=1") = Num(1.0, "ratio")
    deferrable: number("fraction", "share") = Num(0.0, "fraction")
    serve_from: list[str] = Field(min_length=1)
    chips: list[str] = []
    unserved: number("price_per_chip_hour")


class Campaign(StrictModel):
    """A training campaign: FLOP (or model × tokens) by a date, at places, at a sustained rate.

    `sustained` is the useful FLOP/s of one `reference` chip; other chips count by their training
    rate. `spread: even` makes it a steady need between `start` and `by`; `free` lets the plan
    place it. `block` is the smallest number of reference chips at one place.
    """

    note: str = ""
    source: str | None = None
    flop: number("flop", ">0") | None = None
    model: str | None = None
    tokens: number("tokens", ">0") | None = None
    start: PeriodField
    by: PeriodField
    reference: str = "h200-sxm"
    sustained: number("flop_rate", ">0")
    goodput: number("fraction", "share") = Num(0.85, "fraction", note="restarts, failures")
    spread: Literal["even", "free"] = "even"
    block: number("chips") | None = None
    places: dict[str, number("fraction", "share")] = Field(min_length=1)
    chips: list[str] = []
    unserved: number("price_per_chip_hour")
