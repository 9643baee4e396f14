"""How a training run lies on chips: degrees, the layers of a stage, the parameters of a chip."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from outlay.core.arrays import Number
from outlay.performance.operators.shapes import Shape

__all__ = ["TrainLayout", "held_parameters", "interleaving", "stage_layers"]

MOST_CHUNKS = 4  # of the model on one pipeline stage, interleaved


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
    recomputed: Number = 1.0  # share of layers that "full" is for; the others are selective
    sequence_parallel: bool = True
    flash: bool = True
    fully_sharded: bool = False


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
