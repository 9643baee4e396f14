"""Predict measured training runs as inference rows are: the published metric and its interval."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from outlay.performance.correction import Z90, widths
from outlay.performance.predict import Prediction
from outlay.performance.rows import positive
from outlay.performance.training_rows import Run, log_errors, training_run

__all__ = ["is_training", "predict_training"]

METRICS = ("mfu", "gpu_hours", "tokens_per_s_per_chip", "model_tflops_per_chip", "step_s")
FALLING = ("gpu_hours", "step_s")  # metrics that fall as the rate rises


def is_training(row: Mapping[str, str]) -> bool:
    """Whether a row of measurements is of a training run."""
    return (row.get("metric") or "").strip() in METRICS


def predict_training(
    rows: Sequence[Mapping[str, str]], constants: Mapping[str, float] | None = None
) -> list[Prediction]:
    """Predictions in order: the row's own metric, scaled by predicted over measured rate.

    The 90 % interval is that of runs whose model the fit had not seen, wider where the layout is
    not published or the figure is of a whole run (data/intervals.toml).
    """
    return [_one(row, training_run(row), constants) for row in rows]


def _one(
    row: Mapping[str, str], run: Run | tuple[str, str], constants: Mapping[str, float] | None
) -> Prediction:
    name, unit = row["row_id"], row.get("unit") or ""
    metric, value = row["metric"].strip(), positive(row, "value")
    group = "|".join((row["model"], row["chip"], f"{row.get('seq_len') or ''}"))
    source = row.get("source_id") or ""

    def refused(status: str, why: str) -> Prediction:
        return Prediction(
            name, metric, unit, value, None, None, None, status, why, group, source, kind="training"
        )

    if not isinstance(run, Run):
        return refused(*run)
    if not value:
        return refused("not_comparable", "no positive value")
    if metric == "mfu" and value > 1.0:
        return refused("not_comparable", "a utilisation above 1")
    off = float(log_errors([run], constants)[0])
    if not math.isfinite(off):
        return refused("not_comparable", "no finite answer")
    ratio = math.exp(off)
    predicted = value / ratio if metric in FALLING else value * ratio
    sd = widths()["training"]
    key = "whole_run" if run.whole_run else ("layout" if run.laid_out else "no_layout")
    spread = math.exp(Z90 * float(sd[key]))
    why = {"whole_run": "chips and restarts of the run not known", "layout": "",
           "no_layout": "layout not published; the best one is taken"}[key]  # fmt: skip
    return Prediction(
        name, metric, unit, value, predicted, predicted / spread, predicted * spread, "predicted",
        why, group, source, row["model"], run.chip.id, "training",
    )  # fmt: skip
