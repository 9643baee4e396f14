"""`outlay check`: every error and doubt in a study, and the list of its assumptions."""

from __future__ import annotations

from typing import Annotated

from outlay.api.plans.check import Checked, check
from outlay.api.says import Says
from outlay.app.cli.command import command
from outlay.app.cli.output import tell

__all__ = ["check_command"]


def show(
    doc: Checked,
    *,
    everything: Annotated[
        bool, Says("List every assumption and every fact.", flag="--all")
    ] = False,
) -> None:
    """Print the doubts and the numbers."""
    from outlay.report.words.check import check_lines

    for line in check_lines(doc, str(doc.path), everything=everything):
        tell(line)


check_command = command(check, show, rows="assumptions")
