"""The fewest chips that hold an SLO over a trace: kind `size`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from outlay.results.base import Chips, Percentiles, Row, Seconds, Share, Unit, absent
from outlay.results.document import Document
from outlay.results.models.simulation import Replica

__all__ = [
    "Choice", "ClassLimits", "CostCurve", "Fleet", "Gap", "Latency", "Limits", "Pool", "Size",
    "Steady", "Window",
]  # fmt: skip

ChipHours = Annotated[float, Unit("chip-hour")]
Dollars = Annotated[float | None, Unit("USD")]


@dataclass(frozen=True, slots=True)
class Limits(Row):
    """The SLO: limits on a request, and the percentile at which they must hold."""

    ttft_s: Seconds | None
    """Limit on the time to first token; null: none."""
    tpot_s: Seconds | None
    """Limit on the time per output token; null: none."""
    percentile: Share
    """Of requests, that must meet each limit."""


@dataclass(frozen=True, slots=True)
class Fleet(Row):
    """Chips, hours and money of one way to run the fleet."""

    fleet: str
    """Perfect, the scaler, the perfect one loaded ahead, or fixed; each was replayed and held."""
    chips_peak: Chips
    """Most chips at a time."""
    chips_mean: Chips
    """Mean over the trace."""
    chip_hours: ChipHours
    """Over the trace."""
    usd: Dollars
    """What they cost; null without a price."""
    usd_per_day: Dollars = None
    """What they cost in a day that goes as the trace does."""
    usd_per_year: Dollars = None
    """What they cost in a year of such days."""
    usd_per_mtok: Annotated[float | None, Unit("USD per million tokens")] = None
    """The same over the output tokens of the trace."""
    within_share: Share | None = None
    """Requests within both limits at once, over the whole trace."""
    worst_share: Share | None = None
    """The same in the worst hour; of a trace of less than two hours, in its worst sixth."""
    worst_from_s: Seconds | None = None
    """When that begins, from the first arrival."""
    worst_width_s: Seconds | None = None
    """How long it is."""


@dataclass(frozen=True, slots=True)
class Gap(Row):
    """The real fleet over the perfect one; the fixed fleet where no scaler does better."""

    chips_mean: Chips
    """More chips, mean over the trace."""
    chip_hours: ChipHours
    """More chip-hours."""
    usd: Dollars
    """What they cost; null without a price."""


@dataclass(frozen=True, slots=True)
class CostCurve(Row):
    """Cost of output tokens against the share of a replica's SLO rate in use; empty: no price."""

    use: tuple[Share, ...]
    """Shares."""
    usd_per_mtok: tuple[Annotated[float, Unit("USD per million tokens")], ...]
    """Cost at each."""


@dataclass(frozen=True, slots=True)
class Latency(Row):
    """Latencies of the fleet that the answer rests on."""

    ttft_s: Percentiles
    """Time to first token at the load sized for."""
    ttft_alone_s: Percentiles
    """The same of the requests one by one, each with nobody beside it."""
    tpot_s: Percentiles
    """Time per output token after the first."""


@dataclass(frozen=True, slots=True)
class Steady(Row):
    """The load without a trace, and the fleet that holds it: a drawn stream of requests."""

    users: Annotated[float | None, Unit("request")]
    """Users at once that were asked for, each with a request in flight; null: a rate alone."""
    asked_req_s: Annotated[float | None, Unit("request/s")]
    """Requests a second that were asked for; null: users alone."""
    rate_req_s: Annotated[float, Unit("request/s")]
    """Requests a second that the fleet was sized for."""
    in_flight: Annotated[float, Unit("request")]
    """Requests in flight at once, mean."""
    input_tokens: Annotated[float, Unit("token")]
    """Mean tokens of a prompt."""
    output_tokens: Annotated[float, Unit("token")]
    """Mean tokens of an answer."""
    length_cv: float
    """Coefficient of variation of both lengths; 0: all alike."""
    burst_cv: float
    """Coefficient of variation of the times between requests; 1: Poisson."""
    requests: Annotated[int, Unit("request")]
    """Requests that were drawn."""
    seed: int
    """Of the draws."""
    replicas: int
    """Replicas that hold the load, spares left out."""
    spare_replicas: int
    """One for each fleet."""
    fleets: int
    """Fleets behind a router each that share the load evenly."""
    output_tok_s: Annotated[float, Unit("token/s")]
    """Output tokens a second."""
    usd_per_hour: Annotated[float | None, Unit("USD/hour")]
    """All chips, spares included; null without a price."""
    usd_per_mtok: Annotated[float | None, Unit("USD per million tokens")]
    """The same over the output tokens."""
    think_s: Annotated[float | None, Unit("s"), absent()] = None
    """Of a closed loop: from an answer to a user's next request; null: requests come at random."""


