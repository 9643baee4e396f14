"""Published training runs as questions: layouts, tokens per second and chip."""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import numpy as np

from outlay.catalogue import find_chip
from outlay.catalogue.types import Chip
from outlay.performance.formats import compute_peak
from outlay.performance.resolve import resolve_chip, resolve_model
from outlay.performance.rows import positive, read_rows
from outlay.performance.shapes import Shape, shape_of
from outlay.performance.training import constants_from, gpt_shape, train, training_constants
from outlay.performance.training_step import TrainLayout, model_flops, step

__all__ = ["Run", "gpt_runs", "log_errors", "measured_runs", "training_run"]

CARD_CHIPS = 2048  # where a model card gives chip-hours only
CARD_BATCH_TOKENS = 4e6


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


def _number(row: Mapping[str, str], name: str, default: float = 0.0) -> float:
    return positive(row, name) or default


def _chunks(layers: float, pp: int) -> float:
    """Model chunks per stage where a source does not say: interleaved, up to four."""
    return float(max(min(4, int(layers) // pp), 1)) if pp > 1 else 1.0


def training_run(row: Mapping[str, str]) -> Run | tuple[str, str]:
    """The run of a row; or a status and why it cannot be timed."""
    total, active = 1e9 * _number(row, "params_total_b"), 1e9 * _number(row, "params_active_b")
    found, chip = resolve_model(row["model"], "", total, active), resolve_chip(row["chip"])
    if found is None:
        return "unknown_model", f"no model {row['model']!r}, and no parameters to scale one by"
    if chip is None:
        return "unknown_chip", f"no chip {row['chip']!r} in the catalogue"
    shape = shape_of(found.model)
    precision = "fp8" if (row.get("precision") or "").lower().startswith("fp8") else "bf16"
    if not chip.peak_flop_s.get("bf16"):
        return "not_comparable", f"no bf16 peak known of {chip.id}"
    seq = _number(row, "seq_len", 8192.0)
    rate = _number(row, "tokens_s_per_chip")
    if not rate:  # utilisation: 6 operations per active parameter and token, attention included
        rate = _number(row, "mfu") * 1e12 * _number(row, "peak_tflops_assumed")
        rate /= float(model_flops(shape, seq))
    if not rate:
        return "not_comparable", "neither tokens per second and chip nor a utilisation"
    heads = float(max(found.model.heads, 64))
    n = int(_number(row, "n_chips", CARD_CHIPS))
    tp, pp, cp = (int(_number(row, k, 1)) for k in ("tp", "pp", "cp"))
    batch = _number(row, "global_batch_seqs", max(CARD_BATCH_TOKENS / seq, n / (tp * pp * cp)))
    fully = _number(row, "fsdp") > 0
    layout = TrainLayout(
        tp, pp, max(n // (tp * pp * cp), 1), cp=cp, ep=_number(row, "ep", 1),
        vp=_number(row, "vp") or _chunks(float(shape.layers), pp),
        micro_batch=_number(row, "micro_batch_seqs", 1),
        recompute="selective", fully_sharded=fully,
    )  # fmt: skip
    stated = any(row.get(k) for k in ("tp", "pp", "fsdp"))
    if tp * pp * cp > n:
        return "not_comparable", f"tp × pp × cp = {tp * pp * cp} of {n} chips"
    if not stated:
        best = train(
            found.model,
            chip,
            n,
            seq_len=int(seq),
            precision=precision,
            global_batch_tokens=batch * seq,
            constants=constants_from({}),  # by the priors: a fit must not depend on the last one
        )
        layout = best[0].layout if best else layout
    whole = "whole run" in (row.get("unit") or "")
    return Run(
        row["row_id"],
        row.get("source_id", ""),
        row["model"],
        shape,
        chip,
        heads,
        layout,
        seq,
        batch,
        n,
        precision,
        rate,
        whole,
        stated,
    )


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
