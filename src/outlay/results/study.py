"""What a study says of itself inside documents: its numbers, sources and inputs not used."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from outlay.results.base import Row, absent

__all__ = ["DRAFTED", "Idle", "Number", "Source", "Thing", "Unused", "is_default"]

DRAFTED = "default"
"""How the note of a number begins that a draft has from no document."""


def is_default(note: str) -> bool:
    """Whether the note says that no document states the number."""
    return note == DRAFTED or note.startswith(f"{DRAFTED}: ")


@dataclass(frozen=True, slots=True)
class Number(Row):
    """One number of a study: a fact with a source, or an assumption."""

    path: str
    """Where in the study it stands."""
    value: float
    """The number, in `unit`."""
    unit: str
    """Its base unit."""
    low: float | None
    """Low end of its stated range."""
    high: float | None
    """High end of its stated range."""
    source: str
    """Key of its source; empty: none."""
    grade: str
    """The source's grade, or `assumption`."""
    note: str
    """What the study says of it."""
    stated: bool
    """False where it is a default of Outlay's."""
    line: int | None
    """Line of the study; null where nobody wrote it."""
    where: Annotated[str, absent()] = ""
    """File, line and path."""

    @property
    def is_assumption(self) -> bool:
        return self.grade == "assumption"


@dataclass(frozen=True, slots=True)
class Source(Row):
    """A source that the study names."""

    id: str
    """Its key."""
    date: str
    """Its date."""
    grade: str
    """How good it is."""
    text: str
    """Title, publisher, address, document, note."""


@dataclass(frozen=True, slots=True)
class Idle(Row):
    """An input that the study states and that reaches nothing in it."""

    path: str
    """Where in the study it stands."""
    value: str
    """What is written there."""
    field: str
    """The same with `*` for names: inputs of one field and reason are one to readers."""
    reason: str
    """Why it reaches nothing, by name; readers meet it as a sentence."""
    line: int | None = None
    """Line of the study; null where no file holds it."""


@dataclass(frozen=True, slots=True)
class Unused(Row):
    """An input that is kept and that no stage acts on."""

    what: str
    """The input."""
    value: str
    """What it says."""
    why: str
    """Why nothing acts on it."""
    source: Annotated[str | None, absent()] = None
    """Key of its source."""


@dataclass(frozen=True, slots=True)
class Thing(Row):
    """A thing that the plan speaks of by its id; words call it by a name for people."""

    id: str
    """The study's id, or the catalogue's."""
    kind: Literal["chip", "offer", "pool", "site", "service", "work", "training", "factor"]
    """What it is."""
    title: str
    """What the study or the catalogue calls it; empty: it has only its id."""
    chip: str = ""
    """Catalogue id of its chip; empty where it has none."""
