"""What is installed, what this machine gives and whether it plans: kind `doctor`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from outlay.results.base import Row, Seconds, Unit
from outlay.results.document import Document
from outlay.results.machine.cache import Shelf

__all__ = ["Bound", "Doctor", "Font", "Library", "Place", "Program", "Status", "Terminal", "Trial"]

Status = Literal["ok", "warning", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Program(Row):
    """The program and what runs it."""

    outlay: str
    """Version of Outlay."""
    folder: str
    """Where it lies."""
    python: str
    """Version of Python."""
    executable: str
    """The interpreter; empty: it does not know itself."""
    platform: str
    """Operating system and processor."""
    status: Status
    """warning: a Python that Outlay is not made for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Library(Row):
    """A library that Outlay uses."""

    name: str
    """As package indexes call it."""
    version: str
    """Installed; empty: none is."""
    wanted: str
    """The versions that Outlay declares; empty: not known of this installation."""
    extra: str
    """The optional part that it belongs to; empty: Outlay does not run without it."""
    said: str
    """What went wrong when it was loaded; empty: nothing."""
    status: Status
    """warning: another version than declared, or an optional library that is not there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place(Row):
    """A folder that Outlay writes into."""

    use: Literal["cache", "temporary", "current"]
    """What for."""
    folder: str
    """Where it lies; empty: there is none."""
    writable: bool
    """Whether a file could be written into it, or into the folder in which it would be made."""
    free: Annotated[int | None, Unit("byte")]
    """Room that is left; null: not known."""
    said: str
    """Why it cannot be written; empty: it can."""
    status: Status
    """warning: works without it, or little room is left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Font(Row):
    """Letters that the memo and pictures need."""

    use: Literal["memo", "chinese"]
    """memo: of the memo's own text. chinese: of a memo in Chinese."""
    family: str
    """A font that has them; empty: none was found."""
    status: Status
    """warning: none was found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terminal(Row):
    """Where the answer is read."""

    encoding: str
    """How letters become bytes; empty: not known."""
    locale: str
    """Language and encoding that the system states; empty: none."""
    interactive: bool
    """Whether somebody looks on."""
    width: Annotated[int | None, Unit("column")]
    """Columns; null: a pipe has none."""
    status: Status
    """warning: signs are lost, or tables break."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound(Row):
    """What the machine or the system gives at most."""

    name: Literal["processors", "memory", "address_space", "files", "file_size", "processor_time"]
    """processors: cores for this process. memory: of the machine, or of the group of processes.
    address_space: addresses, which drawing reserves far more of than it uses. files: open at
    once. file_size: of one file. processor_time: until the process is ended."""
    value: float | None
    """The limit, in `unit`; null: none."""
    unit: Literal["core", "byte", "file", "s"]
    """Its unit."""
    least: float | None
    """What the plan of a small study needs; null: a limit that plans do not come near."""
    status: Status
    """warning: below what is needed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial(Row):
    """A part of a plan's work, done in small."""

    name: Literal["apart", "study", "plan", "picture", "memo", "folder"]
    """apart: a process of its own is started. study: a small study is read. plan: it is solved,
    keeps its identities and costs what it must. picture: one is drawn. memo: a page is set.
    folder: files are written and read again."""
    seconds: Seconds
    """What it took."""
    said: str
    """What went wrong; empty: nothing."""
    status: Status
    """failed: plans will fail in the same way. warning: it was not tried, as no process begins."""


@dataclass(frozen=True, slots=True, repr=False, kw_only=True)
class Doctor(Document):
    """What is installed, what this machine gives, and whether a plan can be made on it."""

    kind: ClassVar[str] = "doctor"
    status: Status
    """The worst of what follows."""
    program: Program
    """Outlay and Python."""
    libraries: tuple[Library, ...]
    """Libraries that Outlay uses."""
    places: tuple[Place, ...]
    """Folders that it writes into."""
    caches: tuple[Shelf, ...]
    """What is kept between runs; empty: nothing is."""
    fonts: tuple[Font, ...]
    """Letters of the memo; empty: they could not be looked for."""
    terminal: Terminal
    """Where answers are read."""
    bounds: tuple[Bound, ...]
    """Processors, memory and limits."""
    trials: tuple[Trial, ...]
    """A plan's work in small."""
