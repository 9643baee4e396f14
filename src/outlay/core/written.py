"""Write a file so that its name holds the old content or the new, never a part of one."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

__all__ = ["sync_folder", "write_atomic", "write_synced"]


def write_atomic(path: str | Path, data: bytes | str) -> None:
    """Write beside under another name, sync, rename. text: as UTF-8.

    Raises OSError with the path that was to be written, however the writing failed.
    """
    path = Path(path)
    raw = data.encode() if isinstance(data, str) else data
    name = ""
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}.")
        with os.fdopen(handle, "wb") as file:
            file.write(raw)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, 0o644)
        os.replace(name, path)
        sync_folder(path.parent)
    except BaseException as err:
        if name:
            Path(name).unlink(missing_ok=True)
        if isinstance(err, OSError):
            raise OSError(err.errno, err.strerror or str(err), str(path)) from None
        raise


def write_synced(path: Path, data: bytes) -> None:
    """Write a new file and sync it; for folders that get their name only once all is written.

    Raises OSError with the path.
    """
    try:
        with path.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except OSError as err:
        raise OSError(err.errno, err.strerror or str(err), str(path)) from None


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
