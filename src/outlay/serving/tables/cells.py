"""Cells as numbers, time stamps and keys, or refused by the first that is none, with its place."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from outlay.core.arrays import Array, BoolArray, IntArray
from outlay.core.errors import Problem, TableError
from outlay.serving.tables.wanted import Cells, Want

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Stamps", "cells_of", "checked_numbers", "hashed", "is_number", "stamped"]

At = Callable[[int], str]
_STAMP = (
    r"^(?P<day>(?:19[7-9]|20[0-9])[0-9]-[0-9]{2}-[0-9]{2})[ T]"
    r"(?P<time>(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9])"
    r"(?:\.(?P<part>[0-9]{1,9}))?"
    r" ?(?:(?P<utc>[Zz]|UTC)|(?P<sign>[+-])(?P<hours>0[0-9]|1[0-4]):?(?P<minutes>[0-5][0-9])?)?$"
)
_DAY = re.compile(r"\s*\d{4}[-/]\d")


class Stamps:
    """Time stamps over the pieces of one column: all with a zone, or all without.

    Of a `time` also whether it holds stamps at all, as its first cell says.
    """

    def __init__(self) -> None:
        self.zoned: bool | None = None
        self.stamped: bool | None = None
        self.first = 0

    def times(self, column: pl.Series, want: Want, at: At) -> Cells:
        """Numbers as they are, or seconds from the first stamp."""
        import polars as pl

        text = column.dtype == pl.String
        column = column.str.strip_chars() if text else column
        told = self.stamped is not None
        if not told:
            self.stamped = isinstance(column.dtype, pl.Datetime) or (text and _told(column, want))
        if not self.stamped:
            return _numbers(column, want, at)
        ticks = self.read(column, replace(want, kind="stamp"), at)
        if not told and len(ticks):
            self.first = ticks.item(0)
        seconds: Cells = (ticks - self.first) / 1e9
        return seconds

    def read(self, column: pl.Series, want: Want, at: At) -> IntArray:
        """Nanoseconds since 1970 in universal time; those without a zone are taken for it."""
        import polars as pl

        if isinstance(column.dtype, pl.Datetime):
            _no_nulls(column, want, at)
            years = column.dt.year().to_numpy()
            odd = np.flatnonzero((years < 1970) | (years > 2099))  # 64 bits end there, and sense
            if len(odd):
                row = odd.item(0)
                raise TableError(
                    "not a time stamp", where=at(row), value=repr(str(column[row])),
                    allowed=want.allowed,
                )  # fmt: skip
            self._one_kind(np.full(len(column), column.dtype.time_zone is not None), column, at)
            return _int64(column.cast(pl.Datetime("ns")).cast(pl.Int64))
        if column.dtype != pl.String:
            raise TableError(
                f"column {want.name} holds no time stamps", where=at(0), value=str(column.dtype),
                allowed=want.allowed,
            )  # fmt: skip
        parts = column.str.strip_chars().str.extract_groups(_STAMP).struct
        whole = (parts.field("day") + " " + parts.field("time")).str.to_datetime(
            "%Y-%m-%d %H:%M:%S", time_unit="ns", strict=False
        )
        if whole.null_count():
            row = int(np.argmax(whole.is_null().to_numpy()))
            cell: object = column[row]
            what = "not a time stamp" if cell else f"an empty cell in column {want.name}"
            value = repr(cell)[:80] if cell else ""
            raise TableError(what, where=at(row), value=value, allowed=want.allowed)
        signs = parts.field("sign")
        zoned = signs.is_not_null() | parts.field("utc").is_not_null()
        self._one_kind(zoned.to_numpy(), column, at)
        ticks = _int64(whole.cast(pl.Int64)) + _int64(
            parts.field("part").fill_null("0").str.pad_end(9, "0").cast(pl.Int64)
        )
        if signs.null_count() == len(signs):
            return ticks
        hours, minutes = (
            _int64(parts.field(f).fill_null("0").cast(pl.Int64)) for f in ("hours", "minutes")
        )
        ahead = np.where((signs == "-").fill_null(False).to_numpy(), -1, 1)
        out: IntArray = ticks - ahead * (60 * hours + minutes) * 60_000_000_000
        return out

    def _one_kind(self, zoned: BoolArray, column: pl.Series, at: At) -> None:
        if self.zoned is None and len(zoned):
            self.zoned = zoned.item(0)
        other = np.flatnonzero(zoned != self.zoned)
        if len(other):
            row = other.item(0)
            has = "has a" if zoned.item(row) else "has no"
            raise TableError(
                f"the stamp {has} time zone, unlike those before it", where=at(row),
                value=str(column[row])[:80], allowed="a zone in every stamp, or in none",
            )  # fmt: skip


def stamped(wants: Sequence[Want], stamps: Sequence[Stamps]) -> frozenset[str]:
    """The times that were found to be stamps."""
    return frozenset(w.name for w, s in zip(wants, stamps, strict=True) if s.stamped)


def cells_of(column: pl.Series, want: Want, at: At, stamps: Stamps) -> Cells:
    """The cells of a piece of a column; `at` places its rows. Raises TableError."""
    import polars as pl

    if want.kind == "stamp":
        return stamps.read(column, want, at)
    if want.kind == "time":
        return stamps.times(column, want, at)
    if want.kind == "text":
        texts: Cells = column.cast(pl.String).fill_null("").str.strip_chars().to_numpy()
        return texts
    if want.kind == "key":
        texts_ = column.cast(pl.String).fill_null("").str.strip_chars()
        hashes = texts_.hash().to_numpy()
        return np.where((texts_ == "").to_numpy(), np.uint64(0), hashes)
    return _numbers(column, want, at)


def hashed(texts: pl.Series) -> IntArray:
    """A number of 64 bits for each text: of 10 million, two alike in three runs of a million."""
    return np.asarray(texts.hash().reinterpret(signed=True).to_numpy(), dtype=np.int64)


def _told(column: pl.Series, want: Want) -> bool:
    """Whether the first cell of a column of texts says that it holds stamps."""
    first: object = column[0] if len(column) else ""
    if not first or not isinstance(first, str):
        return want.stamps
    return bool(_DAY.match(first)) or (want.stamps and not is_number(first))


def is_number(text: str) -> bool:
    """Whether a text is one number."""
    try:
        float(text)
    except ValueError:
        return False
    return True


def _numbers(column: pl.Series, want: Want, at: At) -> Cells:
    import polars as pl

    kind = column.dtype
    if kind == pl.String:
        values = column.cast(pl.Float64, strict=False)
    elif kind.is_numeric():
        values = column.cast(pl.Float64)
    else:
        what = f"column {want.name} holds no numbers"
        raise TableError(what, where=at(0), value=str(kind)[:80], allowed=want.allowed)

    def found(row: int) -> str:
        cell: object = column[row]
        return "" if cell is None else f"{cell:.15g}" if isinstance(cell, float) else str(cell)

    return checked_numbers(np.asarray(values.to_numpy(), dtype=np.float64), want, at, found)


def checked_numbers(numbers: Array, want: Want, at: At, found: Callable[[int], str]) -> Cells:
    """Numbers in the array type that is wanted; `found` is the text of a cell, empty for none.

    Raises TableError for the first that is NaN, out of range, or no whole number.
    """
    fits: BoolArray = (numbers >= want.least) & (numbers <= want.most)
    if want.kind == "whole":
        fits &= numbers == np.rint(numbers)
    if not fits.all():
        if want.empty:
            fits |= np.isnan(numbers) & np.array(
                [not found(i).strip() for i in range(len(numbers))]
            )
        bad = np.flatnonzero(~fits)
        if len(bad):
            row = bad.item(0)
            raise TableError(_bad(numbers.item(row), found(row), want, at(row)))
    kept: Cells = numbers.astype(want.array_type, copy=False)
    return kept


def _bad(number: float, text: str, want: Want, where: str) -> Problem:
    """What is wrong with a cell."""
    if not text.strip():
        return Problem(f"an empty cell in column {want.name}", where, allowed=want.allowed)
    what = f"not a number in column {want.name}"
    hint = ""
    if np.isfinite(number):
        inside = want.least <= number <= want.most
        what = f"{'not a whole number' if inside else 'out of range'} in column {want.name}"
        hint = "" if inside else want.hint
    return Problem(what, where, repr(text)[:80], want.allowed, hint)


def _no_nulls(column: pl.Series, want: Want, at: At) -> None:
    if column.null_count():
        row = int(np.argmax(column.is_null().to_numpy()))
        raise TableError(_bad(np.nan, "", want, at(row)))


def _int64(column: pl.Series) -> IntArray:
    return np.asarray(column.to_numpy(), dtype=np.int64)
