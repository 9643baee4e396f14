"""`outlay.calibrate`: refit the constants to measurements, or measure the GPU of this machine."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from outlay.api.asked import checked
from outlay.api.ours import CALIBRATION
from outlay.api.says import Says
from outlay.results.models.calibration import Calibration

__all__ = ["calibrate"]


@checked
def calibrate(
    *,
    measured: Annotated[Path | None, Says("CSV of measurements to fit the constants to.")] = None,
    training: Annotated[
        Path | None, Says("CSV of training runs to fit the training constants to.")
    ] = None,
    local: Annotated[bool, Says("Measure the GPU of this machine (needs PyTorch).")] = False,
    out: Annotated[
        Path,
        Says(
            "Folder for the result.",
            writes="folder",
            names=tuple(n for n in CALIBRATION if n != "overhead.toml"),
            made="calibration",
        ),
    ] = Path("calibration"),
) -> Calibration:
    """Refit the performance model, or measure the local GPU into a chip profile.

    `outlay rate`, `train` and `validate performance` take the folder as --calibration.

    Raises InputError where nothing is given to calibrate from, or a table that cannot be used.

    >>> calibrate(measured=Path("runs.csv"), local=True)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    outlay.core.errors.InputError: say what to calibrate from; ...
    """
    from outlay.core.errors import InputError, Problem

    measured, training = measured or None, training or None  # an empty text is no table
    if local == (measured is not None or training is not None):
        raise InputError(
            Problem(
                "say what to calibrate from",
                allowed="--measured CSV, --training CSV or both; or --local",
            )
        )
    if local:
        from outlay.performance.local import measure_local, profile_document

        return profile_document(measure_local(), Path(out))
    return _refit(measured, training, Path(out))


def _refit(measured: Path | None, training: Path | None, out: Path) -> Calibration:
    from outlay.performance.fit import calibrate as fit
    from outlay.performance.fit import training_fit
    from outlay.performance.measured.row_table import take_rows

    # Both tables are read and fitted before either result is written.
    served = fit.calibrate(measured) if measured else None
    taken = take_rows(training) if training else None
    trained = training_fit.calibrate_training(taken) if taken else None
    files = fit.write(served, out) if served else []
    if trained and taken:
        fitted, runs = trained
        files.append(training_fit.write_training(fitted, taken, runs, out))
    return Calibration(
        rows=len(served.questions) if served else None,
        refused=len(served.refused) if served else None,
        effects=len(served.constants.effects) if served else None,
        cells=len(served.cells) if served else None,
        data_sha256=served.sha256 if served else "",
        training_runs=trained[1] if trained else None,
        files=tuple(map(str, files)),
    )
