"""Objects of JSON as a table: each with the keys that are wanted, and numbers as numbers."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import chain, islice
from typing import NoReturn, TypeAlias

import numpy as np

from outlay.core.arrays import IntArray
from outlay.core.errors import Problem, TableError, TooLargeError
from outlay.serving.tables.cells import (
    Stamps,
    cells_of,
    checked_numbers,
    hashed,
    stamped,
)
from outlay.serving.tables.wanted import MAX_ROWS, Cells, Growing, Lists, Read, Rows, Want

__all__ = ["JsonTable", "Object"]

PIECE = 20_000
"""Rows that are turned into numbers at once."""
PEEK = 64
"""Rows whose keys are the table's columns; those of later ones are named."""
USAGE = "usage"
"""Under which a server's answer counts its tokens."""
Object: TypeAlias = dict[str, object]
ALLOWED: dict[type | None, str] = {int: "[0, 1, 2]", str: '["9f86", "d081"]'}
"""What a list of hashes may hold, in words: numbers, or texts."""


class JsonTable:
    """The keys of the first objects, and all objects; see `Table`."""

    def __init__(self, objects: Iterator[Object], rows: Rows, where: str, form: str) -> None:
        self.where, self.rows, self.form = where, rows, form
        self.objects = objects
        self.first = list(islice(objects, PEEK))
        if not self.first:
            raise TableError("no requests", where=where)
        self.header_at = rows.at(0)
        if any(isinstance(row.get(USAGE), dict) for row in self.first):
            self.first, self.objects = list(map(_counted, self.first)), map(_counted, objects)
        self.names = list(dict.fromkeys(chain.from_iterable(self.first)))

    def read(self, wants: Sequence[Want]) -> Read:
        """The columns that are wanted; see `Table`."""
        out = [Growing(w.array_type, 1_000) for w in wants if w.kind != "lists"]
        plain = [w for w in wants if w.kind != "lists"]
        stamps = [Stamps() for _ in plain]
        known, others = set(self.names), dict[str, None]()
        lists = [_Lists(w, self.rows) for w in wants if w.kind == "lists"]
        n = 0
        for piece in self._pieces():
            others |= dict.fromkeys(sorted(set().union(*piece) - known))
            for want, stamp, grown in zip(plain, stamps, out, strict=True):
                values = _values(piece, want, self.rows, n)
                grown.add(_cells(values, want, self.rows, n, stamp))
            for found in lists:
                found.add(piece, n)
            n += len(piece)
            if n > MAX_ROWS:
                raise TooLargeError("too many rows", where=self.where, allowed=f"{MAX_ROWS:,}")
        columns = {w.name: g.whole() for w, g in zip(plain, out, strict=True)}
        return Read(
            columns, self.rows, tuple(others), {f.want.name: f.whole() for f in lists},
            stamped(plain, stamps),
        )  # fmt: skip

    def _pieces(self) -> Iterator[list[Object]]:
        piece, self.first = self.first, []  # ends with its piece
        for row in self.objects:
            piece.append(row)
            if len(piece) == PIECE:
                yield piece
                piece = []
        if piece:
            yield piece


def _counted(row: Object) -> Object:
    """A row with the counts of a server's answer among its keys; those beside them stand."""
    usage = row.get(USAGE)
    if not isinstance(usage, dict):
        return row
    return {**usage, **{key: value for key, value in row.items() if key != USAGE}}


