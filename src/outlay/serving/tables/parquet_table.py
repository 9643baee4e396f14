"""A Parquet file: only the columns that are wanted, some rows at a time."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NoReturn, TypeVar

import numpy as np

from outlay.core.arrays import IntArray
from outlay.core.errors import Problem, TableError, TooLargeError
from outlay.core.ingest.names import hidden
from outlay.serving.tables.cells import Stamps, cells_of, hashed, stamped
from outlay.serving.tables.parquet_probe import SLICE, unreadable
from outlay.serving.tables.wanted import MAX_ROWS, Growing, Lists, Numbered, Read, Want

if TYPE_CHECKING:
    import polars as pl

__all__ = ["ParquetTable"]

T = TypeVar("T")


class ParquetTable:
    """The schema of a file, and its columns; see `Table`."""

    form = "Parquet"

    def __init__(self, file: BinaryIO, where: str) -> None:
        import polars as pl

        self.file, self.where = file, where
        self.header_at = where
        self._check_end()  # costs nothing, unlike the reading apart
        if why := unreadable(file, str(Path(where).absolute())):
            self._refuse(why if not hidden(why) else ascii(why))
        self.names = list(self._try(lambda: pl.read_parquet_schema(file)))
        self.rows: int = self._try(lambda: pl.scan_parquet(file).select(pl.len()).collect().item())
        if not self.rows:
            raise TableError("no requests", where=where, hint="columns but no rows")
        if self.rows > MAX_ROWS:
            raise TooLargeError("too many rows", where=where, value=f"{self.rows:,}",
                                allowed=f"{MAX_ROWS:,} rows")  # fmt: skip

    def read(self, wants: Sequence[Want]) -> Read:
        """The columns that are wanted; see `Table`."""
        rows = Numbered(self.where)
        plain = [w for w in wants if w.kind != "lists"]
        listed = [w for w in wants if w.kind == "lists"]
        out = [Growing(w.array_type, self.rows) for w in plain]
        stamps = [Stamps() for _ in plain]
        lists: dict[str, list[Lists]] = {w.name: [] for w in listed}
        wanted = list(dict.fromkeys(w.column for w in wants))
        for n in range(0, self.rows, SLICE):
            frame = self._try(partial(self._slice, wanted, n))
            for want, stamp, grown in zip(plain, stamps, out, strict=True):
                column = frame[want.column]
                grown.add(cells_of(column, want, partial(_at, rows, n), stamp))
            for want in listed:
                lists[want.name].append(_lists(frame[want.column], want, partial(_at, rows, n)))
        columns = {w.name: g.whole() for w, g in zip(plain, out, strict=True)}
        return Read(
            columns, rows, lists={k: _joined(v) for k, v in lists.items()},
            stamped=stamped(plain, stamps),
        )  # fmt: skip

    def _slice(self, wanted: Sequence[str], first: int) -> pl.DataFrame:
        import polars as pl

        return pl.scan_parquet(self.file).select(wanted).slice(first, SLICE).collect()

    def _try(self, read: Callable[[], T]) -> T:
        import polars as pl

        self.file.seek(0)
        try:
            with _quiet():
                return read()
        except (Exception, pl.exceptions.PanicException) as error:
            first = (str(error).splitlines() or [""])[0][:120]
            self._refuse(first if not hidden(first) else ascii(first))

    def _refuse(self, found: str) -> NoReturn:
        raise TableError(
            Problem("not a readable Parquet file", self.where, found, "a whole, plain one")
        ) from None

    def _check_end(self) -> None:
        """A file that was torn ends with something else; its columns stand before the end."""
        size = self.file.seek(0, os.SEEK_END)
        self.file.seek(max(0, size - 8))
        end = self.file.read(8)
        if size < 12 or end[4:] != b"PAR1":
            self._refuse("its end is missing")
        if int.from_bytes(end[:4], "little") > size - 12:
            self._refuse("its end says a length that the file has not")


@contextmanager
def _quiet() -> Iterator[None]:
    """Nothing on the process's own stderr: of a damaged file the library's threads print traces
    there, past Python, before they raise."""
    try:
        sys.stderr.flush()
        kept = os.dup(2)
    except (OSError, ValueError, AttributeError):  # there is none
        yield
        return
    try:
        with open(os.devnull, "wb") as nothing:
            os.dup2(nothing.fileno(), 2)
            yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


def _at(rows: Numbered, first: int, row: int) -> str:
    return rows.at(first + row)


def _lists(column: pl.Series, want: Want, at: Callable[[int], str]) -> Lists:
    """Lists of whole numbers by row."""
    import polars as pl

    kind = column.dtype
    inner = kind.inner if isinstance(kind, pl.List) else None
    texts = inner in (pl.String, pl.Binary)
    if inner is None or not (texts or pl.Series(dtype=inner).dtype.is_integer()):
        raise TableError(
            f"not a list of whole numbers in {want.name}", where=at(0), value=str(kind)[:80],
            allowed='[0, 1, 2] or ["9f86", "d081"]',
        )  # fmt: skip
    counts: IntArray = column.list.len().fill_null(0).cast(pl.Int64).to_numpy()
    values = column.explode().drop_nulls()
    full = column.list.drop_nulls().list.len().fill_null(0).cast(pl.Int64).to_numpy()
    short: IntArray = np.flatnonzero(np.asarray(full, dtype=np.int64) != counts)
    if len(short):
        raise TableError(f"an empty cell in a list of {want.name}", where=at(short.item(0)))
    if texts:
        return Lists(hashed(values), np.cumsum(counts))
    whole = values.dtype == pl.UInt64
    values = values.reinterpret(signed=True) if whole else values.cast(pl.Int64)
    return Lists(np.asarray(values.to_numpy(), dtype=np.int64), np.cumsum(counts))


def _joined(parts: Sequence[Lists]) -> Lists:
    """Lists of slices as one."""
    ends, before = [], 0
    for part in parts:
        ends.append(part.ends + before)
        before += len(part.values)
    return Lists(np.concatenate([p.values for p in parts]), np.concatenate(ends))
