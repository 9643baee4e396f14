"""`outlay validate simulator`: queueing theory, flow balance, the twin, and speed."""

from __future__ import annotations

from outlay.api.validation.simulator import validate_simulator
from outlay.app.cli.command import command
from outlay.results.models.validation_runs import SimulatorValidation

__all__ = ["validate_simulator_command"]


def show(doc: SimulatorValidation) -> None:
    """Print a row for each check."""
    from outlay.app.cli.columns import console, text_table
    from outlay.report.words.models.validation_runs import CHECK_COLUMNS, check_cells

    rows = map(check_cells, doc.rows)
    table = text_table(CHECK_COLUMNS, rows, right=("found", "expected"), lines=False)
    console(100).print(table)


validate_simulator_command = command(
    validate_simulator, show, rows="rows", failed=lambda doc: doc.overall.failed > 0
)
