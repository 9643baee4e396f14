"""No point of a whole scan beats the roofline, counted again from the operator table alone.

Bytes and operations of one rank are summed over `catalogue.parts`, without the folded shapes and
the timing: weights once a step, distinct experts of the batch, caches of the rank's own sequences.
"""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from outlay.catalogue import chips, models
from outlay.catalogue.parts.of_model import operators
from outlay.performance import Precision, Stack, sweep
from outlay.performance.operators.formats import compute_peak, dense_format

BYTES = {"bf16": 2.0, "fp8": 1.0, "fp4": 0.5, "int8": 1.0}  # without scales: a lower bound
CHIPS = sorted(c.id for c in chips().values() if c.memory_byte_s > 0 and c.peak_flop_s)
MODELS = sorted(m.id for m in models().values() if m.layers)


def _least(model, chip, weights: str, found, prompt: float, output: float):
    """Least seconds of a decode step and most prompt tokens a second and chip [layout, batch]."""
    tp, pp, dp = (getattr(found.layouts, a)[:, None] for a in ("tp", "pp", "dp"))
    held = found.batch / dp / pp  # sequences of a rank in one pass
    dense = BYTES[dense_format(model, weights)]
    moved: np.ndarray = np.zeros_like(found.batch)
    dense_flop, expert_flop, head_flop = 0.0, 0.0, 0.0
    for op in operators(model):
        if op.kind == "matmul":
            share = 1.0 if op.shard == "replicated" else tp
            moved = moved + op.layers * op.weights * dense / share
            dense_flop += op.layers * 2.0 * op.weights
        elif op.kind == "head":
            moved = moved + op.read * 2.0 / tp
            head_flop += 2.0 * op.read
        elif op.kind == "experts":
            count = max(model.experts, 1)
            chosen = count * op.read / op.weights
            touched = count * -np.expm1(-held * dp * chosen / count)
            moved = moved + op.layers * op.weights / count * touched * BYTES[weights] / (tp * dp)
            expert_flop += op.layers * 2.0 * op.read
        elif op.kind == "scores":
            context = prompt + 0.5 * output
            seen = min(context, op.window or np.inf, op.limit or np.inf)
            moved = moved + held * op.layers * op.cache * seen * 2.0 / tp
    peaks = [compute_peak(chip, f) for f in (dense_format(model, weights), weights, "bf16")]
    work = sum(f / p for f, p in zip((dense_flop, expert_flop, head_flop), peaks, strict=True))
    step_s = np.maximum(moved / chip.memory_byte_s, held * work / tp)
    prompts = sum(f / p for f, p in zip((dense_flop, expert_flop), peaks, strict=False))
    return step_s, 1.0 / prompts


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(MODELS), st.sampled_from(CHIPS), st.sampled_from(sorted(BYTES)),
    st.sampled_from(["", "vllm", "sglang", "trtllm"]), st.floats(16, 32768), st.floats(16, 8192),
)  # fmt: skip
def test_no_point_of_a_scan_beats_the_roofline(name, on, weights, stack, prompt, output) -> None:
    model, chip = models()[name], chips()[on]
    asked = Precision(weights)
    found = sweep(model, chip, prompt, output, max_chips=16, precision=asked, stack=Stack(stack))
    if not found.batch.size:
        return
    least_s, most = _least(model, chip, weights, found, prompt, output)
    assert np.all(found.tpot_s >= least_s * (1.0 - 1e-9))
    assert np.all(found.prefill_tok_s_per_chip <= most * (1.0 + 1e-9))
    per_chip = found.batch / found.layouts.n_chips[:, None] / least_s
    assert np.all(found.decode_tok_s_per_chip <= per_chip * (1.0 + 1e-9))
