"""`outlay store`: what the workbench keeps, who may come in, and whether all of it is whole."""

from __future__ import annotations

from typing import Annotated

import typer

from outlay.api.machine.stored import store
from outlay.api.says import LANGUAGES, Says
from outlay.app.cli.command import command
from outlay.results.kept.storage import Storage

__all__ = ["store_command"]


def _show(
    found: Storage,
    *,
    language: Annotated[str, Says("Of the words: en or zh.", among=LANGUAGES)] = "en",
) -> None:
    from outlay.report.words.language import words
    from outlay.report.words.machine.store import store_lines

    for line in store_lines(found, words(language)):
        typer.echo(line)


store_command = command(store, _show, failed=lambda found: not found.whole)
