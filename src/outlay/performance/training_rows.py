"""Published training runs as questions: layouts, tokens per second and chip."""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path

import numpy as np

from outlay.catalogue import find_chip
from outlay.catalogue.types import Chip
from outlay.performance.formats import compute_peak
from outlay.performance.measures import measure_of
from outlay.performance.resolve import resolve_chip, resolve_model
from outlay.performance.row_cells import positive, unreadable
from outlay.performance.rows import read_rows
from outlay.performance.shapes import Shape, shape_of
from outlay.performance.training import constants_from, gpt_shape, train, training_constants
from outlay.performance.training_step import (
    TrainLayout,
    interleaving,
    memory_per_chip,
    model_flops,
    step,
)

__all__ = ["METRICS", "Run", "gpt_runs", "log_errors", "measured_runs", "training_run"]

CARD_CHIPS = 2048  # where a model card gives chip-hours only
CARD_BATCH_TOKENS = 4e6
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
YES, NO = ("1", "yes", "true"), ("", "0", "no", "false")
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


def gpt_runs() -> list[Run]:
    """Eight A100 runs from 22 billion to 1 trillion parameters (Korthikanti et al. 2022)."""
    text = files("outlay.performance").joinpath("data/training_runs.csv").read_text("utf-8")
    out = []
    for r in csv.DictReader(text.splitlines()):
        n, tp, pp = int(r["n_chips"]), int(r["tp"]), int(r["pp"])
        layout = TrainLayout(
            tp, pp, n // (tp * pp), vp=float(r["vp"]), micro_batch=float(r["micro_batch"]),
            recompute=r["recompute"], sequence_parallel=r["sequence_parallel"] == "yes",
            flash=r["flash"] == "yes",
        )  # fmt: skip
        seq, batch = float(r["seq_len"]), float(r["global_batch"])
        shape = gpt_shape(int(r["layers"]), int(r["hidden"]), int(r["heads"]), int(r["vocab"]))
        rate = seq * batch / float(r["step_s"]) / n
        out.append(
            Run(
                r["run"],
                r["source"],
                r["run"].rsplit("-", 1)[0],
                shape,
                find_chip(r["chip"]),
                float(r["heads"]),
                layout,
                seq,
                batch,
                n,
                "bf16",
                rate,
                False,
            )
        )
    return out


def measured_runs(path: Path | str) -> list[Run]:
    """Runs of a measured-training table that name a model and chip that can be timed."""
    return [run for row in read_rows(path) if isinstance(run := training_run(row), Run)]


def training_run(row: Mapping[str, str]) -> Run | tuple[str, str]:
    """The run of a row; or a status and why it cannot be timed."""
    bad = _unreadable(row)
    if bad:
        return "not_comparable", bad
    total, active = 1e9 * positive(row, "params_total_b"), 1e9 * positive(row, "params_active_b")
    found, chip = resolve_model(row["model"], "", total, active), resolve_chip(row["chip"])
    if found is None:
        return "unknown_model", f"no model {row['model']!r}, and no parameters to scale one by"
    if chip is None:
        return "unknown_chip", f"no chip {row['chip']!r} in the catalogue"
    if not chip.peak_flop_s.get("bf16"):
        return "not_comparable", f"no bf16 peak known of {chip.id}"
    shape = shape_of(found.model)
    precision = "fp8" if "fp8" in row.get("precision", "").lower() else "bf16"
    seq = positive(row, "seq_len") or DEFAULT_SEQ
    n = int(positive(row, "n_chips") or CARD_CHIPS)
    tp, pp, cp = (int(positive(row, k) or 1) for k in ("tp", "pp", "cp"))
    if tp * pp * cp > n:
        return "not_comparable", f"tp × pp × cp = {tp * pp * cp} of {n} chips"
    ranks = max(CARD_BATCH_TOKENS / seq, n / (tp * pp * cp))
    batch = positive(row, "global_batch_seqs") or ranks
    rate = _rate(row, chip, float(model_flops(shape, seq)), seq * batch / n)
    if isinstance(rate, str):
        return "not_comparable", rate
    stated = any(row.get(k) for k in ("tp", "pp", "fsdp"))
    layout = TrainLayout(
        tp, pp, n // (tp * pp * cp), cp=cp, ep=positive(row, "ep") or 1.0,
        vp=positive(row, "vp") or interleaving(float(shape.layers), pp),
        micro_batch=positive(row, "micro_batch_seqs") or 1.0,
        recompute="selective", fully_sharded=row.get("fsdp", "").lower() in YES,
    )  # fmt: skip
    if not stated:
        best = train(
            found.model, chip, n, seq_len=int(seq), precision=precision,
            global_batch_tokens=batch * seq,
            constants=constants_from({}),  # by the priors: a fit must not depend on the last one
        )  # fmt: skip
        layout = best[0].layout if best else layout
    elif row.get("recompute", "").lower():
        layout = replace(layout, recompute=row["recompute"].lower())
    elif not _fits(shape, chip, float(found.model.heads), layout, seq, batch):
        layout = replace(layout, recompute="full")  # activations of selective do not fit
    return Run(
        row["row_id"], row.get("source_id", ""), row["model"], shape, chip,
        float(max(found.model.heads, 64)), layout, seq, batch, n, precision, rate,
        "whole run" in row.get("unit", ""), stated, found.exact,
    )  # fmt: skip


