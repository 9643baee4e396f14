"""Where an assistant's tools may read: regular files of one folder and below, and no way out."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path

from outlay.core.errors import InputError, Problem, nearest
from outlay.core.ingest.names import hidden, shown

__all__ = ["folder_in", "inside", "model_in", "name_in", "root_of"]

LONGEST = 1000
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", re.ASCII)
ALLOWED = "a path of the folder that was named at start, in strokes: studies/mine.yaml"


def root_of(folder: Path, option: str) -> Path:
    """The folder itself, whatever leads there. Raises InputError where it is none."""
    if not folder.is_dir():
        what = "not a folder" if folder.exists() else "no such folder"
        raise InputError(what, where=option, value=str(folder), allowed="a folder that is there")
    return folder.resolve()


def inside(root: Path, given: str, where: str, *, folder: bool = False) -> Path:
    """The path, from `root`, of a regular file (or of a folder) in it or below.

    Raises InputError for what leads out of it, for what another file stands for, and for what is
    neither.
    """
    if problem := _spelled(given, where):
        raise InputError(problem)
    at = root
    parts = [p for p in given.split("/") if p != "."]
    for i, part in enumerate(parts):
        beside, at = at, at / part
        try:
            found = os.lstat(at)
        except FileNotFoundError:
            hint = nearest(part, sorted(p.name for p in beside.iterdir()))
            raise InputError("no such file in the folder", where=where, value=shown(given),
                             allowed=ALLOWED, hint=hint) from None  # fmt: skip
        except OSError as err:
            what = (err.strerror or "cannot be opened").lower()
            raise InputError(what, where=where, value=shown(given), allowed=ALLOWED) from None
        last = i == len(parts) - 1
        right = stat.S_ISREG if last and not folder else stat.S_ISDIR
        if not right(found.st_mode):
            raise InputError(_other(found.st_mode, folder or not last), where=where,
                             value=shown("/".join(parts[: i + 1])), allowed=ALLOWED)  # fmt: skip
    return Path(*parts)


def _other(mode: int, folder: bool) -> str:
    if stat.S_ISLNK(mode):
        return "a link, which may lead anywhere"
    return "not a folder" if folder else "not a file"


def _spelled(given: str, where: str) -> Problem | None:
    """What is wrong with a path before anything is looked at."""
    parts = given.split("/")
    what = ""
    if not given.strip():
        what = "no path"
    elif len(given) > LONGEST:
        what = "a path longer than any here"
    elif odd := hidden(given):
        what = f"holds the character {odd}, which cannot be shown"
    elif given.startswith(("/", "~")) or re.match(r"[A-Za-z]:", given) or "://" in given:
        what = "a path that begins elsewhere"
    elif "\\" in given:
        what = "a path with backslashes"
    elif ".." in parts:
        what = "a path that leads out"
    elif not [p for p in parts if p != "."] or "" in parts:
        what = "a path with an empty part"
    return Problem(what, where, shown(given)[:80], ALLOWED) if what else None


def folder_in(root: Path, given: str, where: str) -> Path:
    """The folder of a run, from `root`: no file of it may be a link."""
    found = inside(root, given, where, folder=True)
    for entry in os.scandir(root / found):
        if entry.is_symlink():
            raise InputError("a link, which may lead anywhere", where=where,
                             value=shown(f"{found.as_posix()}/{entry.name}"),
                             allowed="the folder that `outlay plan --out` wrote")  # fmt: skip
    return found


def model_in(root: Path, given: str, where: str) -> str:
    """A model as verbs take it: a name of the catalogue, or the path of a config.json in `root`."""
    if not re.search(r"[/\\~:]|\.json$", given):
        return given
    return str(root / inside(root, given, where))


def name_in(root: Path, given: str, where: str) -> Path:
    """Where a run of that name is written in `root`: a name alone, no path."""
    if not NAME.fullmatch(given):
        allowed = "letters, digits, dots, dashes and underscores, 64 at most"
        value = shown(given)[:80]
        raise InputError("not a name for a folder", where=where, value=value, allowed=allowed)
    at = root / given
    if at.is_symlink():
        raise InputError("a link, which may lead anywhere", where=where, value=given)
    return at
