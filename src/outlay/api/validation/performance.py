"""`outlay.validate("performance")`: score the performance model on a table of measurements."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

from outlay.api.asked import checked
from outlay.api.says import Says
from outlay.results.models.validation import Validation

__all__ = ["validate_performance"]


@checked
def validate_performance(
    *,
    measured: Annotated[Path, Says("CSV of measurements, columns as documented.")],
    held_out: Annotated[
        str,
        Says(
            "Refit without each `group`, `model`, `chip`, `family`, `engine` or `source` before "
            "predicting it."
        ),
    ] = "",
    calibration: Annotated[
        Path | None, Says("Folder of `outlay calibrate`, in place of the shipped one.")
    ] = None,
    progress: Callable[[str], None] = lambda _: None,
) -> Validation:
    """Predict every row of a table of measurements and say how far off, and how sure.

    Rows of serving and of training runs may stand in one file. Rows that cannot be predicted are
    listed with the reason; none is dropped in silence. Exit 1 where none can be.

    Raises TableError for a file that is no table of measurements.

    >>> from tempfile import mkdtemp
    >>> table = Path(mkdtemp()) / "runs.csv"
    >>> lines = ("row_id,model,chip,metric,value,unit", "a,Llama-3.1-405B,H100,mfu,0.41,fraction")
    >>> _ = table.write_text("\\n".join(lines))
    >>> validate_performance(measured=table).rows[0].status
    'predicted'
    """
    from outlay.api.models.served import overhead_not_scored
    from outlay.core.errors import InputError, Problem
    from outlay.core.progress import Course, counting
    from outlay.performance.constants.calibrated import Calibrated, read_calibration
    from outlay.performance.fit.crossval import SPLITS
    from outlay.performance.fit.score import validation_document
    from outlay.performance.fit.validate import cross_validate_table, predict_table, seen_by_the_fit

    if held_out and held_out not in SPLITS:
        raise InputError(
            Problem("unknown split", where="--held-out", value=held_out, allowed=", ".join(SPLITS))
        )
    if held_out and calibration:
        raise InputError(
            Problem(
                "--held-out refits, so that a calibration would not be used",
                where="--calibration",
                value=str(calibration),
                allowed="one of the two",
            )
        )
    if held_out:
        rows = cross_validate_table(measured, held_out, counting(Course(progress, {"": 1.0})))
        return validation_document(rows, seen=False)
    fitted = read_calibration(calibration) if calibration else Calibrated()
    rows = predict_table(measured, fitted)
    return validation_document(
        rows, seen=seen_by_the_fit(measured, fitted),
        warnings=overhead_not_scored(fitted, calibration),
    )  # fmt: skip
