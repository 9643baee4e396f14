"""`outlay pool`: the fewest chips that several models share over time."""

from __future__ import annotations

from outlay.api.pools.pool import pool
from outlay.app.cli.command import command
from outlay.results.models.pool import Pool

__all__ = ["pool_command"]


def show(doc: Pool) -> None:
    """Print the pool, each model's part of it, and when it is full."""
    from outlay.app.cli.columns import console, text_table
    from outlay.report.words.models import pool as words

    to = console(80)
    to.print(words.pool_heading(doc))
    right = [name for name in words.COLUMNS if name not in ("model", "replica")]
    to.print(text_table(words.COLUMNS, map(words.pool_cells, doc.models), right=right, lines=False))
    for line in words.pool_lines(doc):
        to.print(line)


pool_command = command(pool, show, rows="series")
