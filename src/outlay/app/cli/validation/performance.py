"""`outlay validate performance`: score the performance model on a table of measurements."""

from __future__ import annotations

from outlay.api.validation.performance import validate_performance
from outlay.app.cli.command import command
from outlay.app.cli.output import tell
from outlay.results.models.validation import Validation

__all__ = ["validate_performance_command"]


def _show(doc: Validation) -> None:
    from outlay.app.cli.columns import console, plain_table
    from outlay.report.words.models import validation as words

    out = console()
    for note in doc.warnings:
        tell(f"note: {note}")
    for sentence in words.sentences(doc):
        out.print(sentence)
    out.print()
    for by in dict.fromkeys(g.by for g in doc.groups):
        first = f"by {by}"
        rows = [words.cells(g) for g in doc.groups if g.by == by]
        out.print(plain_table((first, *words.HEADS), rows, left=(first,), fold=(first,)))
        out.print()
    out.print(words.NOTE)
    for line in (*words.refusals(doc), *words.taken(doc)):
        out.print(line)


def _nothing(doc: Validation) -> str:
    from outlay.report.words.models.validation import nothing_scored

    return nothing_scored(doc)


validate_performance_command = command(validate_performance, _show, rows="rows", failed=_nothing)
