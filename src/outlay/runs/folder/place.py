"""Where a run may be written: a folder of its own, looked at before the work and not after it."""

from __future__ import annotations

import errno
import os
import stat
from itertools import islice
from pathlib import Path

from outlay.core.errors import InputError, Problem
from outlay.core.ingest.names import path_problem
from outlay.runs.folder.aside import listed
from outlay.runs.folder.manifest import begins_as_ours
from outlay.runs.folder.names import MANIFEST, OWN, RESULT, is_litter

__all__ = ["fit"]


def fit(out: Path) -> Path:
    """The folder that a run may be written into, with links followed.

    Raises InputError for a file, the working folder or one above it, the root of a file system, a
    place that cannot be written to, another user's folder that nobody else may replace, and one
    that holds what is no run of ours.
    """
    home, there = _found(out)
    if not there.is_dir():
        raise _refused("not a folder", there)
    stands = there == home
    if what := _never_replaced(home, Path.cwd() if stands else None):
        raise _refused(f"{what}: a run replaces its folder whole", out)
    for folder in {home.parent if stands else there, there}:
        if not os.access(folder, os.W_OK | os.X_OK):
            raise _refused("a folder that cannot be written to", folder)
    if not stands:
        return home
    if _anothers(home):
        raise _refused(
            "another user's, in a folder in which each may replace only what is their own", out
        )
    if names := _foreign(home):
        raise _refused(f"holds what is no run of Outlay's: {listed(names)}", out)
    return home


def _found(out: Path) -> tuple[Path, Path]:
    """The folder with links followed, and what of it is there: itself, or the nearest above."""
    if problem := path_problem(out, "--out"):
        raise InputError(problem)
    try:
        Path.cwd()
        home = out.resolve()
        return home, next(p for p in (home, *home.parents) if p.exists())
    except FileNotFoundError:
        raise _refused("the working folder is not there any more", out) from None
    except (OSError, RuntimeError, ValueError) as err:
        long = isinstance(err, OSError) and err.errno == errno.ENAMETOOLONG
        raise _refused("too long for a path" if long else "not a path", out) from None


def _never_replaced(home: Path, here: Path | None) -> str:
    """Why a folder is none that a run may replace, in words; here: the working folder, for a
    folder that is there already and could be one above it."""
    # by what they are: names may differ in their capitals
    if here and (above := [p for p in (here, *here.parents) if p.samefile(home)]):
        return "the working folder" if here in above else "a folder above the working folder"
    return "the root of a file system" if os.path.ismount(home) else ""


def _anothers(home: Path) -> bool:
    """Whether a folder may not be renamed for whose it is, as in /tmp."""
    if not (ours := getattr(os, "geteuid", int)()):
        return False  # the administrator may; a system without owners
    above = home.parent.stat()
    return bool(above.st_mode & stat.S_ISVTX) and ours not in (above.st_uid, home.stat().st_uid)


def _refused(what: str, value: Path) -> InputError:
    return InputError(Problem(what, "--out", str(value), OWN))


def _foreign(home: Path) -> list[str]:
    """Names in a folder that is neither empty nor a run's."""
    if any(begins_as_ours(home / name) for name in (MANIFEST, RESULT)):
        return []
    with os.scandir(home) as entries:
        names = sorted(e.name for e in islice(entries, 1_000))
    return [n for n in names if not is_litter(n)]
