"""A chip that is no worse in every figure is never slower at equal layout, along each line.

One that was measured may be slower by what its own measurements say.
"""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from outlay.catalogue import chips, models
from outlay.performance import Precision, Stack, correct
from outlay.performance.constants.cases import case_for
from outlay.performance.constants.cells import shipped_cells
from outlay.performance.questions.loop import Traffic, closed_loop
from outlay.results.chips_models import Chip, Model

LINES = (
    ("a100-80g-sxm", "h100-sxm", "h200-sxm", "b200-hgx", "b300-hgx", "gb300-nvl72", "vr200-nvl72"),
    ("h20-96g", "h20-141g", "h200-sxm", "gb200-nvl72", "gb300-nvl72"),
    ("mi300x", "mi325x", "mi350x", "mi355x", "mi455x"),
    ("ascend-910b", "ascend-910c", "ascend-950dt", "ascend-960"),
    ("tpu-v5e", "tpu-v5p", "tpu-v6e", "tpu-v7"),
    ("trainium1", "trainium2", "trainium3"),
)
FIGURES = ("memory_bytes", "memory_byte_s", "link_byte_s", "net_byte_s", "domain_chips")
FORMATS = ("bf16", "fp8", "fp4")
MODELS = ("llama-3.1-8b", "llama-3.1-70b", "deepseek-v3", "qwen3-235b-a22b", "gpt-oss-120b",
          "glm-5", "kimi-k2")  # fmt: skip
DENSE = ((1, 1, 1), (2, 1, 1), (8, 1, 1))  # tp, ep, dp
SPREAD = ((8, 8, 1), (1, 8, 8), (2, 8, 4))
CELLS = shipped_cells()
EXACT, MEASURED = 1e-6, 0.05
ROOM = 1e14  # byte: both hold every batch, so that time alone is compared


def _no_worse(new: Chip, old: Chip, weights: str) -> bool:
    """Of all figures that a time in this format depends on."""
    figures = all(getattr(new, f) >= getattr(old, f) for f in FIGURES)
    computed = {"bf16", weights} & old.peak_flop_s.keys()
    return figures and all(new.peak_flop_s.get(k, 0.0) >= old.peak_flop_s[k] for k in computed)


PAIRS = [
    (old, new, weights)
    for names in LINES
    for old, new in itertools.combinations((chips()[n] for n in names), 2)
    for weights in FORMATS
    if weights in old.peak_flop_s and _no_worse(new, old, weights)
]


def _tpot(model: Model, chip: Chip, weights: str, stack: str, degrees, batch, lengths):
    tp, ep, dp = degrees
    precision, on = Precision(weights), Stack(stack)
    axes = {"tp": float(tp), "pp": 1.0, "ep": float(ep), "dp": float(dp)}
    k = replace(case_for(model, chip, axes, precision, on), memory=ROOM)
    loop = closed_loop(k, Traffic(*lengths), batch)
    c = correct(model, chip, precision, on, lengths, batch, tp * dp, degrees)
    return loop.tpot_s * np.maximum(c.factor, loop.decode.floor / loop.decode.total)


assert CELLS is not None


def test_every_line_has_pairs_to_compare() -> None:
    for names in LINES:
        assert any(old.id in names for old, _, _ in PAIRS), names


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(PAIRS), st.sampled_from(MODELS),
    st.sampled_from(("", "vllm", "sglang", "trtllm")), st.sampled_from(DENSE + SPREAD),
    st.floats(64, 16384), st.floats(64, 8192),
)  # fmt: skip
def test_a_chip_no_worse_in_any_figure_is_never_slower(
    pair, name, stack, degrees, prompt, output
) -> None:
    old, new, weights = pair
    model = models()[name]
    if not model.n_moe_layers and degrees[1] > 1:
        degrees = DENSE[-1]
    batch = np.geomspace(1.0, 512.0, 12) * degrees[2]
    before, after = (
        _tpot(model, chip, weights, stack, degrees, batch, (prompt, output)) for chip in (old, new)
    )
    # A chip that was measured keeps what its measurements say, to the spread between sources.
    slack = MEASURED if new.id in CELLS.chips else EXACT
    assert np.all(after <= before * (1.0 + slack))
