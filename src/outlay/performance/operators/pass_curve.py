"""Passes of the same layouts at several batches, with what a layout fixes worked out once.

A closed loop asks for a decode step and a prompt's pass again and again, at other batches. In
`timing` every operator is timed anew; here each is kept as floor and slope, so that a further
batch costs a few array operations: join(a, x·m) is cbrt(a³ + x³·m³), and attention is
proportional to m. The same closed forms as `timing.decode_pass` and `timing.prefill_pass`, which
a test holds them to.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from outlay.core.arrays import Number
from outlay.performance.operators.attention import decode_work, prefill_flops
from outlay.performance.operators.case import Case
from outlay.performance.operators.cube_root import cube_root
from outlay.performance.operators.timing import (
    ACTIVATION_BYTES,
    DISPATCH_BYTES,
    HEAD_BYTES,
    Pass,
    hop_seconds,
    join,
    launches,
    overheads,
    rate16,
)

__all__ = ["Brief", "Parts", "PassCurve", "decode_curve", "prefill_curve"]


@dataclass(frozen=True)
class Brief:
    """Seconds of a pass: all of it, all but attention (`Pass.shared`), and the roofline."""

    total: Number
    shared: Number
    floor: Number


@dataclass(frozen=True)
class PassCurve:
    """A pass by tokens on a rank. head: tokens of the output head per token; attention [s/token];
    moved_s, flops_s: bytes and operations of attention at full rate [s/token]; factor: on time;
    draft: on the layers, for drafting; verified: tokens of one sequence in a step; idle: fixed
    seconds of a pass.
    """

    parts: Parts
    head: Number
    attention: Number
    moved_s: Number
    flops_s: Number
    factor: Number
    idle: Number
    draft: Number = 1.0
    verified: Number = 1.0

    def at(self, m: Number, requests: Number) -> Pass:
        """The pass of `m` tokens on each rank, of `requests` sequences."""
        matmul, expert, links, bytes_s, flops_s = self._parts(m)
        f, layers = self.factor, self.factor * self.draft
        return Pass(
            layers * matmul,
            layers * expert,
            (layers / self.verified) * self.attention * m,
            layers * links,
            f * (self.idle + requests * self.parts.k.c["request_s"]),
            np.maximum(bytes_s, flops_s) / self.verified,
            bytes_s / self.verified,
            flops_s,
        )

    def brief(self, m: Number, requests: Number) -> Brief:
        """The same pass in all, without its parts."""
        matmul, expert, links, bytes_s, flops_s = self._parts(m)
        shared = (matmul + expert + links) * self.draft + self.idle
        shared = shared + requests * self.parts.k.c["request_s"]
        spent = shared + m * (self.attention / self.verified * self.draft)
        floor = np.maximum(bytes_s, flops_s) / self.verified
        total = np.maximum(self.factor * spent, floor)
        return Brief(total, self.factor * shared, floor)

    def _parts(self, m: Number) -> tuple[Number, Number, Number, Number, Number]:
        """Matrix products, experts and collectives before factors; bytes, operations [s]."""
        p = self.parts
        m3 = m * m * m
        least, slope, slope_s = p.head
        matmul = cube_root(least + (slope * _cube(self.head)) * m3)
        for n, a, x in p.cubes:
            matmul = matmul + n * cube_root(a + x * m3)
        links: Number = 0.0
        for n, a, x in p.links:
            links = links + n * cube_root(a + x * m3)
        bytes_s = p.bytes_s + m * self.moved_s
        flops_s = m * (p.flops_s + slope_s * self.head + self.flops_s)
        expert: Number = 0.0
        if p.mixture:
            expert, least_s = p.expert(m)
            bytes_s = bytes_s + least_s
        return matmul, expert, links, bytes_s, flops_s


def decode_curve(
    p: Parts, context: Number, verified: Number = 1.0, draft: Number = 1.0
) -> PassCurve:
    """A decode step at `context` tokens a sequence: m = sequences × verified ÷ pp."""
    k, c = p.k, p.k.c
    moved, flops = decode_work(k, context)
    attention = join(moved / (k.bandwidth * c["kv_stream"]), flops / (k.peak16 * c["mla_compute"]))
    return PassCurve(
        p, 1.0, attention, moved / k.bandwidth, flops / k.peak16, k.time, p.idle + launches(k),
        draft, verified,
    )  # fmt: skip


def prefill_curve(p: Parts, prompt: Number, cached: Number = 0.0) -> PassCurve:
    """A prefill pass in prompts of `prompt` tokens after `cached` ones: m = new tokens."""
    k, c = p.k, p.k.c
    flops = prefill_flops(k, prompt, cached)
    length = cached + prompt
    achieved = c["prefill_attention"] * length / (length + c["prefill_half"])
    return PassCurve(
        p, 1.0 / np.maximum(prompt, 1.0), flops / (k.peak16 * achieved), 0.0, flops / k.peak16,
        k.time * c["prefill"], p.idle,
    )  # fmt: skip


def _cube(x: Number) -> Number:
    return x * x * x  # a power of arrays costs ten times as much


class Parts:
    """What the layouts of a case fix, whatever the batch."""

    def __init__(self, k: Case) -> None:
        self.k = k
        self.cubes: list[tuple[Number, Number, Number]] = []  # of matrix products: times, a³, x³
        self.links: list[tuple[Number, Number, Number]] = []  # of collectives, likewise
        self.mixture = bool(np.any(k.shape.moe_layers))
        self._products()
        if self.mixture:
            self._experts()
        self._collectives()
        self.idle = overheads(k, 0.0)

    def _products(self) -> None:
        k, s = self.k, self.k.shape
        flop, _, stream, _ = k.rates
        small = k.c["shard_bytes"]
        self.bytes_s: Number = 0.0
        self.flops_s: Number = 0.0
        least: Number
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
            self.cubes.append((layers, _cube(least), _cube(2.0 * weights / flop)))
            self.bytes_s = self.bytes_s + layers * weights * k.dense_bytes
            self.flops_s = self.flops_s + layers * 2.0 * weights
        head = s.head_w / k.tp
        flop16 = rate16(k)
        least = (head * HEAD_BYTES + small) / stream
        self.head = (_cube(least), _cube(2.0 * head / flop16), 2.0 * head / k.peak16)
        self.bytes_s = (self.bytes_s + head * HEAD_BYTES) / k.bandwidth
        self.flops_s = self.flops_s / k.peak_dense

    def _experts(self) -> None:
        k, s, c = self.k, self.k.shape, self.k.c
        _, flop, _, stream = k.rates
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

    def expert(self, m: Number) -> tuple[Number, Number]:
        """Seconds of the expert products, and of their bytes at full bandwidth."""
        k, s, c = self.k, self.k.shape, self.k.c
        distinct = self.per_rank * -np.expm1(m * self.drawn)
        skew = 1.0 + c["imbalance"] + self.uneven / np.sqrt(m)
        skew = np.where(self.spread, np.minimum(skew, k.ep), 1.0)
        touched = np.minimum(distinct * skew, self.per_rank)
        rows = np.maximum(m * self.pairs * skew, c["expert_rows"] * touched)
        once = join(touched * self.expert_bytes_s, rows * self.expert_flop_s)
        once = once + c["expert_s"] * touched
        return s.moe_layers * once, distinct * self.expert_least_s

    def _collectives(self) -> None:
        k, s, c = self.k, self.k.shape, self.k.c
        size = s.hidden * ACTIVATION_BYTES
        tensor = np.where(k.tp > 1, s.soft_layers + s.linear_layers + s.dense_layers, 0.0)
        tensor = tensor + np.where((k.dp > 1) | (k.tp == 1), 0.0, s.moe_layers)
        if np.any(tensor):
            floor, slope = self._ring(k.tp, 2.0 * size)
            self.links.append((tensor, _cube(floor), _cube(slope)))
        spread = np.where((k.dp > 1) & (s.moe_layers > 0), s.moe_layers, 0.0)
        if np.any(spread):
            group = k.tp * k.dp
            _, gathered = self._ring(group, size * k.dp)
            volume = np.minimum(s.top_k, k.ep) * s.hidden * DISPATCH_BYTES
            volume = volume * np.where(k.ep > 1, (k.ep - 1.0) / k.ep, 0.0)
            across = np.where(k.ep > k.domain, 1.0 - k.domain / k.ep, 0.0)
            wire = volume * ((1.0 - across) / k.inside(k.ep) + across / k.net) / c["alltoall_link"]
            wide = np.where(k.ep > 1, k.ep, group) > k.domain
            floor = c["alltoall_s"] * np.where(wide, 2.0, 1.0)
            slope = np.where(k.ep > 1, wire, gathered)
            self.links.append((2.0 * spread, _cube(floor), _cube(slope)))
        if np.any(k.pp > 1):
            hop = _cube(size * hop_seconds(k))
            self.links.append((k.pp - 1.0, _cube(c["allreduce_s"]), hop))

    def _ring(self, group: Number, size: Number) -> tuple[Number, Number]:
        """Floor [s] and slope [s per token] of a ring-like collective over `group` ranks."""
        k, c = self.k, self.k.c
        wide = group > k.domain
        doublings = np.log2(np.maximum(group, 1.0))
        floor = c["allreduce_s"] * (1.0 + c["allreduce_growth"] * doublings)
        floor = floor * np.where(k.pcie > 0, c["pcie_floor"], 1.0)
        floor = floor * np.where(wide, c["domain_floor"], 1.0)
        link = k.inside(group)
        rate = np.where(wide, np.minimum(k.net * np.minimum(k.domain, group), link), link)
        slope = size * (group - 1.0) / group / (rate * c["allreduce_link"])
        some = group > 1
        return np.where(some, floor, 0.0), np.where(some, slope, 0.0)
