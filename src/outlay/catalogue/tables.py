"""Reads the catalogue's own CSV tables from the installed package, once, as plain strings."""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files

__all__ = ["cite", "rows", "split"]

Row = dict[str, str]


@cache
def rows(table: str) -> tuple[Row, ...]:
    """All rows of `data/<table>.csv`; an empty cell means unknown."""
    path = files("outlay.catalogue") / "data" / f"{table}.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    return tuple(csv.DictReader(lines, strict=True))


@cache
def _citations() -> dict[str, str]:
    return {r["id"]: r["citation"] for r in rows("sources")}


def cite(source_id: str) -> str:
    """The citation behind a row's source id; raises KeyError for an id without one."""
    return _citations()[source_id]


def split(cell: str) -> tuple[str, ...]:
    """The parts of a cell that holds a list, written `a|b|c`."""
    return tuple(part for part in cell.split("|") if part)
