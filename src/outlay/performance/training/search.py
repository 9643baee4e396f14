"""Answer a training question: step time, utilisation, memory, and the best 3-D layout."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import product

from outlay.performance.constants.training import training_constants
from outlay.performance.constants.widths import Z90, widths
from outlay.performance.operators.formats import compute_peak
from outlay.performance.operators.shapes import Shape, shape_of
from outlay.performance.questions.legal import Limits, limits_of
from outlay.performance.training.step import TrainLayout, interleaving, model_flops, step
from outlay.results.chips_models import Chip, Model

__all__ = [
    "TrainRate",
    "gpt_shape",
    "train",
]

GIB = 2**30
USABLE = 0.94  # of chip memory
MICRO = (1, 2, 4)  # sequences
ROUNDING = 0.05  # of a step's tokens: a batch that replicas cannot share evenly
LEAST_PART = 8192  # tokens of a sequence on one of the ranks that share it


@dataclass(frozen=True, slots=True)
class TrainRate:
    """One training configuration: rates per chip, seconds per step, memory, why it does not fit."""

    chip: str
    model: str
    n_chips: int
    layout: TrainLayout
    step_s: float
    tokens_per_step: float
    tokens_s_per_chip: float
    low: float  # 90 % interval of tokens_s_per_chip
    high: float
    model_flop_s_per_chip: float
    mfu: float  # of the dense peak at the precision
    mfu_bf16: float
    memory_bytes: float
    feasible: bool
    why_not: str = ""


def gpt_shape(layers: int, hidden: int, heads: int, vocab: int) -> Shape:
    """A GPT of 2020-22: two-matrix feed-forward of 4 × hidden, all heads with own keys."""
    model = Model(
        id="gpt", name="gpt", developer="", released="", total_params=0.0, active_params=0.0,
        weight_dtype="bf16", attention="gqa", attn_type="gqa", layers=layers,
        n_full_layers=layers, hidden=hidden, heads=heads, kv_heads=heads,
        head_dim=hidden // heads, dense_ffn=4 * hidden, n_dense_layers=layers, vocab=vocab,
        tied_embeddings=True, extra={"ffn_matrices": 2.0},
    )  # fmt: skip
    return shape_of(model)


def train(
    model: Model,
    chip: Chip,
    n_chips: int,
    *,
    seq_len: int = 4096,
    global_batch_tokens: float = 4e6,
    precision: str = "bf16",
    layout: TrainLayout | None = None,
    flash: bool = True,
    constants: Mapping[str, float] | None = None,
) -> list[TrainRate]:
    """Layouts of one training run, most tokens per second and chip first.

    Parameters
    ----------
    n_chips : chips of the run. global_batch_tokens : tokens per optimiser step [token].
    layout : a fixed layout; by default all 3-D (and expert) layouts are tried.

    Returns
    -------
    Feasible configurations, best first; if none fits, the least oversized, marked infeasible.
    """
    shape = shape_of(model)
    batch = max(round(global_batch_tokens / seq_len), 1)
    peak = compute_peak(chip, precision)
    flops = float(model_flops(shape, seq_len))
    heads = float(max(model.heads, 1))
    spread = math.exp(Z90 * widths().training["layout"])
    found: list[TrainRate] = []
    tried = _layouts(shape, chip, n_chips, batch, seq_len, flash, limits_of(model, shape))
    asked = [(lay, _shared(lay, batch)) for lay in ([layout] if layout else tried)]
    near = [pair for pair in asked if abs(pair[1] / batch - 1.0) <= ROUNDING]
    for lay, used in near or asked:
        s = step(shape, chip, heads, lay, seq_len, used, constants or training_constants(), peak)
        tokens = used * seq_len
        rate = tokens / float(s.seconds) / n_chips
        held = float(s.memory_bytes)
        fits = held <= USABLE * chip.memory_bytes
        why = "" if fits else f"needs {held / GIB:.0f} GiB a chip of {chip.memory_bytes / GIB:.0f}"
        found.append(TrainRate(
            chip.id, model.id, n_chips, lay, float(s.seconds), tokens, rate,
            rate / spread, rate * spread, rate * flops, rate * flops / peak,
            rate * flops / float(chip.peak_flop_s["bf16"]), held, fits, why,
        ))  # fmt: skip
    good = sorted((r for r in found if r.feasible), key=lambda r: -r.tokens_s_per_chip)
    if good:
        return good
    return sorted(found, key=lambda r: r.memory_bytes)[:1]


def _shared(lay: TrainLayout, batch: int) -> float:
    """The batch nearest to the one asked that replicas share in whole microbatches [sequence]."""
    each = float(lay.dp) * float(lay.micro_batch)
    return max(round(batch / each), 1) * each


def _layouts(
    shape: Shape, chip: Chip, n_chips: int, batch: int, seq_len: int, flash: bool, limits: Limits
) -> Iterator[TrainLayout]:
    """Legal layouts: degrees divide the chips, the heads, the ranks of a stage and the experts.

    Sequences are split (context parallelism) only where each part stays long.
    """
    domain = max(min(chip.domain_chips, 16), 1)
    layers = int(shape.layers)
    for tp, pp, cp in product(
        (t for t in (1, 2, 4, 8, 16) if t <= domain and limits.divides(t)),
        (p for p in (1, 2, 4, 8, 16, 32, 64) if p <= layers),
        (c for c in (1, 2, 4, 8, 16, 32) if c == 1 or seq_len >= LEAST_PART * c),
    ):
        dp, left = divmod(n_chips, tp * pp * cp)
        if left or not dp:
            continue
        chunks = interleaving(layers, pp)
        for micro, ep in product(MICRO, _expert_groups(shape, dp * cp * tp)):
            if batch < dp * micro:
                continue
            base = TrainLayout(tp, pp, dp, cp=cp, ep=ep, micro_batch=micro, flash=flash, vp=chunks)
            for recompute in ("none", "selective", "full"):
                yield replace(base, recompute=recompute)


def _expert_groups(shape: Shape, ranks: int) -> list[int]:
    """Sizes of expert groups that divide a stage's ranks and the experts; 1 for dense models."""
    if not float(shape.moe_layers):
        return [1]
    experts = round(float(shape.experts))
    found = [e for e in (1, 8, 16, 32, 64) if ranks % e == 0 and experts % e == 0]
    return found or [1]
