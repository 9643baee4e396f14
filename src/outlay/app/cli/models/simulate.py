"""`outlay simulate`: replay or draw requests on replicas of a model on a chip."""

from __future__ import annotations

from typing import Annotated

from outlay.api.models.simulate import Simulated, simulate
from outlay.api.says import File, Says
from outlay.app.cli.command import command
from outlay.app.cli.output import progress

__all__ = ["simulate_command"]


def keep(
    doc: Simulated,
    *,
    records: Annotated[File | None, Says("Write one row per request (.parquet or .csv).")] = None,
    out: Annotated[File | None, Says("Folder for pictures and the document.")] = None,
) -> None:
    """Write what was asked for."""
    if records is not None:
        doc.records.write(records)
    if out is not None:
        doc.save(out)
        progress(f"wrote {out}")


def show(doc: Simulated) -> None:
    """Print layout, latencies and totals."""
    from rich.console import Console
    from rich.table import Table

    from outlay.report.words.models import simulation as words

    console = Console(width=80)
    console.print(words.simulation_heading(doc))
    table = Table(box=None, pad_edge=False)
    for column in words.COLUMNS:
        table.add_column(column, justify="right" if column else "left")
    for row in words.latency_rows(doc):
        table.add_row(*row)
    console.print(table)
    for line in words.simulation_lines(doc):
        console.print(line)


simulate_command = command(simulate, show, keep=keep)
