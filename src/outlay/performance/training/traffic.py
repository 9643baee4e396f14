"""What chips of a training run send each other, and how much of it hides behind compute.

Every kind of exchange has a share that a schedule can hide at best (`hide_*`, constants): gathers
and sums of tensor parallelism run beside the products they feed, blocks of keys beside the scores,
tokens of one microbatch to their experts beside the products of another, activations to the next
stage beside the next microbatch. What is hidden together is never more than the compute there is.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from outlay.core.arrays import Number
from outlay.performance.operators.shapes import Shape
from outlay.performance.training.layout import TrainLayout, held_parameters
from outlay.results.chips_models import Chip

__all__ = ["MOST_HIDDEN", "WEIGHT_STATE", "Traffic", "exposed", "replica_exchange", "traffic"]

WEIGHT_STATE = 18.0  # bytes per parameter: 2 weights, 4 gradients, 4 master, 8 Adam moments
REDUCED_BYTES, WEIGHT_BYTES = 2.0, 2.0  # gradients are summed and weights gathered in 16 bits
ACTIVATION_BYTES = 2.0
GROUPS = (1, 2, 4, 8, 16, 32, 64, 72, 128, 144, 256, 4096)  # chips that may spread a token
MOST_HIDDEN = 0.9  # of compute, behind which exchange can run


@dataclass(frozen=True)
class Traffic:
    """Seconds that exchanges take by themselves."""

    tensor: Number
    context: Number
    experts: Number
    stages: Number

    def total(self) -> Number:
        """All of them."""
        return self.tensor + self.context + self.experts + self.stages

    def scaled(self, times: Number) -> Traffic:
        """The same so many times."""
        return Traffic(
            self.tensor * times, self.context * times, self.experts * times, self.stages * times
        )


def traffic(
    shape: Shape,
    chip: Chip,
    lay: TrainLayout,
    tokens: Number,
    c: Mapping[str, float],
    passes: Number,
    chunks: Number,
) -> Traffic:
    """Exchanges of a microbatch of `tokens` on one tensor-parallel group, over all layers [s].

    `chunks` of the model on each stage are passed through one after another.
    """
    size = tokens * shape.hidden * ACTIVATION_BYTES
    outside = _net_byte_s(chip) * c["net"]
    rate = np.maximum(chip.link_byte_s * c["link"], outside)
    ring = (lay.tp - 1.0) / lay.tp
    calls = 4.0 + 2.0 * (passes - 3.0)  # two all-reduces a layer forward, two back, two again
    reduce_s = shape.layers * calls * 2.0 * size * ring / rate
    # Dispatch and combine, forward and back, and once more.
    wire = _to_experts(shape, chip, lay, rate, outside) if np.any(shape.moe_layers) else 0.0
    experts_s = shape.moe_layers * calls * (size / lay.tp) * wire
    keys = tokens * (shape.kv / lay.tp) * ACTIVATION_BYTES * (lay.cp - 1.0)
    ring_rate = np.where(lay.tp * lay.cp <= chip.domain_chips, rate, outside)
    context_s = shape.full_layers * 3.0 * keys / ring_rate
    # Activations go on once per chunk, gradients come back; the last of a domain leaves it.
    hops = 2.0 * (lay.pp * chunks - 1.0)
    stage_rate = np.where(lay.tp * lay.cp * lay.pp <= chip.domain_chips, rate, outside)
    stages_s = hops * (size / lay.tp) / stage_rate
    return Traffic(reduce_s, context_s, experts_s, stages_s)


def exposed(moved: Traffic, c: Mapping[str, float], compute: Number) -> Number:
    """What of a microbatch's exchange is not hidden behind its `compute` [s]."""
    hidden = (
        c["hide_tensor"] * moved.tensor
        + c["hide_context"] * moved.context
        + c["hide_experts"] * moved.experts
        + c["hide_stages"] * moved.stages
    )
    return moved.total() - np.minimum(hidden, MOST_HIDDEN * compute)


def replica_exchange(
    shape: Shape,
    chip: Chip,
    lay: TrainLayout,
    c: Mapping[str, float],
    window: Number,
    micro: Number,
) -> tuple[Number, Number, Number]:
    """Gradients summed and weights gathered over replicas: all, what is not hidden; the update [s].

    Sums run behind the last microbatch's backward pass, gathers behind the first one's forward
    pass: together the `window` of one microbatch, however many there are [s]. Where weights are
    fully sharded they are gathered twice and gradients summed in every microbatch, behind each.
    Copies in one domain exchange over its links, then domains over the network.
    """
    net = _net_byte_s(chip) * c["net"]
    link = np.maximum(chip.link_byte_s * c["link"], net)
    each: Number = 0.0
    updated: Number = 0.0
    together = np.minimum(lay.tp * lay.dp * lay.cp, chip.domain_chips)  # chips of one domain
    for (mine, replicas), apart in zip(
        held_parameters(shape, lay), (lay.tp, np.maximum(lay.ep, lay.tp)), strict=True
    ):
        bytes_all = mine * (REDUCED_BYTES + WEIGHT_BYTES)
        # Copies inside one domain; both bounds by hand, as `np.clip` takes ten times as long.
        near = np.minimum(np.maximum(together / apart, 1.0), replicas)
        inside = bytes_all * (1.0 - 1.0 / near) / link
        # Each chip of a domain carries its part of what other domains send.
        outside = bytes_all / near * (1.0 - near / replicas) / net
        each = each + inside + outside
        updated = updated + mine / replicas
    times = micro if lay.fully_sharded else 1.0
    each = each * (1.5 if lay.fully_sharded else 1.0)
    hidden = np.minimum(c["overlap"] * each, window * MOST_HIDDEN)
    update = updated * WEIGHT_STATE / chip.memory_byte_s
    return times * each, times * (each - hidden), update


def _to_experts(
    shape: Shape, chip: Chip, lay: TrainLayout, rate: Number, outside: Number
) -> Number:
    """Seconds that one byte of a token takes to all of its experts.

    It goes once to each other group of chips that holds one of them and is spread inside over the
    links, both at once; a group is a domain, or the part of it that makes this quickest.
    """
    ep = np.maximum(lay.ep, 1.0)
    best: Number = math.inf
    most = np.minimum(ep, max(chip.domain_chips, 1))
    for chips in GROUPS:
        group = np.minimum(max(chips, 1.0), most)
        groups = ep / group
        far = (groups - 1.0) * (1.0 - (1.0 - 1.0 / groups) ** shape.top_k)
        near = np.minimum(shape.top_k, ep) * (group - 1.0) / group
        best = np.minimum(best, np.maximum(near / rate, far / outside))
    return best


def _net_byte_s(chip: Chip) -> float:
    """Network of one chip, one way [byte/s]; its links where the whole system is one domain."""
    return float(chip.net_byte_s or chip.link_byte_s)
