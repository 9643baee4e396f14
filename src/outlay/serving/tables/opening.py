"""Open a table by what its bytes are, not by how its name ends."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import BinaryIO, cast

from outlay.core.errors import Problem, TableError, TooLargeError
from outlay.core.ingest.files import handed_over, opened, take
from outlay.core.ingest.json_text import strict_json
from outlay.core.ingest.packed import refuse_packed
from outlay.serving.tables.csv_table import CsvTable
from outlay.serving.tables.json_lines import LONGEST, objects_of_lines
from outlay.serving.tables.json_table import JsonTable, Object
from outlay.serving.tables.nested import Within, flat, is_nested
from outlay.serving.tables.parquet_table import ParquetTable
from outlay.serving.tables.unpacked import GZIP, ZSTD, unpacked, zstd_here
from outlay.serving.tables.wanted import Lines, Numbered, Rows, Table

__all__ = ["open_table"]

MAX_BYTES = 8 << 30
MAX_PIPED = 1 << 30
"""Bytes of what another program hands over: they are held."""
MAX_FILES = 100_000
"""Files of a folder."""
MAX_DOCUMENT = 256 << 20
"""Bytes of a JSON text that is read whole."""
PACKED = 8
"""Bytes that a byte of a compressed file may hold, for the room that is taken first."""
FORMS = ".csv, .tsv, .parquet, .jsonl, .json, each also in .gz"


@contextmanager
def open_table(
    path: str | Path, what: str = "trace", *, data: bytes | None = None
) -> Iterator[Table]:
    """The table at `path`, or of `data` that was read there; its rows are read once.

    Raises TableError, TooLargeError for what is no table.
    """
    place = Path(path)
    if data is None and place.is_dir() and (files := sorted(place.glob("*.json"))):
        yield _of_folder(files, place)
        return
    if data is None and handed_over(place):
        data = take(place, most=MAX_PIPED, what=what, error=TableError).data
    if data is not None:
        yield _table(io.BytesIO(data), place, len(data))
        return
    with opened(place, most=MAX_BYTES, what=what, error=TableError) as file:
        yield _table(file, place, os.fstat(file.fileno()).st_size)


def _table(file: BinaryIO, place: Path, size: int) -> Table:
    where = str(place)
    head = file.read(4096)
    file.seek(0)
    if head.startswith(GZIP) or (head.startswith(ZSTD) and zstd_here()):
        stream = unpacked(file, head, where, MAX_BYTES)
        head = stream.peek(4096)[:4096]
        if head.startswith((GZIP, ZSTD)):
            raise TableError("compressed twice", where=where, hint="unpack it once")
        if not head.startswith(b"PAR1"):
            table = _of_head(head, cast(BinaryIO, stream), place, PACKED * size)
            table.form += ", compressed"
            return table
        whole = stream.read(MAX_PIPED + 1)
        if len(whole) > MAX_PIPED:
            raise TooLargeError("too large when unpacked", where=where, allowed=f"{MAX_PIPED:,}")
        return ParquetTable(io.BytesIO(whole), where)
    return _of_head(head, file, place, size)


def _of_head(head: bytes, file: BinaryIO, place: Path, size: int) -> Table:
    """The table whose first bytes these are; `file` stands before them."""
    where = str(place)
    if not head.strip(b"\xef\xbb\xbf \t\r\n"):
        raise TableError("the file is empty", where=where)
    refuse_packed(head, where, FORMS, TableError, parquet=True)
    if head.startswith(b"PAR1"):
        return ParquetTable(file, where)
    if place.suffix.lower() in (".parquet", ".pq"):
        raise TableError("not a readable Parquet file", where=where, value="another kind of file")
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if start in (b"{", b"[") or place.suffix.lower() in (".jsonl", ".ndjson"):
        return _json(file, where, start)
    return CsvTable(file, where, size)


def _json(file: BinaryIO, where: str, start: bytes) -> JsonTable:
    """Objects a line, or one text that holds them."""
    first = file.readline(LONGEST + 1)
    lines = Lines(where, header=0)
    if start == b"[" or (start == b"{" and first.strip() and not first.rstrip().endswith(b"}")):
        text = first + file.read(MAX_DOCUMENT + 1)
        if len(text) > MAX_DOCUMENT:
            raise TooLargeError(
                Problem("too large for a JSON text", where, allowed=f"{MAX_DOCUMENT:,} bytes",
                        hint="jq -c .[] writes a list as JSON lines")
            )  # fmt: skip
        found = strict_json(text, where, TableError)
        return _rows(_in_document(found, where), Numbered(where, "request"), where, "JSON")
    return _rows(objects_of_lines(first, file, lines), lines, where, "JSON lines")


def _rows(objects: Iterator[Object], rows: Rows, where: str, form: str) -> JsonTable:
    first = next(objects, None)
    if first is None:
        raise TableError("no requests", where=where)
    objects = chain([first], objects)
    if is_nested(first):
        within = Within(rows)
        return JsonTable(flat(objects, within), within, where, form)
    return JsonTable(objects, rows, where, form)


def _of_folder(files: Sequence[Path], place: Path) -> Table:
    """Sessions, a file each: only those that hold their requests."""
    if len(files) > MAX_FILES:
        raise TooLargeError(
            Problem("too many files", str(place), f"{len(files):,}", f"{MAX_FILES:,} files of JSON")
        )
    within = Within(_Files(files))
    return JsonTable(flat(_in_files(files), within), within, str(place), "JSON, a folder")


class _Files:
    """Rows that are files."""

    def __init__(self, files: Sequence[Path]) -> None:
        self.files = files

    def at(self, row: int) -> str:
        return str(self.files[row])


def _in_files(files: Sequence[Path]) -> Iterator[Object]:
    for file in files:
        data = take(file, most=MAX_DOCUMENT, what="trace", error=TableError).data
        found = strict_json(data, str(file), TableError)
        if not isinstance(found, dict) or not is_nested(found):
            raise TableError(
                "a file of a folder that holds no session", where=str(file),
                allowed="an object with requests or spans in each .json of the folder",
            )  # fmt: skip
        yield found


def _in_document(found: object, where: str) -> Iterator[Object]:
    """The objects of a JSON text: a list of them, or one."""
    items: list[object] = found if isinstance(found, list) else [found]
    for i, item in enumerate(items):
        if not isinstance(item, dict):
            raise TableError(
                "not a request", where=f"{where}, request {i + 1}", value=repr(item)[:60],
                allowed="a JSON object for each",
            )  # fmt: skip
        yield item
