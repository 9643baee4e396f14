"""A study from a file into the store: as a new one, or as a new version of the one of its title."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from outlay.results.kept.workbench import HeldStudy, Who

__all__ = ["Shelves", "put_in"]


class Shelves(Protocol):
    """What is asked of the store."""

    def studies(self, who: Who) -> tuple[HeldStudy, ...]:
        """All of them, without their texts."""
        ...

    def study(self, who: Who, id: str) -> HeldStudy:
        """One, with its text."""
        ...

    def study_files(self, who: Who, id: str) -> Mapping[str, bytes]:
        """The files beside it."""
        ...

    def add_study(self, who: Who, title: str, text: str, files: Mapping[str, bytes]) -> HeldStudy:
        """A new one."""
        ...

    def save_study(
        self, who: Who, id: str, version: int, title: str, text: str, files: Mapping[str, bytes]
    ) -> HeldStudy:
        """A new version."""
        ...


def put_in(store: Shelves, who: Who, path: Path) -> HeldStudy:
    """The study of that file as the store holds it then. Raises StudyError with all that is wrong.

    Studies are told apart by their titles; a file that says what the newest version says already
    makes no new one.
    """
    from outlay.api.studies import loaded

    found = loaded(path)
    inputs = dict(found.inputs)
    text = inputs.pop("study.yaml", found.text.encode()).decode()
    title = found.study.title
    for held in store.studies(who):
        if held.title != title:
            continue
        current = store.study(who, held.id)
        if current.text == text and dict(store.study_files(who, held.id)) == inputs:
            return current
        return store.save_study(who, held.id, current.version, title, text, inputs)
    return store.add_study(who, title, text, inputs)
