"""Tables for a terminal: headings, then rows of cells; where nobody looks on, nothing is cut."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

__all__ = ["console", "plain_table", "text_table"]

WIDE = 100_000
"""Columns of a pipe or a file: more than any row has."""


def console(most: int | None = None) -> Console:
    """Where a command prints: as wide as the terminal, `most` at most; a pipe has no width.

    `COLUMNS` in the environment is taken at its word, as by other programs. Texts stand as they
    are: [brackets] and :names: of signs are nobody's markup.
    """
    from rich.console import Console

    out = Console(highlight=False, markup=False, emoji=False)
    if not out.is_terminal and "COLUMNS" not in os.environ:
        out.width = WIDE
    elif most is not None:
        out.width = min(out.width, most)
    return out


def plain_table(
    heads: Iterable[str],
    rows: Iterable[Iterable[str]],
    *,
    left: Collection[str],
    fold: Collection[str] = (),
    spare: Collection[str] = (),
) -> Table:
    """A table whose columns stand right, but for those named `left`; long cells of `fold` break.

    Where the terminal is too narrow for the whole, headings break between words, then columns of
    `spare` are left out, then every cell may break: none is cut, as 3,338 is not 3,3.
    """
    from rich.table import Table

    names, lines = list(heads), [list(row) for row in rows]
    width = console().width
    shown = names if _across(names, lines) <= width else [n.replace(" ", "\n") for n in names]
    kept = list(range(len(names)))
    if _across(shown, lines) > width:
        kept = [at for at in kept if names[at] not in spare]
        shown, lines = [shown[at] for at in kept], [[row[at] for at in kept] for row in lines]
    whole = _across(shown, lines) <= width
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0))
    for at, head in zip(kept, shown, strict=True):
        table.add_column(
            head, justify="left" if names[at] in left else "right", overflow="fold",
            no_wrap=whole and names[at] not in fold,
        )  # fmt: skip
    for row in lines:
        table.add_row(*row)
    return table


def _across(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> int:
    """Columns of a terminal that cells beside each other take."""
    from rich.cells import cell_len

    columns = zip(heads, *rows, strict=True)
    return sum(1 + max(cell_len(t) for c in cells for t in c.split("\n")) for cells in columns) - 1


def text_table(
    heads: Iterable[str],
    rows: Iterable[Iterable[str]],
    *,
    right: Collection[str] = (),
    title: str = "",
    lines: bool = True,
) -> Table:
    """A table whose columns stand left, but for those named `right`; with or without lines."""
    from rich import box
    from rich.table import Table

    table = Table(title=title or None, box=box.HEAVY_HEAD if lines else None, pad_edge=lines)
    for name in heads:
        table.add_column(name, justify="right" if name in right else "left", overflow="fold")
    for row in rows:
        table.add_row(*row)
    return table
