"""Published training runs as questions: layouts, tokens per second and chip."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from outlay.core.arrays import Array
from outlay.core.errors import nearest
from outlay.core.ingest.files import Taken
from outlay.core.periods import SECONDS_PER_HOUR
from outlay.performance.constants.training import (
    REFERENCE,
    constants_from,
    dated,
    training_constants,
    year_of,
)
from outlay.performance.measured.measures import measure_of
from outlay.performance.measured.resolve import no_chip, no_model, resolve_chip, resolve_model
from outlay.performance.measured.row_cells import positive, unreadable
from outlay.performance.measured.row_table import LINE, read_rows
from outlay.performance.operators.formats import compute_peak
from outlay.performance.operators.shapes import Shape, shape_of
from outlay.performance.questions.legal import Limits, layout_problems, limits_of
from outlay.performance.training.layout import TrainLayout, interleaving
from outlay.performance.training.memory import least_recomputed, memory_per_chip
from outlay.performance.training.search import train
from outlay.performance.training.step import model_flops, step
from outlay.results.chips_models import Chip

__all__ = ["METRICS", "Run", "log_errors", "measured_runs", "training_run"]

CARD_CHIPS = 2048  # where a model card gives chip-hours only
CARD_BATCH_TOKENS = 4e6
MICRO_BATCHES = (1.0, 2.0, 4.0, 8.0)
DEFAULT_SEQ = 8192.0  # tokens, where a source does not say
METRICS = (
    "mfu", "gpu_hours", "tokens_per_s_per_chip", "tokens_s_per_chip", "model_tflops_per_chip",
    "step_s",
)  # fmt: skip
NUMBERS = (
    "params_total_b", "params_active_b", "tokens_s_per_chip", "mfu", "peak_tflops_assumed",
    "gpu_hours", "tokens_trained", "model_tflops_per_chip",
)  # fmt: skip
WHOLE = (
    "n_chips", "seq_len", "global_batch_seqs", "micro_batch_seqs", "tp", "pp", "cp", "vp", "ep",
)  # fmt: skip
YES, NO = ("yes", "true"), ("", "no", "false")
PRECISION_WORDS = ("fp4", "fp8", "bf16", "fp16", "bfloat16", "float16")
FLOP_UNITS = re.compile(
    r"([gtp])(?:era|iga|eta)?flops?(?:/s)?(?:\s*(?:/|per)\s*(?:chip|gpu|device))?"
)
FLOP_SCALE = {"g": 1e9, "t": 1e12, "p": 1e15}
HOUR_UNITS = re.compile(
    r"(?:(k|thousands?|m|millions?)\b[\s-]*(?:of\s+)?)?(?:[a-z0-9]+[\s-]+){0,3}hours?"
)
HOUR_SCALE = {"": 1.0, "k": 1e3, "t": 1e3, "m": 1e6}
AGREE = 0.05  # two statements of one rate, in logarithms


@dataclass(frozen=True)
class Run:
    """One published run: layout (None: not published), tokens per second and chip."""

    id: str
    source: str
    name: str
    shape: Shape
    chip: Chip
    heads: float
    layout: TrainLayout
    seq: float
    global_batch: float
    n_chips: int
    precision: str
    tokens_s_per_chip: float
    whole_run: bool
    laid_out: bool = True  # its layout is published
    exact: bool = True  # its model's shapes are known, not a scaled stand-in's
    note: str = ""  # what the row does not state, and what was taken for it
    year: float | None = None  # of its software; None: not published


def measured_runs(table: Path | str | Taken) -> list[Run]:
    """Runs of a measured-training table that name a model and chip that can be timed."""
    return [run for row in read_rows(table) if isinstance(run := training_run(row), Run)]


def training_run(row: Mapping[str, str]) -> Run | tuple[str, str]:
    """The run of a row; or a status and why it cannot be timed."""
    found = _run(row)
    if isinstance(found, Run) or not row.get(LINE):
        return found
    status, why = found
    return status, f"line {row[LINE]}: {why}"


def _run(row: Mapping[str, str]) -> Run | tuple[str, str]:
    bad = _unreadable(row)
    if bad:
        return "not_comparable", bad
    total, active = 1e9 * positive(row, "params_total_b"), 1e9 * positive(row, "params_active_b")
    found, chip = resolve_model(row["model"], "", total, active), resolve_chip(row["chip"])
    if found is None:
        return "unknown_model", no_model(row["model"])
    if chip is None:
        return "unknown_chip", no_chip(row["chip"])
    if not chip.peak_flop_s.get("bf16"):
        return "not_comparable", f"no bf16 peak known of {chip.id}"
    shape = shape_of(found.model)
    precision = _precision(row)
    if not chip.peak_flop_s.get(precision):
        return "not_comparable", f"{chip.id} has no {precision} products"
    seq = positive(row, "seq_len") or DEFAULT_SEQ
    n = int(positive(row, "n_chips") or CARD_CHIPS)
    tp, pp, cp, ep = (int(positive(row, k) or 1) for k in ("tp", "pp", "cp", "ep"))
    bad = _impossible(limits_of(found.model, shape), chip, n, tp, pp, cp, ep)
    if bad:
        return "not_comparable", bad
    ranks = max(CARD_BATCH_TOKENS / seq, n / (tp * pp * cp))
    batch = positive(row, "global_batch_seqs") or ranks
    rate = _rate(
        row, chip, float(model_flops(shape, seq)), seq * batch / n, compute_peak(chip, precision)
    )
    if isinstance(rate, str):
        return "not_comparable", rate
    stated = any(row.get(k) for k in ("tp", "pp", "fsdp"))
    layout = TrainLayout(
        tp, pp, n // (tp * pp * cp), cp=cp, ep=float(ep),
        vp=positive(row, "vp") or interleaving(float(shape.layers), pp),
        micro_batch=positive(row, "micro_batch_seqs") or 1.0,
        recompute="selective", fully_sharded=_sharded(row) is True,
    )  # fmt: skip
    heads = float(max(found.model.heads, 1))
    if not stated:
        best = train(
            found.model, chip, n, seq_len=int(seq), precision=precision,
            global_batch_tokens=batch * seq,
            constants=constants_from({}),  # by the priors: a fit must not depend on the last one
        )  # fmt: skip
        layout = best[0].layout if best else layout
    elif row.get("recompute", "").lower():
        layout = replace(layout, recompute=row["recompute"].lower())
    elif not _fits(shape, chip, heads, layout, seq, batch):
        layout = replace(layout, recompute="full")  # activations of selective do not fit
        layout = replace(layout, recomputed=_recomputed(shape, chip, heads, layout, seq, batch))
    if stated and pp == 1 and not row.get("micro_batch_seqs"):
        layout = _fullest(shape, chip, heads, layout, seq, batch)
    least = replace(layout, recompute="full", micro_batch=1.0, fully_sharded=True)
    if not _fits(shape, chip, heads, least, seq, batch):
        return "not_comparable", f"the run does not fit {n} chips of {chip.id}"
    return Run(
        row["row_id"], row.get("source_id", ""), row["model"], shape, chip,
        heads, layout, seq, batch, n, precision, rate,
        "whole run" in row.get("unit", ""), stated, found.exact,
        _inferred(row, batch, float(layout.micro_batch), stated),
        year_of(row.get("source_date", "")),
    )  # fmt: skip


def _sharded(row: Mapping[str, str]) -> bool | None:
    """Whether weights are spread over replicas: yes, no, or over how many; None: not readable."""
    text = row.get("fsdp", "").lower()
    if re.fullmatch("[0-9]{1,6}", text, re.ASCII):
        return int(text) > 0
    return text in YES if text in (*YES, *NO) else None


def _precision(row: Mapping[str, str]) -> str:
    """Format of a run's products: bf16, fp8 or fp4."""
    text = row.get("precision", "").lower()
    return next((name for name in ("fp4", "fp8") if name in text), "bf16")


