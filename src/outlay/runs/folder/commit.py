"""Write a run's folder whole: beside it, synced, then given its name in one step.

Whenever a process is killed, the name holds the old run whole or the new run whole. What is left
beside it is taken away by the next run.
"""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from outlay.core.errors import InputError, Problem
from outlay.core.written import sync_folder, write_atomic, write_synced
from outlay.runs.folder.aside import Aside, Found, listed, strangers
from outlay.runs.folder.lock import locked
from outlay.runs.folder.manifest import files_of, is_inside, made_of, read_manifest, sealed_bytes
from outlay.runs.folder.names import MANIFEST, NEW, OLD, PART, beside, is_litter
from outlay.runs.folder.place import fit
from outlay.runs.folder.swap import liken, put_in_place, recover
from outlay.runs.folder.waiting import is_waiting, unmade, where_to_wait

__all__ = ["RunFolder", "run_folder"]

Say = Callable[[str], None]
ROOM = 1 << 16
"""Bytes that a manifest fits in."""


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
            recover(where_to_wait(home))
            fit(shown)  # another run may have made it meanwhile
            folder = RunFolder(shown, home, say)
            folder.clear()
            try:
                yield folder
            finally:
                folder.give_room()
    finally:
        for parent in made:
            with suppress(OSError):  # those that we made and that stayed empty
                parent.rmdir()


