"""`outlay validate simulator`: queueing theory, flow balance, the twin, and speed."""

from __future__ import annotations

from outlay.api.validation.simulator import validate_simulator
from outlay.app.cli.command import command
from outlay.results.models.validation_runs import SimulatorValidation

__all__ = ["validate_simulator_command"]


def show(doc: SimulatorValidation) -> None:
    """Print a row for each check."""
    from rich.console import Console
    from rich.table import Table

    from outlay.report.words.models.validation_runs import CHECK_COLUMNS, check_cells

    table = Table(box=None, pad_edge=False)
    for column in CHECK_COLUMNS:
        table.add_column(column, justify="right" if column in ("found", "expected") else "left")
    for row in doc.rows:
        table.add_row(*check_cells(row))
    Console(width=100).print(table)


validate_simulator_command = command(
    validate_simulator, show, failed=lambda doc: doc.overall.failed > 0
)