class _Lists:
    """Whole numbers by row; those too large for 64 bits are told apart by the order of meeting.

    A file may hold texts in their place (hashes in hex), in all its lists: each is its own.
    """

    def __init__(self, want: Want, rows: Rows) -> None:
        self.want, self.rows = want, rows
        self.kind: type | None = None
        self.large: dict[int, int] = {}
        self.values, self.ends = Growing(np.int64, 1_000), Growing(np.int64, 1_000)

    def add(self, piece: Sequence[Object], first: int) -> None:
        rows = [item.get(self.want.column, ()) for item in piece]
        if not set(map(type, rows)) <= {list, tuple}:
            self._refuse(first, rows, _is_list)
        flat: list[int] = list(chain.from_iterable(rows))  # type: ignore[arg-type]
        self.kind = self.kind or next((t for t in map(type, flat) if t in (int, str)), None)
        if not set(map(type, flat)) <= {self.kind} or (self.kind is str and not all(flat)):
            self._refuse(first, rows, partial(_all_of, self.kind or int))
        values = self._numbers(flat)
        counts = np.fromiter(map(len, rows), np.int64, len(rows))  # type: ignore[arg-type]
        self.ends.add(self.values.n + np.cumsum(counts))
        self.values.add(values)

    def _numbers(self, flat: list[int]) -> IntArray:
        if self.kind is str:
            import polars as pl

            return hashed(pl.Series(flat, dtype=pl.String))
        try:
            return np.fromiter(flat, np.int64, len(flat))
        except OverflowError:
            return np.fromiter(map(self._small, flat), np.int64, len(flat))

    def _small(self, value: int) -> int:
        """A number below zero, which no hash is, for one that 64 bits do not hold."""
        if abs(value) < 1 << 62:
            return value
        return -(1 << 62) - self.large.setdefault(value, len(self.large))

    def _refuse(
        self, first: int, rows: Sequence[object], good: Callable[[object], bool]
    ) -> NoReturn:
        row = next(i for i, found in enumerate(rows) if not good(found))
        raise TableError(
            f"not a list of {'texts' if self.kind is str else 'whole numbers'} in {self.want.name}",
            where=self.rows.at(first + row),
            value=_written(rows[row]),
            allowed=ALLOWED.get(self.kind, " or ".join(ALLOWED.values())),
        )  # fmt: skip

    def whole(self) -> Lists:
        values, ends = (g.whole().astype(np.int64, copy=False) for g in (self.values, self.ends))
        return Lists(values, ends)


def _is_list(value: object) -> bool:
    return isinstance(value, list | tuple)


def _all_of(kind: type, value: object) -> bool:
    return isinstance(value, list | tuple) and all(type(v) is kind and v != "" for v in value)


def _values(piece: Sequence[Object], want: Want, rows: Rows, first: int) -> list[object]:
    """What stands under a key in each object."""
    try:
        return [row[want.column] for row in piece]
    except KeyError:
        if want.empty:
            return [row.get(want.column) for row in piece]
        at = next(i for i, row in enumerate(piece) if want.column not in row)
        raise TableError(
            f"no key {want.column!r}", where=rows.at(first + at),
            value=", ".join(piece[at])[:80], allowed="the same keys in every line",
        ) from None  # fmt: skip


def _cells(values: list[object], want: Want, rows: Rows, first: int, stamps: Stamps) -> Cells:
    def at(row: int) -> str:
        return rows.at(first + row)

    good = _types(want)
    met = set(map(type, values))
    if not met <= good:
        row = next(i for i, v in enumerate(values) if type(v) not in good)
        raise TableError(Problem(
            f"{_kind(values[row])} in {want.name}", at(row), _written(values[row]), want.allowed,
        ))  # fmt: skip
    if str in good and (want.kind != "time" or str in met):
        import polars as pl

        texts = [None if v is None else str(v) for v in values]
        return cells_of(pl.Series(texts, dtype=pl.String), want, at, stamps)
    try:
        full = [np.nan if v is None else v for v in values] if want.empty else values
        numbers = np.fromiter(full, np.float64, len(full))
    except OverflowError:
        numbers = np.array([_float(v) for v in values])
    return checked_numbers(numbers, want, at, lambda i: "" if values[i] is None else str(values[i]))


def _types(want: Want) -> set[type]:
    """What a value may be; a truth value is an `int` and no number."""
    if want.kind in ("number", "whole"):
        good: set[type] = {int, float}
    elif want.kind == "time":
        good = {int, float, str}
    else:
        good = {str} if want.kind == "stamp" else {str, int}
    return good | {type(None)} if want.empty else good


def _float(value: object) -> float:
    try:
        return float(str(value))
    except ValueError:
        return float("inf")


def _kind(value: object) -> str:
    words: dict[type, str] = {
        bool: "a truth value", str: "a text", dict: "an object", list: "a list",
        type(None): "nothing (null)", float: "a number", int: "a number",
    }  # fmt: skip
    return words.get(type(value), "another kind")


def _written(value: object) -> str:
    """A value as the file has it, texts in single quotes."""
    return repr(value)[:80] if isinstance(value, str) else json.dumps(value, default=repr)[:80]
