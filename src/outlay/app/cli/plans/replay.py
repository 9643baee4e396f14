"""`outlay replay`: run a recorded study again and compare the hash of the result."""

from __future__ import annotations

from outlay.api.plans.replay import replay
from outlay.app.cli.command import command
from outlay.app.cli.output import tell
from outlay.results.comparison import Replay

__all__ = ["replay_command"]


def _show(found: Replay) -> None:

    from outlay.report.words.language import words
    from outlay.report.words.plans.comparison import replay_lines

    for line in replay_lines(found, words()):
        tell(line)


replay_command = command(replay, _show, failed=lambda found: not found.same)
