"""Evaluate every layout and batch of one question as arrays: times, rates, memory, what limits."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from outlay.core.arrays import Array, BoolArray, IntArray, Number
from outlay.performance.constants.calibrated import Calibrated
from outlay.performance.constants.cases import case_for
from outlay.performance.constants.correction import correct
from outlay.performance.constants.surface import Correction
from outlay.performance.operators.case import Case
from outlay.performance.operators.formats import WEIGHT_BYTES, native_precision
from outlay.performance.operators.pass_curve import Parts, prefill_curve
from outlay.performance.operators.shapes import Shape, shape_of
from outlay.performance.operators.timing import (
    Pass,
    cache_bytes_per_token,
    sequence_state_bytes,
    weight_bytes_per_chip,
)
from outlay.performance.questions.engines import engine_of
from outlay.performance.questions.layouts import Layouts, list_layouts
from outlay.performance.questions.legal import limits_of
from outlay.performance.questions.loop import (
    Loop,
    Traffic,
    closed_loop,
    prompt_seconds,
    sequence_capacity,
    steady_decode,
    through_stages,
)
from outlay.performance.types import Precision, Stack
from outlay.results.chips_models import Chip, Model

__all__ = ["PARTS", "Sweep", "default_chips", "sweep", "traffic_of"]

MOST_BATCH, MOST_RANK_BATCH = 8192.0, 1024.0  # sequences in a replica, or on each of its ranks
BATCHES = 40
CLOSER = 12  # more batches between the last within a limit and the first beyond
PARTS = ("compute", "HBM", "link", "overhead", "capacity")


@dataclass(frozen=True)
class Sweep:
    """Every point of a question [layout, batch]: times, rates, what limits, whether it fits."""

    layouts: Layouts
    batch: Array  # sequences in the replica
    ttft_s: Array
    first_alone_s: Array  # first token of a request alone in the replica; NaN of a decode pool
    tpot_s: Array
    tok_s_per_chip: Array
    prefill_tok_s_per_chip: Array
    decode_tok_s_per_chip: Array
    memory_bytes: Array
    bound: IntArray
    fits: BoolArray
    sd: Array  # of the logarithm of the rate
    utilisation: Array
    calibrated: str


def sweep(
    model: Model,
    chip: Chip,
    isl: float,
    osl: float,
    *,
    cached_share: float = 0.0,
    max_chips: int | None = None,
    phase: str = "aggregated",
    stack: Stack = Stack(),  # noqa: B008 - frozen, no state
    precision: Precision | None = None,
    speculative: bool = False,
    layouts: Layouts | None = None,
    calibration: Calibrated | None = None,
    batches: tuple[Array, Array] | None = None,
) -> Sweep:
    """Evaluate all layouts and batches of one question as arrays [layout, batch].

    `batches`: least and most sequences in a replica by layout, in place of all that fit [layout].
    """
    calibration = calibration or Calibrated()
    precision = precision or native_precision(model, chip)
    shape = shape_of(model)
    most = max_chips or default_chips(shape, chip, precision)
    found = layouts
    if found is None:
        whole = limits_of(model, shape, (chip, precision.weights), wary=True)
        pool = phase != "aggregated"
        found = list_layouts(shape, chip, most, whole, engine_of(stack), pool=pool)
    axes: dict[str, Array] = {
        name: getattr(found, name)[:, None] for name in ("tp", "pp", "ep", "dp")
    }
    k = case_for(model, chip, axes, precision, stack, constants=calibration.constants, shape=shape)
    t = traffic_of(k, isl, osl, cached_share, speculative)
    # A rank holds whole sequences, and a replica at least one on each of its ranks.
    each = np.floor(sequence_capacity(k, t.cached + t.prompt + t.output) * (1.0 + 1e-9))
    hold: Array = np.maximum(each, 1.0) * axes["dp"]
    room: Array = np.minimum(hold, np.maximum(MOST_BATCH, MOST_RANK_BATCH * axes["dp"]))
    batch = _grid(axes["dp"], room, batches)
    degrees = (axes["tp"], axes["ep"], axes["dp"])
    chips = found.n_chips[:, None]
    kind = {"decode": "pool", "prefill": "pre"}.get(phase, "loop")
    lengths, near = (isl, osl), batch
    if phase == "prefill":  # measured by the tokens of a pass
        lengths, near = (isl, 1.0), k.c["chunk_tokens"] * axes["dp"] + 0.0 * batch
    c = correct(
        model, chip, precision, stack, lengths, near, chips, degrees, kind, calibration.cells
    )
    parts = Parts(k)
    prompts = k.c["chunk_tokens"] / np.maximum(t.prompt, 1.0)
    prefill = prefill_curve(parts, t.prompt, t.cached).at(k.c["chunk_tokens"], prompts)
    # no correction beats the peak
    chunk_s: Number = np.maximum(prefill.total * c.factor, prefill.floor)
    prompt_rate = k.dp * k.pp * k.c["chunk_tokens"] / chunk_s
    steady = steady_decode(k, t, batch / k.dp, parts)
    loop = steady if phase == "decode" else closed_loop(k, t, batch, parts)
    fits = np.broadcast_to(each >= 1.0, batch.shape)
    at_limit: BoolArray = (batch >= 0.999 * hold) & (phase != "prefill")
    limits = _limits(k, t, batch, loop.decode, prefill, phase)
    return _collect(
        found, k, t, batch, loop, steady, prompt_rate, c, fits, at_limit, phase, limits,
        prefill.floor / prefill.total,
    )  # fmt: skip


def _grid(dp: Array, most: Array, batches: tuple[Array, Array] | None) -> Array:
    """Batches of each layout, the same number on every attention rank [layout, batch]."""
    low, high, number = dp, most, BATCHES
    if batches is not None:
        low, high = (np.clip(b[:, None], dp, most) for b in batches)
        number = CLOSER
    share = np.linspace(0.0, 1.0, number)[None, :]
    found = np.floor(low * (high / low) ** share / dp * (1.0 + 1e-9)) * dp
    return np.asarray(np.clip(found, dp, most))


def default_chips(shape: Shape, chip: Chip, precision: Precision) -> int:
    """Most chips in a replica when the question does not say.

    One scale-up domain; for mixtures at least 32 chips, which experts spread over; and always
    four times what the weights alone fill.
    """
    domain = min(max(chip.domain_chips, chip.chips_per_server, 1), 64)
    weights = float(shape.weights()) * WEIGHT_BYTES[precision.weights]
    filled = 4.0 * weights / (0.85 * chip.memory_bytes)
    wide = 32 if float(shape.moe_layers) else 8
    return int(max(domain, wide, 2 ** math.ceil(math.log2(max(filled, 1.0)))))


def traffic_of(k: Case, isl: float, osl: float, cached: float, speculative: bool) -> Traffic:
    """Mean tokens of a question's requests, with what multi-token prediction yields a step."""
    mtp = speculative and float(k.shape.mtp_layers) > 0
    return Traffic(
        prompt=max(isl * (1.0 - cached), 1.0),
        output=float(max(osl, 1.0)),
        cached=isl * cached,
        per_step=float(k.c["mtp_accepted"]) if mtp else 1.0,
        verified=float(k.c["mtp_verified"]) if mtp else 1.0,
    )


