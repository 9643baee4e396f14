"""`outlay validate forecast`: the forecaster against what came later, by rolling origin."""

from __future__ import annotations

from collections.abc import Sequence

from outlay.api.validation.forecast import validate_forecast
from outlay.app.cli.command import command
from outlay.results.models.forecast import RecordRow

__all__ = ["show_record", "validate_forecast_command"]


def show_record(record: Sequence[RecordRow]) -> None:
    """The rolling-origin table, if the series is long enough for one."""
    from rich.console import Console
    from rich.table import Table

    from outlay.report.words.models import forecast as words

    console = Console()
    if not record:
        console.print(words.NO_RECORD, highlight=False)
        return
    table = Table(*words.RECORD_HEADS, title=words.RECORD)
    for row in record:
        table.add_row(*words.record_cells(row))
    console.print(table)


validate_forecast_command = command(validate_forecast, lambda doc: show_record(doc.record))
