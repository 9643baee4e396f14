"""What performance hands on: layouts, step tables for the simulator, rates for the plan."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from outlay.core.arrays import Array

__all__ = ["Layout", "Limiting", "Mix", "Pool", "Precision", "Rate", "Stack", "StepTable"]

Limiting = Literal["prefill", "decode", "transfer", ""]


@dataclass(frozen=True, slots=True)
class Precision:
    """Number formats: `weights` in bf16, fp8, fp4, int8, int4; `kv` in bf16, fp8, fp4."""

    weights: str = "fp8"
    kv: str = "bf16"


@dataclass(frozen=True, slots=True)
class Stack:
    """Serving software: `name` in vllm, sglang, trtllm, ... ; its ISO `date` (may be empty)."""

    name: str = ""
    version: str = ""
    date: str = ""


@dataclass(frozen=True, slots=True)
class Layout:
    """How one replica is spread over chips: `n_chips` = tp × pp × dp.

    tp: tensor parallel degree of attention; pp: pipeline stages; dp: attention data-parallel
    groups; ep: expert parallel degree (1 = experts tensor-parallel). phase: aggregated, prefill
    or decode (a pool of a disaggregated deployment).
    """

    n_chips: int
    tp: int = 1
    pp: int = 1
    ep: int = 1
    dp: int = 1
    phase: str = "aggregated"


@dataclass(frozen=True)
class StepTable:
    """Step times of one replica as the simulator takes them; all times in seconds.

    A decode step of `b` sequences holding `k` tokens of context in all takes
    `decode_base_s[b] + decode_s_per_kv_token[b] * k`, linear between the entries of `batch`.
    A prefill chunk of `n` new tokens whose first token sees `c` tokens of context takes
    `prefill_base_s + prefill_s_per_token * n + prefill_s_per_token_ctx * n * (c + n / 2)`.
    A step that does both takes the sum, less `mixed_saving` times the decode base and less one
    `prefill_base_s` counted twice; that stands in place of a lesser decode base, as of a mixture
    whose few decoding sequences read few experts. Arrays: [batch].
    """

    batch: Array
    decode_base_s: Array
    decode_s_per_kv_token: Array
    prefill_base_s: float
    prefill_s_per_token: float
    prefill_s_per_token_ctx: float
    mixed_saving: float
    kv_capacity_tokens: int
    kv_block_tokens: int
    max_batch: int
    n_chips: int
    idle_w: float  # per replica
    busy_w: float  # per replica, while a step runs
    tokens_per_step: float = 1.0  # > 1 with multi-token prediction: mean accepted per step
    kv_transfer_s_per_token: float = 0.0  # disaggregated: prefill pool to decode pool
    first_token_s: float = 0.0  # of a first token beside its prompt: tokeniser, queue, launch


@dataclass(frozen=True, slots=True)
class Rate:
    """One configuration of a (model, chip) question, as kind `rate` prints it."""

    chip: str
    model: str
    layout: Layout
    precision: Precision
    batch: int  # sequences in flight in the replica
    ttft_s: float  # at this closed-loop load
    tpot_s: float
    tok_s_per_chip: float  # output tokens
    tok_s_per_user: float
    low: float  # 90 % interval of tok_s_per_chip
    high: float
    prefill_tok_s_per_chip: float  # uncached input tokens, prefill alone
    decode_tok_s_per_chip: float  # output tokens, decode alone at this batch
    bound_by: str  # compute, HBM, link, capacity, overhead
    memory_bytes: float  # per chip: weights and cache
    watts_per_chip: float
    feasible: bool
    why_not: str = ""
    calibrated: str = ""  # "correction measured on n groups" or the family used instead
    ttft_alone_s: float = math.nan  # of a request that finds the replica idle


@dataclass(frozen=True, slots=True)
class Pool:
    """Workers of one kind in a mix."""

    layout: Layout  # of each
    workers: int
    batch: float  # sequences in flight in each, mean; of a prefill pool prompts
    requests_s: float  # that all of them could take; of a decode pool at this batch
    memory_bytes: float  # per chip: weights and cache
    bound_by: str  # what limits a worker: compute, HBM, link, capacity, overhead


@dataclass(frozen=True, slots=True)
class Mix:
    """One mix of prefill and decode workers for a (model, chip) question.

    Times and rates at the load that keeps `concurrency` requests in the mix.
    """

    chip: str
    model: str
    precision: Precision
    prefill: Pool
    decode: Pool
    concurrency: float  # requests in both pools
    requests_s: float
    ttft_s: float
    ttft_alone_s: float
    tpot_s: float
    transfer_s: float  # of a request's cache from one pool to the other, inside both first tokens
    tok_s_per_chip: float  # output tokens over the chips of both pools
    low: float
    high: float
    limited_by: Limiting  # empty where nothing fits
    feasible: bool
    why_not: str = ""
    calibrated: str = ""

    @property
    def n_chips(self) -> int:
        """Chips of all workers."""
        return sum(p.workers * p.layout.n_chips for p in (self.prefill, self.decode))
