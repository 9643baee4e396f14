"""A store, opened: of the newest form, moved on from an older one, never from a newer."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from outlay.store.database.engines import Doors, doors
from outlay.store.database.moved import move_on
from outlay.store.held.journal import Journal
from outlay.store.held.keeping import Keeping
from outlay.store.held.people import People
from outlay.store.held.readings import Readings
from outlay.store.held.runs import Runs
from outlay.store.held.scenarios import Scenarios
from outlay.store.held.studies import Studies
from outlay.store.held.trails import Trails
from outlay.store.held.works import Works
from outlay.store.place import default_url, place_of

__all__ = ["Store", "open_store"]


class Store(People, Studies, Scenarios, Runs, Works, Journal, Readings, Trails, Keeping):
    """All that is kept. Every call is one transaction; threads may share a store.

    shown: where it is, without a password. database: what keeps it. copy: where an older one lies
    that was moved on.
    """

    def __init__(self, doors: Doors, copy: Path | None) -> None:
        super().__init__(doors)
        self.shown, self.copy = doors.place.shown, copy
        self.database: Literal["sqlite", "postgresql"] = (
            "postgresql" if doors.place.file is None else "sqlite"
        )

    def close(self) -> None:
        """Let go of the database; calls after it open it again."""
        self._doors.close()


def open_store(url: str = "") -> Store:
    """The store at an address, made where there is none. url: a file, an address of SQLAlchemy's,
    or nothing for the user's own.

    Raises InputError for what is no place of a store, StoreNewer for one of a newer Outlay, which
    is left as it is, StoreBroken where it cannot be read or written.
    """
    found = doors(place_of(url or default_url()))
    try:
        return Store(found, move_on(found))
    except BaseException:
        found.close()
        raise
