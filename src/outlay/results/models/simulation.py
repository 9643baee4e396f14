"""What a replayed trace did on replicas: kind `simulation`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from outlay.results.base import Percentiles, Row, Seconds, Share, Unit, absent
from outlay.results.document import Document

__all__ = [
    "Band",
    "ClassRow",
    "ClosedLoop",
    "KvTier",
    "Offloading",
    "Overload",
    "PoolsBusy",
    "Replica",
    "ReplicasOn",
    "Simulation",
    "Summary",
    "TurnedAway",
]

Count = Annotated[int, Unit("request")]


@dataclass(frozen=True, slots=True)
class Replica(Row):
    """One replica of a model: what runs it, in which layout."""

    model: str
    """Catalogue id, or the name in the model's own file."""
    chip: str
    """Catalogue id."""
    n_chips: Annotated[int, Unit("chip")]
    """Chips of the replica."""
    tp: int
    """Tensor parallel degree."""
    pp: int
    """Pipeline stages."""
    dp: int
    """Attention data-parallel groups."""
    ep: int
    """Expert parallel degree."""
    weights: str
    """Format of the weights."""
    kv: str
    """Format of the KV cache."""
    kv_capacity_tokens: Annotated[int, Unit("token")]
    """Tokens that the KV cache holds."""
    max_batch: Annotated[int, Unit("sequence")]
    """Most sequences in a batch."""


@dataclass(frozen=True, slots=True)
class Summary(Row):
    """What a run did; a time that too few requests have reached is infinite, null in JSON."""

    requests: Count
    """Requests that came."""
    completed: Count
    """Of them, finished."""
    rejected: Count
    """Of them, too long ever to fit."""
    unfinished: Count
    """Of them, cut off by the end."""
    preemptions: int
    """Times that a running request lost its place."""
    ttft_s: Percentiles
    """Time to first token, over all arrivals."""
    tpot_s: Percentiles
    """Time per output token after the first."""
    e2e_s: Percentiles
    """From arrival to the last token."""
    queue_s: Percentiles
    """From arrival to first admission."""
    input_tok_s: Annotated[float, Unit("token/s")]
    """Input tokens of finished requests, a second."""
    output_tok_s: Annotated[float, Unit("token/s")]
    """Output tokens a second."""
    request_rate_s: Annotated[float, Unit("request/s")]
    """Requests finished a second."""
    cached_share: Share
    """Of input tokens, found in a prefix cache."""
    utilisation: Share
    """Of the time switched on, spent in steps."""
    mean_running: Annotated[float, Unit("request")]
    """Requests running, mean over time."""
    kv_peak_share: Share
    """Most of a replica's KV cache that was ever in use."""
    energy_j: Annotated[float, Unit("J")]
    """Energy of all replicas, idle time included."""
    joule_per_output_token: Annotated[float, Unit("J/token")]
    """That energy over the output tokens."""
    goodput_share: Annotated[float | None, Unit("share")]
    """Of requests, finished within the limits asked for; null: no limit was asked for."""
    goodput_req_s: Annotated[float | None, Unit("request/s")]
    """Requests finished within the limits, a second; null: no limit was asked for."""
    simulated_s: Seconds
    """From the first arrival to the end."""


@dataclass(frozen=True, slots=True)
class KvTier(Row):
    """A tier of KV cache beside the chips' memory, and what it did over all replicas."""

    name: str
    """As it was asked for."""
    capacity_tokens: Annotated[float | None, Unit("token")]
    """Tokens that it holds of a replica; null: without end."""
    load_tok_s: Annotated[float | None, Unit("token/s")]
    """Tokens that come back from it a second, to a replica; null: at once."""
    hit_share: Share
    """Of input tokens, found here and loaded."""
    loaded_bytes: Annotated[float, Unit("byte")]
    """What came from it."""
    stored_bytes: Annotated[float, Unit("byte")]
    """What was written to it."""


@dataclass(frozen=True, slots=True)
class Offloading(Row):
    """The tiers that a run had, and the time that loading from them took."""

    write: str
    """How they are filled: `through`, all that is cached at once; `evict`, what the one above
    gives up."""
    load: str
    """`overlap`: beside the step that the prompt is admitted in; `block`: before it."""
    bytes_per_token: Annotated[float, Unit("byte/token")]
    """KV cache of a token on all chips that hold it."""
    memory_hit_share: Share
    """Of input tokens, found in the chips' memory."""
    tiers: tuple[KvTier, ...]
    """The nearest first."""
    load_s: Seconds
    """Seconds of loading, over all replicas."""
    longer_s: Seconds
    """Seconds by which steps took longer for it."""


