"""Score a table of measurements, inference and training rows in one file or apart."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from outlay.performance.calibrated import Calibrated
from outlay.performance.predict import Prediction, predict_rows
from outlay.performance.rows import read_rows
from outlay.performance.training_predict import is_training, predict_training

__all__ = ["predict_table"]


def predict_table(path: Path | str, calibration: Calibrated | None = None) -> list[Prediction]:
    """Predict every row in order, each by what its metric says it measures.

    Raises TableError for a file that is no table of measurements.
    """
    fitted = calibration or Calibrated()
    rows = read_rows(path)
    training = [is_training(r) for r in rows]
    trained = iter(
        predict_training([r for r, t in zip(rows, training, strict=True) if t], fitted.training)
    )
    served = _by_row(
        predict_rows(
            [r for r, t in zip(rows, training, strict=True) if not t],
            fitted.constants,
            fitted.cells,
        )
    )
    out: list[Prediction] = []
    for t in training:
        out += [next(trained)] if t else next(served)
    return out


def _by_row(predictions: list[Prediction]) -> Iterator[list[Prediction]]:
    """Predictions of each row together: its own metric first, then those of the same run."""
    found: list[Prediction] = []
    for p in predictions:
        if p.primary and found:
            yield found
            found = []
        found.append(p)
    if found:
        yield found
