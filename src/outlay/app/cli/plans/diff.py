"""`outlay diff`: which inputs differ between two studies, or between a study and its scenario."""

from __future__ import annotations

import typer

from outlay.api.plans.diff import diff
from outlay.app.cli.command import command
from outlay.results.checks import Diff

__all__ = ["diff_command"]


def show(doc: Diff) -> None:
    """Print a line for each input that differs."""
    from outlay.report.words.check import change_line

    if not doc.changes:
        typer.echo("No input differs.")
    for change in doc.changes:
        typer.echo(change_line(change))


diff_command = command(diff, show, rows="changes")
