"""Where a sweep's rows are as soon as they count, so that no kill takes one along."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from outlay.results.kept.workbench import HeldSweep, Who

__all__ = ["Journal", "Journals", "Kept", "Stored"]


class Journal(Protocol):
    """The rows of one sweep, by case."""

    def rows(self) -> Iterator[tuple[int, bytes]]:
        """Those that are there, by case."""
        ...

    def put(self, rows: Sequence[tuple[int, bytes]]) -> None:
        """Keep rows, all or none; they are on the disk when this returns."""
        ...

    def quarantine(self, case: int, why: str) -> None:
        """Say that a case is tried no more."""
        ...


class Kept(Protocol):
    """A journal to read."""

    @property
    def id(self) -> str: ...
    def rows(self) -> Iterator[tuple[int, bytes]]: ...


class Journals(Protocol):
    """What a store has for sweeps (`outlay.store.opened.Store`)."""

    def begin_sweep(self, who: Who, study_text_hash: str, spec_json: str, n: int) -> str: ...
    def sweep_rows(self, who: Who, id: str) -> Iterator[tuple[int, bytes]]: ...
    def put_rows(self, who: Who, id: str, rows: Sequence[tuple[int, bytes]]) -> None: ...
    def quarantine(self, who: Who, id: str, case: int, why: str) -> None: ...
    def sweeps(self, who: Who) -> Iterable[HeldSweep]: ...


@dataclass(frozen=True)
class Stored:
    """A sweep in a store."""

    store: Journals
    who: Who
    id: str

    def rows(self) -> Iterator[tuple[int, bytes]]:
        """As of `Journal`."""
        return self.store.sweep_rows(self.who, self.id)

    def put(self, rows: Sequence[tuple[int, bytes]]) -> None:
        """As of `Journal`."""
        self.store.put_rows(self.who, self.id, rows)

    def quarantine(self, case: int, why: str) -> None:
        """As of `Journal`."""
        self.store.quarantine(self.who, self.id, case, why)
