"""Time of one training step under tensor, context, pipeline, expert and data parallelism.

The interleaved pipeline follows Narayanan et al. 2021 (arXiv:2104.04473, section 2.2). All
arguments may be arrays over layouts.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from outlay.core.arrays import Number
from outlay.performance.operators.attention import mean_within
from outlay.performance.operators.formats import compute_peak
from outlay.performance.operators.shapes import Shape
from outlay.performance.training.layout import TrainLayout, stage_layers
from outlay.performance.training.memory import (
    CHEAP_AGAIN,
    NARROW,
    SOFTMAX,
    WIDE,
    memory_per_chip,
)
from outlay.performance.training.traffic import Traffic, exposed, replica_exchange, traffic
from outlay.results.chips_models import Chip

__all__ = ["Step", "model_flops", "product_s", "step"]

BITS = {"bf16": 16.0, "fp8": 8.0, "fp4": 4.0}
WATTS = 700.0 / 989e12  # of a chip for each FLOP/s in 16 bits: as H100 SXM has
MOST_WATTS = 400.0 / 312e12  # as A100 has, which is not short of them: more helps no further
TOUCHES = 3.0  # memory passes over an activation: write, read, and once more in backward
ROUTED_TOUCHES = 8.0  # over each copy of a routed token: gathered, put back; forward, backward
SCAN = 6.0  # operations per value of a recurrent state: kept, read, and within its chunk
SCAN_TOUCHES = 24.0  # over what a recurrent layer projects: convolved, scanned, gated; three times
KEPT_16 = 0.16  # of the products in a 4-bit recipe that stay in 16 bits (arXiv:2509.25149)
MOST_SHARE = 0.95  # of a peak


@dataclass(frozen=True)
class Step:
    """Seconds of a step, its parts, and bytes per chip."""

    seconds: Number
    compute_s: Number
    memory_s: Number
    traffic_s: Traffic  # exchanges by themselves, hidden or not
    exposed_s: Number  # of them, what is not hidden
    fixed_s: Number  # launches and small kernels
    bubble_s: Number
    replicas_s: Number  # exchange between replicas by itself
    exchange_s: Number  # of it, what is not hidden
    update_s: Number  # of the optimiser
    memory_bytes: Number
    floor_s: Number

    def hidden_share(self) -> float:
        """Exchange that runs behind compute, of all exchange; 0 without any."""
        moved = float(self.traffic_s.total() + self.replicas_s)
        return 1.0 - float(self.exposed_s + self.exchange_s) / moved if moved else 0.0


def model_flops(shape: Shape, seq: Number, *, causal: bool = True) -> Number:
    """Forward and backward operations per token: 6 per active weight plus attention.

    `causal` counts the lower half of the scores, as fused kernels compute; published figures of
    2021-22 count all of them.
    """
    dense, experts = _active_weights(shape)
    return 6.0 * (dense + experts + shape.head_w) + 3.0 * score_flops(shape, seq, causal)


def score_flops(shape: Shape, seq: Number, causal: bool) -> Number:
    """Forward operations per token of scores, values, index and recurrence, over all layers."""

    def seen(most: Number) -> Number:  # without the mask every token attends to all of them
        return mean_within(0.0, seq, most) if causal else np.minimum(seq, most)

    all_of_it = seen(np.inf)
    full = shape.selected * seen(shape.topk_tokens) + (1.0 - shape.selected) * all_of_it
    scores = shape.full_layers * full * shape.score_prefill
    scores = scores + shape.window_layers * seen(shape.window) * shape.window_score
    recurrent = shape.linear_layers * SCAN * shape.state
    return scores + shape.index_layers * all_of_it * shape.index_flops + recurrent


def product_s(
    chip: Chip, precision: str, c: Mapping[str, float], slim: Number = math.inf
) -> Number:
    """Seconds a chip takes for one operation of large products, never more than in 16 bits [s].

    Under full load a chip's clock falls to what its power allows: the more power it has for each
    operation of its peak, the larger the share it sustains. `slim` is the width of a
    tensor-parallel shard: narrow ones fill fewer multiplier tiles. A 4-bit recipe keeps some of
    the products in 16 bits.
    """
    slower = 1.0 + c["matmul_half"] / slim

    def one(name: str) -> Number:
        peak = compute_peak(chip, name)
        sixteen = peak * BITS[name] / 16.0  # what the same power would give in 16 bits
        watts = min((chip.tdp_w or WATTS * sixteen) / sixteen, MOST_WATTS)
        share = float(c[f"matmul_{name}"] * (watts / WATTS) ** c["power"])
        return slower / (peak * min(share, MOST_SHARE))

    wide: Number = one("bf16")
    if precision == "fp4":
        return np.minimum(KEPT_16 * wide + (1.0 - KEPT_16) * one("fp4"), wide)
    return np.minimum(one(precision), wide)


def step(
    shape: Shape,
    chip: Chip,
    heads: float,
    lay: TrainLayout,
    seq: float,
    global_batch: Number,
    c: Mapping[str, float],
    precision: str,
) -> Step:
    """One optimiser step of `global_batch` sequences of `seq` tokens."""
    peak16 = float(chip.peak_flop_s["bf16"])
    tokens = lay.micro_batch * seq / lay.cp  # of one microbatch on one tensor-parallel group
    micro = np.maximum(global_batch / (lay.dp * lay.micro_batch), 1.0)
    mine = tokens / lay.tp
    passes = 3.0 + (lay.recomputed if lay.recompute == "full" else 0.0)
    again = 1.0 if (lay.recompute != "none" or lay.flash) else 0.0
    each = product_s(chip, precision, c, shape.hidden / lay.tp)
    dense_w, expert_w = _active_weights(shape)
    scores = score_flops(shape, seq, lay.flash)
    attention = c["attention_flash" if lay.flash else "attention_plain"]
    score_s = (3.0 + again) * mine * scores / (peak16 * np.minimum(attention, MOST_SHARE))
    product = passes * 2.0 * mine * (dense_w + expert_w / c["expert_matmul"]) * each
    memory_s = _touched(shape, heads, lay, seq, tokens, passes) / (chip.memory_byte_s * c["stream"])
    held_experts = shape.experts / np.maximum(lay.ep, 1.0)  # each its own products and casts
    expert_fixed_s = c["expert_layer_s"] + held_experts * c["expert_s"]
    fixed_s = shape.layers * c["layer_s"] + shape.moe_layers * expert_fixed_s
    # Chunks interleave only where microbatches fill the stages (Narayanan et al. 2021, 2.2).
    chunks = np.where(micro >= lay.pp, lay.vp, 1.0)
    moved = traffic(shape, chip, lay, tokens, c, passes, chunks)
    seen_s = exposed(moved, c, product + score_s + memory_s)
    stage = stage_layers(shape, lay) / shape.layers  # share of the stage with most layers
    one = (product + score_s + memory_s + seen_s + fixed_s) * stage
    head_s = 6.0 * mine * shape.head_w * product_s(chip, "bf16", c)
    # The head stands with the last stage, which has the fewer layers where they do not divide.
    spare = np.maximum(stage * lay.pp - 1.0, 0.0) / stage
    busy = micro * np.maximum(one, one * np.maximum(1.0 - spare, 0.0) + head_s)
    bubble = (lay.pp - 1.0) / chunks * one
    replicas, exchange, update = replica_exchange(shape, chip, lay, c, busy / micro, micro)
    # No chip works faster than its peaks, whatever the shares say.
    peak = max(peak16, compute_peak(chip, precision))
    flops = (passes * (dense_w + expert_w) * 2.0 / peak + 3.0 * scores / peak16) * mine
    floor = (flops + 6.0 * shape.head_w * mine / peak16) * micro / lay.pp
    return Step(
        seconds=np.maximum(busy + bubble + exchange + update, floor),
        compute_s=micro * (product + score_s) * stage + (busy - micro * one),
        memory_s=micro * memory_s * stage,
        traffic_s=moved.scaled(micro * stage),
        exposed_s=micro * seen_s * stage,
        fixed_s=micro * fixed_s * stage,
        bubble_s=bubble,
        replicas_s=replicas,
        exchange_s=exchange,
        update_s=update,
        memory_bytes=memory_per_chip(shape, heads, lay, seq, micro),
        floor_s=floor,
    )


def _active_weights(shape: Shape) -> tuple[Number, Number]:
    """Weights that multiply each token, over all layers: those of every token, and experts'."""
    dense = (
        shape.soft_layers * (shape.attn_w + shape.attn_rep_w)
        + shape.linear_layers * shape.linear_w
        + shape.index_layers * shape.index_w
        + shape.dense_layers * shape.dense_w
        + shape.moe_layers * (shape.shared_w + shape.router_w)
    )
    return dense, shape.moe_layers * shape.top_k * shape.expert_w


