"""Rates of the two pools of a disaggregated service, put together from the model's own parts."""

from __future__ import annotations

import numpy as np

from outlay.performance.constants.cases import case_for
from outlay.performance.constants.correction import correct
from outlay.performance.operators.timing import prefill_pass
from outlay.performance.questions.loop import Traffic, sequence_capacity, steady_decode
from outlay.performance.types import Layout, Precision, Stack
from outlay.results.chips_models import Chip, Model

__all__ = ["decode_rate", "prefill_rate"]

PASS_TOKENS = 16384.0  # per chip, as prefill pools run
ROUNDS = 40
NO_STACK = Stack()


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
