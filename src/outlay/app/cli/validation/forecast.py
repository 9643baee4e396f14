"""`outlay validate forecast`: the forecaster against what came later, by rolling origin."""

from __future__ import annotations

from collections.abc import Sequence

from outlay.api.validation.forecast import validate_forecast
from outlay.app.cli.command import command
from outlay.results.models.forecast import ForecastValidation, RecordRow

__all__ = ["show_record", "validate_forecast_command"]


def show_record(record: Sequence[RecordRow]) -> None:
    """The rolling-origin table, if the series is long enough for one."""
    from outlay.app.cli.columns import console, text_table
    from outlay.report.words.models import forecast as words

    out = console()
    if not record:
        out.print(words.NO_RECORD, highlight=False)
        return
    rows = map(words.record_cells, record)
    out.print(text_table(words.RECORD_HEADS, rows, title=words.RECORD))


def _nothing(doc: ForecastValidation) -> str:
    from outlay.report.words.models.forecast import nothing_scored

    return nothing_scored(doc)


validate_forecast_command = command(
    validate_forecast, lambda doc: show_record(doc.record), rows="record", failed=_nothing
)
