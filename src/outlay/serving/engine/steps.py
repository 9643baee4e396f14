"""Step times as the engines read them: a table for every batch size, and fixed-point progress.

`StepTable` lists batch sizes; the engines want one entry per size. Multi-token prediction is
carried as a rational number of tokens per step, so that both engines count the same integers.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from outlay.core.arrays import Array
from outlay.core.errors import InputError, Problem
from outlay.performance.types import StepTable

__all__ = ["PROGRESS_DEN", "DenseTable", "dense"]


PROGRESS_DEN = 1024
"""Tokens per step are counted in 1/1024: the rounding is below 0.1 % of one token."""


@dataclass(frozen=True)
class DenseTable:
    """Step times by batch size 0..max_batch.

    A decode step of b sequences over k tokens of context takes base_s[b] + slope_s[b] k;
    a step with prefill chunks adds, per chunk of n tokens after c tokens of context,
    pre_token_s n + pre_ctx_s n (c + n/2), and once per step pre_base_s where b = 0, or
    -mixed_saving base_s[b] where b > 0, but no less than pre_base_s takes the place of base_s[b].
    Sources: the docstring of `performance.StepTable`.
    """

    base_s: Array  # [batch 0..max]
    slope_s: Array  # [batch 0..max], s per context token of the whole batch
    pre: Array  # pre_base_s, pre_token_s, pre_ctx_s, mixed_saving
    progress_num: int  # tokens per decode step, in 1/PROGRESS_DEN
    capacity_blocks: int
    block_tokens: int
    max_batch: int
    idle_w: float
    busy_w: float
    n_chips: int
    transfer_s_per_token: float
    first_token_s: float = 0.0  # that a client waits beside the engine; no step takes longer

    @property
    def capacity_tokens(self) -> int:
        return self.capacity_blocks * self.block_tokens

    def decode_s(self, batch: int, context_tokens: float) -> float:
        """Seconds of one decode step of `batch` sequences over `context_tokens` in all."""
        return self.base_s.item(batch) + self.slope_s.item(batch) * context_tokens

    def prefill_s(self, tokens: float, context: float = 0.0) -> float:
        """Seconds of a step with one prefill chunk alone."""
        base, per_token, per_ctx, _ = (float(x) for x in self.pre.flat)
        return base + per_token * tokens + per_ctx * tokens * (context + tokens / 2)


def dense(table: StepTable, *, max_batch: int | None = None) -> DenseTable:
    """Spread `table` over every batch size; raises InputError where it is not a step table."""
    batch = np.asarray(table.batch, dtype=float)
    base = np.asarray(table.decode_base_s, dtype=float)
    slope = np.asarray(table.decode_s_per_kv_token, dtype=float)
    _check(table, batch, base, slope)
    top = int(table.max_batch if max_batch is None else min(max_batch, table.max_batch))
    sizes = np.arange(top + 1, dtype=float)
    dense_base, dense_slope = (_extend(sizes, batch, values) for values in (base, slope))
    pre = np.array(
        [
            table.prefill_base_s,
            table.prefill_s_per_token,
            table.prefill_s_per_token_ctx,
            table.mixed_saving,
        ]
    )
    return DenseTable(
        base_s=dense_base,
        slope_s=dense_slope,
        pre=pre,
        progress_num=round(table.tokens_per_step * PROGRESS_DEN),
        capacity_blocks=int(table.kv_capacity_tokens // table.kv_block_tokens),
        block_tokens=int(table.kv_block_tokens),
        max_batch=top,
        idle_w=float(table.idle_w),
        busy_w=float(table.busy_w),
        n_chips=int(table.n_chips),
        transfer_s_per_token=float(table.kv_transfer_s_per_token),
        first_token_s=float(table.first_token_s),
    )


def _extend(sizes: Array, batch: Array, values: Array) -> Array:
    """Linear between entries; beyond the last one the last segment's slope goes on."""
    out = np.interp(sizes, batch, values)
    if len(batch) > 1:
        (x0, x1), (y0, y1) = batch[-2:].flat, values[-2:].flat
        beyond = sizes > x1
        out[beyond] = y1 + max(0.0, (y1 - y0) / (x1 - x0)) * (sizes[beyond] - x1)
    return out


def _check(table: StepTable, batch: Array, base: Array, slope: Array) -> None:
    rules = {
        "batch sizes must rise from at least 1": len(batch) > 0
        and batch.item(0) >= 1
        and bool(np.all(np.diff(batch) > 0)),
        "one base time and one slope per batch size": len(batch) == len(base) == len(slope),
        "decode base times must be finite and not negative": bool(np.all(np.isfinite(base)))
        and bool(np.all(base >= 0)),
        "a decode step must take time": bool(np.all(base + slope > 0)),
        "decode slopes must be finite and not negative": bool(np.all(np.isfinite(slope)))
        and bool(np.all(slope >= 0)),
        "prefill times must be positive (base may be 0)": table.prefill_base_s >= 0
        and table.prefill_s_per_token >= 0
        and table.prefill_s_per_token_ctx >= 0
        and table.prefill_base_s + table.prefill_s_per_token > 0,
        "mixed_saving must be in [0, 1)": 0 <= table.mixed_saving < 1,
        "tokens_per_step must be in [1, 64]": 1 <= table.tokens_per_step <= 64,
        "max_batch must be at least 1": table.max_batch >= 1,
        "KV block and capacity must hold at least one block": table.kv_block_tokens >= 1
        and table.kv_capacity_tokens >= table.kv_block_tokens,
        "first_token_s must be finite and not negative": 0 <= table.first_token_s < np.inf,
        "powers must not be negative": 0 <= table.idle_w <= table.busy_w,
    }
    problems = [Problem(rule, where="step table") for rule, ok in rules.items() if not ok]
    if problems:
        raise InputError(problems)
