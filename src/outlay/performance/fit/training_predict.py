"""Predict measured training runs as inference rows are: the published metric and its interval."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence

from outlay.core.arrays import Array
from outlay.performance.constants.widths import Z90, widths
from outlay.performance.fit.predict import Prediction
from outlay.performance.fit.training_fit import errors_left_out
from outlay.performance.measured.row_cells import positive
from outlay.performance.measured.training_rows import (
    METRICS,
    Run,
    gpt_runs,
    log_errors,
    training_run,
)

__all__ = ["cross_validate_training", "is_training", "predict_training"]

STAND_IN = "shapes of a scaled stand-in"
FALLING = ("gpu_hours", "step_s")  # metrics that fall as the rate rises


def is_training(row: Mapping[str, str]) -> bool:
    """Whether a row of measurements is of a training run."""
    return (row.get("metric") or "").strip().lower() in METRICS


def predict_training(
    rows: Sequence[Mapping[str, str]], constants: Mapping[str, float] | None = None
) -> list[Prediction]:
    """Predictions in order: the row's own metric, scaled by predicted over measured rate.

    The 90 % interval is that of runs whose model the fit had not seen, wider where the layout is
    not published or the figure is of a whole run (data/intervals.toml).
    """
    asked = [training_run(row) for row in rows]
    runs = [a for a in asked if isinstance(a, Run)]
    return _predictions(rows, asked, log_errors(runs, constants))


def cross_validate_training(
    rows: Sequence[Mapping[str, str]], by: str, say: Callable[[str], None] = lambda _: None
) -> list[Prediction]:
    """The same by fits that have not seen the run's `group` (model, chip, length), model or chip.

    The eight A100 runs of the package are in every fit, but for their own chip.
    """
    asked = [training_run(row) for row in rows]
    runs = [a for a in asked if isinstance(a, Run)]
    keys: dict[str, Callable[[Run], str]] = {
        "group": lambda r: f"{r.name}|{r.chip.id}|{r.seq:g}",
        "model": lambda r: r.name,
        "chip": lambda r: r.chip.id,
    }
    return _predictions(rows, asked, errors_left_out(runs, keys[by], say, beside=gpt_runs()))


def _predictions(
    rows: Sequence[Mapping[str, str]], asked: Sequence[Run | tuple[str, str]], off: Array
) -> list[Prediction]:
    """A prediction of each row; `off`: log(predicted / measured) of those that were asked."""
    left: Iterator[float] = iter(off.tolist())
    return [_one(row, run, next(left) if isinstance(run, Run) else 0.0)
            for row, run in zip(rows, asked, strict=True)]  # fmt: skip


def _one(row: Mapping[str, str], run: Run | tuple[str, str], off: float) -> Prediction:
    name, unit = row["row_id"], row.get("unit", "")
    metric, value = row["metric"].strip().lower(), positive(row, "value")
    group = "|".join((row["model"], row["chip"], row.get("seq_len", "")))
    source = row.get("source_id", "")
    if not isinstance(run, Run) or not math.isfinite(off):
        refused = ("not_comparable", "no finite answer") if isinstance(run, Run) else run
        return Prediction(
            name, metric, unit, value, None, None, None, *refused, group, source, kind="training"
        )
    predicted = value / math.exp(off) if metric in FALLING else value * math.exp(off)
    key = "whole_run" if run.whole_run else ("layout" if run.laid_out else "no_layout")
    wide = widths()
    sd = math.hypot(wide.training[key], 0.0 if run.exact else wide.unseen["shape"])
    spread = math.exp(Z90 * sd)
    notes = {"whole_run": "chips and restarts of the run not known", "layout": "",
             "no_layout": "layout not published; the best one is taken"}[key]  # fmt: skip
    why = "; ".join(x for x in (notes, run.note, "" if run.exact else STAND_IN) if x)
    return Prediction(
        name, metric, unit, value, predicted, predicted / spread, predicted * spread, "predicted",
        why, group, source, row["model"], run.chip.id, "training",
    )  # fmt: skip
