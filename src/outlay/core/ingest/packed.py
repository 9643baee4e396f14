"""Bytes that are no table or text, told by how they begin, and how to come to what was meant."""

from __future__ import annotations

from outlay.core.errors import InputError, Problem

__all__ = ["refuse_packed"]

_BEGINS: tuple[tuple[bytes, str, str], ...] = (
    (b"\x1f\x8b", "compressed by gzip", "unpack it: gunzip"),
    (b"PK\x03\x04", "a ZIP archive or a workbook", "unpack it, or save the sheet as CSV"),
    (b"BZh", "compressed by bzip2", "unpack it: bunzip2"),
    (b"\xfd7zXZ\0", "compressed by xz", "unpack it: unxz"),
    (b"\x28\xb5\x2f\xfd", "compressed by zstd", "unpack it: unzstd"),
    (b"7z\xbc\xaf", "a 7z archive", "unpack it"),
    (b"\xd0\xcf\x11\xe0", "an old workbook", "save the sheet as CSV"),
    (b"PARE", "an encrypted Parquet file", "write it without a key"),
    (b"ARROW1", "an Arrow file", "write it as Parquet"),
    (b"%PDF", "a PDF document", ""),
    (b"SQLite format 3", "a database", "write the table as CSV"),
    (b"version https://git-lfs", "a pointer to a file that Git LFS holds", "git lfs pull"),
    (b"<!doctype", "a web page, not the file", "was it behind a login?"),
    (b"<html", "a web page, not the file", "was it behind a login?"),
)
_PARQUET = (b"PAR1", "a Parquet file", "write the table as CSV")


def refuse_packed(
    data: bytes, where: str, allowed: str, error: type[InputError], *, parquet: bool = False
) -> None:
    """Raise `error` where the first bytes of a file say that it is packed, or of another kind.

    parquet: whether a Parquet file may stand there.
    """
    head = data[:64].removeprefix(b"\xef\xbb\xbf").lstrip()
    refused = _BEGINS if parquet else (*_BEGINS, _PARQUET)
    for mark, found, hint in refused:
        plain = head.lower() if mark[:1] == b"<" else head
        if plain.startswith(mark):
            raise error(Problem(found, where, allowed=allowed, hint=hint))
