"""What a service asks of a replica: its model, lengths, cache rate, burstiness and SLO.

A `ServiceSpec` is the whole input of a capacity question, so its content hash names the
question: two studies that describe a service alike share the answer on disk.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field

from outlay.core.errors import InputError, Problem
from outlay.performance.types import Layout, Precision, Stack, StepTable
from outlay.results.chips_models import Model

__all__ = ["Deployment", "Lengths", "ServiceSpec", "content_hash"]


@dataclass(frozen=True, slots=True)
class Lengths:
    """Shape of the token-length distributions around a service's means.

    input_cv, output_cv: coefficients of variation of the lognormal marginals.
    input_quantiles, output_quantiles: tables of (probability, tokens); where given they replace
    the lognormal, and are scaled so that their mean is the service's mean.
    correlation: of the normal scores of input and output length (a Gaussian copula).
    Defaults are those of a recorded conversation service (Azure 2023: 1.0 and 0.8).
    """

    input_cv: float = 1.0
    output_cv: float = 0.8
    input_quantiles: tuple[tuple[float, float], ...] = ()
    output_quantiles: tuple[tuple[float, float], ...] = ()
    correlation: float = 0.0


@dataclass(frozen=True, slots=True)
class ServiceSpec:
    """One service as the serving stage sees it.

    model: a catalogue id or a `catalogue.Model`. input_tokens, output_tokens: means per request,
    cached input included. cached_share: share of input tokens found in a prefix cache.
    ttft_s, tpot_s: limits [s] at `percentile` over all arrivals; None = no limit.
    burst_cv: coefficient of variation of the interarrival times as a router sees them (1 =
    Poisson). pool: replicas that share one load-aware router, for the queueing head-room.
    deferrable: the service has no latency limit of its own and fills valleys.
    """

    id: str
    model: Model | str
    input_tokens: float
    output_tokens: float
    cached_share: float = 0.0
    lengths: Lengths = field(default_factory=Lengths)
    ttft_s: float | None = None
    tpot_s: float | None = None
    percentile: float = 0.99
    burst_cv: float = 1.0
    pool: int = 8
    deferrable: bool = False
    precision: Precision = field(default_factory=Precision)
    stack: Stack = field(default_factory=Stack)

    def __post_init__(self) -> None:
        problems = [
            Problem(f"{name} must be {rule}", where=f"services.{self.id}", value=repr(value))
            for name, value, ok, rule in (
                ("input_tokens", self.input_tokens, 1 <= self.input_tokens < 1e8, "1 to 1e8"),
                ("output_tokens", self.output_tokens, 1 <= self.output_tokens < 1e8, "1 to 1e8"),
                ("cached_share", self.cached_share, 0 <= self.cached_share < 1, "in [0, 1)"),
                ("ttft_s", self.ttft_s, self.ttft_s is None or self.ttft_s > 0, "positive"),
                ("tpot_s", self.tpot_s, self.tpot_s is None or self.tpot_s > 0, "positive"),
                ("percentile", self.percentile, 0 < self.percentile < 1, "between 0 and 1"),
                ("burst_cv", self.burst_cv, 0 <= self.burst_cv <= 100, "in [0, 100]"),
                ("pool", self.pool, self.pool >= 1, "at least 1"),
            )
            if not ok
        ]
        if problems:
            raise InputError(problems)

    @property
    def uncached_tokens(self) -> float:
        """Mean input tokens computed per request, at least one."""
        return max(1.0, self.input_tokens * (1.0 - self.cached_share))


@dataclass(frozen=True)
class Deployment:
    """One way to run a model on a chip: the step table, its layout, and how sure it is.

    low, high: 90 % interval of the replica's speed relative to the table (1 = as tabled).
    why_not: reason that the chip cannot run the model at all (then `table` is None).
    precision: formats of weights and cache.
    """

    chip: str
    layout: Layout | None
    table: StepTable | None
    bound_by: str = ""
    low: float = 1.0
    high: float = 1.0
    why_not: str = ""
    precision: Precision | None = None


def content_hash(*parts: object) -> str:
    """Hex digest of dataclasses, arrays and plain values by content, not by identity."""
    digest = hashlib.blake2b(digest_size=16)
    for part in parts:
        digest.update(_canonical(part).encode())
        digest.update(b"\x1e")
    return digest.hexdigest()


def _canonical(part: object) -> str:
    return json.dumps(_fields(part), sort_keys=True, default=_plain)


def _fields(part: object) -> object:
    """A dataclass as a mapping of its fields, named by its type; anything else as it is."""
    if hasattr(part, "__dataclass_fields__") and not isinstance(part, type):
        names: dict[str, object] = part.__dataclass_fields__
        held: dict[str, object] = {name: getattr(part, name) for name in names}
        return {type(part).__name__: held}
    return part


def _plain(value: object) -> object:
    if hasattr(value, "__dataclass_fields__"):
        return _fields(value)
    if hasattr(value, "tolist"):
        return value.tolist()
    if hasattr(value, "items"):
        return dict(value.items())
    return repr(value)