class RunFolder:
    """A folder that is locked. path: as the user wrote it. commits: how often a run was put there
    whole, by us. kept_in: where the newest of them lies."""

    def __init__(self, path: Path, home: Path, say: Say) -> None:
        self.path, self.commits, self.kept_in = path, 0, path
        self._home, self._say = home, say
        self._aside = Aside(home)
        self._next: Path | None = None
        self._room: Path | None = None

    def answer(self, files: Mapping[str, bytes], lacks: Iterable[str]) -> None:
        """Put an answer there whose report is still to be made; beside a run that is there, which
        stays whole until the new one is whole too. lacks: the paths that are not made yet."""
        if files_of(self._home):
            wait = where_to_wait(self._home)
            self._put(files, unmade(lacks, self._home), wait)
            self._next, self.kept_in = wait, self._shown(wait)
        else:
            self._put(files, unmade(lacks), self._home)
        self._keep_room()

    def commit(self, files: Mapping[str, bytes], missing: Mapping[str, str]) -> None:
        """Put a run in place of what is there: all of it, or nothing.

        files: path in the folder → bytes, result.json among them. missing: path → why it is not
        made. Raises OSError with the path in the folder that could not be written.
        """
        self._put(files, missing, self._home)
        self._next, self.kept_in = None, self.path
        if is_waiting(wait := where_to_wait(self._home), self._home):
            self._discard(wait)

    def settle(self, missing: Mapping[str, str]) -> None:
        """The answer is all that there will be, and takes its place, for which no room is needed.

        missing: path → why it is not made; a run before that has one of them goes aside whole. What
        cannot take its place stays where it waits.
        """
        try:
            if self._next is not None:
                self._take_place(self._next, missing)
            changed = replace(read_manifest(self._home), missing=dict(missing))
            self._last_word(sealed_bytes(changed))
        except OSError as err:
            reason = (err.strerror or str(err)).lower()
            self._say(f"warning: {self.kept_in} is left as it is: {reason}")

    def _take_place(self, wait: Path, missing: Mapping[str, str]) -> None:
        self._set_aside(self._home)
        old = put_in_place(wait, self._home)
        self._next, self.kept_in = None, self.path
        if old is not None:
            self._dismiss(old, missing)

    def _dismiss(self, old: Path, missing: Mapping[str, str]) -> None:
        """A run that was replaced goes; aside where it has what the new one could not be given."""
        had = {name.split("/")[0] for name in files_of(old)}
        lost = [name for name in missing if name in had]
        if not lost:
            self._discard(old)
            return
        try:
            self._told(f"the run before, with its {listed(lost)}", self._aside.whole(old))
        except OSError as err:
            self._left(old, err)

    def _keep_room(self) -> None:
        """Room on the disk for a last word, should it be full by then."""
        with suppress(OSError):
            self._room = self._part()
            (self._room / MANIFEST).write_bytes(os.urandom(ROOM))

    def _last_word(self, manifest: bytes) -> None:
        """The manifest of what is there, in the room that was kept for it."""
        there = self._home / MANIFEST
        try:
            if self._room is None:
                raise FileNotFoundError(self._home)
            with (self._room / MANIFEST).open("rb+") as file:
                file.write(manifest)
                file.truncate()
                file.flush()
                os.fsync(file.fileno())
            liken(self._room / MANIFEST, there)
            os.replace(self._room / MANIFEST, there)
            sync_folder(self._home)
        except OSError:  # no room was kept, or a file system that writes over nothing
            self.give_room()
            write_atomic(there, manifest)

    def give_room(self) -> None:
        """Take away what was kept for a last word."""
        if self._room is not None:
            shutil.rmtree(self._room, ignore_errors=True)
            self._room = None

    def _put(self, files: Mapping[str, bytes], missing: Mapping[str, str], home: Path) -> None:
        if strange := [name for name in files if not is_inside(name)]:
            raise InputError(Problem("not a path in a run's folder", str(self.path), strange[0]))
        manifest = sealed_bytes(made_of(files, missing))
        part = self._part()
        new = beside(self._home, NEW + part.name.rpartition(PART)[2])
        try:
            self._fill(part, {**files, MANIFEST: manifest})
            self._set_aside(home)
            with self._named(home):
                os.rename(part, new)
                old = put_in_place(new, home)
            self.commits += 1
        except BaseException:
            for path in (part, new):
                shutil.rmtree(path, ignore_errors=True)
            raise
        if old is not None:
            self._dismiss(old, missing if home == self._home else {})

    def clear(self) -> None:
        """Take away what runs that were killed left beside the folder."""
        parts, wholes = (beside(self._home, end).name for end in (PART, NEW))
        olds = {beside(p, OLD).name for p in (self._home, where_to_wait(self._home))}
        with os.scandir(self._home.parent) as entries:
            names = [e.name for e in entries if e.is_dir(follow_symlinks=False)]
        for name in names:
            if name.startswith(parts):
                shutil.rmtree(self._home.with_name(name), ignore_errors=True)
            elif name.startswith(wholes) or name in olds:
                self._discard(self._home.with_name(name))

    def _part(self) -> Path:
        """An empty folder beside, as open to others as the one that it takes the place of."""
        part = beside(self._home, f"{PART}{secrets.token_hex(4)}")
        with self._named(self._home):
            part.mkdir()
        liken(part, self._home)
        return part

    def _fill(self, new: Path, files: Mapping[str, bytes]) -> None:
        """The manifest comes last: a folder without one was not finished."""
        folders = sorted({(new / name).parent for name in files})
        for name, data in files.items():
            with self._named(self._home / name):
                (new / name).parent.mkdir(parents=True, exist_ok=True)
                write_synced(new / name, data)
        for path in (*folders, *(new / name for name in files)):
            liken(path, self._home / path.relative_to(new))
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
            elif all(p.is_file() and is_litter(p.name) for p in folder.iterdir()):
                shutil.rmtree(folder)
            else:
                self._told("what was there before", self._aside.whole(folder))
        except OSError as err:
            self._left(folder, err)

    def _left(self, folder: Path, err: OSError) -> None:
        self._say(f"warning: {folder} is left there: {(err.strerror or str(err)).lower()}")

    def _told(self, what: str, where: Path | None) -> None:
        if where is not None:
            self._say(f"warning: moved aside to {self._shown(where)}: {what}")

    def _shown(self, path: Path) -> Path:
        """A sibling of the folder, as the user would write it."""
        near = self.path.parent / path.name
        return near if near.exists() and near.samefile(path) else path

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
