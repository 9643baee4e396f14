"""`outlay what-if`: what a change of a study would cost and order first."""

from __future__ import annotations

from outlay.api.plans.what_if import what_if
from outlay.app.cli.command import command
from outlay.app.cli.output import tell
from outlay.results.plans.what_if import WhatIf

__all__ = ["what_if_command"]


def _show(found: WhatIf) -> None:
    from outlay.report.words.plans.what_if import what_if_lines

    for line in what_if_lines(found):
        tell(line)


what_if_command = command(what_if, _show)
