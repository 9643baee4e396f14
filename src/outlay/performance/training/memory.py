"""Memory of one chip of a training run: weights, optimiser, activations in flight.

Activation sizes and recomputation follow Korthikanti et al. 2022 (arXiv:2205.05198, equations
1 to 6).
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from outlay.core.arrays import Number
from outlay.performance.operators.shapes import Shape
from outlay.performance.training.layout import TrainLayout, held_parameters, stage_layers
from outlay.performance.training.traffic import WEIGHT_STATE

__all__ = ["CHEAP_AGAIN", "NARROW", "SOFTMAX", "WIDE", "least_recomputed", "memory_per_chip"]

SHARDED_STATE = 12.0  # bytes of a parameter's state that a distributed optimiser spreads
FULL_SHARD = 16.0  # fully sharded: all but the gathered layer
RESERVE_BYTES = 4e9  # workspace, communication buffers, fragmentation
WIDE = 24.0  # activation bytes per token and hidden unit that tensor parallelism shards
NARROW = 10.0  # and that only sequence parallelism shards (norms, dropouts, inputs)
SOFTMAX = 5.0  # bytes per head and score of attention that is not fused
CHEAP_AGAIN = 0.65  # activations kept where norms and gated products are computed again


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
    each = _activations(shape, heads, lay, seq)
    flight = np.minimum(micro, lay.pp) * np.where(
        lay.vp > 1, 1.0 + (lay.pp - 1.0) / (lay.pp * lay.vp), 1.0
    )
    most = stage_layers(shape, lay)
    return state * (most * lay.pp / shape.layers) + each * most * flight + RESERVE_BYTES


def _activations(shape: Shape, heads: float, lay: TrainLayout, seq: Number) -> Number:
    """Activations of one microbatch and layer that wait for the backward pass [byte]."""
    tokens = lay.micro_batch * seq / lay.cp
    sharded = lay.tp if lay.sequence_parallel else 1.0
    size = tokens * shape.hidden
    kept: Number = size * (WIDE / lay.tp + NARROW / sharded)
    if lay.recompute == "none" and not lay.flash:
        kept = kept + SOFTMAX * heads * seq * tokens / lay.tp
    elif lay.recompute != "none" and lay.flash:
        kept = kept * CHEAP_AGAIN
    if lay.recompute != "full":
        return kept
    return lay.recomputed * size * 2.0 / sharded + (1.0 - lay.recomputed) * kept


def least_recomputed(
    shape: Shape, heads: float, lay: TrainLayout, seq: float, micro: float, most: float
) -> float:
    """Smallest share of a stage's layers that must be recomputed in full to fit in `most` bytes.

    Memory is linear in the share; whole layers are recomputed. 1 where even all do not suffice.
    """
    none, full = (
        float(
            memory_per_chip(
                shape, heads, replace(lay, recompute="full", recomputed=share), seq, micro
            )
        )
        for share in (0.0, 1.0)
    )
    if none <= full:
        return 1.0
    layers = float(stage_layers(shape, lay))
    share = math.ceil((none - most) / (none - full) * layers - 1e-9) / layers
    return min(max(share, 0.0), 1.0)
