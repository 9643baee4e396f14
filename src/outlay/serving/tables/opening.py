"""Open a table by what its bytes are, not by how its name ends."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from outlay.core.errors import TableError
from outlay.core.ingest.files import handed_over, opened, take
from outlay.core.ingest.packed import refuse_packed
from outlay.serving.tables.csv_table import CsvTable
from outlay.serving.tables.json_lines import JsonLines
from outlay.serving.tables.parquet_table import ParquetTable
from outlay.serving.tables.wanted import Table

__all__ = ["open_table"]

MAX_BYTES = 8 << 30
MAX_PIPED = 1 << 30
"""Bytes of what another program hands over: they are held."""
FORMS = ".csv, .tsv, .parquet, .jsonl"


@contextmanager
def open_table(
    path: str | Path, what: str = "trace", *, data: bytes | None = None
) -> Iterator[Table]:
    """The table at `path`, or of `data` that was read there; its rows are read once.

    Raises TableError, TooLargeError for what is no table.
    """
    place = Path(path)
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
    if not head.strip(b"\xef\xbb\xbf \t\r\n"):
        raise TableError("the file is empty", where=where)
    refuse_packed(head, where, FORMS, TableError, parquet=True)
    if head.startswith(b"PAR1"):
        return ParquetTable(file, where)
    if place.suffix.lower() in (".parquet", ".pq"):
        raise TableError("not a readable Parquet file", where=where, value="another kind of file")
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if start == b"[":
        raise TableError(
            "a JSON list, not JSON lines",
            where=f"{where}:1",
            allowed="an object a line",
            hint='each request in a line of its own: {"arrival_s": 0, "input_tokens": 500, '
            '"output_tokens": 100}',
        )
    if start == b"{" or place.suffix.lower() in (".jsonl", ".ndjson"):
        return JsonLines(file, where, size)
    return CsvTable(file, where, size)
