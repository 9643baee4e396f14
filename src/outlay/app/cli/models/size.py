"""`outlay size`: the fewest chips that hold an SLO over a trace, ideal and real."""

from __future__ import annotations

from typing import Annotated

from outlay.api.models.size import Sized, size
from outlay.api.says import File, Says
from outlay.app.cli.command import command
from outlay.app.cli.output import progress

__all__ = ["size_command"]


def keep(
    doc: Sized,
    *,
    out: Annotated[File | None, Says("Folder for pictures and the document.")] = None,
) -> None:
    """Write what was asked for."""
    if out is not None:
        doc.save(out)
        progress(f"wrote {out}")


def show(doc: Sized) -> None:
    """Print what a replica holds, the fleets, and the gap between them."""
    from rich.console import Console

    from outlay.app.cli.columns import text_table
    from outlay.report.words.models import size as words

    console = Console(width=80)
    console.print(words.size_heading(doc))
    right = [name for name in words.COLUMNS if name != "fleet"]
    rows = map(words.fleet_cells, doc.fleets)
    console.print(text_table(words.COLUMNS, rows, right=right, lines=False))
    console.print(words.gap_line(doc))
    for note in doc.notes:
        console.print(f"note: {note}")


size_command = command(size, show, keep=keep)
