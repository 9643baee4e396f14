"""A Parquet file: only the columns that are wanted, some rows at a time."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NoReturn, TypeVar

from outlay.core.errors import Problem, TableError, TooLargeError
from outlay.core.ingest.names import hidden
from outlay.serving.tables.cells import Stamps, cells_of
from outlay.serving.tables.parquet_probe import SLICE, unreadable
from outlay.serving.tables.wanted import MAX_ROWS, Growing, Read, Want

if TYPE_CHECKING:
    import polars as pl

__all__ = ["ParquetTable"]

T = TypeVar("T")


@dataclass
class _Numbered:
    where: str

    def at(self, row: int) -> str:
        """A Parquet file has no lines."""
        return f"{self.where}, row {row + 1}"


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
        rows = _Numbered(self.where)
        out = [Growing(w.array_type, self.rows) for w in wants]
        stamps = [Stamps() for _ in wants]
        wanted = list(dict.fromkeys(w.column for w in wants))
        for n in range(0, self.rows, SLICE):
            frame = self._try(partial(self._slice, wanted, n))
            for want, stamp, grown in zip(wants, stamps, out, strict=True):
                column = frame[want.column]
                grown.add(cells_of(column, want, partial(_at, rows, n), stamp))
        columns = {w.name: g.whole() for w, g in zip(wants, out, strict=True)}
        return Read(columns, rows)

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


def _at(rows: _Numbered, first: int, row: int) -> str:
    return rows.at(first + row)
