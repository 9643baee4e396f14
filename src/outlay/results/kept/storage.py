"""The store of the workbench as its owner looks after it: kind `store`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from outlay.results.base import Unit
from outlay.results.document import Document
from outlay.results.kept.workbench import HeldCount, HeldRun, HeldToken, Who

__all__ = ["Done", "Storage"]

Done = Literal[
    "show", "check", "runs", "export", "import", "backup", "people", "add", "remove", "tokens",
    "token", "revoke",
]  # fmt: skip


@dataclass(frozen=True, slots=True, repr=False, kw_only=True)
class Storage(Document):
    """Where the store is, what it holds, and what was done with it."""

    kind: ClassVar[str] = "store"
    place: str
    """Where it is: a file, or an address without its password."""
    database: Literal["sqlite", "postgresql"]
    """What keeps it."""
    revision: str
    """Of its tables."""
    done: Done
    """What was asked for."""
    workspace: str = ""
    """Name of the workspace that was named; empty: none was."""
    counts: tuple[HeldCount, ...] = ()
    """How many things of each kind it holds."""
    bytes: Annotated[int | None, Unit("byte")] = None
    """Of all files, each once."""
    broken_line: int | None = None
    """First line of a trail that is not as it was written; null: none is, or they were not read."""
    broken_files: tuple[str, ...] = ()
    """SHA-256 of files whose bytes were changed in the database."""
    people: tuple[Who, ...] = ()
    """Who is let in."""
    tokens: tuple[HeldToken, ...] = ()
    """What lets them in, without the secrets."""
    runs: tuple[HeldRun, ...] = ()
    """Runs: all of them, or the one that was asked for."""
    written: str = ""
    """The file or folder that was written."""
    left: tuple[str, ...] = ()
    """Files of the folder that are not the run's, and were not kept with it."""
    secret: str = ""
    """A new token: it is shown this once, and only its hash is kept."""

    @property
    def whole(self) -> bool:
        """Whether everything that was looked at is as it was put in."""
        return self.broken_line is None and not self.broken_files
