"""Step times of one replica as the simulator takes them (see `StepTable`)."""

from __future__ import annotations

import numpy as np

from outlay.core.arrays import Array
from outlay.performance.constants.calibrated import Calibrated
from outlay.performance.constants.cases import case_for
from outlay.performance.constants.correction import correct
from outlay.performance.operators.case import Case
from outlay.performance.operators.timing import (
    Pass,
    cache_bytes_per_token,
    prefill_pass,
    sequence_state_bytes,
    weight_bytes_per_chip,
)
from outlay.performance.overhead import beyond, overhead_for
from outlay.performance.questions.loop import (
    Traffic,
    decode_step,
    riding_seconds,
    sequence_capacity,
)
from outlay.performance.questions.power import idle_watts, watts
from outlay.performance.types import Layout, Precision, Stack, StepTable
from outlay.results.chips_models import Chip, Model

__all__ = ["cache_bytes", "step_table"]

BLOCK_TOKENS = 16
CHUNKS = (512.0, 8192.0)  # prompt tokens at which the affine prefill is read off
PROBE = 2048.0
MOST_BATCH = 4096
MOST_SAVED = 0.9  # of a decode step, by prompts that ride in it


def step_table(
    model: Model,
    chip: Chip,
    layout: Layout,
    precision: Precision,
    stack: Stack = Stack(),  # noqa: B008 - frozen, no state
    *,
    context: float = 4096.0,
    speculative: bool = False,
    calibration: Calibrated | None = None,
) -> StepTable:
    """Decode and prefill times of one replica.

    Parameters
    ----------
    context : mean context per sequence around which decode is linear in cached tokens [token];
        exact where all layers attend to everything, a chord where some do not.
    speculative : multi-token prediction, where the model has such layers.
    calibration : constants and correction in place of the shipped ones (`read_calibration`), and
        what an engine that was observed with this model, chip and weights takes beyond the table.

    Raises
    ------
    ValueError : the weights leave no room for a sequence.
    """
    calibration = calibration or Calibrated()
    k = case_for(model, chip, layout, precision, stack, constants=calibration.constants)
    mtp = speculative and float(k.shape.mtp_layers) > 0
    verified = float(k.c["mtp_verified"]) if mtp else 1.0
    # Windows and states hold a fixed amount a sequence, so tokens are counted at the mean context.
    tokens = float(sequence_capacity(k, context)) * context * layout.dp
    if tokens < BLOCK_TOKENS:
        need = float(weight_bytes_per_chip(k)) / 2**30
        raise ValueError(
            f"{model.id} does not fit {layout.n_chips} × {chip.id}: {need:.0f} GiB of "
            f"{precision.weights} weights a chip of {chip.memory_bytes / 2**30:.0f} GiB"
        )
    most = int(min(MOST_BATCH, max(1, float(sequence_capacity(k, 512.0)) * layout.dp)))
    batch = np.array(sorted(set(np.round(np.geomspace(1, most, 24)).tolist())))
    rank = np.maximum(batch / layout.dp, 1.0)  # the busiest rank sets the time
    axes = (layout.tp, layout.ep, layout.dp)
    lengths = (max(context - 512.0, 256.0), 1024.0)
    near = batch
    if layout.phase == "prefill":  # measured by the tokens of a pass
        lengths, near = (lengths[0], 1.0), np.full_like(batch, k.c["chunk_tokens"] * layout.dp)
    kind = {"decode": "pool", "prefill": "pre"}.get(layout.phase, "loop")
    found = correct(
        model, chip, precision, stack, lengths, near, layout.n_chips, axes, kind, calibration.cells
    )
    factor: Array = np.asarray(found.factor)
    if layout.phase == "decode":
        factor = factor * float(k.c["disaggregated"])

    def step(held: float) -> Pass:
        return decode_step(k, Traffic(held, 0.0, verified=verified), rank)

    full = step(context)
    low = np.asarray(step(0.125 * context).total) * factor
    high = np.asarray(full.total) * factor
    slope: Array = np.maximum(high - low, 0.0) / (0.875 * context * batch)
    base: Array = np.maximum(high - slope * context * batch, 0.0)
    base = np.maximum.accumulate(base)  # more sequences never take less time
    busy = prefill_pass(k, CHUNKS[1] / layout.dp, context) if layout.phase == "prefill" else full
    used = float(np.ravel(busy.floor / busy.total)[-1])  # with as many sequences as fit
    fixed, per_token, per_ctx = _prefill(k, layout, float(np.median(factor)))
    table = StepTable(
        batch=batch,
        decode_base_s=base,
        decode_s_per_kv_token=slope,
        prefill_base_s=fixed,
        prefill_s_per_token=per_token,
        prefill_s_per_token_ctx=per_ctx,
        mixed_saving=_mixed_saving(k, rank, full, fixed, factor),
        kv_capacity_tokens=int(tokens),
        kv_block_tokens=BLOCK_TOKENS,
        max_batch=most,
        n_chips=layout.n_chips,
        idle_w=idle_watts(chip) * layout.n_chips,
        busy_w=float(watts(chip, used)) * layout.n_chips,
        tokens_per_step=float(k.c["mtp_accepted"]) if mtp else 1.0,
        kv_transfer_s_per_token=float(cache_bytes_per_token(k)) / float(k.net),
        first_token_s=float(k.c["first_token_s"]) * float(np.ravel(factor)[0]),
    )
    own = overhead_for(calibration.overheads, model.id, chip.id, precision.weights)
    return beyond(table, own)


def _mixed_saving(k: Case, rank: Array, step: Pass, fixed: float, factor: Array) -> float:
    """Share of a decode step given back on mixed ones, beside the prefill's own fixed time."""
    given: Array = riding_seconds(k, Traffic(PROBE, PROBE), rank) * factor - fixed
    share: Array = given / (np.asarray(step.total) * factor)
    return float(np.clip(np.median(share), 0.0, MOST_SAVED))


def _prefill(k: Case, layout: Layout, factor: float) -> tuple[float, float, float]:
    """Affine prefill: fixed seconds, per new token, per new token and context token."""

    def seconds(new: float, before: float) -> float:
        one = prefill_pass(k, new / layout.dp, new, before)
        return float(one.total) * factor / layout.pp

    small, large = CHUNKS
    per_ctx = max(seconds(PROBE, CHUNKS[1]) - seconds(PROBE, 0.0), 0.0) / (PROBE * CHUNKS[1])
    quadratic = [per_ctx * n * n / 2.0 for n in CHUNKS]
    t_small, t_large = seconds(small, 0.0) - quadratic[0], seconds(large, 0.0) - quadratic[1]
    per_token = max(t_large - t_small, 0.0) / (large - small)
    return max(t_small - per_token * small, 0.0), per_token, per_ctx


def cache_bytes(
    model: Model,
    chip: Chip,
    layout: Layout,
    precision: Precision,
    stack: Stack = Stack(),  # noqa: B008 - frozen, no state
    *,
    context: float = 4096.0,
) -> float:
    """KV cache of a token on all the chips that hold it [byte]; windows, states at `context`.

    A cache that cannot be split over all tensor-parallel ranks lies on each of them.
    """
    k = case_for(model, chip, layout, precision, stack)
    rank = float(cache_bytes_per_token(k)) + float(sequence_state_bytes(k, context)) / context
    return rank * layout.tp * layout.pp