def _limits(k: Case, t: Traffic, batch: Array, step: Pass, prefill: Pass, phase: str) -> Array:
    """Seconds of a step spent at each limit but capacity [part, layout, batch].

    In an aggregated loop every step carries the prompts that keep the batch full.
    """
    steps = np.maximum(t.output / t.per_step, 1.0)
    carried = batch / k.dp * t.prompt / steps / (k.c["chunk_tokens"] * k.pp)  # passes a step
    shares: dict[str, tuple[Number, Number]] = {
        "aggregated": (1.0, carried), "decode": (1.0, 0.0), "prefill": (0.0, 1.0),
    }  # fmt: skip
    of_step, of_prefill = shares[phase]
    return np.asarray(of_step * _parts(step) + of_prefill * _parts(prefill))


def _parts(p: Pass) -> Array:
    arithmetic = p.matmul + p.expert + p.attention
    bytes_led = p.bytes_s >= p.flops_s
    return np.stack(
        np.broadcast_arrays(
            np.where(bytes_led, 0.0, arithmetic),
            np.where(bytes_led, arithmetic, 0.0),
            p.collective,
            p.overhead,
        )
    )


def _collect(
    found: Layouts,
    k: Case,
    t: Traffic,
    batch: Array,
    loop: Loop,
    steady: Loop,
    prompt_rate: Number,
    c: Correction,
    fits: BoolArray,
    at_limit: BoolArray,
    phase: str,
    limits: Array,
    prefill_use: Number,
) -> Sweep:
    n = found.n_chips[:, None]
    step = loop.decode
    held = t.cached + t.prompt + t.output
    each = held * cache_bytes_per_token(k) + sequence_state_bytes(k, held)
    memory = weight_bytes_per_chip(k) + (batch / k.dp) * each
    factor: Number = np.maximum(c.factor, step.floor / np.maximum(step.total, 1e-12))
    tpot = loop.tpot_s * factor
    rate = loop.out_tok_s / factor / n
    prefill_rate = np.broadcast_to(prompt_rate / n, batch.shape)
    first = loop.ttft_s * factor
    used = step.floor / t.per_step / np.maximum(loop.tpot_s, 1e-12)
    alone: Number = loop.alone_s * np.asarray(factor)[:, :1]
    if phase == "prefill":
        rate, used = prefill_rate, prefill_use
        one = prompt_seconds(k, t, 0.0) * through_stages(k, t)
        first = (k.c["first_token_s"] + one) * factor
        alone = first
    bound = np.where(at_limit, PARTS.index("capacity"), np.argmax(limits, axis=0))

    def full(x: Number) -> Array:
        return np.array(np.broadcast_to(np.asarray(x, dtype=float), batch.shape))

    return Sweep(
        layouts=found,
        batch=batch,
        ttft_s=full(first),
        first_alone_s=full(alone),
        tpot_s=full(tpot),
        tok_s_per_chip=full(rate),
        prefill_tok_s_per_chip=full(prefill_rate),
        decode_tok_s_per_chip=full(steady.out_tok_s / factor / n),
        memory_bytes=full(memory),
        bound=np.broadcast_to(bound, batch.shape),
        fits=fits,
        sd=full(c.sd),
        utilisation=full(np.minimum(used, 1.0)),
        calibrated=c.note,
    )
