"""Reads the catalogue's own CSV tables from the installed package, once, as plain strings."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import date
from functools import cache
from pathlib import Path
from typing import TypeVar, get_type_hints

from outlay.core.periods import parse_date
from outlay.results.base import Row as Told

__all__ = ["cite", "made", "rows", "split"]

T = TypeVar("T", bound=Told)

Row = dict[str, str]
_DATA = Path(__file__).parent / "data"


@cache
def rows(table: str) -> tuple[Row, ...]:
    """All rows of `data/<table>.csv`; an empty cell means unknown."""
    with (_DATA / f"{table}.csv").open(encoding="utf-8", newline="") as handle:
        return tuple(csv.DictReader(handle, strict=True))


@cache
def _citations() -> dict[str, str]:
    return {r["id"]: r["citation"] for r in rows("sources")}


def cite(source_id: str) -> str:
    """The citation behind a row's source id; raises KeyError for an id without one."""
    return _citations()[source_id]


def split(cell: str) -> tuple[str, ...]:
    """The parts of a cell that holds a list, written `a|b|c`."""
    return tuple(part for part in cell.split("|") if part)


_CELLS: dict[object, Callable[[str], object]] = {
    float: float,
    float | None: lambda cell: float(cell) if cell else None,
    bool: lambda cell: cell == "yes",
    tuple[str, ...]: split,
    date: parse_date,
}
"""How the cell of a field of some type is read; any other is its text."""


@cache
def _readers(kind: type[Told]) -> dict[str, Callable[[str], object]]:
    hints = get_type_hints(kind)
    return {f.name: _CELLS.get(hints[f.name], str) for f in fields(kind)}  # type: ignore[arg-type]


def made(kind: type[T], row: Mapping[str, str], **given: object) -> T:
    """A row of a table as the type whose fields are its columns; `given` are worked out."""
    make: Callable[..., T] = kind
    cells = {
        name: read(row[name])
        for name, read in _readers(kind).items()  # type: ignore[arg-type]
        if name in row and name not in given
    }
    return make(**cells, **given)
