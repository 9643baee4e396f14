"""Tables for a terminal: headings, then rows of cells."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.table import Table

__all__ = ["plain_table", "text_table"]


def plain_table(
    heads: Iterable[str],
    rows: Iterable[Iterable[str]],
    *,
    left: Collection[str],
    fold: Collection[str] = (),
) -> Table:
    """A table whose columns stand right, but for those named `left`; long cells of `fold` break."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0))
    for name in heads:
        table.add_column(
            name, justify="left" if name in left else "right", no_wrap=name not in fold,
            overflow="fold" if name in fold else "ellipsis",
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
        table.add_column(name, justify="right" if name in right else "left")
    for row in rows:
        table.add_row(*row)
    return table
