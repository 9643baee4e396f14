"""What the owner of a store asks of all of it: how much there is, whether it is whole, a copy."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from sqlalchemy import func, select

from outlay.core.errors import InputError, Problem
from outlay.core.written import refuse_unmeant
from outlay.results.kept.workbench import HeldCount
from outlay.store.database.blobs import blob
from outlay.store.database.moved import NEWEST, copied_file
from outlay.store.database.tables import (
    BlobRow,
    CaseRow,
    Kept,
    PersonRow,
    ReadingRow,
    RunRow,
    ScenarioRow,
    StudyRow,
    SweepRow,
    TrailRow,
    WorkRow,
    WorkspaceRow,
)
from outlay.store.errors import StoreBroken
from outlay.store.held.shelf import Shelf

__all__ = ["Keeping"]

Counted = Literal[
    "workspaces", "people", "studies", "scenarios", "runs", "works", "sweeps", "cases", "readings",
    "files", "trail",
]  # fmt: skip
COUNTED: dict[Counted, type[Kept]] = {
    "workspaces": WorkspaceRow, "people": PersonRow, "studies": StudyRow, "scenarios": ScenarioRow,
    "runs": RunRow, "works": WorkRow, "sweeps": SweepRow, "cases": CaseRow,
    "readings": ReadingRow, "files": BlobRow, "trail": TrailRow,
}  # fmt: skip


class Keeping(Shelf):
    """Of the store's owner alone: no workspace is asked for."""

    revision = NEWEST
    """Of its tables."""

    def counts(self) -> tuple[HeldCount, ...]:
        """How many things of each kind there are, in all workspaces."""
        with self._doors.reading() as conn:
            return tuple(
                HeldCount(name, conn.execute(select(func.count()).select_from(table)).scalar_one())
                for name, table in COUNTED.items()
            )

    def size(self) -> int:
        """Bytes of all files, each once, as they are given out."""
        with self._doors.reading() as conn:
            return int(conn.execute(select(func.coalesce(func.sum(BlobRow.size), 0))).scalar_one())

    def check_files(self) -> tuple[str, ...]:
        """Hashes of the files whose bytes are not those any more that were put in."""
        wrong = []
        with self._doors.reading() as conn:
            names = conn.execute(select(BlobRow.sha256).order_by(BlobRow.sha256)).scalars().all()
            for name in names:
                try:
                    blob(conn, name, name)
                except StoreBroken:
                    wrong.append(name)
        return tuple(wrong)

    def backup(self, file: Path) -> None:
        """A copy of the whole store as it is at one moment, while others go on writing.

        Raises InputError for a file that is there, and for PostgreSQL, which has its own way.
        """
        refuse_unmeant(file)
        place = self._doors.place
        if place.file is None:
            raise InputError(
                Problem("a store in PostgreSQL is copied by its own means", "backup", place.shown,
                        hint="pg_dump DATABASE > FILE")
            )  # fmt: skip
        if file.exists():
            raise InputError(Problem("something is there already", str(file)))
        copied_file(place.file, file)
