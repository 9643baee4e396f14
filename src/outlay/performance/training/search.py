"""Answer a training question: step time, utilisation, memory, and the best 3-D layout."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import product

from outlay.performance.constants.training import (
    LATEST,
    dated,
    training_constants,
    training_spread,
    year_of,
)
from outlay.performance.constants.widths import Z90
from outlay.performance.operators.formats import compute_peak
from outlay.performance.operators.shapes import Shape, shape_of
from outlay.performance.questions.legal import Limits, limits_of
from outlay.performance.training.defaults import default_batch
from outlay.performance.training.layout import TrainLayout, interleaving
from outlay.performance.training.memory import least_recomputed
from outlay.performance.training.step import model_flops, step
from outlay.results.chips_models import Chip, Model

__all__ = [
    "TrainRate",
    "gpt_shape",
    "train",
]

GIB = 2**30
USABLE = 0.94  # of chip memory
MICRO = (1, 2, 4, 8)  # sequences
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
    hidden: float  # of the exchange between chips, what runs behind compute
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
    global_batch_tokens: float | None = None,
    precision: str = "bf16",
    layout: TrainLayout | None = None,
    flash: bool = True,
    constants: Mapping[str, float] | None = None,
    software: str = LATEST,
) -> list[TrainRate]:
    """Layouts of one training run, most tokens per second and chip first.

    Parameters
    ----------
    n_chips : chips of the run.
    global_batch_tokens : tokens per optimiser step [token]; by default as published runs take.
    layout : a fixed layout; by default all 3-D, expert and fully sharded layouts are tried.
    software : month of the software that trains ("2025-11").

    Returns
    -------
    Feasible configurations, best first; if none fits, the least oversized, marked infeasible.
    """
    shape, year = shape_of(model), year_of(software) or 0.0
    asked = _Asked(
        model, chip, n_chips, seq_len, precision, shape,
        dated(constants or training_constants(), year),
        math.exp(Z90 * training_spread(
            "layout" if layout else "no_layout", chip, mixture=float(shape.moe_layers) > 0,
            year=year,
        )),
    )  # fmt: skip
    step_tokens = global_batch_tokens or default_batch(model, None, seq_len)
    batch = max(round(step_tokens / seq_len), 1)
    if layout:
        return [asked.rate(layout, _shared(layout, batch))]
    tried = _layouts(shape, chip, n_chips, batch, seq_len, flash, limits_of(model, shape))
    pairs = [(lay, _shared(lay, batch)) for lay in tried]
    near = [pair for pair in pairs if abs(pair[1] / batch - 1.0) <= ROUNDING]
    found = [
        asked.rate(lay, used)
        for whole, used in near or pairs
        if (lay := asked.fitted(whole, used)) is not None
    ]
    good = sorted((r for r in found if r.feasible), key=lambda r: -r.tokens_s_per_chip)
    return good or sorted(found, key=lambda r: r.memory_bytes)[:1]


@dataclass(frozen=True, slots=True)
class _Asked:
    """One question, but for the layout."""

    model: Model
    chip: Chip
    n_chips: int
    seq_len: int
    precision: str
    shape: Shape
    constants: Mapping[str, float]
    spread: float  # of the 90 % interval, as a factor

    @property
    def _heads(self) -> float:
        return float(max(self.model.heads, 1))

    def fitted(self, lay: TrainLayout, batch: float) -> TrainLayout | None:
        """A layout with no more layers recomputed than memory asks for; None: it asks none."""
        if lay.recompute != "full":
            return lay
        micro = batch / (float(lay.dp) * float(lay.micro_batch))
        most = USABLE * self.chip.memory_bytes
        share = least_recomputed(self.shape, self._heads, lay, self.seq_len, micro, most)
        return replace(lay, recomputed=share) if share else None

    def rate(self, lay: TrainLayout, batch: float) -> TrainRate:
        """Rates, utilisation and memory of a layout with `batch` sequences a step."""
        chip, shape = self.chip, self.shape
        s = step(shape, chip, self._heads, lay, self.seq_len, batch, self.constants, self.precision)
        tokens, flops = batch * self.seq_len, float(model_flops(shape, self.seq_len))
        rate = tokens / float(s.seconds) / self.n_chips
        peak16 = float(chip.peak_flop_s["bf16"])
        peak = max(compute_peak(chip, self.precision), peak16)
        held = float(s.memory_bytes)
        fits = held <= USABLE * chip.memory_bytes
        had = chip.memory_bytes / GIB
        why = "" if fits else f"needs {held / GIB:,.0f} GiB a chip of {had:,.0f} GiB"
        return TrainRate(
            chip.id, self.model.id, self.n_chips, lay, float(s.seconds), tokens, rate,
            rate / self.spread, rate * self.spread, rate * flops, rate * flops / peak,
            rate * flops / peak16, held, s.hidden_share(), fits, why,
        )  # fmt: skip


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
        groups = _expert_groups(shape, dp * cp * tp)
        for micro, ep in product((m for m in MICRO if dp * m <= batch), groups):
            yield from _variants(
                TrainLayout(
                    tp, pp, dp, cp=cp, ep=ep, micro_batch=micro, flash=flash,
                    vp=interleaving(layers, pp),
                )
            )  # fmt: skip


def _variants(lay: TrainLayout) -> Iterator[TrainLayout]:
    """A layout with each recomputation, and fully sharded where replicas of whole models are."""
    for recompute in ("none", "selective", "full"):
        yield replace(lay, recompute=recompute)
        if lay.pp == 1 and float(lay.dp) * float(lay.cp) > 1:
            yield replace(lay, recompute=recompute, fully_sharded=True)


def _expert_groups(shape: Shape, ranks: int) -> list[int]:
    """Sizes of expert groups that divide a stage's ranks and the experts; 1 for dense models."""
    if not float(shape.moe_layers):
        return [1]
    experts = round(float(shape.experts))
    found = [e for e in (1, 8, 16, 32, 64) if ranks % e == 0 and experts % e == 0]
    return found or [1]
