"""Files that are compressed, read as what they hold: no more of it than a plain file may have."""

from __future__ import annotations

import gzip
import io
import zlib
from typing import BinaryIO, cast

from outlay.core.errors import Problem, TableError, TooLargeError

__all__ = ["GZIP", "ZSTD", "unpacked", "zstd_here"]

GZIP, ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
_TORN: tuple[type[Exception], ...] = (EOFError, OSError, zlib.error)


def zstd_here() -> bool:
    """Whether this Python reads zstd: from 3.14 on."""
    try:
        import compression.zstd  # type: ignore[import-not-found,unused-ignore]  # noqa: F401
    except ImportError:
        return False
    return True


def unpacked(file: BinaryIO, head: bytes, where: str, most: int) -> io.BufferedReader:
    """What a compressed file holds, of which `most` bytes are read at most.

    Reading raises TooLargeError where there is more, TableError where the file is not whole.
    """
    inner: BinaryIO
    if head.startswith(ZSTD):
        from compression.zstd import ZstdFile  # type: ignore[import-not-found,unused-ignore]

        inner = cast(BinaryIO, ZstdFile(file))
    else:
        inner = cast(BinaryIO, gzip.GzipFile(fileobj=file))
    return io.BufferedReader(_Bounded(inner, where, most), 1 << 20)


class _Bounded(io.RawIOBase):
    """A stream that counts what it gives."""

    def __init__(self, inner: BinaryIO, where: str, most: int) -> None:
        self.inner, self.where, self.left = inner, where, most
        self.most = most

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer).cast("B")  # type: ignore[arg-type]
        try:
            data = self.inner.read(len(view))
        except _TORN as error:
            what = str(error)[:80] or type(error).__name__
            raise TableError(
                Problem("not a whole compressed file", self.where, what, hint="was it torn?")
            ) from None
        self.left -= len(data)
        if self.left < 0:
            raise TooLargeError(
                Problem("too large when unpacked", self.where, allowed=f"{self.most:,} bytes")
            )
        view[: len(data)] = data
        return len(data)
