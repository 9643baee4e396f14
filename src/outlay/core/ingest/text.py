"""Bytes as text: UTF-8 and nothing else, with the line where it is not."""

from __future__ import annotations

from outlay.core.errors import InputError, Problem

__all__ = ["decoded"]

_WIDE = (b"\xff\xfe", b"\xfe\xff")


def decoded(data: bytes, where: str, error: type[InputError] = InputError, *, line: int = 1) -> str:
    """UTF-8 text without its mark; raises `error` for another encoding and for null bytes.

    line: the line of the file where the bytes begin, of a file that is read in pieces.
    """
    if line == 1 and data[:2] in _WIDE:
        raise error(Problem("the text is UTF-16", where, allowed="UTF-8", hint="save it as UTF-8"))
    if (at := data.find(b"\0")) >= 0:
        raise error(
            Problem(
                "not a text file",
                f"{where}:{_line(data, at) + line - 1}",
                "bytes of value zero",
                "UTF-8",
            )
        )
    try:
        return data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as err:
        raise error(
            Problem(
                "not UTF-8 text", f"{where}:{_line(data, err.start) + line - 1}",
                f"byte 0x{data[err.start]:02x}", "UTF-8", "save it as UTF-8",
            )
        ) from None  # fmt: skip


def _line(data: bytes, at: int) -> int:
    return data.count(b"\n", 0, at) + 1
