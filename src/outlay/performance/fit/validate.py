"""Score a table of measurements, inference and training rows in one file or apart."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from outlay.performance.constants.calibrated import Calibrated
from outlay.performance.constants.constants import shipped
from outlay.performance.constants.training import training_sha256
from outlay.performance.fit.calibrate import data_folder
from outlay.performance.fit.crossval import cross_validate_rows
from outlay.performance.fit.predict import Prediction, predict_rows
from outlay.performance.fit.training_predict import (
    cross_validate_training,
    is_training,
    predict_training,
)
from outlay.performance.measured.row_table import read_rows, take_rows

__all__ = ["cross_validate_table", "predict_table", "seen_by_the_fit"]


Rows = Sequence[Mapping[str, str]]


def predict_table(path: Path | str, calibration: Calibrated | None = None) -> list[Prediction]:
    """Predict every row in order, each by what its metric says it measures.

    Raises TableError for a file that is no table of measurements.
    """
    fitted = calibration or Calibrated()
    return _each(
        read_rows(path),
        lambda rows: predict_rows(rows, fitted.constants, fitted.cells),
        lambda rows: predict_training(rows, fitted.training),
    )


def cross_validate_table(
    path: Path | str, by: str, say: Callable[[str], None] = lambda _: None
) -> list[Prediction]:
    """The same by fits that have not seen the row's `group`, `model` or `chip`."""
    return _each(
        read_rows(path),
        lambda rows: cross_validate_rows(rows, by, say),
        lambda rows: cross_validate_training(rows, by, say),
    )


def seen_by_the_fit(path: Path | str, calibration: Calibrated | None = None) -> bool:
    """Whether constants of serving or of training were fitted to this very file."""
    fitted = calibration or Calibrated()
    digest = take_rows(path).sha256
    served = (fitted.constants or shipped()).meta.get("data_sha256")
    return digest in (served, fitted.training_sha256 or training_sha256(data_folder()))


def _each(
    rows: Rows,
    serve: Callable[[Rows], list[Prediction]],
    train: Callable[[Rows], list[Prediction]],
) -> list[Prediction]:
    """Predictions in the order of the rows, serving and training rows each by their own."""
    training = [is_training(r) for r in rows]
    trained = iter(train([r for r, t in zip(rows, training, strict=True) if t]))
    served = _by_row(serve([r for r, t in zip(rows, training, strict=True) if not t]))
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
