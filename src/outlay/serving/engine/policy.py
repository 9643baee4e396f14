"""How replicas schedule, fail and scale, and how requests are routed."""

from __future__ import annotations

import math
from dataclasses import dataclass

__all__ = ["PREFIX_CACHES", "ROUTING", "Autoscale", "Failure", "Policy"]

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


@dataclass(frozen=True, slots=True)
class Autoscale:
    """Keep `target` requests in flight per replica.

    Ticks every `interval_s`; up at once, with `delay_s` to load; down after `patience` ticks in
    a row that would do with fewer.
    """

    target: float
    minimum: int = 1
    maximum: int = 1 << 30
    interval_s: float = 15.0
    delay_s: float = 120.0
    patience: int = 20


@dataclass(frozen=True, slots=True)
class Failure:
    """Replica `replica` fails at `at_s` and is given back (then loads) `repair_s` later."""

    at_s: float
    replica: int
    repair_s: float = math.inf


@dataclass(frozen=True, slots=True)
class Policy:
    """How replicas schedule and how requests are routed.

    token_budget: tokens of one step, decoding sequences counted as one. watermark: share of KV
    blocks kept free at admission. prefix_cache: `lru`, `given` (every request finds its
    `shared_tokens` cached: a stated hit rate), or `off`. cache_life_s: age at which an unused
    context is lost. slack, prefix_weight, match_share, balance_above, balance_times: of `ROUTING`.
    ready: requests arrive with their prompt computed (the decode pool of a disaggregated pair).
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
