"""Tables of a forecast and of its record for people at a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["print_forecast", "print_record"]


def print_forecast(body: Mapping[str, Any]) -> None:
    """Quantiles by date (every third), then the record, then what the reader must know."""
    from rich.console import Console
    from rich.table import Table

    console = Console()
    unit = f" [{body['unit']}]" if body["unit"] else ""
    table = Table(title=f"{body['series']} as known on {body['as_of']}{unit}")
    columns = ("p05", "p10", "p50", "p90", "p95", "mean")
    for name in ("date", *columns):
        table.add_column(name, justify="right")
    rows = body["paths_summary"]
    for row in rows if len(rows) <= 12 else rows[::3]:
        table.add_row(row["date"], *(f"{row[c]:.4g}" for c in columns))
    console.print(table)
    print_record(body)
    for note in body["notes"]:
        console.print(f"• {note}", highlight=False)


def print_record(body: Mapping[str, Any]) -> None:
    """The rolling-origin table, if the series is long enough for one."""
    from rich.console import Console
    from rich.table import Table

    console = Console()
    if not body["record"]:
        console.print("No record: a rolling origin needs at least five points.", highlight=False)
        return
    table = Table(title="Record: forecasts made from earlier points against what came")
    for name in ("horizon", "method", "n", "typical ×", "worst ×", "80% band held", "CRPS (log)"):
        table.add_column(name)
    for row in body["record"]:
        held = "–" if row["coverage_80"] is None else f"{row['coverage_80']:.0%}"
        table.add_row(
            row["horizon"],
            row["method"],
            str(row["n"]),
            f"{row['typical_factor']:.2f}",
            f"{row['worst_factor']:.2f}",
            held,
            f"{row['crps']:.3f}",
        )
    console.print(table)
