"""Entries of compiled code on disk: run only where their seal is whole and they are this user's."""

from __future__ import annotations

import os
from pathlib import Path

from outlay.core.ingest.sealed import entry, without_seal

__all__ = ["NAME", "code_of", "is_whole"]

NAME = r"[A-Za-z_]\w*-[0-9a-f]{32}\.bin"
"""Names of entries, as an expression."""
LARGEST = 1 << 28


def code_of(path: Path) -> bytes | None:
    """What an entry holds; None where it is not what was written under its name, or was written by
    another user than this one and the system's: their code is not run."""
    return _whole(path) if _own(path) else None


def is_whole(path: Path) -> bool:
    """Whether an entry is what was written under its name."""
    return _whole(path) is not None


def _whole(path: Path) -> bytes | None:
    return without_seal(path.stem, entry(path, LARGEST) or b"")


def _own(path: Path) -> bool:
    if not hasattr(os, "geteuid"):
        return True
    try:
        return path.lstat().st_uid in (0, os.geteuid())
    except OSError:
        return False