def _touched(
    shape: Shape, heads: float, lay: TrainLayout, seq: float, tokens: Number, passes: Number
) -> Number:
    """Bytes of activations that a microbatch writes and reads, over all layers."""
    again = 1.0 if (lay.recompute != "none" or lay.flash) else 0.0
    kept: Number = {"none": 0.0, "selective": 1.0}.get(lay.recompute, 1.0 - lay.recomputed)
    cheap = 1.0 + (1.0 - CHEAP_AGAIN) / 3.0 * kept * lay.flash
    narrow = NARROW / (lay.tp if lay.sequence_parallel else 1.0)
    acts = shape.layers * tokens * shape.hidden * (WIDE / lay.tp + narrow)
    mine = tokens / lay.tp
    soft = 0.0 if lay.flash else SOFTMAX * shape.soft_layers * heads * seq * mine
    routed = shape.moe_layers * shape.top_k * mine * shape.hidden * 2.0 * ROUTED_TOUCHES
    width = shape.linear_w / shape.hidden  # of a recurrent layer's projections, in and out
    routed = routed + shape.linear_layers * mine * width * 2.0 * SCAN_TOUCHES
    again_s = acts * cheap * (passes / 3.0) + soft * (1.0 + again / 3.0)
    return TOUCHES * again_s + routed * (passes / 3.0)
