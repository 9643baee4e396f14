"""Read a Parquet file whole, in a process of its own: bytes that are none may end the reader.

A question is `P` and a path, or `B` and the bytes; the answer is why they cannot be read, in one
line, and nothing where they can.
"""

from __future__ import annotations

import io
import os
from typing import BinaryIO

from outlay.core.apart import ApartError, Company, Limits, answer_all

__all__ = ["SLICE", "unreadable"]

SLICE = 500_000
"""Rows that are read at once."""
LIMITS = Limits(wall_s=600.0, memory=8 << 30, output=10_000, cpu_s=600, reserves=True)
_APART = Company("outlay.serving.tables.parquet_probe", LIMITS)


def unreadable(file: BinaryIO, path: str) -> str:
    """Why a file cannot be read; empty: it can. path: where it lies, unless its bytes are held."""
    question = b"B" + file.getvalue() if isinstance(file, io.BytesIO) else b"P" + os.fsencode(path)
    try:
        return _APART.ask(question).decode("utf-8", "replace")
    except ApartError as error:
        return str(error)


def _answer(question: bytes) -> bytes:
    import polars as pl

    source = io.BytesIO(question[1:]) if question[:1] == b"B" else os.fsdecode(question[1:])
    try:
        frame = pl.scan_parquet(source)
        rows: int = frame.select(pl.len()).collect().item()
        for first in range(0, rows, SLICE):
            frame.slice(first, SLICE).collect()
    except (Exception, pl.exceptions.PanicException) as error:
        return (str(error).splitlines() or [type(error).__name__])[0][:120].encode()
    return b""


if __name__ == "__main__":
    answer_all(_answer)
