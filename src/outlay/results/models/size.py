"""The fewest chips that hold an SLO over a trace: kind `size`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from outlay.results.base import Chips, Percentiles, Row, Seconds, Share, Unit, absent
from outlay.results.document import Document
from outlay.results.models.simulation import Replica

__all__ = ["CostCurve", "Fleet", "Gap", "Latency", "Limits", "Size", "Steady", "Window"]

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
    """Perfect scaling, real scaling with lag and a spare, or fixed."""
    chips_peak: Chips
    """Most chips at a time."""
    chips_mean: Chips
    """Mean over the trace."""
    chip_hours: ChipHours
    """Over the trace."""
    usd: Dollars
    """What they cost; null without a price."""


@dataclass(frozen=True, slots=True)
class Gap(Row):
    """The real fleet over the perfect one."""

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
    """Chips of perfect scaling."""
    chips_real: Chips
    """Chips of real scaling, the spare included."""


@dataclass(frozen=True, slots=True, repr=False)
class Size(Document):
    """Fewest chips for a trace and SLO over time: ideal, real, fixed, and the gap."""

    kind: ClassVar[str] = "size"
    chips_peak: Chips
    """Most chips of perfect scaling."""
    chips_mean: Chips
    """Mean chips of perfect scaling."""
    chip_hours: ChipHours
    """Chip-hours of perfect scaling."""
    capacity_req_s_per_replica: Annotated[float, Unit("request/s")]
    """What one replica holds at the SLO's edge, for this trace's mix."""
    chips_per_replica: Annotated[int, Unit("chip")]
    """Chips of one replica."""
    slo: Limits
    """What must hold."""
    fixed_chips: Annotated[int, Unit("chip")]
    """Chips of the smallest fleet that never changes, without a spare."""
    spare_chips: Annotated[int, Unit("chip")]
    """Chips of the spare."""
    usd_per_chip_hour: Annotated[float | None, Unit("USD per chip-hour")]
    """Price asked for, else the middle of the catalogue's rents; null: none is known."""
    fleets: tuple[Fleet, ...]
    """Perfect, real, fixed."""
    gap: Gap
    """Real over perfect."""
    cost_against_use: CostCurve
    """Cost of a million output tokens."""
    replica: Replica
    """What a replica is."""
    latency: Latency
    """Latencies of the real fleet."""
    target_in_flight: Annotated[float | None, Unit("request")]
    """Requests in flight a replica that the autoscaler keeps to; null: no autoscaling."""
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
