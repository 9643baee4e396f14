"""What a forecast and its record say: titles, headings and cells."""

from __future__ import annotations

from outlay.results.models.forecast import Band, Forecast, ForecastValidation, RecordRow

__all__ = [
    "HEADS",
    "NO_RECORD",
    "RECORD",
    "RECORD_HEADS",
    "cells",
    "nothing_scored",
    "record_cells",
    "shown",
    "title",
]

HEADS = ("date", "p05", "p10", "p50", "p90", "p95", "mean")
RECORD = "Record: forecasts made from earlier points against what came"
RECORD_HEADS = (
    "horizon", "method", "n", "typical ×", "worst ×", "80% band held", "CRPS (log)"
)  # fmt: skip
NO_RECORD = "No record: a rolling origin needs at least five points."
MOST_ROWS = 12
"""Days that are all shown; of more, every third."""


def nothing_scored(doc: ForecastValidation) -> str:
    """Why the series say nothing of the forecaster; empty where they do."""
    if doc.record:
        return ""
    need, names = doc.min_points + 1, ", ".join(doc.series)
    return f"nothing was scored: {names}: no series of {need:,} points (--min-points {need - 1:,})"


def title(doc: Forecast) -> str:
    """What is forecast, from when, in which unit."""
    unit = f" [{doc.unit}]" if doc.unit else ""
    return f"{doc.series} as known on {doc.as_of}{unit}"


def shown(doc: Forecast) -> tuple[Band, ...]:
    """The days of the table."""
    rows = doc.paths_summary
    return rows if len(rows) <= MOST_ROWS else rows[::3]


def cells(row: Band) -> tuple[str, ...]:
    """A day under `HEADS`."""
    values = (row.p05, row.p10, row.p50, row.p90, row.p95, row.mean)
    return (row.date, *(f"{v:.4g}" for v in values))


def record_cells(row: RecordRow) -> tuple[str, ...]:
    """A row of the record under `RECORD_HEADS`."""
    held = "–" if row.coverage_80 is None else f"{row.coverage_80:.0%}"
    return (
        row.horizon, row.method, str(row.n), f"{row.typical_factor:.2f}",
        f"{row.worst_factor:.2f}", held, f"{row.crps:.3f}",
    )  # fmt: skip
