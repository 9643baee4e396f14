"""Folders that Outlay writes into, and where its answers are read."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from outlay.results.machine.cache import Shelf
from outlay.results.machine.doctor import Place, Status, Terminal

__all__ = ["caches", "places", "terminal"]

ROOM = 200_000_000
"""Bytes of a few plans with their pictures."""
NARROW = 80
"""Columns that the tables are made for."""


def places() -> tuple[Place, ...]:
    """The cache, the folder for temporary files, and the one that commands write into."""
    kept = cache_folder()
    out = () if kept is None else (_place("cache", lambda: str(kept)),)
    return (*out, _place("temporary", tempfile.gettempdir), _place("current", os.getcwd))


def caches() -> tuple[Shelf, ...]:
    """What the cache holds; nothing where there is none, or no library to read it with."""
    root = cache_folder()
    if root is None:
        return ()
    try:
        from outlay.runs.caches import shelves
    except ImportError:
        return ()
    return shelves(root)


def cache_folder() -> Path | None:
    """Where the cache lies; None: nowhere."""
    try:
        from outlay.serving.store import default_folder
    except ImportError:
        return None
    return default_folder()


def _place(use: str, where: Callable[[], str]) -> Place:
    folder, said, free = "", "", None
    try:
        folder = where()
        there = _nearest(Path(folder))
        free = shutil.disk_usage(there).free
        with tempfile.TemporaryFile(dir=there) as file:
            file.write(b"outlay")
    except OSError as err:
        said = (err.strerror or str(err)).lower()
    status: Status = "ok"
    if said:
        status = "failed" if use == "temporary" else "warning"
    elif free is not None and free < ROOM:
        status = "warning"
    return Place(
        use=use,  # type: ignore[arg-type]
        folder=folder, writable=not said, free=free, said=said, status=status,
    )  # fmt: skip


def _nearest(folder: Path) -> Path:
    """The folder, or the first above it that is there: the others would be made in it."""
    for path in (folder, *folder.absolute().parents):
        if path.is_dir():
            return path
        if path.is_symlink() or path.exists():
            raise NotADirectoryError(20, "a file lies in its place", str(path))
    return folder


def terminal() -> Terminal:
    """Where the answer is read, as this process finds it."""
    out = sys.stdout
    encoding = str(getattr(out, "encoding", "") or "")
    interactive, width = False, None
    try:
        interactive = bool(out.isatty())
        width = os.get_terminal_size(out.fileno()).columns if interactive else None
    except (OSError, ValueError, AttributeError):  # closed, or no file at all
        pass
    named = (os.environ.get(name, "") for name in ("LC_ALL", "LC_CTYPE", "LANG"))
    plain = encoding.lower().replace("-", "").replace("_", "") != "utf8"
    narrow = width is not None and width < NARROW
    return Terminal(
        encoding=encoding, locale=next(filter(None, named), ""), interactive=interactive,
        width=width, status="warning" if plain or narrow else "ok",
    )  # fmt: skip
