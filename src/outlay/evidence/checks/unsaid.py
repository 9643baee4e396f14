"""What is too much to be compared or told: never left out in silence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from outlay.evidence.types import Document
from outlay.results.claims import ReadNote

__all__ = ["MOST_ALIKE", "Unsaid"]

MOST_ALIKE = 12
"""Values of one subject, measure and period that are set against one another: more are a table."""

_MOST_NOTES = 20


class Unsaid:
    """Notes of it, each with the document where it begins."""

    def __init__(self) -> None:
        self._notes: dict[str, dict[str, None]] = defaultdict(dict)

    def add(self, document: str, what: str) -> None:
        """Note `what` once, under the document of that name."""
        self._notes[document][what] = None

    def on(self, documents: Sequence[Document]) -> list[Document]:
        """The documents with these notes after their own: the first of them, and how many more."""
        return [replace(d, notes=d.notes + self._of(d.name, d.notes)) for d in documents]

    def _of(self, name: str, known: tuple[ReadNote, ...]) -> tuple[ReadNote, ...]:
        notes = list(self._notes.get(name, ()))
        said = notes[:_MOST_NOTES]
        if more := len(notes) - len(said):
            said.append(f"and {more:,} more measures with too many values to be compared")
        return tuple(n for n in (ReadNote(what, None) for what in said) if n not in known)
