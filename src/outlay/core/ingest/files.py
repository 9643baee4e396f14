"""Take a file: regular, of a size that is allowed, read once.

What a path names is looked at after it is open, so that nothing can change between the look and the
reading. A device, a pipe with a name or a folder is refused and never read: it may have no end.
What another program hands over as it starts us (`/dev/stdin`, `<(…)`) is read to its end.
"""

from __future__ import annotations

import errno
import hashlib
import os
import select
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from outlay.core.errors import InputError, Problem, TooLargeError, nearest
from outlay.core.ingest.names import path_problem

__all__ = ["Taken", "handed_over", "opened", "take"]

MOST_NAMES = 2_000
"""Names of a folder among which the nearest is looked for."""
SILENT_S = 10.0
"""Seconds that what another program hands over may stay silent."""
_PIECE = 1 << 20
_KINDS = (
    (stat.S_ISDIR, "a folder, not a file"),
    (stat.S_ISFIFO, "a pipe, not a file"),
    (stat.S_ISCHR, "a device, not a file"),
    (stat.S_ISBLK, "a device, not a file"),
    (stat.S_ISSOCK, "a socket, not a file"),
)


@dataclass(frozen=True)
class Taken:
    """The bytes of a file as they stood when they were read; nobody reads it again.

    path: as it was given.
    """

    path: Path
    data: bytes

    @cached_property
    def sha256(self) -> str:
        """Of the bytes, in hexadecimal digits."""
        return hashlib.sha256(self.data).hexdigest()


def handed_over(path: Path) -> bool:
    """Whether another program hands the bytes over as it starts us, rather than a folder."""
    text = str(path)
    return text == "/dev/stdin" or text.startswith(("/dev/fd/", "/proc/self/fd/"))


def take(
    path: str | Path, *, most: int, what: str = "file", error: type[InputError] = InputError
) -> Taken:
    """Read a regular file of at most `most` bytes, once.

    what: what the file is meant to be, in the user's words. error: class of what is raised where it
    cannot be read. Raises it, or TooLargeError.
    """
    path = Path(path)
    with opened(path, most=most, what=what, error=error) as file:
        data = _all(file, path, most, error)
        if len(data) > most:
            raise _too_large(path, what, f"over {most:,} bytes", most)
    return Taken(path, data)


@contextmanager
def opened(
    path: str | Path, *, most: int, what: str = "file", error: type[InputError] = InputError
) -> Iterator[BinaryIO]:
    """A regular file of at most `most` bytes, open to be read in pieces; raises as `take` does."""
    path = Path(path)
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | _binary())
    except (OSError, ValueError) as err:
        raise error(_unopened(path, what, err)) from None
    try:
        found = os.fstat(handle)
        piped = stat.S_ISFIFO(found.st_mode) and handed_over(path)
        if not stat.S_ISREG(found.st_mode) and not piped:
            kind = next((k for test, k in _KINDS if test(found.st_mode)), "not a regular file")
            raise error(Problem(kind, str(path), allowed=f"a {what}"))
        if found.st_size > most:
            raise _too_large(path, what, f"{found.st_size:,} bytes", most)
    except BaseException:
        os.close(handle)
        raise
    with os.fdopen(handle, "rb") as file:
        try:
            yield file
        except OSError as err:
            if err.filename is not None:  # of another file
                raise
            raise error(_unopened(path, what, err)) from None


def _binary() -> int:
    return getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)


def _too_large(path: Path, what: str, found: str, most: int) -> TooLargeError:
    return TooLargeError(Problem(f"too large for a {what}", str(path), found, f"{most:,} bytes"))


def _all(file: BinaryIO, path: Path, most: int, error: type[InputError]) -> bytes:
    """The bytes, and at most one more than are allowed."""
    try:
        if not stat.S_ISFIFO(os.fstat(file.fileno()).st_mode):
            return file.read(most + 1)
        return _piped(file.fileno(), path, most, error)
    except OSError as err:
        raise error(_unopened(path, "file", err)) from None


def _piped(handle: int, path: Path, most: int, error: type[InputError]) -> bytes:
    """What a pipe holds to its end; it may be silent for so long only."""
    out = bytearray()
    until = time.monotonic() + SILENT_S
    while len(out) <= most:
        ready, _, _ = select.select([handle], [], [], max(0.0, until - time.monotonic()))
        if not ready:
            raise error(Problem("nothing comes through the pipe", str(path), f"{SILENT_S:g} s"))
        try:
            piece = os.read(handle, _PIECE)
        except BlockingIOError:
            continue
        if not piece:
            break
        out += piece
        until = time.monotonic() + SILENT_S
    return bytes(out)


def _unopened(path: Path, what: str, err: OSError | ValueError) -> Problem:
    if isinstance(err, ValueError):  # a null byte in the name
        return Problem("not a path", repr(str(path)), allowed=f"a {what}")
    if err.errno in (errno.ENOENT, errno.ENOTDIR):
        return path_problem(path) or Problem(
            "no such file", str(path), allowed=f"a {what}", hint=_near(path)
        )
    if err.errno == errno.EISDIR:
        return Problem("a folder, not a file", str(path), allowed=f"a {what}")
    if err.errno == errno.ENXIO:
        return Problem("a socket, not a file", str(path), allowed=f"a {what}")
    if err.errno == errno.ENAMETOOLONG and (problem := path_problem(path)):
        return problem
    reason = (err.strerror or str(err)).lower()
    return Problem("cannot be read", str(path), reason, f"a {what}")


def _near(path: Path) -> str:
    """The nearest name in the folder where the path looks."""
    try:
        with os.scandir(path.parent) as entries:
            return nearest(path.name, [e.name for e in islice(entries, MOST_NAMES)])
    except OSError:
        return ""
