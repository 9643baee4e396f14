"""What lies in the cache folder, and its removal: files of ours by their place and name alone.

Nothing else of the folder is touched, and no link is followed: the folder may be one that holds
other things too.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from outlay.core.ingest.sealed import TEMPORARY
from outlay.results.machine.cache import Shelf
from outlay.runs import solved
from outlay.serving import compiled, store

__all__ = ["shelves"]

DEEPEST = 3
"""Folders below one of a kind."""


@dataclass(frozen=True, slots=True)
class _Kind:
    """Entries of one kind: their folder, their path in it, the folders there, which are whole.

    former: paths that entries had before; all of them are outdated.
    """

    name: Literal["capacity", "solved", "numba"]
    path: str
    folders: str
    whole: Callable[[Path], bool]
    former: str = r"(?!)"

    def ours(self, path: str) -> bool:
        """Whether a path below the kind's folder is one that we give to a file."""
        folder, _, name = path.rpartition("/")
        if re.fullmatch(f"{self.path}|{self.former}", path):
            return True
        return bool(re.fullmatch(TEMPORARY, name) and re.fullmatch(f"({self.folders})?", folder))


_KINDS = (
    _Kind("capacity", r"[0-9a-f]{2}/[0-9a-f]{32}\.json", r"[0-9a-f]{2}", store.is_whole),
    _Kind("solved", solved.NAME, "", lambda path: solved.read_entry(path) is not None),
    _Kind(
        "numba", rf"[0-9a-f]{{16}}/{compiled.NAME}", r"[0-9a-f]{16}(/\w+_[0-9a-f]{40})?",
        compiled.is_whole, r"[0-9a-f]{16}/\w+_[0-9a-f]{40}/[\w.]+-\d+\.py\d+\w*(\.\d+)?\.nb[ic]",
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Found:
    """A thing below a kind's folder. file: whether it is one, rather than a link or a pipe."""

    path: str
    place: Path
    size: int
    file: bool


def shelves(root: Path, *, clear: bool = False) -> tuple[Shelf, ...]:
    """Each kind of entry in a cache folder as it stands; clear: its files are then removed."""
    return tuple(_shelf(root / kind.name, kind, clear) for kind in _KINDS)


def _shelf(folder: Path, kind: _Kind, clear: bool) -> Shelf:
    folders: list[Path] = []
    found = [] if _leads_away(folder) else list(_things(folder, "", folders))
    named = [f for f in found if kind.ours(f.path)]
    ours = [f for f in named if f.file]
    damaged = sum(not (f.file and kind.whole(f.place)) for f in named if not _temporary(f))
    gone = [f for f in ours if clear and _removed(f.place)]
    if clear:
        _tidied(folder, folders, kind)
    return Shelf(
        name=kind.name,
        entries=len(ours),
        bytes=_size(ours),
        damaged=damaged,
        foreign=len(found) - len(ours),
        removed=len(gone),
        removed_bytes=_size(gone),
        stuck=len(ours) - len(gone) if clear else 0,
    )


def _leads_away(folder: Path) -> bool:
    """Whether it is a link, or no path at all."""
    try:
        return folder.is_symlink()
    except OSError:  # a name too long
        return True


def _temporary(found: _Found) -> bool:
    return re.fullmatch(TEMPORARY, found.place.name) is not None


def _size(files: Iterable[_Found]) -> int:
    return sum(f.size for f in files)


def _tidied(folder: Path, folders: Iterable[Path], kind: _Kind) -> None:
    """Remove folders of ours that are empty, the deepest first."""
    for empty in sorted(folders, reverse=True):
        inside = empty.relative_to(folder).as_posix().strip(".")
        if re.fullmatch(f"({kind.folders})?", inside):
            _emptied(empty)


def _things(folder: Path, path: str, folders: list[Path]) -> Iterator[_Found]:
    """All that is no folder, and folders that lie too deep or are called as an entry is."""
    try:
        with os.scandir(folder) as entries:
            here = sorted(entries, key=lambda e: e.name)
    except OSError:  # not there, no folder, or not to be read
        return
    folders.append(folder)
    for e in here:
        inside = f"{path}{e.name}"
        try:
            if e.is_dir(follow_symlinks=False) and inside.count("/") < DEEPEST and not _dotted(e):
                yield from _things(Path(e.path), f"{inside}/", folders)
                continue
            size = e.stat(follow_symlinks=False).st_size
            yield _Found(inside, Path(e.path), size, e.is_file(follow_symlinks=False))
        except OSError:  # gone since
            continue


def _dotted(e: os.DirEntry[str]) -> bool:
    return "." in e.name


def _removed(path: Path) -> bool:
    try:
        path.unlink(missing_ok=True)
    except OSError:
        return False
    return True


def _emptied(folder: Path) -> None:
    try:
        folder.rmdir()
    except OSError:  # it holds what is not ours
        return
