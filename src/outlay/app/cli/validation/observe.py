"""`outlay observe`: what load tests measured on your own engine, beside a replay in ours."""

from __future__ import annotations

from typing import Annotated

from outlay.api.says import File, Says
from outlay.api.validation.observe import Observed, observe
from outlay.app.cli.command import command
from outlay.app.cli.output import say

__all__ = ["observe_command"]


def keep(
    doc: Observed,
    *,
    out: Annotated[
        File | None,
        Says("Folder for the document.", writes="folder", names=("observation.json",)),
    ] = None,
) -> None:
    """Write what was asked for."""
    for path in doc.files:
        say(f"wrote {path}")
    if out is not None:
        say(f"wrote {doc.save(out)}")


def show(doc: Observed) -> None:
    """Print what is to be concluded, then what was measured, run by run."""
    from outlay.app.cli.columns import console, plain_table
    from outlay.report.words.models import observation as words

    to = console()
    for line in words.sentences(doc):
        to.print(line)
    for run in doc.runs if len(doc.runs) == 1 else ():
        for line in words.run_lines(run):
            to.print(line)
        heads, rows = words.figures(doc)
        to.print(plain_table(heads, rows, left=(heads[0],)))
    if len(doc.runs) > 1:
        to.print(plain_table(words.HEADS, map(words.cells(doc), doc.runs), left=words.LEFT))
        to.print(words.READING)
    for line in words.fit_lines(doc):
        to.print(line)
    for line in words.notes(doc):
        to.print(line)


def _failed(doc: Observed) -> str:
    """Why no run was replayed although the user said on what."""
    from outlay.report.words.models import observation as words

    return words.nothing_replayed(doc)


observe_command = command(observe, show, keep=keep, rows="figures", failed=_failed)
