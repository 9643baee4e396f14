"""`outlay diff`: which inputs differ between two studies, or between a study and its scenario."""

from __future__ import annotations

from outlay.api.plans.diff import diff
from outlay.app.cli.command import command
from outlay.app.cli.output import tell
from outlay.results.checks import Diff

__all__ = ["diff_command"]


def show(doc: Diff) -> None:
    """Print a line for each input that differs."""
    from outlay.report.words.check import change_line

    if not doc.changes:
        tell("No input differs.")
    for change in doc.changes:
        tell(change_line(change))


diff_command = command(diff, show, rows="changes")
