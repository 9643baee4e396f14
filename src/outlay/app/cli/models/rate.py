"""`outlay rate`: the best configurations of one model on one chip, with their interval."""

from __future__ import annotations

from outlay.api.models.rate import RateAnswer, rate
from outlay.app.cli.command import command

__all__ = ["rate_command"]

SHOWN = 15  # rows of the front; --json has all


def _show(doc: RateAnswer) -> None:
    from rich.console import Console

    from outlay.app.cli.columns import plain_table
    from outlay.report.words.models import rate as words

    console = Console()
    for note in doc.warnings:
        console.print(f"note: {note}")
    console.print(words.sentence(doc))
    if not doc.feasible:
        return
    rows = doc.configurations
    shown = map(words.cells, rows[:SHOWN])
    console.print(plain_table(words.HEADS, shown, left=("layout", "bound by")))
    if len(rows) > SHOWN:
        console.print(f"{len(rows) - SHOWN} more with --json")
    console.print(f"How sure: {rows[0].calibrated}.")


rate_command = command(rate, _show, rows="configurations", failed=lambda doc: not doc.feasible)
