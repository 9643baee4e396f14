"""`outlay rate`: what one chip gives of a model, against what a user waits for, as a front."""

from __future__ import annotations

from outlay.api.models.rate import RateAnswer, rate
from outlay.app.cli.command import command

__all__ = ["rate_command"]


def _show(doc: RateAnswer) -> None:
    from outlay.app.cli.columns import console, plain_table
    from outlay.report.words.models import rate as words

    out = console()
    for note in doc.warnings:
        out.print(f"note: {note}")
    out.print(words.sentence(doc))
    if not doc.feasible:
        return
    points = words.front(doc)
    out.print(words.reading(doc))
    most = points[0].tok_s_per_chip
    rows = [words.cells(p, most) for p in words.shown(points)]
    out.print(plain_table(words.HEADS, rows, left=("layout", "bound by", "")))
    if len(rows) < len(doc.configurations):
        out.print(f"{len(doc.configurations) - len(rows)} more with --format csv")
    out.print(words.sureness(points))
    for said, lines in words.started(doc):
        out.print(said)
        if lines:  # to be copied: a line that is wrapped is no command
            out.print(lines, soft_wrap=True, markup=False, highlight=False)


rate_command = command(rate, _show, rows="configurations", failed=lambda doc: not doc.feasible)