def _fullest(
    shape: Shape, chip: Chip, heads: float, lay: TrainLayout, seq: float, batch: float
) -> TrainLayout:
    """The layout with the largest microbatch that fits: without a pipeline none is kept small."""
    most = batch / float(lay.dp)
    sizes = [m for m in MICRO_BATCHES if m <= max(most, 1.0)]
    tried = [replace(lay, micro_batch=m) for m in sizes]
    return next((t for t in reversed(tried) if _fits(shape, chip, heads, t, seq, batch)), lay)


def _impossible(limits: Limits, chip: Chip, n: int, tp: int, pp: int, cp: int, ep: int) -> str:
    """Why a layout as published cannot be of `n` chips and this model; empty if it can."""
    if tp * pp * cp > n or n % (tp * pp * cp):
        return f"tp × pp × cp = {tp * pp * cp} does not divide n_chips = {n}"
    dp = n // (tp * pp * cp)
    for p in layout_problems(
        limits, chip, tp=tp, pp=pp, dp=dp, ep=ep, cp=cp, training=True, where=str
    ):
        return f"{p.where} = {p.value}: {p.what}; allowed: {p.allowed}"
    return ""


def _inferred(row: Mapping[str, str], batch: float, micro: float, stated: bool) -> str:
    """What the row leaves out that the time of a step hangs on, in words."""
    taken = {
        "n_chips": f"{CARD_CHIPS:,} chips", "seq_len": f"{DEFAULT_SEQ:,.0f} tokens a sequence",
        "global_batch_seqs": f"{batch:,.0f} sequences a step",
    } | ({"micro_batch_seqs": f"{micro:.0f} a microbatch"} if stated else {})  # fmt: skip
    left_out = [words for name, words in taken.items() if not row.get(name)]
    return f"not stated, taken: {', '.join(left_out)}" if left_out else ""


