"""`outlay rate`: what one chip gives of a model, against what a user waits for, as a front."""

from __future__ import annotations

from outlay.api.models.rate import RateAnswer, rate
from outlay.app.cli.command import command

__all__ = ["rate_command"]


def _show(doc: RateAnswer) -> None:
    from outlay.app.cli.columns import console

    out = console()
    for note in doc.warnings:
        out.print(f"note: {note}")
    if doc.mixes:
        _show_mixes(doc)
    else:
        _show_front(doc)


def _show_front(doc: RateAnswer) -> None:
    from outlay.app.cli.columns import console, plain_table
    from outlay.report.words.models import rate as words

    out = console()
    out.print(words.sentence(doc))
    if not doc.feasible:
        return
    points = words.front(doc)
    out.print(words.reading(doc))
    most = points[0].tok_s_per_chip
    rows = [words.cells(p, most) for p in words.shown(points)]
    out.print(plain_table(words.HEADS, rows, left=("layout", "bound by", ""), spare=("",)))
    if len(rows) < len(doc.configurations):
        out.print(f"{len(doc.configurations) - len(rows)} more with --format csv")
    if words.first_tokens(points):
        out.print(words.first_tokens(points))
    out.print(words.sureness(points))
    _show_started(doc)


def _show_started(doc: RateAnswer) -> None:
    """The commands that start what was found first."""
    from outlay.app.cli.columns import console
    from outlay.report.words.models.rate import started

    out = console()
    for said, lines in started(doc):
        out.print(said)
        if lines:  # to be copied: a line that is wrapped is no command
            out.print(lines, soft_wrap=True, markup=False, highlight=False)


def _show_mixes(doc: RateAnswer) -> None:
    """Mixes of two pools, and what replicas that do both give beside them."""
    from outlay.app.cli.columns import console, plain_table
    from outlay.report.words.models import mix as words

    out = console()
    out.print(words.sentence(doc))
    if not doc.feasible:
        return
    best = doc.mixes[0]
    out.print(words.first_tokens(best))
    out.print(words.beside(doc))
    rows = [words.cells(m, best.tok_s_per_chip) for m in words.shown(doc.mixes)]
    left = ("mix", "prefill worker", "decode worker", "limited by", "")
    out.print(plain_table(words.HEADS, rows, left=left, spare=("",)))
    if len(rows) < len(doc.mixes):
        out.print(f"{len(doc.mixes) - len(rows)} more with --format csv")
    out.print(words.FIRST_TOKENS)
    out.print(words.sureness(doc.mixes))
    _show_started(doc)


def _rows(doc: RateAnswer) -> str:
    """What stands in the CSV: mixes where they are asked for."""
    return "mixes" if doc.mixes else "configurations"


rate_command = command(rate, _show, rows=_rows, failed=lambda doc: not doc.feasible)
