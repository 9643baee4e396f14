"""Predict measured training runs as inference rows are: the published metric and its interval."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence

from outlay.core.arrays import Array
from outlay.performance.constants.training import Seen, training_spread
from outlay.performance.constants.widths import Z90
from outlay.performance.fit.predict import Prediction
from outlay.performance.fit.training_fit import errors_left_out, seen_by
from outlay.performance.measured.row_cells import positive
from outlay.performance.measured.training_rows import (
    METRICS,
    Run,
    log_errors,
    training_run,
)
from outlay.performance.measured.training_shipped import shipped_runs

__all__ = ["FALLING", "SPLITS", "cross_validate_training", "is_training", "predict_training"]

STAND_IN = "shapes of a scaled stand-in"
SPLITS = ("group", "model", "chip", "source")
FALLING = ("gpu_hours", "step_s")  # metrics that fall as the rate rises


def is_training(row: Mapping[str, str]) -> bool:
    """Whether a row of measurements is of a training run."""
    return (row.get("metric") or "").strip().lower() in METRICS


def predict_training(
    rows: Sequence[Mapping[str, str]], constants: Mapping[str, float] | None = None
) -> list[Prediction]:
    """Predictions in order: the row's own metric, scaled by predicted over measured rate.

    The 90 % interval is wider where the layout is not published, the figure is of a whole run, or
    the fit has seen no run of its source or chip (data/training_intervals.toml).
    """
    asked = [training_run(row) for row in rows]
    runs = [a for a in asked if isinstance(a, Run)]
    return _predictions(rows, asked, log_errors(runs, constants))


def cross_validate_training(
    rows: Sequence[Mapping[str, str]], by: str, say: Callable[[str], None] = lambda _: None
) -> list[Prediction]:
    """The same by fits without the run's `group` (model, chip, length), model, chip, family or
    source; of an engine's split, without all runs on its vendor's chips.

    The runs that come with the package are in every fit, but for those of the same key.
    """
    asked = [training_run(row) for row in rows]
    runs = [a for a in asked if isinstance(a, Run)]
    keys: dict[str, Callable[[Run], str]] = {
        "group": lambda r: f"{r.name}|{r.chip.id}|{r.seq:g}",
        "model": lambda r: r.name,
        "chip": lambda r: r.chip.id,
        "family": lambda r: r.chip.family,
        "engine": lambda r: r.chip.vendor,
        "source": lambda r: r.source,
    }
    # A row that the package ships itself is asked here, and is not beside itself as well.
    asked_of = {r.id for r in runs}
    key, beside = keys[by], [r for r in shipped_runs() if r.id not in asked_of]
    off = errors_left_out(runs, key, say, beside=beside)
    seen = {k: seen_by([r for r in (*beside, *runs) if key(r) != k]) for k in map(key, runs)}
    return _predictions(rows, asked, off, lambda run: seen[key(run)])


def _predictions(
    rows: Sequence[Mapping[str, str]],
    asked: Sequence[Run | tuple[str, str]],
    off: Array,
    seen: Callable[[Run], Seen | None] = lambda _: None,
) -> list[Prediction]:
    """A prediction of each row; `off`: log(predicted / measured) of those that were asked."""
    left: Iterator[float] = iter(off.tolist())
    return [
        _one(row, run, next(left), seen(run)) if isinstance(run, Run) else _one(row, run, 0.0, None)
        for row, run in zip(rows, asked, strict=True)
    ]


def _one(
    row: Mapping[str, str], run: Run | tuple[str, str], off: float, seen: Seen | None
) -> Prediction:
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
    sd = training_spread(
        key, run.chip, mixture=float(run.shape.moe_layers) > 0, source=source, year=run.year,
        exact=run.exact, seen=seen,
    )  # fmt: skip
    spread = math.exp(Z90 * sd)
    notes = {"whole_run": "chips and restarts of the run not known", "layout": "",
             "no_layout": "layout not published; the best one is taken"}[key]  # fmt: skip
    why = "; ".join(x for x in (notes, run.note, "" if run.exact else STAND_IN) if x)
    return Prediction(
        name, metric, unit, value, predicted, predicted / spread, predicted * spread, "predicted",
        why, group, source, row["model"], run.chip.id, "training",
    )  # fmt: skip
