"""Disaggregated serving: a prefill pool, KV transfer, then a decode pool.

The prefill pool never waits for the decode pool, so the two run one after the other: the first
gives each request its first token, the transfer moves its context, the second decodes it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from outlay.core.arrays import Array
from outlay.serving.engine.policy import Policy
from outlay.serving.engine.run import Records, run
from outlay.serving.engine.steps import DenseTable
from outlay.serving.traffic.requests import Traffic, traffic

__all__ = ["SplitRecords", "run_split"]


@dataclass(frozen=True)
class SplitRecords(Records):
    """Records of both pools; per-replica arrays hold the prefill replicas first.

    transfer_s: seconds that each request's context was on the wire. gap_s: from leaving one pool to
    being admitted in the other.
    """

    transfer_s: Array = field(default_factory=lambda: np.empty(0))
    gap_s: float = 0.0
    prefill_replicas: int = 0


def run_split(
    t: Traffic,
    prefill: DenseTable,
    decode: DenseTable,
    policy: Policy | None = None,
    *,
    prefill_replicas: int = 1,
    decode_replicas: int = 1,
    seed: int = 0,
) -> SplitRecords:
    """Simulate both pools; `policy` holds for each (prefix caches live in the prefill pool).

    Transfer time is the context in tokens times the prefill table's seconds per token. Requests
    of one output token end in the prefill pool. Raises as `engine.run`.
    """
    policy = policy or Policy()
    first = run(
        replace(t, output_tokens=np.ones(len(t), np.int32)),
        prefill,
        replace(policy, ready=False),
        replicas=prefill_replicas,
        seed=seed,
    )
    transfer = t.input_tokens.astype(float) * prefill.transfer_s_per_token
    more = (t.output_tokens > 1) & np.isfinite(first.first_s)
    index = np.flatnonzero(more)
    arrive = first.first_s[index] + transfer[index]
    order = np.argsort(arrive, kind="stable")
    index = index[order]
    end = np.where(more, np.nan, first.end_s)
    preempted = first.preemptions.copy()
    made = np.where(more, 1, first.made)
    rejected = first.rejected.copy()
    gap = 0.0
    if len(index):
        second = run(
            traffic(
                arrive[order],
                t.input_tokens[index],
                t.output_tokens[index],
                priority=t.priority[index],
                name=t.name,
            ),
            decode,
            replace(policy, ready=True, prefix_cache="off"),
            replicas=decode_replicas,
            seed=seed + 1,
        )
        end[index] = second.end_s
        preempted[index] += second.preemptions
        made[index] = second.made
        rejected[index] |= second.rejected
        waits = second.start_s - first.first_s[index]
        gap = float(np.nansum(waits))
    else:
        second = run(traffic([0.0], [1], [1]), decode, policy, replicas=decode_replicas, seed=seed)
        second = replace(second, busy_s=second.busy_s * 0, running_s=second.running_s * 0)
    stop = max(first.until_s, second.until_s)

    return SplitRecords(
        traffic=t,
        start_s=first.start_s,
        first_s=np.where(rejected, np.nan, first.first_s),
        end_s=end,
        cached_tokens=first.cached_tokens,
        replica=first.replica,
        preemptions=preempted,
        made=made,
        rejected=rejected,
        busy_s=np.concatenate([first.busy_s, second.busy_s]),
        on_s=np.full(prefill_replicas + decode_replicas, stop),
        running_s=np.concatenate([first.running_s, second.running_s]),
        kv_block_s=np.concatenate([first.kv_block_s, second.kv_block_s]),
        steps=np.concatenate([first.steps, second.steps]),
        prefilled_tokens=np.concatenate([first.prefilled_tokens, second.prefilled_tokens]),
        peak_blocks=np.concatenate([first.peak_blocks, second.peak_blocks]),
        evicted_blocks=np.concatenate([first.evicted_blocks, second.evicted_blocks]),
        until_s=stop,
        table=decode,
        tables=(prefill, decode),
        transfer_s=transfer,
        gap_s=gap,
        prefill_replicas=prefill_replicas,
        offloaded=first.offloaded,
    )
