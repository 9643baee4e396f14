"""What may be put into a database: texts that both kinds of database keep, ids, names, versions."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import PurePosixPath

from outlay.core.errors import InputError, Problem, TooLargeError
from outlay.core.ingest.names import hidden, name_problem
from outlay.store.errors import NotThere

__all__ = [
    "MOST_NUMBER", "Files", "canonical", "checked_files", "checked_id", "checked_name",
    "checked_text", "now",
]  # fmt: skip

MOST_NUMBER = 2**31 - 1
"""Of versions, cases and lines."""
MOST_FILES, MOST_BYTES = 10_000, 2**30
"""Of one study or run."""
MOST_PATH = 1000
_ID = re.compile(r"[0-9a-f]{16,64}")

Files = Mapping[str, bytes]
"""Path, parted by slashes → bytes."""


def now() -> str:
    """The time, UTC."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def canonical(value: object) -> str:
    """Plain values as JSON, in one spelling."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def checked_id(what: str, text: str) -> str:
    """An id as we make them; raises NotThere for what none can be."""
    if not _ID.fullmatch(text):
        raise NotThere(what, text)
    return text


def checked_name(text: str, where: str) -> str:
    """A name of something; raises InputError."""
    if problem := name_problem(text):
        raise InputError(Problem(f"not a name: {problem}", where, ascii(text)[1:-1][:80]))
    return text


def checked_text(text: str, where: str, most: int) -> str:
    """A text of at most `most` characters, which may be empty; raises InputError."""
    if len(text) > most:
        raise TooLargeError(
            Problem("too long", where, f"{len(text):,} characters", f"{most:,} characters")
        )
    odd = hidden(text, lines=True)
    if odd:
        raise InputError(Problem(f"holds the character {odd}, which cannot be shown", where))
    return text


def checked_files(files: Files, where: str) -> None:
    """Raises InputError for names that lead elsewhere, and for too many or too much."""
    total = sum(map(len, files.values()))
    for found, most, of in (
        (len(files), MOST_FILES, "files"), (total, MOST_BYTES, "bytes of files"),
    ):  # fmt: skip
        if found > most:
            raise TooLargeError(Problem("too much", where, f"{found:,} {of}", f"{most:,} {of}"))
    if wrong := [name for name in files if not _is_inside(name)]:
        raise InputError(
            [Problem("not a file inside a folder", where, ascii(n)[1:-1][:80],
                     "a path such as documents/a.pdf") for n in wrong[:20]]
        )  # fmt: skip


def _is_inside(name: str) -> bool:
    path = PurePosixPath(name)
    led = path.is_absolute() or ".." in path.parts or "\\" in name or re.match("[A-Za-z]:", name)
    odd = hidden(name) or len(name) > MOST_PATH or not name.strip()
    return not led and not odd and path.as_posix() == name and name != "."
