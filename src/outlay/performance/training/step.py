"""Time and memory of one training step under tensor, pipeline, expert and data parallelism.

Activation sizes and recomputation follow Korthikanti et al. 2022 (arXiv:2205.05198, equations
1 to 6); the interleaved pipeline follows Narayanan et al. 2021 (arXiv:2104.04473, section 2.2).
All arguments may be arrays over layouts.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from outlay.core.arrays import Number
from outlay.performance.operators.attention import mean_within
from outlay.performance.operators.shapes import Shape
from outlay.results.chips_models import Chip

__all__ = [
    "Step",
    "TrainLayout",
    "held_parameters",
    "interleaving",
    "memory_per_chip",
    "model_flops",
    "stage_layers",
    "step",
]

WEIGHT_STATE = 18.0  # bytes per parameter: 2 weights, 4 gradients, 4 master, 8 Adam moments
SHARDED_STATE = 12.0  # of these the part a distributed optimiser spreads over replicas
FULL_SHARD = 16.0  # fully sharded: all but the gathered layer
REDUCED_BYTES, WEIGHT_BYTES = 2.0, 2.0  # gradients are summed and weights gathered in 16 bits
MOST_CHUNKS = 4  # of the model on one pipeline stage, interleaved
RESERVE_BYTES = 4e9  # workspace, communication buffers, fragmentation
WIDE = 24.0  # activation bytes per token and hidden unit that tensor parallelism shards
NARROW = 10.0  # and that only sequence parallelism shards (norms, dropouts, inputs)
SOFTMAX = 5.0  # bytes per head and score of attention that is not fused
CHEAP_AGAIN = 0.65  # activations kept where norms and gated products are computed again
TOUCHES = 3.0  # memory passes over an activation: write, read, and once more in backward


@dataclass(frozen=True)
class TrainLayout:
    """Degrees of one layout or arrays of many. replicas = chips / (tp × pp × cp)."""

    tp: Number
    pp: Number
    dp: Number
    cp: Number = 1.0
    ep: Number = 1.0
    vp: Number = 1.0
    micro_batch: Number = 1.0
    recompute: str = "selective"  # none, selective, full
    sequence_parallel: bool = True
    flash: bool = True
    fully_sharded: bool = False


@dataclass(frozen=True)
class Step:
    """Seconds of a step, its parts, and bytes per chip."""

    seconds: Number
    compute_s: Number
    memory_s: Number
    link_s: Number
    bubble_s: Number
    exchange_s: Number
    memory_bytes: Number
    floor_s: Number


def model_flops(shape: Shape, seq: Number, *, causal: bool = True) -> Number:
    """Forward and backward operations per token: 6 per active weight plus attention.

    `causal` counts the lower half of the scores, as fused kernels compute; published figures of
    2021-22 count all of them.
    """
    dense = (
        shape.soft_layers * (shape.attn_w + shape.attn_rep_w)
        + shape.index_layers * shape.index_w
        + shape.linear_layers * shape.linear_w
        + shape.dense_layers * shape.dense_w
        + shape.moe_layers * (shape.shared_w + shape.router_w + shape.top_k * shape.expert_w)
        + shape.head_w
    )
    return 6.0 * dense + 3.0 * score_flops(shape, seq, causal)


def score_flops(shape: Shape, seq: Number, causal: bool) -> Number:
    """Forward operations per token of attention scores, values and index, over all layers."""

    def seen(most: Number) -> Number:  # without the mask every token attends to all of them
        return mean_within(0.0, seq, most) if causal else np.minimum(seq, most)

    all_of_it = seen(np.inf)
    full = shape.selected * seen(shape.topk_tokens) + (1.0 - shape.selected) * all_of_it
    scores = shape.full_layers * full * shape.score_prefill
    scores = scores + shape.window_layers * seen(shape.window) * shape.window_score
    return scores + shape.index_layers * all_of_it * shape.index_flops


def interleaving(layers: float, pp: int) -> float:
    """Chunks of the model on each pipeline stage, up to four: those that split layers best.

    Embedding and head may take the place of a layer each.
    """
    if pp == 1:
        return 1.0
    fitting = [v for v in range(1, MOST_CHUNKS + 1) if pp * v <= layers + 2] or [1]
    return float(min(fitting, key=lambda v: (math.ceil(layers / (pp * v)) * v, -v)))


def stage_layers(shape: Shape, lay: TrainLayout) -> Number:
    """Layers of the stage that has most: whole ones in each chunk."""
    return np.ceil(shape.layers / (lay.pp * lay.vp) - 1e-9) * lay.vp


def step(
    shape: Shape,
    chip: Chip,
    heads: float,
    lay: TrainLayout,
    seq: float,
    global_batch: Number,
    c: Mapping[str, float],
    peak: float,
) -> Step:
    """One optimiser step of `global_batch` sequences of `seq` tokens."""
    peak16 = float(chip.peak_flop_s["bf16"])
    fp8 = peak > 1.2 * peak16
    family = c["blackwell"] if chip.family == "blackwell" else 1.0
    family = c["ampere"] if chip.family == "ampere" else family
    eff = np.minimum(c["matmul_fp8" if fp8 else "matmul_bf16"] * family, 0.95)
    slim = shape.hidden / lay.tp  # narrow shards fill fewer multiplier tiles
    eff = eff * slim / (slim + c["matmul_half"])
    tokens = lay.micro_batch * seq / lay.cp  # of one microbatch on one tensor-parallel group
    micro = np.maximum(global_batch / (lay.dp * lay.micro_batch), 1.0)
    layer_tokens = tokens / lay.tp
    passes = 3.0 + (1.0 if lay.recompute == "full" else 0.0)
    dense_w = (
        shape.soft_layers * (shape.attn_w + shape.attn_rep_w)
        + shape.linear_layers * shape.linear_w
        + shape.index_layers * shape.index_w
        + shape.dense_layers * shape.dense_w
        + shape.moe_layers * (shape.shared_w + shape.router_w)
    )
    expert_w = shape.moe_layers * shape.top_k * shape.expert_w
    matmul_s = passes * 2.0 * layer_tokens * dense_w / (peak * eff)
    expert_s = passes * 2.0 * layer_tokens * expert_w / (peak * eff * c["expert_matmul"])
    scores = score_flops(shape, seq, lay.flash)
    again = 1.0 if (lay.recompute != "none" or lay.flash) else 0.0
    cheap = 1.0 + (1.0 - CHEAP_AGAIN) / 3.0 * (lay.recompute == "selective" and lay.flash)
    attention = "attention_flash" if lay.flash else "attention_plain"
    score_s = (3.0 + again) * layer_tokens * scores / (peak16 * np.minimum(c[attention], 0.95))
    narrow = NARROW / (lay.tp if lay.sequence_parallel else 1.0)
    acts = shape.layers * tokens * shape.hidden * (WIDE / lay.tp + narrow)
    soft = 0.0 if lay.flash else SOFTMAX * shape.soft_layers * heads * seq * layer_tokens
    touched = TOUCHES * (acts * cheap * (passes / 3.0) + soft * (1.0 + again / 3.0))
    memory_s = touched / (chip.memory_byte_s * c["stream"])
    link_s = _links(shape, chip, lay, tokens, c, passes)
    held_experts = shape.experts / np.maximum(lay.ep, 1.0)  # each its own products and casts
    expert_fixed_s = c["expert_layer_s"] + held_experts * c["expert_s"]
    overhead = shape.layers * c["layer_s"] + shape.moe_layers * expert_fixed_s
    stage = stage_layers(shape, lay) / shape.layers  # share of the stage with most layers
    one = (matmul_s + expert_s + score_s + memory_s + link_s + overhead) * stage
    head_s = (
        6.0 * layer_tokens * shape.head_w / (peak16 * np.minimum(c["matmul_bf16"] * family, 0.95))
    )
    # The head stands with the last stage, which has the fewer layers where they do not divide.
    spare = np.maximum(stage * lay.pp - 1.0, 0.0) / stage
    busy = micro * np.maximum(one, one * np.maximum(1.0 - spare, 0.0) + head_s)
    # Chunks interleave only where microbatches fill the stages (Narayanan et al. 2021, 2.2).
    chunks = np.where(micro >= lay.pp, lay.vp, 1.0)
    bubble = (lay.pp - 1.0) / chunks * one
    exchange = _exchange(shape, chip, lay, c, busy / micro)
    held = memory_per_chip(shape, heads, lay, seq, micro)
    flops = (passes * (dense_w + expert_w) * 2.0 + 6.0 * shape.head_w) * layer_tokens * micro
    floor = flops / lay.pp / peak
    compute = micro * (matmul_s + expert_s + score_s) * stage + (busy - micro * one)
    seconds = np.maximum(busy + bubble + exchange, floor)
    return Step(
        seconds,
        compute,
        micro * memory_s * stage,
        micro * link_s * stage,
        bubble,
        exchange,
        held,
        floor,
    )


def _links(
    shape: Shape,
    chip: Chip,
    lay: TrainLayout,
    tokens: Number,
    c: Mapping[str, float],
    passes: Number,
) -> Number:
    """Seconds of a microbatch in tensor collectives, context ring and expert exchange."""
    size = tokens * shape.hidden * 2.0
    rate = chip.link_byte_s * c["link"]
    ring = (lay.tp - 1.0) / lay.tp
    calls = 4.0 + 2.0 * (passes - 3.0)  # two all-reduces a layer forward, two back, two again
    reduce_s = shape.layers * calls * 2.0 * size * ring / rate
    # Experts: a token goes once to each other domain that holds one of its experts and is spread
    # there (the two hops run at once); dispatch and combine, forward and back, and once more.
    outside = _net_byte_s(chip) * c["net"]
    domain: Number = np.clip(chip.domain_chips, 1.0, np.maximum(lay.ep, 1.0))
    domains = np.maximum(lay.ep, 1.0) / domain
    far = (domains - 1.0) * (1.0 - (1.0 - 1.0 / domains) ** shape.top_k)
    near = np.minimum(shape.top_k, lay.ep) * (domain - 1.0) / domain
    wire: Number = np.maximum(near / rate, far / outside)
    exchange_s = shape.moe_layers * calls * (size / lay.tp) * wire
    keys = tokens * (shape.kv / lay.tp) * 2.0 * (lay.cp - 1.0)
    ring_rate = np.where(lay.tp * lay.cp <= chip.domain_chips, rate, outside)
    context_s = shape.full_layers * 3.0 * keys / ring_rate * 0.5  # half hidden behind the scores
    return reduce_s + exchange_s + context_s


def _exchange(
    shape: Shape, chip: Chip, lay: TrainLayout, c: Mapping[str, float], window: Number
) -> Number:
    """Gradients summed and weights gathered over replicas, the part not hidden [s].

    Sums run behind the last microbatch's backward pass, gathers behind the first one's forward
    pass: together the `window` of one microbatch, however many there are [s].
    """
    inside = lay.tp * lay.dp * lay.cp <= chip.domain_chips
    rate = np.where(inside, chip.link_byte_s * c["link"], _net_byte_s(chip) * c["net"])
    volume: Number = 0.0
    updated: Number = 0.0
    for mine, replicas in held_parameters(shape, lay):
        volume = volume + mine * (REDUCED_BYTES + WEIGHT_BYTES) * (1.0 - 1.0 / replicas)
        updated = updated + mine / replicas
    volume = volume * (1.5 if lay.fully_sharded else 1.0)
    hidden = np.minimum(c["overlap"] * volume / rate, window * 0.9)
    return volume / rate - hidden + updated * WEIGHT_STATE / chip.memory_byte_s


def _net_byte_s(chip: Chip) -> float:
    """Network of one chip, one way [byte/s]; its links where the whole system is one domain."""
    return float(chip.net_byte_s or chip.link_byte_s)


def held_parameters(shape: Shape, lay: TrainLayout) -> tuple[tuple[Number, Number], ...]:
    """Parameters of one chip [element] and the replicas that share their optimiser state.

    First what tensor parallelism splits, then experts, which their group splits already: what is
    left of the stage's tp × cp × dp ranks are copies.
    """
    experts = shape.moe_layers * shape.experts * shape.expert_w
    rest = shape.weights() - experts
    ranks, spread = np.maximum(lay.dp * lay.cp, 1.0), np.maximum(lay.ep, 1.0)
    copies = np.maximum(ranks * lay.tp / spread, 1.0)
    # Without a group of their own, experts are sliced over tensor-parallel ranks like the rest.
    split = np.where(spread > 1.0, spread, lay.tp)
    copies = np.where(spread > 1.0, copies, ranks)
    return (rest / (lay.tp * lay.pp), ranks), (experts / (split * lay.pp), copies)


def memory_per_chip(
    shape: Shape, heads: float, lay: TrainLayout, seq: Number, micro: Number
) -> Number:
    """Weights, optimiser and the activations in flight on the first stage [byte]."""
    state: Number = 0.0
    each: Number
    for mine, replicas in held_parameters(shape, lay):
        if lay.fully_sharded:
            each = FULL_SHARD / replicas + 2.0 / np.maximum(shape.layers, 1.0)
        else:
            each = WEIGHT_STATE - SHARDED_STATE + SHARDED_STATE / replicas
        state = state + mine * each
    tokens = lay.micro_batch * seq / lay.cp
    narrow = NARROW / (lay.tp if lay.sequence_parallel else 1.0)
    each = tokens * shape.hidden * (WIDE / lay.tp + narrow)
    if lay.recompute == "full":
        each = tokens * shape.hidden * 2.0 / (lay.tp if lay.sequence_parallel else 1.0)
    elif lay.recompute == "selective" and lay.flash:
        each = each * CHEAP_AGAIN
    elif lay.recompute == "none" and not lay.flash:
        each = each + SOFTMAX * heads * seq * tokens / lay.tp
    flight = np.minimum(micro, lay.pp) * np.where(
        lay.vp > 1, 1.0 + (lay.pp - 1.0) / (lay.pp * lay.vp), 1.0
    )
    most = stage_layers(shape, lay)
    return state * (most * lay.pp / shape.layers) + each * most * flight + RESERVE_BYTES
