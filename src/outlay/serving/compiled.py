"""Compiled code on disk, sealed: the library's own cache believes whatever lies in its folder.

A torn entry of that cache ends a run with an error of its reader, a pipe in its place holds the
run for ever, and an edited one is run. Here code is run only where its seal is whole and its file
belongs to this user; anything else is compiled again.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import sys
from pathlib import Path
from typing import Any

from outlay.core.ingest.sealed import entry, keep, with_seal, without_seal

__all__ = ["NAME", "Compiled", "is_whole"]

NAME = r"[A-Za-z_]\w*-[0-9a-f]{32}\.bin"
"""Names of entries, as an expression."""
LARGEST = 1 << 28


class Compiled:
    """What a compiled function asks of its cache: one entry for each list of argument types."""

    def __init__(self, function: Any, folder: Path) -> None:
        self._name: str = function.__name__
        self._code: bytes = function.__code__.co_code
        self.cache_path = str(folder)

    def load_overload(self, sig: object, target_context: Any) -> Any:
        """Code for these types; None where there is none that can be run."""
        from numba.core.compiler import CompileResult

        target_context.refresh()
        data = _whole(path := self._place(sig, target_context.codegen()))
        if data is None or not _own(path):
            return None
        rebuild: Any = CompileResult._rebuild
        return rebuild(target_context, *pickle.loads(data))

    def save_overload(self, sig: object, made: Any) -> None:
        """Keep code for these types; a folder that cannot be written is no error."""
        from numba.core import serialize

        dumps: Any = serialize.dumps
        if made.library.has_dynamic_globals or any(not x.can_cache for x in made.lifted):
            return
        path = self._place(sig, made.codegen)
        keep(path, with_seal(path.stem, dumps(made._reduce())))

    def _place(self, sig: object, codegen: Any) -> Path:
        of = repr((sig, codegen.magic_tuple(), sys.version)).encode() + self._code
        digest = hashlib.blake2b(of, digest_size=16).hexdigest()
        return Path(self.cache_path, f"{self._name}-{digest}.bin")

    def enable(self) -> None:
        """Asked for by the library; it is never switched off."""

    disable = flush = enable


def is_whole(path: Path) -> bool:
    """Whether an entry is what was written under its name."""
    return _whole(path) is not None


def _whole(path: Path) -> bytes | None:
    return without_seal(path.stem, entry(path, LARGEST) or b"")


def _own(path: Path) -> bool:
    """Whether the entry is this user's or the system's; code of others is not run."""
    if not hasattr(os, "geteuid"):
        return True
    return path.lstat().st_uid in (0, os.geteuid())
