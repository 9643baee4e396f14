"""What lies in a run's folder and is not the run's: moved aside before the folder is replaced.

Files that somebody put there, and files of the run that somebody changed since, as a workbook with
notes in it. The folder itself stays whole until it is replaced: of a changed file a second name is
made, not a new place.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from outlay.results.kept.manifest import Held
from outlay.runs.folder.manifest import digest_of
from outlay.runs.folder.names import ASIDE, MANIFEST, is_litter, numbered

__all__ = ["Aside", "Found", "listed", "strangers"]

MOST_NAMES = 5
"""Of files in one line."""


@dataclass(frozen=True, slots=True)
class Found:
    """What is not as the run left it. changed: a file of the run; else somebody else's."""

    name: str
    changed: bool = False

    def __str__(self) -> str:
        return f"{self.name} (changed)" if self.changed else self.name


def strangers(folder: Path, files: Mapping[str, Held], inside: str = "") -> Iterator[Found]:
    """What in a folder is not as `files` say, by name; a folder with no file of ours is one thing.

    files: of the manifest, which is passed over itself, as is what nobody made.
    """
    ours = {str(p) for name in files for p in Path(name).parents}
    with os.scandir(folder / inside) as entries:
        rows = sorted(entries, key=lambda e: e.name)
    for entry in rows:
        name = f"{inside}/{entry.name}".lstrip("/")
        if entry.is_dir(follow_symlinks=False):
            if name in ours:
                yield from strangers(folder, files, name)
            else:
                yield Found(name)
        elif name in files:
            if digest_of(folder / name, files[name].bytes) != files[name]:
                yield Found(name, changed=True)
        elif name != MANIFEST and not is_litter(entry.name):
            yield Found(name)


class Aside:
    """`NAME.aside` beside a folder, made once something goes there; numbered where it is taken."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._taken: set[tuple[int, int, int, int]] = set()
        self.path: Path | None = None

    def take(self, folder: Path, found: Found) -> bool:
        """Put one thing aside; False where it lies there already."""
        source = folder / found.name
        seen = os.lstat(source)
        now = (seen.st_dev, seen.st_ino, seen.st_size, seen.st_mtime_ns)
        if found.changed and now in self._taken:
            return False
        target = _free((self.path or self._made()) / found.name)
        target.parent.mkdir(parents=True, exist_ok=True)
        if not found.changed:
            os.rename(source, target)
            return True
        try:
            os.link(source, target, follow_symlinks=False)
        except (OSError, NotImplementedError):  # a file system without second names
            shutil.copy2(source, target, follow_symlinks=False)
        self._taken.add(now)
        return True

    def whole(self, folder: Path) -> Path:
        """Put a folder aside as it is; returns where it lies."""
        target = self._free()
        os.rename(folder, target)
        return target

    def _made(self) -> Path:
        self.path = self._free()
        self.path.mkdir()
        return self.path

    def _free(self) -> Path:
        return next(p for p in numbered(self._home, ASIDE) if not os.path.lexists(p))


def _free(path: Path) -> Path:
    """The path, or the first of its numbered ones that is not taken."""
    number, found = 1, path
    while os.path.lexists(found):
        number += 1
        found = path.with_name(f"{path.name}-{number}")
    return found


def listed(names: list[str]) -> str:
    """The first few names, and how many more there are."""
    more = len(names) - MOST_NAMES
    return ", ".join(names[:MOST_NAMES]) + (f" and {more} more" if more > 0 else "")
