"""Mixes of prefill and decode workers: rows of kind `rate`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from outlay.results.base import Row, Seconds, Unit

__all__ = ["Limiting", "Mix", "WorkerPool"]

Limiting = Literal["prefill", "decode", "transfer", ""]
Requests = Annotated[float, Unit("request/s")]
PerChip = Annotated[float, Unit("token/s per chip")]


@dataclass(frozen=True, slots=True)
class WorkerPool(Row):
    """One of the two pools of a mix: workers that are all alike."""

    workers: int
    """How many."""
    n_chips: Annotated[int, Unit("chip")]
    """Chips of each worker: tp × pp × dp."""
    tp: int
    """Tensor parallel degree of attention."""
    pp: int
    """Pipeline stages."""
    ep: int
    """Expert parallel degree; 1: experts are tensor-parallel."""
    dp: int
    """Attention data-parallel groups."""
    batch: Annotated[float, Unit("sequence")]
    """Requests in each worker, mean: prompts that wait or run, or sequences that decode."""
    requests_s: Requests
    """What all workers together could take; of the decode pool at this batch."""
    memory_bytes: Annotated[float, Unit("byte per chip")]
    """Weights and cache."""
    bound_by: str
    """What limits a worker: compute, HBM, link, capacity, overhead."""


@dataclass(frozen=True, slots=True)
class Mix(Row):
    """One mix; times and rates at the load that keeps `concurrency` requests in it."""

    mix: str
    """Its workers: 2P1D are two that prefill and one that decodes."""
    n_chips: Annotated[int, Unit("chip")]
    """Chips of all workers of both pools."""
    tok_s_per_chip: PerChip
    """Output tokens over the chips of both pools."""
    low: PerChip
    """Low end of the 90 % interval of `tok_s_per_chip`."""
    high: PerChip
    """High end of the 90 % interval."""
    tok_s_per_user: Annotated[float, Unit("token/s")]
    """Output tokens that one user sees."""
    tpot_s: Seconds | None
    """Time per output token; null where nothing fits."""
    ttft_s: Seconds | None
    """Mean time to the first token with `concurrency` requests in the mix; null: nothing fits."""
    ttft_alone_s: Seconds | None
    """The same of a request that finds the mix idle."""
    kv_transfer_s: Seconds | None
    """Time in which a request's cache passes between the pools; inside both first tokens."""
    requests_s: Requests
    """Requests that the mix serves: the lesser of what its pools take."""
    concurrency: Annotated[float, Unit("request")]
    """Requests in both pools, mean."""
    limited_by: Limiting
    """What takes least: a pool, or the link between them; empty where nothing fits."""
    prefill: WorkerPool
    """Workers that compute prompts."""
    decode: WorkerPool
    """Workers that generate."""
    weights: str
    """Number format of the weights."""
    kv: str
    """Number format of the cache."""
    feasible: bool
    """Whether it fits and keeps the limits."""
    why_not: str
    """Why it does not; empty: it does."""
    calibrated: str
    """What the correction was measured on."""
