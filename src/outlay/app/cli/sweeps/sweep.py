"""`outlay sweep`: many cases of one study, and what drives what."""

from __future__ import annotations

from outlay.api.sweeps.sweep import Swept, sweep
from outlay.app.cli.command import command
from outlay.app.cli.output import tell

__all__ = ["sweep_command"]


def _show(found: Swept) -> None:
    from rich import box
    from rich.table import Table as Grid

    from outlay.app.cli.columns import console
    from outlay.report.cells import shown_table
    from outlay.report.tables.sweep import spreads_table
    from outlay.report.words.language import words
    from outlay.report.words.sweeps.sweep import sweep_lines, sweep_sentence, sweep_words

    say = sweep_words(found, words(found.language))
    tell(sweep_sentence(found, say))
    for line in sweep_lines(found, say):
        tell(line)
    if not found.spreads:
        return
    spreads = shown_table(spreads_table(found, say), say)
    grid = Grid(box=box.SIMPLE_HEAD)
    for column in spreads.columns:
        grid.add_column(column.name, justify="right" if column.number else "left")
    for row in spreads.rows:
        grid.add_row(*map(str, row))
    console().print(grid)


def _last(found: Swept) -> None:
    from outlay.report.words.language import words

    if found.page:
        tell(words(found.language)("sweep.files", out=found.page.parent, page=found.page.name))


sweep_command = command(sweep, _show, last=_last, rows="drivers")
