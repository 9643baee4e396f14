"""Documents that were handed in: kept until they are read, and with what they were read as."""

from __future__ import annotations

import hashlib
from typing import Literal

from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from outlay.core.errors import InputError, Problem
from outlay.results.kept.workbench import HeldReading, Who, Work
from outlay.store.database.blobs import blob, drop_unnamed, keep_blobs
from outlay.store.database.tables import ReadingRow
from outlay.store.database.texts import canonical, checked_id, checked_name
from outlay.store.errors import NotThere
from outlay.store.held.shelf import Shelf, whole_rows
from outlay.store.held.works import put_by

__all__ = ["Readings"]

READING = "reading"
MOST_BYTES = 100_000_000
"""Of a document, and of what it is read as."""


class Readings(Shelf):
    """Documents by the hash of name and bytes: handed in twice, one is kept once."""

    def hand_in(self, who: Who, name: str, data: bytes) -> Work:
        """Keep a document, one that is there once, and ask for the work that reads it."""
        checked_name(name, "name")
        if not 0 < len(data) <= MOST_BYTES:
            raise InputError(
                Problem("no document", name, f"{len(data):,} bytes", f"1 to {MOST_BYTES:,} bytes")
            )
        sha = hashlib.sha256(data).hexdigest()
        id = hashlib.sha256(canonical([name, sha]).encode()).hexdigest()
        with self._changing(who) as change:
            if _row(change.conn, who, id) is None:
                keep_blobs(change.conn, [data])
                change.conn.execute(
                    insert(ReadingRow).values(
                        workspace=who.workspace, id=id, name=name, size=len(data), document=sha,
                        claims=None, page=None, work="", made_at=change.at, made_by=who.name,
                    )
                )  # fmt: skip
                change.did("reading.add", id, name=name)
            work = put_by(change, "read", "", {"reading": id})
            change.conn.execute(update(ReadingRow).where(_ours(who, id)).values(work=work.id))
            return work

    def readings(self, who: Who) -> tuple[HeldReading, ...]:
        """All of them, the newest first."""
        with self._reading(who) as conn:
            asked = select(ReadingRow).where(ReadingRow.workspace == who.workspace)
            found = whole_rows(conn, asked.order_by(ReadingRow.made_at.desc(), ReadingRow.id))
            return tuple(map(_held, found))

    def reading(self, who: Who, id: str) -> HeldReading:
        """One of them."""
        with self._reading(who) as conn:
            return _held(_there(conn, who, id))

    def document(self, who: Who, id: str) -> tuple[str, bytes]:
        """Its name and its bytes, whose hash holds."""
        with self._reading(who) as conn:
            row = _there(conn, who, id)
            return row.name, blob(conn, row.document, f"document of reading {id}")

    def read_as(self, who: Who, id: str, what: Literal["claims", "page"]) -> str:
        """What it was read as: the document `claims`, or a piece of HTML.

        Raises NotThere while it is not read.
        """
        with self._reading(who) as conn:
            row = _there(conn, who, id)
            sha = row.claims if what == "claims" else row.page
            if sha is None:
                raise NotThere(f"{what} of the reading, which is not done", id)
            return blob(conn, sha, f"{what} of reading {id}").decode()

    def keep_reading(self, who: Who, id: str, claims: str, page: str) -> None:
        """What it was read as; in place of what an older Outlay read it as."""
        with self._changing(who) as change:
            row = _there(change.conn, who, id)
            before = {sha for sha in (row.claims, row.page) if sha is not None}
            made = keep_blobs(change.conn, [claims.encode(), page.encode()])
            change.conn.execute(
                update(ReadingRow).where(_ours(who, id)).values(claims=made[0], page=made[1])
            )
            drop_unnamed(change.conn, before - set(made))
            change.did("reading.keep", id, claims=made[0])

    def remove_reading(self, who: Who, id: str) -> None:
        """Remove a document and what it was read as; its work, where it waits, says so."""
        with self._changing(who) as change:
            row = _there(change.conn, who, id)
            change.conn.execute(delete(ReadingRow).where(_ours(who, id)))
            drop_unnamed(change.conn, {s for s in (row.document, row.claims, row.page) if s})
            change.did("reading.remove", id, name=row.name)


def _ours(who: Who, id: str) -> ColumnElement[bool]:
    return (ReadingRow.workspace == who.workspace) & (ReadingRow.id == id)


def _row(conn: Connection, who: Who, id: str) -> ReadingRow | None:
    asked = select(ReadingRow).where(ReadingRow.id == checked_id(READING, id))
    found = whole_rows(conn, asked.where(ReadingRow.workspace == who.workspace))
    return found[0] if found else None


def _there(conn: Connection, who: Who, id: str) -> ReadingRow:
    """The reading of theirs; raises NotThere."""
    found = _row(conn, who, id)
    if found is None:
        raise NotThere(READING, id)
    return found


def _held(row: ReadingRow) -> HeldReading:
    return HeldReading(
        row.id, row.name, row.size, row.claims is not None, row.work, row.made_at, row.made_by
    )
