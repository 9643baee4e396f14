"""Time one forward pass of a model on chips: a closed form per operator, over arrays of points.

Every argument may be a float or an array that broadcasts over the points, so the calibration
(one model and chip per row) and the search (one model, many layouts and batches) share this code.
Times are seconds, sizes bytes, rates byte/s or FLOP/s; one rank is one chip.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from outlay.core.arrays import Number
from outlay.performance.operators.attention import (
    INDEX_BYTES,
    STATE_BYTES,
    decode_work,
    prefill_flops,
)
from outlay.performance.operators.case import POWER_REFERENCE, Case
from outlay.performance.operators.cube_root import cube_root

__all__ = [
    "Pass",
    "cache_bytes_per_token",
    "decode_pass",
    "expert_seconds",
    "hop_seconds",
    "join",
    "launches",
    "overheads",
    "prefill_pass",
    "sequence_state_bytes",
    "weight_bytes_per_chip",
]

HEAD_BYTES = 2.0  # embeddings and head stay in 16 bits
ACTIVATION_BYTES = 2.0
DISPATCH_BYTES = 1.5  # mean of 8-bit dispatch and 16-bit combine


@dataclass(frozen=True)
class Pass:
    """Seconds of one pass by part; `floor` is the roofline: bytes and operations at full rate."""

    matmul: Number
    expert: Number
    attention: Number
    collective: Number
    overhead: Number
    floor: Number
    bytes_s: Number = 0.0  # all bytes at full bandwidth, all operations at full peak:
    flops_s: Number = 0.0  # which of the two limits the arithmetic

    @property
    def shared(self) -> Number:
        """The part that tokens of prompts and of answers take together when they share a pass."""
        return self.matmul + self.expert + self.collective + self.overhead

    @property
    def total(self) -> Number:
        parts = self.matmul + self.expert + self.attention + self.collective + self.overhead
        return np.maximum(parts, self.floor)


def join(a: Number, b: Number) -> Number:
    """(a³ + b³)^(1/3): the larger of two times, rounded off where they meet."""
    return cube_root(a * a * a + b * b * b)


def rate16(k: Case) -> Number:
    """Achieved rate of 16-bit products [FLOP/s]."""
    density = (POWER_REFERENCE / k.power) ** k.c["compute_density"]
    return k.peak16 * np.minimum(k.c["compute"] * density, 0.95)


def _products(k: Case, m: Number, head_m: Number) -> tuple[Number, Number, Number]:
    """Dense matrix products for m tokens on a rank: seconds; of bytes and of FLOP at full rate."""
    s = k.shape
    flop, _, stream, _ = k.rates
    small = k.c["shard_bytes"]
    time: Number = 0.0
    floor_bytes: Number = 0.0
    floor_flops: Number = 0.0
    groups = (  # layers, elements on a rank, matrices
        (s.soft_layers, s.attn_w / k.tp + s.attn_rep_w, s.attn_mats),
        (s.linear_layers, s.linear_w / k.tp, 3.0),
        (s.index_layers, s.index_w, 3.0),
        (s.dense_layers, s.dense_w / k.tp, 2.0),
        (s.moe_layers, s.shared_w / k.tp + s.router_w, 2.0),
    )
    for layers, weights, matrices in groups:
        used = np.where(weights > 0, 1.0, 0.0) * matrices
        bytes_s = (weights * k.dense_bytes + used * small) / stream
        time = time + layers * join(bytes_s, 2.0 * weights * m / flop)
        floor_bytes = floor_bytes + layers * weights * k.dense_bytes
        floor_flops = floor_flops + layers * 2.0 * weights * m
    head = s.head_w / k.tp
    flop16 = rate16(k)
    time = time + join((head * HEAD_BYTES + small) / stream, 2.0 * head * head_m / flop16)
    floor_bytes = floor_bytes + head * HEAD_BYTES
    flops_s = floor_flops / k.peak_dense + 2.0 * head * head_m / k.peak16
    return time, floor_bytes / k.bandwidth, flops_s


def expert_seconds(k: Case, m: Number) -> tuple[Number, Number, Number]:
    """Grouped expert products for m tokens on each attention rank, as `_products`."""
    s, c = k.shape, k.c
    _, flop, _, stream = k.rates
    tokens = m * k.dp
    share = k.tp * k.dp / k.ep  # ranks that split one expert
    per_rank = s.experts / k.ep
    pairs = tokens * s.top_k / k.ep
    distinct = per_rank * -np.expm1(-tokens * s.top_k / s.experts)
    log_ep = np.log(np.maximum(k.ep, 1.0))
    skew = 1.0 + c["imbalance"] * (1.0 + np.sqrt(2.0 * log_ep / np.maximum(pairs, 1e-9)))
    skew = np.where(k.ep > 1, np.minimum(skew, k.ep), 1.0)
    weights = s.expert_w / share
    touched = np.minimum(distinct * skew, per_rank)  # no rank reads more experts than it has
    bytes_s = touched * weights * k.expert_bytes / stream
    rows = np.maximum(pairs * skew, c["expert_rows"] * touched)
    compute_s = 2.0 * weights * rows / flop
    once = join(bytes_s, compute_s) + c["expert_s"] * touched
    least_bytes_s = distinct * weights * k.expert_bytes / k.bandwidth
    least_flops_s = 2.0 * weights * pairs / k.peak_expert
    n = s.moe_layers
    return n * once, n * least_bytes_s, n * least_flops_s


def _collectives(k: Case, m: Number) -> Number:
    """All-reduces of tensor parallel groups, dispatch and combine of expert groups, stage hops."""
    s, c = k.shape, k.c
    size = m * s.hidden * ACTIVATION_BYTES
    moe_tensor = np.where((k.dp > 1) | (k.tp == 1), 0.0, s.moe_layers)
    tensor_calls = np.where(k.tp > 1, s.soft_layers + s.linear_layers + s.dense_layers, 0.0)
    reduce_s = (tensor_calls + moe_tensor) * _group_time(k, k.tp, size, 2.0)
    group = k.tp * k.dp
    spread = np.where((k.dp > 1) & (s.moe_layers > 0), s.moe_layers, 0.0)
    copies: Number = np.minimum(s.top_k, k.ep)
    remote = np.where(k.ep > 1, (k.ep - 1.0) / k.ep, 0.0)
    volume = m * copies * s.hidden * DISPATCH_BYTES * remote
    across = np.where(k.ep > k.domain, 1.0 - k.domain / k.ep, 0.0)
    wire = volume * ((1.0 - across) / k.inside(k.ep) + across / k.net) / c["alltoall_link"]
    # Without experts spread, tokens are gathered and sums scattered; either way ranks that ran
    # different sequences wait for each other.
    wide = np.where(k.ep > 1, k.ep, group) > k.domain
    gathered = _ring_seconds(k, group, size * k.dp)
    floor = c["alltoall_s"] * np.where(wide, 2.0, 1.0)
    expert_s: Number = 2.0 * spread * join(floor, np.where(k.ep > 1, wire, gathered))
    hops = (k.pp - 1.0) * join(c["allreduce_s"], size * hop_seconds(k))
    return reduce_s + expert_s + hops


def hop_seconds(k: Case) -> Number:
    """Seconds per byte of activations from one pipeline stage to the next.

    Beyond the scale-up domain each of the stage's tensor-parallel ranks sends its part.
    """
    far = k.tp * k.dp * k.pp > k.domain
    return np.where(far, 1.0 / (k.net * k.tp), 1.0 / k.link)


def _group_time(k: Case, group: Number, size: Number, passes: float) -> Number:
    """One ring-like collective over `group` ranks; `passes` 2 for all-reduce, 1 for a gather."""
    c = k.c
    doublings = np.log2(np.maximum(group, 1.0))
    floor = c["allreduce_s"] * (1.0 + c["allreduce_growth"] * doublings)
    floor = floor * np.where(k.pcie > 0, c["pcie_floor"], 1.0)
    floor = floor * np.where(group > k.domain, c["domain_floor"], 1.0)
    return np.where(group > 1, join(floor, _ring_seconds(k, group, passes * size)), 0.0)


def _ring_seconds(k: Case, group: Number, size: Number) -> Number:
    """Seconds on the wire of a ring-like collective that passes `size` bytes."""
    link = k.inside(group)
    far = np.minimum(k.net * np.minimum(k.domain, group), link)
    rate = np.where(group > k.domain, far, link)
    return size * (group - 1.0) / group / (rate * k.c["allreduce_link"])


def overheads(k: Case, requests: Number) -> Number:
    """Seconds of a pass that no operator accounts for: by layer, step and request."""
    s, c = k.shape, k.c
    layers = (
        s.layers * c["layer_s"]
        + s.mla_layers * c["mla_s"]
        + s.linear_layers * c["linear_s"]
        + s.index_layers * c["index_s"]
        + s.moe_layers * c["moe_s"]
    )
    return layers + c["step_s"] + requests * c["request_s"]


def launches(k: Case) -> Number:
    """Seconds of a decode step that a host without captured graphs launches kernels for; a pass of
    prompts is long enough to hide them."""
    return k.shape.layers * k.c["launch_s"]


def decode_pass(k: Case, batch: Number, context: Number) -> Pass:
    """One decode step of `batch` sequences per attention rank, each holding `context` tokens.

    `batch` counts all microbatches in flight: with pipeline stages each pass carries batch / pp.
    """
    c = k.c
    m = batch / k.pp
    matmul, bytes_m, flops_m = _products(k, m, m)
    expert, bytes_e, flops_e = expert_seconds(k, m)
    moved, flops = (m * work for work in decode_work(k, context))
    attention = join(moved / (k.bandwidth * c["kv_stream"]), flops / (k.peak16 * c["mla_compute"]))
    bytes_s = bytes_m + bytes_e + moved / k.bandwidth
    flops_s = flops_m + flops_e + flops / k.peak16
    floor = np.maximum(bytes_s, flops_s)
    f = k.time
    return Pass(
        f * matmul,
        f * expert,
        f * attention,
        f * _collectives(k, m),
        f * (overheads(k, batch) + launches(k)),
        floor,
        bytes_s,
        flops_s,
    )


def prefill_pass(k: Case, tokens: Number, prompt: Number, cached: Number = 0.0) -> Pass:
    """One prefill pass of `tokens` new tokens on each attention rank, in prompts of `prompt`.

    `cached` tokens of context come before each prompt's new tokens. `tokens` may hold several
    short prompts or a part of a long one.
    """
    c = k.c
    matmul, bytes_m, flops_m = _products(k, tokens, tokens / np.maximum(prompt, 1.0))
    expert, bytes_e, flops_e = expert_seconds(k, tokens)
    flops = tokens * prefill_flops(k, prompt, cached)
    length = cached + prompt
    achieved = c["prefill_attention"] * length / (length + c["prefill_half"])
    attention = flops / (k.peak16 * achieved)
    bytes_s, flops_s = bytes_m + bytes_e, flops_m + flops_e + flops / k.peak16
    floor = np.maximum(bytes_s, flops_s)
    f = k.time * c["prefill"]
    return Pass(
        f * matmul,
        f * expert,
        f * attention,
        f * _collectives(k, tokens),
        f * overheads(k, tokens / np.maximum(prompt, 1.0)),
        floor,
        bytes_s,
        flops_s,
    )


def weight_bytes_per_chip(k: Case) -> Number:
    """Weights on one chip [byte]: dense parts over tp, experts over all ranks of a stage."""
    s = k.shape
    rank_dense = (
        s.soft_layers * (s.attn_w / k.tp + s.attn_rep_w)
        + s.index_layers * s.index_w
        + s.linear_layers * s.linear_w / k.tp
        + s.dense_layers * s.dense_w / k.tp
        + s.moe_layers * (s.shared_w / k.tp + s.router_w)
    )
    experts = s.moe_layers * s.experts * s.expert_w / (k.tp * k.dp)
    # Embedding and head stand at the two ends of a pipeline: no stage holds both.
    ends = np.where(k.pp > 1, np.maximum(s.head_w, s.embed_w), s.head_w + s.embed_w)
    tables = ends / k.tp * HEAD_BYTES
    return (rank_dense * k.dense_bytes + experts * k.expert_bytes) / k.pp + tables


def cache_bytes_per_token(k: Case) -> Number:
    """Growing cache of one token on one chip of its attention rank [byte]."""
    s = k.shape
    share = np.minimum(k.tp, np.maximum(s.kv_heads, 1.0))
    values = s.full_layers * s.kv * k.kv_bytes / share
    return (values + s.index_layers * s.index_kv * INDEX_BYTES) / k.pp


def sequence_state_bytes(k: Case, tokens: Number) -> Number:
    """Cache of a sequence of `tokens` that does not grow for ever, on one chip [byte].

    Windows hold what they have seen up to their width; recurrent states are there from the start.
    """
    s = k.shape
    share = np.minimum(k.tp, np.maximum(s.window_kv_heads, 1.0))
    held = np.minimum(s.window, tokens)
    window = s.window_layers * held * s.window_kv * k.kv_bytes / share
    return (window + s.linear_layers * s.state * STATE_BYTES / k.tp) / k.pp
