"""`outlay explain`: where a number comes from, down to the sentence."""

from __future__ import annotations

from typing import Annotated

import typer

from outlay.api.plans.explain import explain
from outlay.api.says import Says
from outlay.app.cli.command import command
from outlay.results.explanation import Explanation

__all__ = ["explain_command"]


def show(doc: Explanation, *, depth: Annotated[int, Says("How many levels to print.")] = 6) -> None:
    """Print the tree."""
    from outlay.report.words.explanation import explanation_lines

    for line in explanation_lines(doc, depth):
        typer.echo(line)


explain_command = command(explain, show)
