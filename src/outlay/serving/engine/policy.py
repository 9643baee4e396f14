"""How replicas schedule, fail and scale, and how requests are routed."""

from __future__ import annotations

import math
from dataclasses import dataclass

__all__ = [
    "METRICS",
    "PREFIX_CACHES",
    "ROUTING",
    "THINKING",
    "Admission",
    "Autoscale",
    "Clients",
    "Failure",
    "Offload",
    "Policy",
    "Tier",
]

PREFIX_CACHES = ("lru", "given", "off")
ROUTING = (
    "least_loaded", "power_of_two", "prefix_aware", "random", "round_robin", "session_affinity",
    "cache_aware", "least_tokens",
)  # fmt: skip
"""How a router may choose; `engine.fleets.routing` numbers them in this order.

least_loaded: fewest requests in flight. least_tokens: fewest prompt tokens in flight. power_of_two:
the less loaded of two drawn at random. prefix_aware: the highest score, `prefix_weight` times the
share of the prompt that a replica has cached, less its load over that of the busiest.
cache_aware: the replica that has most of the prompt cached, where that is a share of
`match_share` or more, else the least loaded; and that too where the busiest has more than
`balance_above` requests beyond it and more than `balance_times` as many.
session_affinity: where the session was last, at first by its number, unless that has more than
`slack` requests beyond the least loaded; a request without a session goes to the least loaded.
"""
METRICS = ("in_flight", "rate", "tokens", "kv", "waiting", "schedule")
"""What an autoscaler looks at: requests in flight, arrivals, prompt tokens that arrive, KV blocks
in use, requests waiting; or no load at all but the clock."""


@dataclass(frozen=True, slots=True)
class Autoscale:
    """Keep `target` of a metric per replica: requests in flight unless another is named.

    Ticks every `interval_s`; up at once, with `delay_s` to load; down after `patience` ticks in
    a row that would do with fewer.

    metric: one of `METRICS`; target of `rate` in requests/s, of `tokens` in prompt tokens/s, both
    over the last `window_s`; of `kv` a share of the blocks. Then as the horizontal pod autoscaler
    has it: no change within `tolerance` of the target; up to the least that was asked for in the
    last `up_window_s`, down to the most in `down_window_s`; in `period_s` at most the larger of
    `up_share` and `up_count` more replicas, and of `down_share` and `down_count` fewer.
    schedule: (time_s, replicas that serve from then on), in order of time; started `delay_s` ahead
    and kept on where they are needed again before they could be loaded anew.
    """

    target: float
    minimum: int = 1
    maximum: int = 1 << 30
    interval_s: float = 15.0
    delay_s: float = 120.0
    patience: int = 20
    metric: str = "in_flight"
    window_s: float = 60.0
    tolerance: float = 0.0
    up_window_s: float = 0.0
    down_window_s: float = 0.0
    up_share: float = math.inf
    up_count: int = 0
    down_share: float = 1.0
    down_count: int = 0
    period_s: float = 15.0
    schedule: tuple[tuple[float, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Failure:
    """Replica `replica` fails at `at_s` and is given back (then loads) `repair_s` later."""

    at_s: float
    replica: int
    repair_s: float = math.inf


@dataclass(frozen=True, slots=True)
class Tier:
    """A place for KV cache beside a replica's own memory: how much, and how fast it comes back.

    tokens: of each replica, whole blocks of them; infinite: without end. s_per_token: of loading.
    """

    name: str
    tokens: float
    s_per_token: float = 0.0


@dataclass(frozen=True, slots=True)
class Offload:
    """Where a replica's KV cache goes beside its own memory, from the nearest tier to the farthest.

    through: each context that is kept is written to all tiers at once, so that a tier holds what
    those above it hold; else what one gives up goes to the next. overlap: loading lies beside the
    step that the prompt is admitted in, else before it. Writing takes no time of the steps.
    """

    tiers: tuple[Tier, ...]
    through: bool = True
    overlap: bool = True


@dataclass(frozen=True, slots=True)
class Admission:
    """What a replica turns away.

    most_waiting: a request that finds so many waiting at its replica is refused at once.
    wait_s: one that was not begun so long after it was sent is dropped.
    """

    most_waiting: int | None = None
    wait_s: float = math.inf


THINKING = ("fixed", "exponential")


@dataclass(frozen=True, slots=True)
class Clients:
    """A closed loop: so many users, each with one request (or session) at a time.

    They take requests in the file's order, whoever is free first; times of the file do not count.
    A user is free `think_s` after he has the last token of the one before (`think`: all alike, or
    drawn from an exponential law of that mean), and sends the request that he takes after its own
    `pause_s`. A user whose request is refused or dropped goes on with the next.
    ramp_s: the users start one after another, spread evenly over so long. timed: no request is
    sent before its time in the file either, so that `users` caps an open loop's requests in flight.
    """

    users: int
    think_s: float = 0.0
    think: str = "fixed"
    ramp_s: float = 0.0
    timed: bool = False


@dataclass(frozen=True, slots=True)
class Policy:
    """How replicas schedule and how requests are routed.

    token_budget: tokens of one step, decoding sequences counted as one. watermark: share of KV
    blocks kept free at admission. prefix_cache: `lru`, `given` (every request finds its
    `shared_tokens` cached: a stated hit rate), or `off`. cache_life_s: age at which an unused
    context is lost. slack, prefix_weight, match_share, balance_above, balance_times: of `ROUTING`.
    ready: requests arrive with their prompt computed (the decode pool of a disaggregated pair).
    offload: tiers of the prefix cache beside memory, one at least, with `lru` alone.
    """

    routing: str = "least_loaded"
    token_budget: int = 8192
    max_batch: int | None = None
    watermark: float = 0.01
    prefix_cache: str = "lru"
    cache_life_s: float = math.inf
    slack: float = math.inf
    prefix_weight: float = 1.5
    match_share: float = 0.3
    balance_above: float = 64.0
    balance_times: float = 1.5
    ready: bool = False
    autoscale: Autoscale | None = None
    failures: tuple[Failure, ...] = ()
    load_delay_s: float = 120.0
    offload: Offload | None = None
    admission: Admission | None = None
