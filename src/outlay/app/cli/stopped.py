"""What is said to who stops a command: what is kept, and how to go on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from outlay.core.errors import CancelledError, Problem

if TYPE_CHECKING:
    from outlay.app.cli.progress import Shown

__all__ = ["StoppedError", "stopped"]


class StoppedError(CancelledError):
    """A command that its user stopped; ends with the shell's code of an interruption."""

    exit_code = 130

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        super().__init__(problem.what)

    def problems(self) -> list[Problem]:
        return [self._problem]


def stopped(shown: Shown, out: object) -> StoppedError:
    """Where the work was, and what of it stays. out: the folder that was asked for, if any."""
    from outlay.report.words.error import Halt, goes_on, kept
    from outlay.runs.ahead import KEPT
    from outlay.serving.store import default_folder

    done, total = shown.simulated if default_folder() is not None else (0, 0)
    halt = Halt(
        out=shown.kept_in or str(out or ""),
        written=KEPT[0] in shown.kept,
        whole=KEPT[1] in shown.kept,
        simulated=done,
        wanted=total,
        solved="solved" in shown.kept,
        cases=shown.cases,
    )
    return StoppedError(Problem(kept(halt), hint=goes_on(halt)))
