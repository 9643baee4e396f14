"""Write a file so that its name holds the old content or the new, never a part of one."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from outlay.core.errors import InputError
from outlay.core.ingest.names import path_problem

__all__ = ["refuse_unmeant", "replaced", "sync_folder", "write_atomic", "write_synced"]


def write_atomic(path: str | Path, data: bytes | str) -> None:
    """Write beside under another name, sync, rename. text: as UTF-8.

    A link is followed. What is no file (`/dev/stdout`) is written to as it stands: there is nothing
    to keep, and nothing may take its place. Raises OSError with the path that was to be written,
    however the writing failed; InputError for a path that nobody means.
    """
    path = Path(path)
    refuse_unmeant(path)
    raw = data.encode() if isinstance(data, str) else data
    if path.exists() and not path.is_file() and not path.is_dir():
        with _told(path), open(path, "wb", opener=_at_once) as device:
            device.write(raw)
        return
    with replaced(path) as part:
        part.write_bytes(raw)


def refuse_unmeant(path: Path) -> None:
    """Raise InputError for what nobody means by a path, before a folder is made for it."""
    if problem := path_problem(path):
        raise InputError(problem)


def _at_once(name: str, flags: int) -> int:
    """Open what is no file; a pipe that nobody reads is refused, not waited for."""
    wait = getattr(os, "O_NONBLOCK", 0)
    handle = os.open(name, flags & ~(os.O_CREAT | os.O_TRUNC) | wait)
    if wait:
        os.set_blocking(handle, True)
    return handle


@contextmanager
def replaced(path: Path) -> Iterator[Path]:
    """A new file beside for other programs to write, which then takes the place of `path`.

    It ends as `path` does. Raises as `write_atomic` does.
    """
    name = ""
    refuse_unmeant(path)
    with _told(path):
        try:
            home = path.resolve() if path.is_symlink() else path
            if home.is_dir():
                raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
            handle, name = tempfile.mkstemp(
                dir=home.parent, prefix=f".{home.name[:40]}.", suffix=home.suffix[:10]
            )
            os.close(handle)
            yield Path(name)
            with open(name, "rb+") as file:
                os.fsync(file.fileno())
            os.chmod(name, 0o644)
            os.replace(name, home)
            sync_folder(home.parent)
        except BaseException:
            if name:
                Path(name).unlink(missing_ok=True)
            raise


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """An error of the system names this path."""
    try:
        yield
    except OSError as err:
        raise OSError(err.errno, err.strerror or str(err), str(path)) from None


def write_synced(path: Path, data: bytes) -> None:
    """Write a new file and sync it; for folders that get their name only once all is written.

    Raises OSError with the path.
    """
    with _told(path), path.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Make the names in a folder last; systems that cannot are left as they are."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:  # Windows has no handle of a folder
        return
    try:
        os.fsync(handle)
    except OSError:
        return
    finally:
        os.close(handle)
