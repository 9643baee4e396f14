"""One run at a time writes into a folder; a second is refused at once.

The system lets go of the lock of a process that ends, however it ends: what a killed run leaves is
an empty claim.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from outlay.core.errors import InputError, Problem
from outlay.runs.folder.names import LOCK, beside

__all__ = ["locked"]

_FAR = 1 << 30
"""Windows locks bytes: one that nobody reads."""
_MOST = 200


@contextmanager
def locked(home: Path, shown: Path) -> Iterator[None]:
    """Hold the lock of a folder. shown: as the user wrote it. Raises InputError where another run
    holds it, OSError where none can be made."""
    path = beside(home, LOCK)
    handle = _claimed(path, shown)
    try:
        os.ftruncate(handle, 0)
        os.lseek(handle, 0, os.SEEK_SET)
        os.write(
            handle, f"process {os.getpid()} since {datetime.now(UTC):%Y-%m-%d %H:%M} UTC".encode()
        )
        yield
    finally:
        if sys.platform != "win32":  # while it is held, so that nobody else's is taken away
            path.unlink(missing_ok=True)
        os.close(handle)
        if sys.platform == "win32":
            with suppress(OSError):
                path.unlink(missing_ok=True)


def _claimed(path: Path, shown: Path) -> int:
    """The open lock file, held; a file that was taken away meanwhile counts for nothing."""
    flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOFOLLOW", 0)
    while True:
        handle = os.open(path, flags, 0o644)
        try:
            if not _held(handle):
                raise _busy(handle, shown)
            with suppress(OSError):
                if os.path.samestat(os.fstat(handle), os.stat(path)):
                    return handle
        except BaseException:
            os.close(handle)
            raise
        os.close(handle)


def _held(handle: int) -> bool:
    """Whether the lock is ours now."""
    if sys.platform == "win32":
        import msvcrt

        try:
            os.lseek(handle, _FAR, os.SEEK_SET)
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
    import fcntl

    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a file system without locks: better unlocked than unused
        return True
    return True


def _busy(handle: int, shown: Path) -> InputError:
    os.lseek(handle, 0, os.SEEK_SET)
    who = os.read(handle, _MOST).decode("utf-8", "replace")
    return InputError(
        Problem("another run writes into this folder", "--out", str(shown), "one run at a time",
                f"wait for it ({who}), or name another folder" if who else "name another folder")
    )  # fmt: skip
