"""`outlay solve-for`: the value of an input at which a number reaches a target."""

from __future__ import annotations

from outlay.api.plans.solve_for import solve_for
from outlay.app.cli.command import command
from outlay.app.cli.output import tell
from outlay.results.programme import Goal

__all__ = ["solve_for_command"]


def _show(found: Goal) -> None:
    from outlay.report.words.programme import goal_lines

    for line in goal_lines(found):
        tell(line)


solve_for_command = command(solve_for, _show, rows="tried")
