"""Read a Parquet file whole, in a process of its own: bytes that are none may end the reader.

`python -m outlay.serving.tables.parquet_probe PATH`; without a path the file comes on standard
input. What it answers is why the file cannot be read, in one line; nothing where it can.
"""

from __future__ import annotations

import io
import sys
from typing import BinaryIO

from outlay.core.apart import ApartError, Limits, run_apart

__all__ = ["SLICE", "unreadable"]

SLICE = 500_000
"""Rows that are read at once."""
LIMITS = Limits(wall_s=600.0, memory=8 << 30, output=10_000, cpu_s=600, reserves=True)


def unreadable(file: BinaryIO, path: str) -> str:
    """Why a file cannot be read; empty: it can. path: its name, where it has one."""
    data = file.getvalue() if isinstance(file, io.BytesIO) else b""
    try:
        done = run_apart(__name__, () if data else (path,), data=data, limits=LIMITS)
    except ApartError as error:
        return str(error)
    said = done.output.decode("utf-8", "replace").strip()
    return said if done.code == 0 else said or "its reader ended on the way"


def _read(source: BinaryIO | str) -> str:
    import polars as pl

    try:
        frame = pl.scan_parquet(source)
        rows: int = frame.select(pl.len()).collect().item()
        for first in range(0, rows, SLICE):
            frame.slice(first, SLICE).collect()
    except (Exception, pl.exceptions.PanicException) as error:
        return (str(error).splitlines() or [type(error).__name__])[0][:120]
    return ""


if __name__ == "__main__":
    held = io.BytesIO(b"" if len(sys.argv) > 1 else sys.stdin.buffer.read())
    sys.stdout.write(_read(sys.argv[1] if len(sys.argv) > 1 else held))
