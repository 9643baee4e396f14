"""`outlay size`: the fewest chips that hold an SLO, over a trace or for a steady load."""

from __future__ import annotations

from typing import Annotated

from outlay.api.models.size import Sized, size
from outlay.api.says import File, Says
from outlay.app.cli.command import command
from outlay.app.cli.output import say

__all__ = ["size_command"]


def keep(
    doc: Sized,
    *,
    out: Annotated[
        File | None,
        Says(
            "Folder for pictures and the document.",
            writes="folder",
            names=("size.json", "chips.svg", "cost.svg"),
        ),
    ] = None,
) -> None:
    """Write what was asked for."""
    if out is not None:
        doc.save(out)
        say(f"wrote {out}")


def show(doc: Sized) -> None:
    """Print what a replica holds, the fleets, and the gap between them; or the one fleet."""
    from outlay.app.cli.columns import console, text_table
    from outlay.report.words.models import size as words

    to = console(80)
    if doc.steady is not None:
        for line in (*words.steady_lines(doc, doc.steady), *words.choice_lines(doc)):
            to.print(line)
        to.print(words.first_token_line(doc))
        return
    if decision := words.decision_line(doc):
        to.print(decision)
    to.print(words.size_heading(doc))
    right = [name for name in words.COLUMNS if name != "fleet"]
    rows = map(words.fleet_cells, doc.fleets)
    to.print(text_table(words.COLUMNS, rows, right=right, lines=False))
    to.print(words.gap_line(doc))
    to.print(words.beside_line(doc))
    to.print(words.worst_line(doc))
    for line in (words.scaler_line(doc), words.class_line(doc) if doc.classes else ""):
        if line:
            to.print(line)
    for line in (*words.pool_lines(doc), *words.choice_lines(doc)):
        to.print(line)
    to.print(words.first_token_line(doc))
    for note in doc.notes:
        to.print(f"note: {note}")


size_command = command(size, show, keep=keep, rows="fleets")
