"""Reads the catalogue's own CSV tables from the installed package, once, as plain strings."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

__all__ = ["cite", "rows", "split"]

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
