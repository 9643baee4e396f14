"""`outlay simulate`: replay or draw requests on replicas of a model on a chip."""

from __future__ import annotations

from typing import Annotated

from outlay.api.models.simulate import Simulated, simulate
from outlay.api.says import File, Says
from outlay.app.cli.command import command
from outlay.app.cli.output import say

__all__ = ["simulate_command"]


def keep(
    doc: Simulated,
    *,
    records: Annotated[
        File | None,
        Says(
            "Write one row per request (.parquet or .csv).",
            writes="file",
            endings=(".parquet", ".csv"),
            made="records",
        ),
    ] = None,
    step_table_out: Annotated[
        File | None,
        Says(
            "Write the step times of a replica (JSON).",
            writes="file",
            endings=(".json",),
            made="step table",
        ),
    ] = None,
    out: Annotated[
        File | None,
        Says(
            "Folder for pictures and the document.",
            writes="folder",
            names=("simulation.json", "latency.svg", "timeline.svg"),
        ),
    ] = None,
) -> None:
    """Write what was asked for."""
    from outlay.serving.step_files import write_steps

    if records is not None:
        doc.records.write(records)
    if step_table_out is not None:
        write_steps(doc.steps, step_table_out)
    if out is not None:
        doc.save(out)
        say(f"wrote {out}")


def show(doc: Simulated) -> None:
    """Print layout, latencies and totals."""
    from outlay.app.cli.columns import console, text_table
    from outlay.report.words.models import simulation as words

    to = console(80)
    to.print(words.simulation_heading(doc))
    right = [name for name in words.COLUMNS if name]
    rows = words.latency_rows(doc)
    to.print(text_table(words.COLUMNS, rows, right=right, lines=False))
    for line in words.simulation_lines(doc):
        to.print(line)


simulate_command = command(
    simulate, show, keep=keep, failed=lambda doc: doc.rejected == doc.requests
)
