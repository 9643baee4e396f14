"""Lines of a name and two figures, the second in brackets, under a line that says what those in
brackets are: "MEUR (2024 in brackets)" over "Net sales 1 486 (1 203)" is a table.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from outlay.evidence.blocks.types import Cell, Table

__all__ = ["paired_tables"]

_NUMBER = r"[-−–]?[$€£¥]?\d[\d  .,’']*(?: ?%)?"
_LINE = re.compile(
    rf"^[ \t]*(?P<name>[^\W\d_][^\n()（）:]{{1,70}}?)[ \t]*:?[ \t]+"
    rf"(?P<now>{_NUMBER})[ \t]*[(（](?P<then>{_NUMBER})[)）][ \t]*$",
    re.MULTILINE,
)
_SAID = re.compile(
    r"(?:(?P<now>(?:FY ?)?(?:19|20)\d\d|Q[1-4](?: (?:19|20)\d\d)?) ?)?"
    r"[(（](?P<then>(?:FY ?)?(?:19|20)\d\d|Q[1-4](?: (?:19|20)\d\d)?)"
    r"(?:(?: figures?| values?)? (?:in|within) (?:brackets|parentheses))?[)）]"
)
_LEAST = 2
_ABOVE = 200  # characters that may stand between the line that says so and the first


def paired_tables(text: str, free: Sequence[tuple[int, int]]) -> Iterator[Table]:
    """Tables of such lines in the stretches `free` of a text, in order."""
    for start, end in free:
        for run in _runs(text, list(_LINE.finditer(text, start, end))):
            begin = run[0].start()
            above = text[max(start, begin - _ABOVE) : begin]
            said = list(_SAID.finditer(above))
            if len(run) >= _LEAST and said and above[said[-1].end() :].count("\n") <= _LEAST:
                yield _table(text, run, said[-1], max(start, begin - _ABOVE))


def _runs(text: str, lines: list[re.Match[str]]) -> Iterator[list[re.Match[str]]]:
    run: list[re.Match[str]] = []
    for m in lines:
        if run and text[run[-1].end() : m.start()].strip(" \t\r") != "\n":
            yield run
            run = []
        run.append(m)
    if run:
        yield run


def _table(text: str, run: list[re.Match[str]], said: re.Match[str], offset: int) -> Table:
    """The lines as rows of three cells, under the periods that were said above them."""
    start = run[0].start()
    now, then = (
        (a + offset, b + offset) if a >= 0 else None for a, b in map(said.span, ("now", "then"))
    )
    heads = [now or _year_after(text, said["then"], start), then]
    top = [Cell("", start, start)]
    for n, span in enumerate(heads, 1):
        at = span or (start, start)
        top.append(Cell(text[slice(*at)], *at, 0, n, header=True))
    rows = [
        tuple(Cell(m[k], *m.span(k), r, n) for n, k in enumerate(("name", "now", "then")))
        for r, m in enumerate(run, 1)
    ]
    return Table(start, run[-1].end(), (tuple(top), *rows))


def _year_after(text: str, year: str, stop: int) -> tuple[int, int] | None:
    """Where the year after one is named above a place: "annual figures for 2025"."""
    if not year.isdigit():
        return None
    m = re.compile(rf"(?<!\d){int(year) + 1}(?!\d)").search(text, 0, stop)
    return m and m.span()
