"""Size the two pools of a disaggregated service from daily tokens, and compare chips by ratio."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from outlay.catalogue.types import Chip, Model
from outlay.performance.calibrated import Calibrated
from outlay.performance.cases import case_for
from outlay.performance.constants import definitions, shipped
from outlay.performance.correction import correct
from outlay.performance.formats import (
    MATH,
    compute_format,
    compute_peak,
    converted,
    precision_group,
)
from outlay.performance.loop import Traffic, sequence_capacity, steady_decode
from outlay.performance.timing import POWER_REFERENCE, math_share, prefill_pass
from outlay.performance.types import Layout, Precision, Stack

__all__ = ["Pools", "decode_rate", "dense_rate", "prefill_rate", "size_pools"]

PASS_TOKENS = 16384.0  # per chip, as prefill pools run
ROUNDS = 40
NO_STACK = Stack()


@dataclass(frozen=True, slots=True)
class Pools:
    """Chips a service needs in each pool, running and spare."""

    prefill_chips: float
    decode_chips: float

    @property
    def chips(self) -> float:
        return self.prefill_chips + self.decode_chips


def prefill_rate(
    model: Model,
    chip: Chip,
    layout: Layout,
    precision: Precision,
    prompt: float,
    *,
    cached: float = 0.0,
    stack: Stack = NO_STACK,
) -> float:
    """Uncached prompt tokens per second and chip of a saturated prefill pool [token/s]."""
    k = case_for(model, chip, layout, precision, stack)
    one = prefill_pass(k, PASS_TOKENS, prompt, cached)
    degrees = (layout.tp, layout.ep, layout.dp)
    c = correct(
        model,
        chip,
        precision,
        stack,
        (prompt, 1.0),
        PASS_TOKENS * layout.dp,
        layout.n_chips,
        degrees,
        "pre",
    )
    seconds = max(float(one.total) * float(c.factor), float(one.floor))
    return PASS_TOKENS * layout.dp * layout.pp / seconds / layout.n_chips


def decode_rate(
    model: Model,
    chip: Chip,
    layout: Layout,
    precision: Precision,
    context: float,
    tpot_s: float,
    *,
    stack: Stack = NO_STACK,
) -> tuple[float, float]:
    """Output tokens per second and chip of a decode pool at a latency limit, and its batch.

    The batch per attention rank is the largest whose step takes no more than `tpot_s` [s] and
    whose caches fit.
    """
    k = case_for(model, chip, layout, precision, stack)
    t = Traffic(context - 0.5, 1.0)
    high = min(float(sequence_capacity(k, context)), 4096.0)
    low, best = 1.0 / layout.dp, (0.0, 0.0)
    for _ in range(ROUNDS):
        batch = float(np.sqrt(low * high))
        loop = steady_decode(k, t, batch)
        degrees = (layout.tp, layout.ep, layout.dp)
        c = correct(
            model,
            chip,
            precision,
            stack,
            (context, 1.0),
            batch * layout.dp,
            layout.n_chips,
            degrees,
            "pool",
        )
        tpot = max(float(loop.tpot_s) * float(c.factor), float(loop.decode.floor))
        if tpot <= tpot_s:
            low, best = batch, (batch * layout.dp / tpot / layout.n_chips, batch)
        else:
            high = batch
    return best


def size_pools(
    uncached_tok_s: float,
    output_tok_s: float,
    prefill_tok_s_chip: float,
    decode_tok_s_chip: float,
    *,
    load: float | None = None,
) -> Pools:
    """Chips for given flows when pools run at `load` of saturation (constant `pool_load`)."""
    share = definitions()["pool_load"].prior if load is None else load
    return Pools(
        uncached_tok_s / (prefill_tok_s_chip * share), output_tok_s / (decode_tok_s_chip * share)
    )


def dense_rate(
    chip: Chip, precision: str = "bf16", *, calibration: Calibrated | None = None
) -> float:
    """Sustained FLOP/s of dense compute-bound work (diffusion, ranking) on a chip.

    Peak at the format times the share that large matrix products reach on the chip's family; for
    ratios between chips rather than for the time of a named workload.
    """
    levels = {"family": chip.family, "chip": chip.id, "precision": precision_group(precision)}
    c = (calibration.constants if calibration else None) or shipped()
    power = float(chip.peak_flop_s["bf16"]) / max(chip.tdp_w, 1.0)
    share = c.value("compute", levels) * (POWER_REFERENCE / power) ** c.value(
        "compute_density", levels
    )
    math = float(MATH.index(compute_format(chip, precision)))
    share *= float(math_share(c.at(levels), math, float(converted(chip, precision))))
    return float(compute_peak(chip, precision) * min(share, 0.95))
