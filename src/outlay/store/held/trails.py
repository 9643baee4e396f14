"""The trail as its readers meet it."""

from __future__ import annotations

from sqlalchemy import select

from outlay.results.kept.workbench import Entry, Who
from outlay.store.database.tables import WorkspaceRow
from outlay.store.database.texts import MOST_NUMBER
from outlay.store.database.trail import first_broken, lines
from outlay.store.held.shelf import Shelf

__all__ = ["Trails"]

MOST_LINES = 1000


class Trails(Shelf):
    """Who did what; nobody can take a line away."""

    def trail(self, who: Who, after: int = 0) -> tuple[Entry, ...]:
        """The next lines of the workspace after a number, oldest first, up to a thousand."""
        with self._reading(who, "admin") as conn:
            return lines(conn, who.workspace, min(max(after, 0), MOST_NUMBER), MOST_LINES)

    def check_trail(self) -> int | None:
        """Number of the first line of any workspace that is not as it was written; None: all
        are."""
        with self._doors.reading() as conn:
            for workspace in (
                conn.execute(select(WorkspaceRow.id).order_by(WorkspaceRow.number)).scalars().all()
            ):
                if (found := first_broken(conn, workspace)) is not None:
                    return found
            return None
