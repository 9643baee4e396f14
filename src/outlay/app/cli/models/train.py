"""`outlay train`: the best layouts of one training run, with what limits its memory and time."""

from __future__ import annotations

from outlay.api.models.train import train
from outlay.app.cli.command import command
from outlay.app.cli.output import tell
from outlay.results.models.train import Train

__all__ = ["train_command"]

SHOWN = 12  # rows of the table; --json has all


def _show(doc: Train) -> None:
    from outlay.app.cli.columns import console, plain_table
    from outlay.report.words.models import train as words

    out = console()
    for note in doc.warnings:
        tell(f"note: {note}")
    out.print(words.sentence(doc))
    if not doc.feasible:
        return
    rows = doc.configurations
    out.print(plain_table(words.HEADS, map(words.cells, rows[:SHOWN]), left=("layout",)))
    if len(rows) > SHOWN:
        out.print(f"{len(rows) - SHOWN} more with --json")


train_command = command(train, _show, rows="configurations", failed=lambda doc: not doc.feasible)
