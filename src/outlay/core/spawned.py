"""Processes that we begin: those of `multiprocessing` load no module of the current folder and do
not outlive their parent; a folder that one works in goes with us, or with the next of us."""

from __future__ import annotations

import functools
import os
import re
import shutil
import stat
import tempfile
import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import islice
from types import TracebackType

__all__ = ["OwnFolder", "end_with_parent", "safe_path"]

_SAFE = "PYTHONSAFEPATH"
_BEGIN = "outlay-apart-"
_OURS = re.compile(rf"{_BEGIN}[a-z0-9_]{{8}}")
_MOST = 10_000
"""Names of the folder for temporary files among which those of killed processes are looked for."""


@contextmanager
def safe_path() -> Iterator[None]:
    """Interpreters begun meanwhile do not look for modules in the folder they are begun in.

    Those of `multiprocessing` would look there first, before they are told this process's path.
    """
    before = os.environ.get(_SAFE)
    os.environ[_SAFE] = "1"
    try:
        yield
    finally:
        if before is None:
            os.environ.pop(_SAFE, None)
        else:
            os.environ[_SAFE] = before


def end_with_parent() -> None:
    """Called in a process of `multiprocessing`: it ends when the one that began it is gone."""
    from multiprocessing import parent_process

    parent = parent_process()
    if parent is None:
        return

    def gone() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=gone, daemon=True).start()


class OwnFolder:
    """An empty folder for a process of ours, gone with this one; where this one is killed, the next
    of us takes it away: the system lets go of a killed process's lock."""

    def __init__(self) -> None:
        _swept(tempfile.gettempdir())
        self.name, handle = _made()
        self._gone = weakref.finalize(self, _removed, self.name, handle, os.getpid())

    def cleanup(self) -> None:
        """Take it away."""
        self._gone()

    def __enter__(self) -> str:
        return self.name

    def __exit__(
        self, kind: type[BaseException] | None, err: BaseException | None, at: TracebackType | None
    ) -> None:
        self.cleanup()


def _made() -> tuple[str, int]:
    """A new folder, and what holds its lock; another of us may have swept it meanwhile."""
    while True:
        path = tempfile.mkdtemp(prefix=_BEGIN)
        handle = _held(path, alone=False)
        if handle is not None and os.path.isdir(path):
            return path, handle
        _let_go(handle)


def _removed(path: str, handle: int, owner: int) -> None:
    if os.getpid() != owner:  # a fork of us: it is not its own
        return
    shutil.rmtree(path, ignore_errors=True)
    _let_go(handle)


@functools.cache
def _swept(place: str) -> None:
    """Take away, once, the folders of processes of this user that are gone."""
    with suppress(OSError), os.scandir(place) as entries:
        for entry in islice(entries, _MOST):
            if not _OURS.fullmatch(entry.name) or not _is_own(entry):
                continue
            handle = _held(entry.path, alone=True)
            if handle is not None and handle >= 0:
                shutil.rmtree(entry.path, ignore_errors=True)
            _let_go(handle)


def _is_own(entry: os.DirEntry[str]) -> bool:
    with suppress(OSError, AttributeError):  # a system without owners sweeps nothing
        found = entry.stat(follow_symlinks=False)
        return stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid()
    return False


def _held(path: str, *, alone: bool) -> int | None:
    """The open folder with its lock; None: another has it; -1: there are no such locks here."""
    try:
        import fcntl
    except ImportError:
        return -1
    handle = -1
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
        fcntl.flock(handle, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
    except OSError as err:
        _let_go(handle)
        return None if isinstance(err, BlockingIOError) else -1
    return handle


def _let_go(handle: int | None) -> None:
    if handle is not None and handle >= 0:
        os.close(handle)
