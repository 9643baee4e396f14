"""`outlay forecast`: sampled paths of a token series, with the forecaster's record on it."""

from __future__ import annotations

from outlay.api.models.forecast import ForecastAnswer, forecast
from outlay.app.cli.command import command
from outlay.app.cli.validation.forecast import show_record

__all__ = ["forecast_command"]


def _show(doc: ForecastAnswer) -> None:
    from outlay.app.cli.columns import console, text_table
    from outlay.report.words.models import forecast as words

    out = console()
    shown = map(words.cells, words.shown(doc))
    out.print(text_table(words.HEADS, shown, right=words.HEADS, title=words.title(doc)))
    show_record(doc.record)
    for note in doc.notes:
        out.print(f"• {note}", highlight=False)


forecast_command = command(forecast, _show, rows="paths_summary")
