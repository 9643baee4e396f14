"""What every kind of thing needs: a reader's moment, a writer's turn with its line in the trail."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import Connection, Select
from sqlalchemy.orm import Session

from outlay.results.kept.workbench import Role, Who
from outlay.store.database.engines import Doors
from outlay.store.database.tables import Kept
from outlay.store.database.texts import canonical, now
from outlay.store.database.trail import append
from outlay.store.errors import NotAllowed

__all__ = ["ROLES", "Change", "Shelf", "allow", "whole_rows"]

T = TypeVar("T", bound=Kept)

ROLES: tuple[Role, ...] = ("viewer", "editor", "admin")
"""Each may do what those before may."""


def allow(who: Who, least: Role) -> None:
    """Raise NotAllowed for a lower role."""
    if who.role not in ROLES or ROLES.index(who.role) < ROLES.index(least):
        raise NotAllowed(who, least)


def whole_rows(conn: Connection, asked: Select[T]) -> list[T]:
    """Rows of a table with more columns than a tuple is typed for."""
    with Session(conn) as session:  # its end leaves the transaction as it is
        return list(session.scalars(asked))


@dataclass(frozen=True, slots=True)
class Change:
    """A transaction of somebody's; at: when."""

    conn: Connection
    who: Who
    at: str

    def did(self, did: str, what: str, **detail: object) -> None:
        """Add the line that tells of it."""
        text = canonical({"by": self.who.id, **detail})
        append(self.conn, self.who.workspace, self.at, self.who.name, did, what, text)


class Shelf:
    """Base of each kind of thing."""

    def __init__(self, doors: Doors) -> None:
        self._doors = doors

    @contextmanager
    def _reading(self, who: Who, least: Role = "viewer") -> Iterator[Connection]:
        allow(who, least)
        with self._doors.reading() as conn:
            yield conn

    @contextmanager
    def _changing(self, who: Who, least: Role = "editor") -> Iterator[Change]:
        allow(who, least)
        with self._doors.writing() as conn:
            yield Change(conn, who, now())
