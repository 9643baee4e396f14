"""`outlay init`: a study to begin with, for one of four askers."""

from __future__ import annotations

from outlay.api.start.init import Started, init
from outlay.app.cli.command import command
from outlay.app.cli.output import print_data, tell

__all__ = ["init_command"]


def show(doc: Started) -> None:
    """Say what was written and what to do next; the study itself where no file was asked for."""
    from outlay.report.words.check import begun_lines

    if doc.path is None:
        print_data(doc.text)
        return
    for line in begun_lines(doc):
        tell(line)


init_command = command(init, show)
