"""JSON lines: an object a line, each key once.

Lines are read by a quick decoder; one that it does not take is read again by the strict reader,
which says why.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import BinaryIO, NoReturn

from outlay.core.errors import TableError, TooLargeError
from outlay.core.ingest.json_text import strict_json
from outlay.core.ingest.text import decoded
from outlay.serving.tables.json_table import Object
from outlay.serving.tables.wanted import Lines

__all__ = ["LONGEST", "objects_of_lines"]

LONGEST = 16 << 20
"""Bytes of a line."""
_SPACE = b" \t\r\n"


def objects_of_lines(first: bytes, file: BinaryIO, lines: Lines) -> Iterator[Object]:
    """The objects of a file, a line each; `first` is the line that was read already.

    Raises TableError, TooLargeError with the line.
    """
    read = json.JSONDecoder(parse_constant=_constant).raw_decode
    number, line = 0, first
    row: object = None
    while line:
        number += 1
        where = f"{lines.where}:{number}"
        if len(line) > LONGEST:
            raise TooLargeError("a line too long", where=where, allowed=f"{LONGEST:,} bytes")
        if number == 1:
            line = line.removeprefix(b"\xef\xbb\xbf")
        line = line.strip(_SPACE)
        if not line:
            lines.leave_out([number])
            line = file.readline(LONGEST + 1)
            continue
        try:
            text = line.decode("utf-8")
            found: tuple[object, int] = read(text)
            row = found[0]
            whole = found[1] == len(text) and type(row) is dict
        except (ValueError, RecursionError):
            whole = False
        # A key twice leaves more colons than keys; so do colons in texts and objects within.
        if not whole or not isinstance(row, dict) or line.count(b":") != len(row):
            text = decoded(line, lines.where, TableError, line=number)
            row = strict_json(text, lines.where, TableError, line=number)
        if not isinstance(row, dict):
            raise TableError(
                "not a request", where=where, value=_start(line), allowed="a JSON object a line"
            )
        yield row
        line = file.readline(LONGEST + 1)


def _constant(word: str) -> NoReturn:
    raise ValueError(word)


def _start(line: bytes) -> str:
    return ascii(line[:60].decode("utf-8", "replace").strip())[1:-1][:80]
