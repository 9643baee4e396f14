"""A decode step as a function of its batch, with all that the layout alone fixes worked out once.

A closed loop asks for the step time of the same layouts at several batches. In `timing` every
operator is timed anew; here each is kept as floor and slope, so that a further batch costs a few
array operations: join(a, x·m) is cbrt(a³ + x³·m³), and attention is proportional to m.
The same closed forms as `timing.decode_pass`, which a test holds it to.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from outlay.performance.timing import (
    ACTIVATION_BYTES,
    DISPATCH_BYTES,
    HEAD_BYTES,
    INDEX_BYTES,
    STATE_BYTES,
    Case,
    join,
    overheads,
    rates,
)

__all__ = ["DecodeCurve", "Step"]

Number = Any


@dataclass(frozen=True)
class Step:
    """Seconds of a step: all of it, the weights' part of it, and the roofline."""

    total: Number
    weights_s: Number
    floor: Number


class DecodeCurve:
    """Step times of the layouts of `k` at `context` tokens a sequence, by sequences on a rank.

    verified: tokens that each sequence has in a step; draft: factor on its layers for drafting.
    """

    def __init__(
        self, k: Case, context: Number, verified: Number = 1.0, draft: Number = 1.0
    ) -> None:
        self.k, self.verified, self.draft = k, verified, draft
        self.cubes: list[tuple[Number, Number, Number]] = []  # of matrix products: times, a³, x³
        self.links: list[tuple[Number, Number, Number]] = []  # of collectives, likewise
        self.mixture = bool(np.any(k.shape.moe_layers))
        self._products()
        if self.mixture:
            self._experts()
        self._attention(context)
        self._collectives()
        self.idle = overheads(k, 0.0)
        self.request = k.c["request_s"]

    def __call__(self, batch: Number) -> Step:
        """The step at `batch` sequences on each attention rank."""
        k, f = self.k, self.k.c["time"]
        requests = batch * self.verified
        m = requests / k.pp
        m3 = m * m * m
        weights = sum((n * np.cbrt(a + x * m3) for n, a, x in self.cubes), 0.0)
        bytes_s, flops_s = self.bytes_s + m * self.moved_s, m * self.flops_s
        if self.mixture:
            expert, least = self._expert(m)
            weights, bytes_s = weights + expert, bytes_s + least
        links = sum((n * np.cbrt(a + x * m3) for n, a, x in self.links), 0.0)
        layers = (weights + m * self.attention / self.verified + links) * self.draft
        floor = np.maximum(bytes_s, flops_s) / self.verified
        spent = f * (layers + self.idle + requests * self.request)
        return Step(np.maximum(spent, floor), f * weights * self.draft, floor)

    def _products(self) -> None:
        k, s = self.k, self.k.shape
        flop, _, stream, _ = rates(k)
        small = k.c["shard_bytes"]
        self.bytes_s: Number = 0.0
        self.flops_s: Number = 0.0
        for layers, weights, matrices in (
            (s.soft_layers, s.attn_w / k.tp + s.attn_rep_w, s.attn_mats),
            (s.linear_layers, s.linear_w / k.tp, 3.0),
            (s.index_layers, s.index_w, 3.0),
            (s.dense_layers, s.dense_w / k.tp, 2.0),
            (s.moe_layers, s.shared_w / k.tp + s.router_w, 2.0),
        ):
            if not np.any(layers):
                continue
            used = np.where(weights > 0, 1.0, 0.0) * matrices
            least = (weights * k.dense_bytes + used * small) / stream
            self.cubes.append((layers, least**3, (2.0 * weights / flop) ** 3))
            self.bytes_s = self.bytes_s + layers * weights * k.dense_bytes
            self.flops_s = self.flops_s + layers * 2.0 * weights
        head = s.head_w / k.tp
        flop16 = flop * k.peak16 / k.peak_dense
        least = (head * HEAD_BYTES + small) / stream
        self.cubes.append((1.0, least**3, (2.0 * head / flop16) ** 3))
        self.bytes_s = (self.bytes_s + head * HEAD_BYTES) / k.bandwidth
        self.flops_s = self.flops_s / k.peak_dense + 2.0 * head / k.peak16

    def _experts(self) -> None:
        k, s, c = self.k, self.k.shape, self.k.c
        _, flop, _, stream = rates(k)
        weights = s.expert_w * k.ep / (k.tp * k.dp)
        self.drawn = -k.dp * s.top_k / s.experts  # exponent of an expert left out, per token
        self.per_rank = s.experts / k.ep
        self.pairs = k.dp * s.top_k / k.ep  # per token of a rank
        self.expert_bytes_s = weights * k.expert_bytes / stream
        self.expert_flop_s = 2.0 * weights / flop
        self.expert_least_s = s.moe_layers * weights * k.expert_bytes / k.bandwidth
        self.spread = k.ep > 1
        even = np.sqrt(2.0 * np.log(np.maximum(k.ep, 1.0)) / np.maximum(self.pairs, 1e-30))
        self.uneven = c["imbalance"] * even
        self.flops_s = self.flops_s + s.moe_layers * 2.0 * weights * self.pairs / k.peak_expert

    def _expert(self, m: Number) -> tuple[Number, Number]:
        """Seconds of the expert products, and of their bytes at full bandwidth."""
        k, s, c = self.k, self.k.shape, self.k.c
        distinct = self.per_rank * -np.expm1(m * self.drawn)
        rows = np.maximum(m * self.pairs, c["expert_rows"] * distinct)
        once = join(distinct * self.expert_bytes_s, rows * self.expert_flop_s)
        once = once + c["expert_s"] * distinct
        skew = 1.0 + c["imbalance"] + self.uneven / np.sqrt(m)
        skew = np.where(self.spread, np.minimum(skew, k.ep), 1.0)
        return s.moe_layers * once * skew, distinct * self.expert_least_s

    def _attention(self, context: Number) -> None:
        k, s, c = self.k, self.k.shape, self.k.c
        kv_share = np.minimum(k.tp, np.maximum(s.kv_heads, 1.0))
        win_share = np.minimum(k.tp, np.maximum(s.window_kv_heads, 1.0))
        seen, win = np.minimum(context, s.topk_tokens), np.minimum(context, s.window)
        full, window = s.full_layers * seen, s.window_layers * win
        moved = k.kv_bytes * (full * s.kv / kv_share + window * s.window_kv / win_share)
        moved = moved + s.index_layers * context * s.index_kv * INDEX_BYTES
        moved = moved + 2.0 * s.linear_layers * s.state * STATE_BYTES / k.tp
        flops = (full * s.score_decode + window * s.window_score) / k.tp
        flops = flops + s.index_layers * context * s.index_flops
        streamed = moved / (k.bandwidth * c["kv_stream"])
        self.attention = join(streamed, flops / (k.peak16 * c["mla_compute"]))
        self.moved_s = moved / k.bandwidth
        self.flops_s = self.flops_s + flops / k.peak16

    def _collectives(self) -> None:
        k, s, c = self.k, self.k.shape, self.k.c
        size = s.hidden * ACTIVATION_BYTES
        tensor = np.where(k.tp > 1, s.soft_layers + s.linear_layers + s.dense_layers, 0.0)
        tensor = tensor + np.where((k.dp > 1) | (k.tp == 1), 0.0, s.moe_layers)
        if np.any(tensor):
            floor, slope = self._ring(k.tp, 2.0 * size)
            self.links.append((tensor, floor**3, slope**3))
        spread = np.where((k.dp > 1) & (s.moe_layers > 0), s.moe_layers, 0.0)
        if np.any(spread):
            floor, slope = self._ring(k.tp * k.dp, size * k.dp)
            volume = np.minimum(s.top_k, k.ep) * s.hidden * DISPATCH_BYTES
            volume = volume * np.where(k.ep > 1, (k.ep - 1.0) / k.ep, 0.0)
            across = np.where(k.ep > k.domain, 1.0 - k.domain / k.ep, 0.0)
            wire = volume * ((1.0 - across) / k.link + across / k.net) / c["alltoall_link"]
            slow = c["alltoall_s"] * np.where(k.ep > k.domain, 2.0, 1.0)
            floor, slope = np.where(k.ep > 1, slow, floor), np.where(k.ep > 1, wire, slope)
            self.links.append((2.0 * spread, floor**3, slope**3))
        if np.any(k.pp > 1):
            self.links.append((k.pp - 1.0, c["allreduce_s"] ** 3, (size / k.link) ** 3))

    def _ring(self, group: Number, size: Number) -> tuple[Number, Number]:
        """Floor [s] and slope [s per token] of a ring-like collective over `group` ranks."""
        k, c = self.k, self.k.c
        wide = group > k.domain
        doublings = np.log2(np.maximum(group, 1.0))
        floor = c["allreduce_s"] * (1.0 + c["allreduce_growth"] * doublings)
        floor = floor * np.where(k.pcie > 0, c["pcie_floor"], 1.0)
        floor = floor * np.where(wide, c["domain_floor"], 1.0)
        rate = np.where(wide, np.minimum(k.net * np.minimum(k.domain, group), k.link), k.link)
        slope = size * (group - 1.0) / group / (rate * c["allreduce_link"])
        some = group > 1
        return np.where(some, floor, 0.0), np.where(some, slope, 0.0)
