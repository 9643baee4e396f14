"""Entries of the cache: each carries a seal over its key and content, and is believed only whole.

An entry that is missing, torn, edited, of another key or no plain file reads as nothing, so that
it is worked out again. The seal finds accidents and edits; it is no signature.
"""

from __future__ import annotations

import hashlib
import os
import stat
import tempfile
from pathlib import Path

from outlay.core.errors import InputError
from outlay.core.ingest.files import take

__all__ = ["TEMPORARY", "entry", "keep", "seal", "with_seal", "without_seal"]

TEMPORARY = r"tmp\w{8}\.tmp"
"""Names of entries that are being written, as an expression."""
_MARK = b"\noutlay-seal-1 "
_DIGITS = 64


def seal(key: str, data: bytes) -> str:
    """Hash of a key and of what is kept under it."""
    return hashlib.sha256(f"{key}\n".encode() + data).hexdigest()


def with_seal(key: str, data: bytes) -> bytes:
    """The data with its seal behind it."""
    return data + _MARK + seal(key, data).encode()


def without_seal(key: str, raw: bytes) -> bytes | None:
    """The data before its seal; None where that is missing or of other data or another key."""
    data, mark, found = raw[: -len(_MARK) - _DIGITS], _MARK, raw[-_DIGITS:]
    if raw[len(data) : -_DIGITS] != mark or found != seal(key, data).encode():
        return None
    return data


def entry(path: Path, most: int) -> bytes | None:
    """What an entry holds; None where it is no plain file, too large or cannot be read.

    A link is none: what is replaced later would be the link, and what it leads to is not ours.
    """
    try:
        found = path.lstat()
        if not stat.S_ISREG(found.st_mode) or found.st_size > most:
            return None
        return take(path, most=found.st_size, what="cache entry").data
    except (OSError, ValueError, InputError):
        return None


def keep(path: Path, data: bytes) -> bool:
    """Write an entry whole or not at all, and say whether it is there; nothing is raised.

    Not synced: what a crash tears reads as nothing. An empty folder in its place gives way.
    """
    name = ""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, suffix=".tmp")
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        try:
            os.replace(name, path)
        except IsADirectoryError:
            path.rmdir()
            os.replace(name, path)
    except BaseException as err:
        _drop(name)
        if isinstance(err, OSError):  # a full, read-only or foreign folder: only slower next time
            return False
        raise
    return True


def _drop(name: str) -> None:
    try:
        if name:
            os.unlink(name)
    except OSError:
        return