@dataclass(frozen=True, slots=True)
class Window(Row):
    """One window of the trace."""

    time_s: Seconds
    """Its middle, from the first arrival."""
    req_s: Annotated[float, Unit("request/s")]
    """Arrivals a second."""
    chips: Chips
    """Chips of the perfect fleet, spares included, mean over the window."""
    chips_real: Chips
    """Chips of the scaler's fleet likewise; of the fixed one where no scaler holds with less."""


@dataclass(frozen=True, slots=True)
class ClassLimits(Row):
    """Limits of one class of requests."""

    priority: int
    """The class, as the trace's column has it; 0 is served first."""
    ttft_s: Seconds | None
    """Limit on the time to first token; null: none."""
    tpot_s: Seconds | None
    """Limit on the time per output token; null: none."""


@dataclass(frozen=True, slots=True)
class Pool(Row):
    """A pool of one of the fleets of two pools; both were replayed and held the limits."""

    apart: str
    """What is apart: the `length` of prompts, or the `phase`."""
    pool: str
    """Short or long; prefill or decode."""
    up_to_tokens: Annotated[int, Unit("token")]
    """Its longest prompt."""
    requests: Annotated[int, Unit("request")]
    """Requests that it takes."""
    replicas: int
    """Fewest that hold the limits all the time, without spares."""
    chips: Annotated[int, Unit("chip")]
    """All of them."""


@dataclass(frozen=True, slots=True)
class Choice(Row):
    """A chip that was asked for: the cheapest that holds comes first."""

    chip: str
    """The chip."""
    fixed_chips: Annotated[int, Unit("chip")]
    """Of the smallest fixed fleet, without spares; 0: none holds."""
    chip_hours: Annotated[float | None, Unit("chip-hour")]
    """Of the real fleet, or of the fixed one where no scaler does better; null: none holds."""
    usd_per_day: Dollars
    """What that costs a day; null without a price."""
    usd_per_mtok: Annotated[float | None, Unit("USD per million tokens")]
    """The same over output tokens."""
    why_not: str
    """Why it holds nothing; empty: it does."""


@dataclass(frozen=True, slots=True, repr=False)
class Size(Document):
    """Fewest chips for a trace and SLO over time: perfect, real, fixed, and the gap."""

    kind: ClassVar[str] = "size"
    chips_peak: Chips
    """Most chips of the perfect fleet: the best schedule found, spares included."""
    chips_mean: Chips
    """Mean chips of the perfect fleet."""
    chip_hours: ChipHours
    """Chip-hours of the perfect fleet; no fleet shown needs fewer."""
    capacity_req_s_per_replica: Annotated[float, Unit("request/s")]
    """What one replica holds at the SLO's edge, for this trace's mix."""
    chips_per_replica: Annotated[int, Unit("chip")]
    """Chips of one replica."""
    slo: Limits
    """What must hold."""
    fixed_chips: Annotated[int, Unit("chip")]
    """Chips of the smallest fleet that never changes, without a spare."""
    spare_chips: Annotated[int, Unit("chip")]
    """Chips beside those of the fixed fleet: spares, and those of a zone that may be lost."""
    usd_per_chip_hour: Annotated[float | None, Unit("USD per chip-hour")]
    """Price asked for, else the middle of the catalogue's rents; null: none is known."""
    fleets: tuple[Fleet, ...]
    """Perfect, those that follow the load, fixed: each held the SLO in a replay."""
    gap: Gap
    """Real over perfect."""
    cost_against_use: CostCurve
    """Cost of a million output tokens."""
    replica: Replica
    """What a replica is."""
    latency: Latency
    """Latencies of the real fleet."""
    target_in_flight: Annotated[float | None, Unit("request")]
    """What the scaler keeps its metric to, per replica; null: no autoscaling, or by the clock."""
    window_s: Seconds
    """Width of a window."""
    series: tuple[Window, ...]
    """Over time."""
    notes: tuple[str, ...]
    """Limits of the answer."""
    warnings: tuple[str, ...]
    """What a reader should know of the trace."""
    steady: Annotated[Steady | None, absent()] = None
    """The load where there is no trace."""
    bound_chip_hours: Annotated[ChipHours | None, absent()] = None
    """Chip-hours that the requests keep chips busy for at the least: no fleet can need fewer."""
    pools: Annotated[tuple[Pool, ...], absent()] = ()
    """Fleets of two pools, beside the one above."""
    choices: Annotated[tuple[Choice, ...], absent()] = ()
    """Chips that were compared, cheapest first; the document is of the first."""
    classes: Annotated[tuple[ClassLimits, ...], absent()] = ()
    """Limits of classes that have their own; they hold in every fleet shown."""
    scaler: str = ""
    """Of the real fleet, as `--scaler` names it."""
    span_s: Annotated[Seconds | None, absent()] = None
    """From the first arrival to the last token: what chip-hours and money are counted over."""
