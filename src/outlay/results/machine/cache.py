"""What the cache folder holds, and what was removed of it: kind `cache`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from outlay.results.base import Row, Unit
from outlay.results.document import Document

__all__ = ["Cache", "Shelf"]

Bytes = Annotated[int, Unit("byte")]
Files = Annotated[int, Unit("file")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf(Row):
    """One kind of thing that is kept between runs."""

    name: Literal["capacity", "solved", "numba"]
    """capacity: simulated capacities. solved: programmes that were solved. numba: compiled code."""
    entries: Files
    """Files of ours: entries, and what is left of some that were being written."""
    bytes: Bytes
    """What they take."""
    damaged: Files
    """Entries that are not as they are written now: torn, edited, of an earlier version, or another
    thing under their name. They are worked out again."""
    foreign: Files
    """Things that are not ours, and links: left alone."""
    removed: Files = 0
    """Files that were removed."""
    removed_bytes: Bytes = 0
    """What they took."""
    stuck: Files = 0
    """Files of ours that could not be removed."""


@dataclass(frozen=True, slots=True, repr=False, kw_only=True)
class Cache(Document):
    """The folder of what is kept between runs, and what it holds now."""

    kind: ClassVar[str] = "cache"
    folder: str
    """Where it lies; empty: nothing is kept (`OUTLAY_CACHE` is `off`, or the user has no home)."""
    cleared: bool
    """Whether its files were to be removed."""
    shelves: tuple[Shelf, ...]
    """Each kind of thing in it, as it was before anything was removed."""
