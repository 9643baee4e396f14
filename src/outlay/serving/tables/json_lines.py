"""JSON lines: an object a line, each with the keys that are wanted, once, and numbers as numbers.

Lines are read by a quick decoder; one that it does not take is read again by the strict reader,
which says why.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import BinaryIO, NoReturn

import numpy as np

from outlay.core.arrays import IntArray
from outlay.core.errors import Problem, TableError, TooLargeError
from outlay.core.ingest.json_text import strict_json
from outlay.core.ingest.text import decoded
from outlay.serving.tables.cells import Stamps, cells_of, checked_numbers
from outlay.serving.tables.wanted import MAX_ROWS, Cells, Growing, Lines, Read, Want

__all__ = ["JsonLines", "Lists"]

LONGEST = 16 << 20
"""Bytes of a line."""
PIECE = 20_000
"""Rows that are turned into numbers at once."""
Object = dict[str, object]
_SPACE = b" \t\r\n"


@dataclass(frozen=True, slots=True)
class Lists:
    """Lists of whole numbers in one array: those of row i stand from ends[i - 1] to ends[i]."""

    values: IntArray
    ends: IntArray

    def ordered(self, order: IntArray) -> Lists:
        """The lists in another order."""
        counts = self.ends - np.concatenate([[0], self.ends[:-1]])
        starts = (self.ends - counts)[order]
        ends: IntArray = np.cumsum(counts[order])
        steps = np.arange(len(self.values)) - np.repeat(ends - counts[order], counts[order])
        return Lists(self.values[np.repeat(starts, counts[order]) + steps], ends)


class JsonLines:
    """The keys of the first object, and the lines; see `Table`."""

    form = "JSON lines"

    def __init__(self, file: BinaryIO, where: str, size: int) -> None:
        """size: bytes of the file, as far as known, for the room that is taken."""
        self.where, self.size = where, size
        self.lines = Lines(where, header=0)
        self.objects = self._objects(file)
        self.first = next(self.objects, None)
        if self.first is None:
            raise TableError("no requests", where=where)
        self.header_at = self.lines.at(0)
        self.names = list(self.first)
        self.lists: dict[str, Lists] = {}

    def read(self, wants: Sequence[Want]) -> Read:
        """The columns that are wanted, lists of them as `lists`; see `Table`."""
        out = [Growing(w.array_type, 1_000) for w in wants if w.kind != "lists"]
        plain = [w for w in wants if w.kind != "lists"]
        stamps = [Stamps() for _ in plain]
        known, others = set(self.names), dict[str, None]()
        lists = [_Lists(w, self.lines) for w in wants if w.kind == "lists"]
        n = 0
        for piece in self._pieces():
            others |= dict.fromkeys(sorted(set().union(*piece) - known))
            for want, stamp, grown in zip(plain, stamps, out, strict=True):
                values = _values(piece, want, self.lines, n)
                grown.add(_cells(values, want, self.lines, n, stamp))
            for found in lists:
                found.add(piece, n)
            n += len(piece)
            if n > MAX_ROWS:
                raise TooLargeError("too many rows", where=self.where, allowed=f"{MAX_ROWS:,}")
        self.lists = {found.want.name: found.whole() for found in lists}
        columns = {w.name: g.whole() for w, g in zip(plain, out, strict=True)}
        return Read(columns, self.lines, tuple(others))

    def _pieces(self) -> Iterator[list[Object]]:
        piece = [self.first] if self.first is not None else []
        for row in self.objects:
            piece.append(row)
            if len(piece) == PIECE:
                yield piece
                piece = []
        if piece:
            yield piece

    def _objects(self, file: BinaryIO) -> Iterator[Object]:
        read = json.JSONDecoder(parse_constant=_constant).raw_decode
        number = 0
        while line := file.readline(LONGEST + 1):
            number += 1
            where = f"{self.where}:{number}"
            if len(line) > LONGEST:
                raise TooLargeError("a line too long", where=where, allowed=f"{LONGEST:,} bytes")
            if number == 1:
                line = line.removeprefix(b"\xef\xbb\xbf")
            line = line.strip(_SPACE)
            if not line:
                self.lines.leave_out([number])
                continue
            try:
                text = line.decode("utf-8")
                row, end = read(text)
                whole = end == len(text) and type(row) is dict
            except (ValueError, RecursionError):
                whole = False
            # A key twice leaves more colons than keys; so do colons in texts and objects within.
            if not whole or line.count(b":") != len(row):
                row = self._strictly(line, number)
            if not isinstance(row, dict):
                raise TableError(
                    "not a request", where=where, value=_start(line), allowed="a JSON object a line"
                )
            yield row

    def _strictly(self, line: bytes, number: int) -> object:
        """The same line by the strict reader, which says what is wrong with it."""
        text = decoded(line, self.where, TableError, line=number)
        if text == "{":
            raise TableError(
                "a JSON object over several lines", where=f"{self.where}:{number}",
                allowed="an object a line", hint="jq -c .[] writes a list so",
            )  # fmt: skip
        return strict_json(text, self.where, TableError, line=number)


class _Lists:
    """Whole numbers by row; those too large for 64 bits are told apart by the order of meeting."""

    def __init__(self, want: Want, lines: Lines) -> None:
        self.want, self.lines = want, lines
        self.large: dict[int, int] = {}
        self.values, self.ends = Growing(np.int64, 1_000), Growing(np.int64, 1_000)

    def add(self, piece: Sequence[Object], first: int) -> None:
        rows = [item.get(self.want.column, ()) for item in piece]
        if not set(map(type, rows)) <= {list, tuple}:
            self._refuse(first, rows, _is_list)
        flat: list[int] = list(chain.from_iterable(rows))  # type: ignore[arg-type]
        if not set(map(type, flat)) <= {int}:
            self._refuse(first, rows, _all_whole)
        try:
            values = np.fromiter(flat, np.int64, len(flat))
        except OverflowError:
            values = np.fromiter(map(self._small, flat), np.int64, len(flat))
        counts = np.fromiter(map(len, rows), np.int64, len(rows))  # type: ignore[arg-type]
        self.ends.add(self.values.n + np.cumsum(counts))
        self.values.add(values)

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
            f"not a list of whole numbers in {self.want.name}", where=self.lines.at(first + row),
            value=_written(rows[row]), allowed="[0, 1, 2]",
        )  # fmt: skip

    def whole(self) -> Lists:
        values, ends = (g.whole().astype(np.int64, copy=False) for g in (self.values, self.ends))
        return Lists(values, ends)


def _is_list(value: object) -> bool:
    return isinstance(value, list | tuple)


def _all_whole(value: object) -> bool:
    return isinstance(value, list | tuple) and all(type(v) is int for v in value)


def _constant(word: str) -> NoReturn:
    raise ValueError(word)


def _values(piece: Sequence[Object], want: Want, lines: Lines, first: int) -> list[object]:
    """What stands under a key in each object."""
    try:
        return [row[want.column] for row in piece]
    except KeyError:
        if want.empty:
            return [row.get(want.column) for row in piece]
        at = next(i for i, row in enumerate(piece) if want.column not in row)
        raise TableError(
            f"no key {want.column!r}", where=lines.at(first + at),
            value=", ".join(piece[at])[:80], allowed="the same keys in every line",
        ) from None  # fmt: skip


def _cells(values: list[object], want: Want, lines: Lines, first: int, stamps: Stamps) -> Cells:
    def at(row: int) -> str:
        return lines.at(first + row)

    good = _types(want)
    if not set(map(type, values)) <= good:
        row = next(i for i, v in enumerate(values) if type(v) not in good)
        raise TableError(Problem(
            f"{_kind(values[row])} in {want.name}", at(row), _written(values[row]), want.allowed,
        ))  # fmt: skip
    if str in good:
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


def _start(line: bytes) -> str:
    return ascii(line[:60].decode("utf-8", "replace").strip())[1:-1][:80]
