"""How replicas schedule, fail and scale, and how requests are routed."""

from __future__ import annotations

import math
from dataclasses import dataclass

__all__ = [
    "PREFIX_CACHES",
    "ROUTING",
    "THINKING",
    "Admission",
    "Autoscale",
    "Clients",
    "Failure",
    "Policy",
]

PREFIX_CACHES = ("lru", "given", "off")
ROUTING = ("least_loaded", "power_of_two", "prefix_aware", "random", "round_robin")


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
    chain is lost. slack: requests that a prefix's home may have more than the least loaded
    replica and still be taken.
    ready: requests arrive with their prompt computed (the decode pool of a disaggregated pair).
    """

    routing: str = "least_loaded"
    token_budget: int = 8192
    max_batch: int | None = None
    watermark: float = 0.01
    prefix_cache: str = "lru"
    cache_life_s: float = math.inf
    slack: float = 8.0
    ready: bool = False
    autoscale: Autoscale | None = None
    failures: tuple[Failure, ...] = ()
    load_delay_s: float = 120.0
    admission: Admission | None = None
