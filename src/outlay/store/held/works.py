"""Work that outlives a request: taken under a lease, tried three times, and never lost."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Iterable, Mapping
from typing import Literal, cast

from sqlalchemy import Connection, Select, func, insert, or_, select, update

from outlay.core.errors import InputError, Problem
from outlay.results.kept.workbench import State, Who, Work
from outlay.store.database.tables import WorkRow
from outlay.store.database.texts import canonical, checked_id, checked_text, now
from outlay.store.errors import NotThere
from outlay.store.held.people import as_who
from outlay.store.held.shelf import Change, Shelf, whole_rows
from outlay.store.held.studies import current_version

__all__ = ["Works", "put_by"]

WORK = "work"
TRIES = 3
"""How often work is begun whose worker is gone each time."""
GONE = f"its worker was gone {TRIES} times"
MOST_REQUEST, MOST_SAID, MOST_WHY, MOST_RESULT = 1_000_000, 500, 10_000, 1000
MOST_WAITING = 1000
"""Of one workspace."""
KINDS = ("plan", "sweep", "read")


class Works(Shelf):
    """A queue that processes of one or of many machines take from."""

    def ask(self, who: Who, kind: str, study: str, request: Mapping[str, object]) -> Work:
        """Ask for work; it waits for who takes it. request: plain values."""
        if kind not in KINDS:
            raise InputError(Problem("no such work", "kind", kind[:80], ", ".join(KINDS)))
        with self._changing(who) as change:
            if study:
                current_version(change.conn, who, study)
            return put_by(change, kind, study, request)

    def works(
        self, who: Who, kind: str = "", study: str | None = None, past: str = "",
        most: int | None = None,
    ) -> tuple[Work, ...]:  # fmt: skip
        """All work of the workspace, the newest first; of one kind, of one study. past: only that
        which comes after this one; most: so much of it."""
        with self._reading(who) as conn:
            asked = select(WorkRow).where(WorkRow.workspace == who.workspace)
            if kind:
                asked = asked.where(WorkRow.kind == kind)
            if study is not None:
                asked = asked.where(WorkRow.study == checked_id("study", study))
            if past:
                _work(conn, who, past)
                last = select(WorkRow.number).where(WorkRow.id == past).scalar_subquery()
                asked = asked.where(WorkRow.number < last)
            ordered = asked.order_by(WorkRow.number.desc()).limit(most)
            return tuple(map(_as_work, whole_rows(conn, ordered)))

    def work(self, who: Who, id: str) -> Work:
        """One of them."""
        with self._reading(who) as conn:
            return _work(conn, who, id)

    def cancel(self, who: Who, id: str) -> Work:
        """Stop it; its worker hears of it at the next beat. What has ended stays as it is."""
        with self._changing(who) as change:
            found = _work(change.conn, who, id)
            if found.state in ("queued", "running"):
                why = f"cancelled by {who.name}"
                _end(change.conn, id, change.at, state="cancelled", why=why)
                change.did("work.cancel", id)
            return _work(change.conn, who, id)

    def take(
        self, worker: str, kinds: Iterable[str], lease_s: float
    ) -> tuple[Work, Who, dict[str, object]] | None:
        """The oldest work that waits, or whose worker was not heard of in time; for who asked.

        None: there is none. Of many that ask at once each gets other work.
        """
        among = tuple(kinds)
        with self._doors.reading() as conn:  # no writer's turn where nothing waits
            if conn.execute(_takeable(conn, among)).first() is None:
                return None
        with self._doors.writing() as conn:
            free = _takeable(conn, among).with_for_update(skip_locked=True)
            taken = conn.execute(
                update(WorkRow)
                .where(WorkRow.number == free.scalar_subquery())
                .values(
                    state="running", worker=worker, leased=_clock(conn) + lease_s,
                    tries=WorkRow.tries + 1, said="", share=None,
                )
                .returning(WorkRow.id, WorkRow.asker, WorkRow.request, WorkRow.tries)
            ).one_or_none()  # fmt: skip
            if taken is None:
                return None
            id, asker, request, tries = taken
            who = as_who(conn, asker)
            Change(conn, who, now()).did("work.begin", id, worker=worker, tries=tries)
            asked: dict[str, object] = json.loads(request)
            return _work(conn, who, id), who, asked

    def beat(self, id: str, worker: str, lease_s: float, share: float | None, said: str) -> bool:
        """The worker is still at it. False: it was cancelled, or another has it now."""
        with self._doors.beside() as conn:
            done = conn.execute(
                update(WorkRow)
                .where(WorkRow.id == id, WorkRow.worker == worker, WorkRow.state == "running")
                .values(leased=_clock(conn) + lease_s, share=share, said=_line(said, MOST_SAID))
            )
            return done.rowcount == 1

    def finish(self, id: str, worker: str, result: str) -> bool:
        """It is done. False: it was cancelled, or another has it now; the result counts not."""
        return self._ended(id, worker, "done", result=_line(result, MOST_RESULT), share=1.0)

    def fail(self, id: str, worker: str, why: str) -> bool:
        """It cannot be done, however often it is tried. False: as of `finish`."""
        return self._ended(id, worker, "failed", why=_line(why, MOST_WHY))

    def _ended(self, id: str, worker: str, state: State, **values: object) -> bool:
        with self._doors.writing() as conn:
            row = conn.execute(
                select(WorkRow.asker).where(
                    WorkRow.id == id, WorkRow.worker == worker, WorkRow.state == "running"
                )
            ).scalar_one_or_none()
            if row is None:
                return False
            change = Change(conn, as_who(conn, row), now())
            _end(conn, id, change.at, state=state, **values)
            change.did(f"work.{state}", id, worker=worker)
            return True

    def reap(self) -> int:
        """Work whose worker was not heard of in time waits again, or was tried often enough and is
        interrupted; how many."""
        with self._doors.reading() as conn:
            if not conn.execute(_lapsed(conn)).first():
                return 0
        with self._doors.writing() as conn:
            rows = conn.execute(_lapsed(conn)).all()
            for id, asker, tries in rows:
                change = Change(conn, as_who(conn, asker), now())
                if tries >= TRIES:
                    _end(conn, id, change.at, state="interrupted", why=GONE)
                    change.did("work.interrupted", id, tries=tries)
                else:
                    conn.execute(
                        update(WorkRow)
                        .where(WorkRow.id == id)
                        .values(state="queued", worker="", leased=0.0)
                    )
                    change.did("work.again", id, tries=tries)
            return len(rows)


def put_by(change: Change, kind: str, study: str, request: Mapping[str, object]) -> Work:
    """Work that waits from now on, with what else one transaction changes."""
    text = checked_text(canonical(dict(request)), "request", MOST_REQUEST)
    id, who = secrets.token_hex(16), change.who
    waiting = change.conn.execute(
        select(func.count())
        .select_from(WorkRow)
        .where(WorkRow.workspace == who.workspace, WorkRow.state == "queued")
    ).scalar_one()
    if waiting >= MOST_WAITING:
        raise InputError(Problem("too much work waits already", value=f"{waiting:,}"))
    change.conn.execute(
        insert(WorkRow).values(
            id=id, workspace=who.workspace, kind=kind, study=study, request=text,
            state="queued", share=None, said="", tries=0, result="", why="", worker="",
            leased=0.0, asked_at=change.at, asked_by=who.name, asker=who.id, ended_at="",
        )
    )  # fmt: skip
    change.did("work.ask", id, kind=kind, study=study)
    return _work(change.conn, who, id)


def _as_work(row: WorkRow) -> Work:
    what, state = cast(Literal["plan", "sweep", "read"], row.kind), cast(State, row.state)
    return Work(
        row.id, what, row.study, state, row.share, row.said, row.tries, row.result, row.why,
        row.asked_at, row.asked_by, row.ended_at,
    )  # fmt: skip


def _work(conn: Connection, who: Who, id: str) -> Work:
    """The work of theirs; raises NotThere."""
    asked = select(WorkRow).where(WorkRow.id == checked_id(WORK, id))
    found = whole_rows(conn, asked.where(WorkRow.workspace == who.workspace))
    if not found:
        raise NotThere(WORK, id)
    return _as_work(found[0])


def _end(conn: Connection, id: str, at: str, **values: object) -> None:
    conn.execute(update(WorkRow).where(WorkRow.id == id).values(ended_at=at, worker="", **values))


def _clock(conn: Connection) -> float:
    """Seconds since 1970: of the machine that all who write share."""
    if conn.dialect.name == "sqlite":
        return time.time()
    return float(conn.execute(select(func.extract("epoch", func.clock_timestamp()))).scalar_one())


def _takeable(conn: Connection, kinds: tuple[str, ...]) -> Select[int]:
    lapsed = (
        (WorkRow.state == "running") & (WorkRow.leased < _clock(conn)) & (WorkRow.tries < TRIES)
    )
    return (
        select(WorkRow.number)
        .where(WorkRow.kind.in_(kinds), or_(WorkRow.state == "queued", lapsed))
        .order_by(WorkRow.number)
        .limit(1)
    )


def _lapsed(conn: Connection) -> Select[str, str, int]:
    return select(WorkRow.id, WorkRow.asker, WorkRow.tries).where(
        WorkRow.state == "running", WorkRow.leased < _clock(conn)
    )


def _line(text: str, most: int) -> str:
    """A text of a worker's as both kinds of database keep it."""
    return text.encode("utf-8", "replace").decode().replace("\0", " ")[:most]
