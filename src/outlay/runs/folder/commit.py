"""Write a run's folder whole: beside it, synced, then given its name in one step.

Whenever a process is killed, the name holds the old run whole or the new run whole. What is left
beside it is taken away by the next run.
"""

from __future__ import annotations

import os
import secrets
import shutil
import stat
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from outlay.core.errors import InputError, Problem
from outlay.core.written import sync_folder, write_synced
from outlay.runs.folder.aside import Aside, Found, listed, strangers
from outlay.runs.folder.lock import locked
from outlay.runs.folder.manifest import files_of, is_inside, made_of, sealed_bytes
from outlay.runs.folder.names import MANIFEST, NEW, OLD, PART, beside
from outlay.runs.folder.place import fit
from outlay.runs.folder.swap import put_in_place, recover

__all__ = ["RunFolder", "run_folder"]

Say = Callable[[str], None]


@contextmanager
def run_folder(out: str | Path, say: Say = lambda _: None) -> Iterator[RunFolder]:
    """A folder that is ours to write a run into until the end.

    say: told what was moved aside. Raises InputError where the place is not fit, or another run
    writes there; OSError with the path where nothing can be written.
    """
    shown = Path(out)
    home = fit(shown)
    made = _parents(home)
    try:
        with locked(home, shown):
            recover(home)
            fit(shown)  # another run may have made it meanwhile
            folder = RunFolder(shown, home, say)
            folder.clear()
            yield folder
    finally:
        for parent in made:
            with suppress(OSError):  # those that we made and that stayed empty
                parent.rmdir()


class RunFolder:
    """A folder that is locked. path: as the user wrote it. commits: how often a run was put there
    whole, by us."""

    def __init__(self, path: Path, home: Path, say: Say) -> None:
        self.path, self.commits = path, 0
        self._home, self._say = home, say
        self._aside = Aside(home)

    def commit(self, files: Mapping[str, bytes], missing: Mapping[str, str]) -> None:
        """Put a run in place of what is there: all of it, or nothing.

        files: path in the folder → bytes, result.json among them. missing: path → why it is not
        made. Raises OSError with the path in the folder that could not be written.
        """
        if strange := [name for name in files if not is_inside(name)]:
            raise InputError(Problem("not a path in a run's folder", str(self.path), strange[0]))
        manifest = sealed_bytes(made_of(files, missing))
        part = self._part()
        new = beside(self._home, NEW + part.name.rpartition(PART)[2])
        try:
            self._fill(part, {**files, MANIFEST: manifest})
            self._set_aside(self._home)
            with self._named(self._home):
                os.rename(part, new)
                old = put_in_place(new, self._home)
            self.commits += 1
        except BaseException:
            for path in (part, new):
                shutil.rmtree(path, ignore_errors=True)
            raise
        if old is not None:
            self._discard(old)

    def clear(self) -> None:
        """Take away what runs that were killed left beside the folder."""
        parts, wholes = (beside(self._home, end).name for end in (PART, NEW))
        with os.scandir(self._home.parent) as entries:
            names = [e.name for e in entries if e.is_dir(follow_symlinks=False)]
        for name in names:
            if name.startswith(parts):
                shutil.rmtree(self._home.with_name(name), ignore_errors=True)
            elif name.startswith(wholes) or name == beside(self._home, OLD).name:
                self._discard(self._home.with_name(name))

    def _part(self) -> Path:
        """An empty folder beside, as open to others as the one that it takes the place of."""
        part = beside(self._home, f"{PART}{secrets.token_hex(4)}")
        with self._named(self._home):
            part.mkdir()
            if self._home.is_dir():
                os.chmod(part, stat.S_IMODE(self._home.stat().st_mode))
        return part

    def _fill(self, new: Path, files: Mapping[str, bytes]) -> None:
        """The manifest comes last: a folder without one was not finished."""
        folders = sorted({(new / name).parent for name in files})
        for name, data in files.items():
            with self._named(self._home / name):
                (new / name).parent.mkdir(parents=True, exist_ok=True)
                write_synced(new / name, data)
        for folder in reversed(folders):
            sync_folder(folder)

    def _set_aside(self, folder: Path) -> None:
        """What in a run's folder is not the run's goes to `NAME.aside`, and is named."""
        files = files_of(folder)
        if not files:
            return  # no run, or one that does not say what is its own: it goes aside as a whole
        moved: list[Found] = []
        for found in strangers(folder, files):
            with self._named(folder / found.name):
                if self._aside.take(folder, found):
                    moved.append(found)
        if moved:
            self._told(listed(list(map(str, moved))), self._aside.path)

    def _discard(self, folder: Path) -> None:
        """Take away a folder that gave its name to a new one; nothing that is not ours is lost.

        The new one is there: what cannot be taken away is left for the next run.
        """
        try:
            if files_of(folder):
                self._set_aside(folder)
                gone = beside(self._home, PART + secrets.token_hex(4))
                os.rename(folder, gone)  # half removed, it would look like what is not ours
                shutil.rmtree(gone, ignore_errors=True)
            elif next(folder.iterdir(), None) is None:
                folder.rmdir()
            else:
                self._told("what was there before", self._aside.whole(folder))
        except OSError as err:
            self._say(f"warning: {folder} is left there: {(err.strerror or str(err)).lower()}")

    def _told(self, what: str, where: Path | None) -> None:
        if where is not None:
            self._say(f"warning: moved aside to {self.path.parent / where.name}: {what}")

    @contextmanager
    def _named(self, path: Path) -> Iterator[None]:
        """An error names the path as the user knows it, not where it is written first."""
        try:
            yield
        except OSError as err:
            known = path.is_relative_to(self._home)
            shown = self.path / path.relative_to(self._home) if known else path
            raise OSError(err.errno, err.strerror or str(err), str(shown)) from None


def _parents(home: Path) -> list[Path]:
    """Make the folders above; those that were not there, the innermost first."""
    made = []
    for parent in home.parents:
        if parent.exists():
            break
        made.append(parent)
    home.parent.mkdir(parents=True, exist_ok=True)
    return made
