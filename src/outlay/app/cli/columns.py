"""Tables without lines for a terminal: headings, then rows of cells."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.table import Table

__all__ = ["plain_table"]


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
