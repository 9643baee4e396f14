"""What a load test or an engine's own counters say was measured, whatever tool wrote it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from outlay.core.arrays import Array, BoolArray, IntArray

__all__ = ["METRICS", "Load", "Observation", "Setup", "Spread", "Timings"]

METRICS = ("ttft_s", "tpot_s", "itl_s", "e2e_s", "input_tokens", "output_tokens")
"""Names that measured spreads go by, seconds or tokens a request.

ttft_s: from sending to the first token. tpot_s: (end − first token) / (output tokens − 1) of one
request. itl_s: gaps between tokens, over all gaps. e2e_s: from sending to the last token.
"""


@dataclass(frozen=True, slots=True)
class Spread:
    """Statistics of one metric as stated; None where the file does not state it.

    quantiles: by probability, as 0.5 or 0.99. `count`: of the values behind them.
    """

    mean: float | None = None
    std: float | None = None
    minimum: float | None = None
    maximum: float | None = None
    quantiles: Mapping[float, float] = field(default_factory=dict)
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Load:
    """How requests were sent.

    kind: `open` (at a rate, whatever is in flight), `closed` (a new one when one ends), `burst`
    (all at once), `trace` (at recorded times), or `unknown`. rate_req_s: asked for, open.
    burstiness: gamma shape of the gaps as the tool names it, 1 = Poisson, None = not stated;
    even: gaps all alike. concurrency: most in flight, for closed the number kept.
    think_s: between an answer and the next request of a user.
    """

    kind: str = "unknown"
    rate_req_s: float | None = None
    burstiness: float | None = None
    even: bool = False
    concurrency: int | None = None
    think_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Setup:
    """What was measured, as far as the file says; '' or None where it does not."""

    engine: str = ""
    engine_version: str = ""
    model: str = ""
    chip: str = ""
    n_chips: int | None = None
    tp: int | None = None
    pp: int | None = None
    dp: int | None = None
    ep: int | None = None
    weights: str = ""
    kv: str = ""


@dataclass(frozen=True, slots=True)
class Timings:
    """What each request did, in order of sending. Arrays [request]; NaN or −1: not stated.

    sent_s: from the first request's sending. ok: whether it was answered.
    session: of one conversation, −1: none.
    """

    sent_s: Array
    input_tokens: IntArray
    output_tokens: IntArray
    ttft_s: Array
    e2e_s: Array
    ok: BoolArray
    session: IntArray | None = None


@dataclass(frozen=True, slots=True)
class Observation:
    """One run of a load test, or one stretch of an engine's counters.

    tool: its name; version: of the tool or of its file's schema, '' where not stated. label: of
    the run inside the file. where: file, and key or line. measured_on: ISO date, ''. Rates are
    per second of the whole deployment. unread: names of fields that hold measurements and were not
    taken. counters: totals and gauges of an engine by their bare names (`preemptions`,
    `prefix_hit_share`, `kv_use_mean`, `running_mean`, `waiting_mean`, …).
    """

    tool: str
    version: str
    where: str
    load: Load
    label: str = ""
    setup: Setup = field(default_factory=Setup)
    measured_on: str = ""
    duration_s: float | None = None
    completed: int | None = None
    failed: int | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None
    req_s: float | None = None
    input_tok_s: float | None = None
    output_tok_s: float | None = None
    metrics: Mapping[str, Spread] = field(default_factory=dict)
    timings: Timings | None = None
    counters: Mapping[str, float] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
