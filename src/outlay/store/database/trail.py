"""The trail: each line carries the hash of the one before, so that a change of any is found."""

from __future__ import annotations

import hashlib

from sqlalchemy import Connection, insert, select, update

from outlay.results.kept.workbench import Entry
from outlay.store.database.tables import TrailRow, WorkspaceRow
from outlay.store.database.texts import canonical
from outlay.store.errors import NotThere

__all__ = ["FIRST", "append", "first_broken", "lines"]

FIRST = "0" * 64
"""What stands before the first line."""


def append(
    conn: Connection, workspace: str, at: str, who: str, did: str, what: str, detail: str
) -> None:
    """Add a line in the transaction of what it tells of."""
    head = conn.execute(
        select(WorkspaceRow.trail_number, WorkspaceRow.trail_hash)
        .where(WorkspaceRow.id == workspace)
        .with_for_update()
    ).one_or_none()
    if head is None:
        raise NotThere("workspace", workspace)
    last, before = head
    line = _hashed(Entry(last + 1, at, who, did, what, detail, before, ""))
    conn.execute(
        insert(TrailRow).values(
            workspace=workspace, number=last + 1, at=at, who=who, did=did, what=what,
            detail=detail, before=before, hash=line,
        )
    )  # fmt: skip
    conn.execute(
        update(WorkspaceRow)
        .where(WorkspaceRow.id == workspace)
        .values(trail_number=last + 1, trail_hash=line)
    )


def _hashed(e: Entry) -> str:
    """The hash of a line, whatever it says of its own."""
    text = canonical([e.number, e.at, e.who, e.did, e.what, e.detail, e.before])
    return hashlib.sha256(text.encode()).hexdigest()


def lines(conn: Connection, workspace: str, after: int, most: int) -> tuple[Entry, ...]:
    """Lines of a workspace after a number, oldest first."""
    found = conn.execute(
        select(
            TrailRow.number, TrailRow.at, TrailRow.who, TrailRow.did, TrailRow.what,
            TrailRow.detail, TrailRow.before, TrailRow.hash,
        )
        .where(TrailRow.workspace == workspace, TrailRow.number > after)
        .order_by(TrailRow.number)
        .limit(most)
    )  # fmt: skip
    return tuple(Entry(*row) for row in found)


def first_broken(conn: Connection, workspace: str) -> int | None:
    """Number of the first line that is not as it was written, or is not there; None: all are."""
    number, before = 0, FIRST
    while found := lines(conn, workspace, number, PIECE):
        for e in found:
            if (e.number, e.before, e.hash) != (number + 1, before, _hashed(e)):
                return number + 1
            number, before = e.number, e.hash
    head = conn.execute(
        select(WorkspaceRow.trail_number, WorkspaceRow.trail_hash).where(
            WorkspaceRow.id == workspace
        )
    ).one()
    return None if (number, before) == (head[0], head[1]) else number + 1


PIECE = 1000
"""Lines read at a time."""