@dataclass(frozen=True, slots=True)
class ClosedLoop(Row):
    """Users who send their next request when they have the answer; or a cap on those in flight."""

    users: Annotated[int, Unit("user")]
    """Users at once, each with one request or session at a time."""
    think_s: Seconds
    """From an answer to the next request, mean."""
    thinking: str
    """How that is spread: fixed or exponential."""
    ramp_s: Seconds
    """Over which the users started."""
    capped: bool
    """Whether requests came at times of their own and the users were a cap on those in flight."""
    in_flight: Annotated[float, Unit("request")]
    """Sent and not answered, mean from the first sending to the last."""
    asked_req_s: Annotated[float | None, Unit("request/s")] = None
    """Requests a second that a capped loop had to send; null: it sends when it can."""
    held_back_s: Annotated[float | None, Unit("s")] = None
    """From a request's own time to its sending, mean, in a capped loop."""


@dataclass(frozen=True, slots=True)
class Overload(Row):
    """A queue that grows to the end of the arrivals: requests came faster than they were taken."""

    grows_req_s: Annotated[float, Unit("request/s")]
    """Growth of the queue, over the second half of the arrivals."""
    asked_req_s: Annotated[float, Unit("request/s")]
    """Requests that came a second, then."""
    held_req_s: Annotated[float, Unit("request/s")]
    """Requests that replicas began a second, then."""


@dataclass(frozen=True, slots=True)
class TurnedAway(Row):
    """Requests that replicas would not have."""

    refused: Count
    """They found a full queue."""
    dropped: Count
    """They had waited too long."""


@dataclass(frozen=True, slots=True)
class Band(Row):
    """Least and most of a figure over seeds."""

    figure: str
    """Field of the simulation."""
    low: Percentiles
    """Least at each percentile."""
    high: Percentiles
    """Most at each percentile."""


@dataclass(frozen=True, slots=True)
class ReplicasOn(Row):
    """Replicas over time, where a rule or failures switch them."""

    mean: Annotated[float, Unit("replica")]
    """Loading, serving or draining, mean over the run."""
    least: int | None
    """Fewest that a rule had on while requests came; null: no rule."""
    most: int | None
    """Most that it had on while requests came; null: no rule."""
    chip_hours: Annotated[float, Unit("chip-hour")]
    """Chip-hours that they were on."""


@dataclass(frozen=True, slots=True)
class PoolsBusy(Row):
    """How busy each pool of a split fleet was: the busier one sets what it holds."""

    prefill: Share
    """Of the prefill replicas' time, in steps."""
    decode: Share
    """Of the decode replicas' time, in steps."""


@dataclass(frozen=True, slots=True)
class ClassRow(Row):
    """What requests of one class of priority had."""

    priority: int
    """The class: 0 goes first."""
    requests: Count
    """Requests of it that came."""
    completed: Count
    """Of them, finished."""
    preemptions: int
    """Times that one of them lost its place."""
    ttft_s: Percentiles
    """Time to first token."""
    tpot_s: Percentiles
    """Time per output token after the first."""
    goodput_share: Annotated[float | None, Unit("share")]
    """Of its requests, finished within the limits; null: no limit was asked for."""


@dataclass(frozen=True, slots=True, repr=False)
class Simulation(Document, Summary):
    """Latency, throughput, preemptions and energy of a trace on replicas."""

    kind: ClassVar[str] = "simulation"
    wall_s: Seconds
    """Time that the simulation took on this machine."""
    requests_per_wall_s: Annotated[float, Unit("request/s")]
    """Requests simulated a second of that time."""
    replicas: int
    """Replicas behind the router; with a split, those that decode."""
    replica: Replica
    """What each of them is."""
    warnings: tuple[str, ...]
    """What a reader should know of the trace."""
    prefill_replicas: int = 0
    """With a split, those that prefill."""
    offload: Annotated[Offloading | None, absent()] = None
    """KV cache beside the chips' memory, where there was any."""
    closed_loop: Annotated[ClosedLoop | None, absent()] = None
    """Who sent the requests; null: they came at times of their own."""
    overload: Annotated[Overload | None, absent()] = None
    """The growth of the queue; null: it does not grow to the end."""
    turned_away: Annotated[TurnedAway | None, absent()] = None
    """What replicas turned away; null: nothing."""
    replicas_on: Annotated[ReplicasOn | None, absent()] = None
    """Replicas over time; null: all were on throughout."""
    pools_busy: Annotated[PoolsBusy | None, absent()] = None
    """How busy each pool was; null: there is one."""
    classes: Annotated[tuple[ClassRow, ...], absent()] = ()
    """What each class of priority had; empty: there is one."""
    ttft_limit_s: Annotated[float | None, Unit("s"), absent()] = None
    """Limit on time to first token that goodput was counted for."""
    tpot_limit_s: Annotated[float | None, Unit("s"), absent()] = None
    """Limit on time per output token that goodput was counted for."""
    seeds: int = 1
    """Seeds that were run, one after another from the one asked for."""
    bands: Annotated[tuple[Band, ...], absent()] = ()
    """Least and most over the seeds; the other figures are those of the first."""
