"""`outlay catalogue`: chips, models, prices and other sourced tables, for people or as JSON."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

from outlay.api.catalogue import catalogue
from outlay.api.says import Says
from outlay.app.cli.command import command
from outlay.results.catalogue import Catalogue

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["catalogue_command"]

FIGURE = re.compile(r"[–$¥€£+-]|\d(?!\d{3}-)")
"""How a cell with a number begins, which no date or word does."""
WORDS, PROSE, LEAST = 24, 12, 8
"""Longest cell of a column that is kept on one line; characters that a longer one needs, and in a
narrow terminal."""


def _show(
    doc: Catalogue,
    *,
    columns: Annotated[str, Says("Show these columns: memory,bandwidth,price; or `all`.")] = "",
) -> None:
    from outlay.app.cli.columns import console as printer
    from outlay.catalogue import columns as known
    from outlay.catalogue.select import asked_columns
    from outlay.report.words import catalogue as words

    every = columns.strip() == "all"
    asked = asked_columns(doc.table, "" if every else columns, "--columns")
    asked = tuple(known.columns(doc.table).values()) if every else asked
    console = printer()
    if doc.name and doc.n == 1 and not asked:
        _show_one(console, doc)
        return
    _print(
        console,
        f"{doc.table}: {doc.n} rows (--json for all fields)",
        tuple(map(words.heading, asked)) or words.HEADS[doc.table],
        [tuple(words.cell_of(c, r) for c in asked) or words.cells(r) for r in doc.rows],
    )


def _print(
    console: Console, title: str, heads: tuple[str, ...], rows: Sequence[tuple[str, ...]]
) -> None:
    """A table whose numbers stand right, and whose prose breaks before its names and numbers."""
    from rich import box
    from rich.table import Table

    shown = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0), show_edge=False)
    cells = [[row[i] for row in rows] for i in range(len(heads))]
    longest = [max(map(len, [*h.split(), *c])) for h, c in zip(heads, cells, strict=True)]
    figures = [bool(c) and all(FIGURE.match(cell) for cell in c) for c in cells]
    whole = _whole(longest, figures, console.width)
    across = sum(max(len(h), n) + 2 for h, n in zip(heads, longest, strict=True))
    for at, name in enumerate(heads):
        # a heading is broken here: what may still break narrows the widest column first
        shown.add_column(
            name.replace(" ", "\n") if at in whole and across > console.width else name,
            overflow="fold", justify="right" if figures[at] else "left", no_wrap=at in whole,
            min_width=min(longest[at], LEAST) if whole else None,
        )  # fmt: skip
    for row in rows:
        shown.add_row(*row)
    console.print(title, style="italic")
    console.print(shown)


def _whole(longest: Sequence[int], figures: Sequence[bool], width: int) -> set[int]:
    """Columns whose cells do not break: figures, and words as long as leave room for the rest."""
    for most in (WORDS, 16, PROSE, LEAST):
        whole = {i for i, n in enumerate(longest) if figures[i] or n <= most}
        taken = [n if i in whole else min(most, PROSE) for i, n in enumerate(longest)]
        if sum(taken) + 2 * len(taken) - 1 <= width:
            return whole
    return set()


def _show_one(console: Console, doc: Catalogue) -> None:
    """One entry in full: every field, then each number of a chip or model with its source."""
    from outlay.report.words import catalogue as words

    row = doc.rows[0]
    cells = list(words.in_full(doc.table, row))
    _print(console, f"{doc.table}: {doc.name}", ("field", "value"), cells)
    if not doc.facts:
        return
    sources = words.sources(doc.facts)
    facts = [words.fact_cells(f, sources) for f in doc.facts]
    _print(console, words.FACTS, words.FACT_HEADS, facts)
    for i, source in enumerate(sources, 1):
        console.print(f"{i}  {source}")


catalogue_command = command(catalogue, _show, rows="rows")
