"""`outlay compare`: what changed between two results, as a waterfall."""

from __future__ import annotations

from outlay.api.plans.compare import compare
from outlay.app.cli.command import command
from outlay.results.comparison import Comparison

__all__ = ["compare_command"]


def _show(found: Comparison) -> None:
    from rich import box
    from rich.table import Table as Grid

    from outlay.app.cli.columns import console
    from outlay.report.tables.comparison import comparison_steps
    from outlay.report.words.plans.comparison import (
        comparison_lines,
        comparison_sentence,
        comparison_words,
    )

    out, say = console(), comparison_words(found)
    out.print(comparison_sentence(found, say))
    steps = comparison_steps(found, say)
    grid = Grid(box=box.SIMPLE_HEAD)
    for column in steps.columns:
        grid.add_column(column.name, justify="right" if column.number else "left")
    for row in steps.rows:
        grid.add_row(*map(str, row))
    out.print(grid)
    for line in comparison_lines(found, say):
        out.print(line)


compare_command = command(compare, _show, rows="steps")