def _fits(
    shape: Shape, chip: Chip, heads: float, lay: TrainLayout, seq: float, batch: float
) -> bool:
    """Whether a published layout fits the memory of its chips."""
    micro = max(batch / (float(lay.dp) * float(lay.micro_batch)), 1.0)
    return float(memory_per_chip(shape, heads, lay, seq, micro)) <= chip.memory_bytes


def _recomputed(
    shape: Shape, chip: Chip, heads: float, lay: TrainLayout, seq: float, batch: float
) -> float:
    """Share of layers that the run must have recomputed to fit."""
    micro = max(batch / (float(lay.dp) * float(lay.micro_batch)), 1.0)
    return least_recomputed(shape, heads, lay, seq, micro, chip.memory_bytes)


def _unreadable(row: Mapping[str, str]) -> str:
    """Why a training row cannot be read as it stands; empty if it can."""
    if row["metric"].strip().lower() not in METRICS:
        near = nearest(row["metric"].lower(), METRICS)
        known = ", ".join(METRICS)
        return f"unknown metric {row['metric']!r}; known: {known}" + (f" ({near})" if near else "")
    bad = unreadable(row, (*NUMBERS, *WHOLE), WHOLE)
    if bad:
        return bad
    if _sharded(row) is None:
        return f"column fsdp: {row['fsdp']!r} is not known; known: 0, 1, yes, no, ranks that share"
    if row.get("recompute", "").lower() not in ("", "none", "selective", "full"):
        return f"column recompute: {row['recompute']!r} is not known; known: none, selective, full"
    text = row.get("precision", "").lower()
    if text and not any(word in text for word in PRECISION_WORDS):
        return f"column precision: {text!r} is not known; known: bf16, fp16, fp8, nvfp4, mxfp4"
    return ""


def _rate(
    row: Mapping[str, str], chip: Chip, flops: float, tokens: float, most: float
) -> float | str:
    """Measured tokens per second and chip from the row's own metric, or why it gives none.

    flops: model operations per token, attention included; tokens: of one step on one chip; most:
    the peak of the format it ran in [FLOP/s]. A column that repeats the figure must agree with it.
    """
    metric, value = row["metric"].strip().lower(), positive(row, "value")
    unit, peak = row.get("unit", "").lower().strip(), positive(row, "peak_tflops_assumed") * 1e12
    if metric in ("tokens_per_s_per_chip", "tokens_s_per_chip"):
        measure = measure_of("throughput_per_chip", unit)
        if isinstance(measure, str):
            return measure
        if measure.per != "chip":
            return f"unit {unit!r} of {metric} is not per chip"
        rate = value / measure.factor
    elif metric == "mfu":
        if not unit.startswith(("fraction", "%", "percent")):
            return f"unit {unit!r} of mfu is not known; known: fraction, percent"
        share = value if unit.startswith("fraction") else value / 100.0
        if share > 1.0:
            return f"a utilisation of {value:g} {unit} is above 1"
        rate = share * (peak or float(chip.peak_flop_s["bf16"])) / flops
    elif metric == "model_tflops_per_chip":
        scale = FLOP_UNITS.fullmatch(unit)
        if scale is None:
            return f"unit {unit!r} of {metric} is not known; known: TFLOP/s, PFLOP/s, GFLOP/s"
        rate = value * FLOP_SCALE[scale.group(1)] / flops
    elif metric == "step_s":
        time = measure_of("time_per_output", unit)
        if isinstance(time, str):
            return f"unit {unit!r} of step_s is not a time; known: ms, s"
        rate = tokens * time.factor / value
    else:
        hours = HOUR_UNITS.match(unit)
        if hours is None:
            return f"unit {unit!r} of gpu_hours is not chip-hours, thousands or millions of them"
        value *= HOUR_SCALE[(hours.group(1) or " ")[0].strip()]
        rate = positive(row, "tokens_trained") / (SECONDS_PER_HOUR * value)
        rate = rate or positive(row, "tokens_s_per_chip")
        if not rate:
            return "chip-hours without the tokens they trained (column tokens_trained)"
    if rate * flops > most:
        return f"{value:g} {unit} is more than {chip.id} can compute ({most / 1e12:,.0f} TFLOP/s)"
    other = positive(row, "tokens_s_per_chip")
    if other and abs(math.log(other / rate)) > AGREE:
        return f"column tokens_s_per_chip: {other:g} is not what {metric} gives, {rate:.4g}"
    return rate


def log_errors(runs: Sequence[Run], constants: Mapping[str, float] | None = None) -> Array:
    """log(predicted / measured) of tokens per second and chip [run]."""
    c = constants or training_constants()
    reference = year_of(REFERENCE)
    out = []
    for r in runs:
        now = dated(c, r.year or reference or 0.0)
        s = step(r.shape, r.chip, r.heads, r.layout, r.seq, r.global_batch, now, r.precision)
        rate = r.seq * r.global_batch / float(s.seconds) / r.n_chips
        out.append(math.log(rate * (c["whole_run"] if r.whole_run else 1.0) / r.tokens_s_per_chip))
    return np.array(out)
