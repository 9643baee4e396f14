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
) -> Table:
    """A table whose columns stand right, but for those named `left`; long cells of `fold` break.

    The others break only where the terminal is too narrow for the whole table: no digit is lost.
    """
    from rich.table import Table

    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0))
    for name in heads:
        table.add_column(
            name, justify="left" if name in left else "right", no_wrap=name not in fold,
            overflow="fold",
        )  # fmt: skip
    for row in rows:
        table.add_row(*row)
    return table


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
