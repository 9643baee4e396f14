"""`outlay cache`: what is kept between runs, and its removal."""

from __future__ import annotations

from typing import Annotated

import typer

from outlay.api.machine.cache import cache
from outlay.api.says import LANGUAGES, Says
from outlay.app.cli.command import command
from outlay.results.machine.cache import Cache

__all__ = ["cache_command"]


def _show(
    found: Cache,
    *,
    language: Annotated[str, Says("Of the words: en or zh.", among=LANGUAGES)] = "en",
) -> None:
    from outlay.report.words.language import words
    from outlay.report.words.machine.cache import cache_lines

    for line in cache_lines(found, words(language)):
        typer.echo(line)


cache_command = command(
    cache, _show, failed=lambda found: any(shelf.stuck for shelf in found.shelves)
)
