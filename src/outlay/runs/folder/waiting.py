"""An answer that waits beside the run that it will replace, until its report is made.

`NAME.next` is a folder like any other, which its manifest says is ours to replace: a run that
somebody wrote there, or any other folder of that name, is left alone and the next number taken.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from itertools import takewhile
from pathlib import Path

from outlay.core.errors import InputError
from outlay.runs.folder.manifest import read_manifest
from outlay.runs.folder.names import MANIFEST, NEXT, numbered

__all__ = ["NOT_YET", "is_waiting", "newer_answer", "unmade", "where_to_wait"]

NOT_YET = "not made yet: the run went on after its answer was written, or was stopped there"


def unmade(names: Iterable[str], home: Path | None = None) -> dict[str, str]:
    """What an answer lacks. home: the folder that it waits for; None: it lies there."""
    return dict.fromkeys(names, NOT_YET if home is None else _waits_for(home))


def _waits_for(home: Path) -> str:
    return f"{NOT_YET}; then it takes the place of {home.name}"


def is_waiting(folder: Path, home: Path) -> bool:
    """Whether a folder holds an answer that waits for `home`."""
    try:
        return _waits_for(home) in read_manifest(folder).missing.values()
    except (InputError, OSError):
        return False


def where_to_wait(home: Path) -> Path:
    """The first name that is free, or holds an answer that waited in vain."""
    return next(p for p in numbered(home, NEXT) if not os.path.lexists(p) or is_waiting(p, home))


def newer_answer(home: Path) -> Path | None:
    """Where an answer waits that is newer than the run in the folder."""
    found = (p for p in takewhile(os.path.lexists, numbered(home, NEXT)) if is_waiting(p, home))
    with suppress(OSError):
        if (path := next(found, None)) is not None:
            new, old = ((p / MANIFEST).stat().st_mtime_ns for p in (path, home))
            return path if new > old else None
    return None