def _fits(
    shape: Shape, chip: Chip, heads: float, lay: TrainLayout, seq: float, batch: float
) -> bool:
    """Whether a published layout fits the memory of its chips."""
    micro = max(batch / (float(lay.dp) * float(lay.micro_batch)), 1.0)
    return float(memory_per_chip(shape, heads, lay, seq, micro)) <= chip.memory_bytes


def _unreadable(row: Mapping[str, str]) -> str:
    """Why a training row cannot be read as it stands; empty if it can."""
    bad = unreadable(row, (*NUMBERS, *WHOLE), WHOLE)
    if bad:
        return bad
    if row.get("fsdp", "").lower() not in (*YES, *NO):
        return f"column fsdp: {row['fsdp']!r} is not known; known: 0, 1, yes, no"
    if row.get("recompute", "").lower() not in ("", "none", "selective", "full"):
        return f"column recompute: {row['recompute']!r} is not known; known: none, selective, full"
    text = row.get("precision", "").lower()
    if text and not any(word in text for word in ("fp8", "bf16", "fp16", "bfloat16", "float16")):
        return f"column precision: {text!r} is not known; known: bf16, fp16, fp8"
    return ""


def _rate(row: Mapping[str, str], chip: Chip, flops: float, tokens: float) -> float | str:
    """Measured tokens per second and chip from the row's own metric, or why it gives none.

    flops: model operations per token, attention included; tokens: of one step on one chip. A
    column that repeats the figure must agree with it.
    """
    metric, value = row["metric"].strip(), positive(row, "value")
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
        rate = value * 1e12 / flops
    elif metric == "step_s":
        time = measure_of("time_per_output", unit)
        if isinstance(time, str):
            return f"unit {unit!r} of step_s is not a time; known: ms, s"
        rate = tokens * time.factor / value
    elif "hours" not in unit:
        return f"unit {unit!r} of gpu_hours is not hours"
    else:
        rate = positive(row, "tokens_trained") / (3600.0 * value)
        rate = rate or positive(row, "tokens_s_per_chip")
        if not rate:
            return "chip-hours without the tokens they trained (column tokens_trained)"
    other = positive(row, "tokens_s_per_chip")
    if other and abs(math.log(other / rate)) > AGREE:
        return f"column tokens_s_per_chip: {other:g} is not what {metric} gives, {rate:.4g}"
    return rate


def log_errors(runs: Sequence[Run], constants: Mapping[str, float] | None = None) -> np.ndarray:
    """log(predicted / measured) of tokens per second and chip [run]."""
    c = constants or training_constants()
    out = []
    for r in runs:
        s = step(
            r.shape,
            r.chip,
            r.heads,
            r.layout,
            r.seq,
            r.global_batch,
            c,
            compute_peak(r.chip, r.precision),
        )
        rate = r.seq * r.global_batch / float(s.seconds) / r.n_chips
        out.append(math.log(rate * (c["whole_run"] if r.whole_run else 1.0) / r.tokens_s_per_chip))
    return np.array(out)
