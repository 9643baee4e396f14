"""Connections: SQLite so that what was committed stays, PostgreSQL so that writers take turns.

Both keep one promise: a reader sees one moment, and one writer at a time writes, so that the trail
has one order.
"""

from __future__ import annotations

import os
import sqlite3
import stat
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import URL, Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool

from outlay.core.errors import InputError, Problem
from outlay.store.database.postgres import BUSY_CODES, postgres_engine, server_said
from outlay.store.errors import StoreBroken, StoreBusy
from outlay.store.place import Place

if TYPE_CHECKING:
    from sqlalchemy.engine.interfaces import DBAPIConnection

__all__ = ["VERSIONS", "Doors", "doors", "told"]

VERSIONS = "outlay_revision"
"""Alembic's table, named so that another program's beside ours is not taken for it."""
BUSY_S = 30.0
"""How long a writer waits for another."""
LOCK = 0x6F75746C6179
"""Of PostgreSQL's advisory locks: who holds it writes."""
WRITES = "outlay_writes"
PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA trusted_schema=OFF",
    "PRAGMA recursive_triggers=ON",
)
MAGIC = b"SQLite format 3\0"
BUSY = ("locked", "busy", "timed out")
REFUSED = "23"
"""How PostgreSQL's codes of broken rules begin."""


class Doors:
    """Two ways into one database."""

    def __init__(self, engine: Engine, place: Place) -> None:
        self.place = place
        self._engine = engine
        self._reader = engine
        if place.file is None:
            self._reader = engine.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
        self._writer = engine.execution_options(**{WRITES: True})
        self._turn = threading.Lock()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One moment of the database."""
        with told(self.place), self._reader.begin() as conn:
            yield conn

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction of the one writer: all of it, or nothing."""
        with self._in_turn(), told(self.place), self._writer.begin() as conn:
            yield conn

    @contextmanager
    def _in_turn(self) -> Iterator[None]:
        """Threads of one process queue here: SQLite has those that wait look again and again."""
        if not self._turn.acquire(timeout=BUSY_S):
            raise StoreBusy(f"{self.place.shown}: others write into the store")
        try:
            yield
        finally:
            self._turn.release()

    @contextmanager
    def beside(self) -> Iterator[Connection]:
        """A transaction that needs no turn of its own: it tells the trail nothing, and what it
        changes nobody else does. In SQLite it takes its turn all the same."""
        if self.place.file is not None:
            with self.writing() as conn:
                yield conn
            return
        with told(self.place), self._engine.begin() as conn:
            yield conn

    def close(self) -> None:
        """Give every connection back."""
        self._engine.dispose()


def doors(place: Place) -> Doors:
    """Connections to a place. A file is made for its owner alone.

    Raises InputError where the place cannot be; the database is asked only when it is used.
    """
    if place.file is not None:
        _make(place.file)
        engine = create_engine(
            URL.create("sqlite", database=str(place.file)), poolclass=QueuePool, pool_size=8,
            max_overflow=24, pool_timeout=BUSY_S,
            connect_args={"timeout": BUSY_S, "check_same_thread": False},
        )  # fmt: skip
        event.listen(engine, "connect", _prepared)
        event.listen(engine, "begin", _begun_sqlite)
    else:
        engine = postgres_engine(place, BUSY_S)
        event.listen(engine, "begin", _begun_postgres)
    return Doors(engine, place)


def _prepared(dbapi: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    assert isinstance(dbapi, sqlite3.Connection)
    dbapi.isolation_level = None  # we say where a transaction begins
    for line in PRAGMAS:
        dbapi.execute(line)


def _begun_sqlite(conn: Connection) -> None:
    writes = conn.get_execution_options().get(WRITES, False)
    conn.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _begun_postgres(conn: Connection) -> None:
    if conn.get_execution_options().get(WRITES, False):
        conn.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})


def _make(file: Path) -> None:
    """A folder and a file that others cannot look into. Raises InputError where the place cannot
    be, or holds something else, which is left as it is."""
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if os.path.lexists(file) and file.exists():
            if not stat.S_ISREG(file.stat().st_mode):
                raise _unfit(file, "not a file")
            if file.stat().st_size and _is_another(file):
                raise _unfit(file, "a file of something else")
        handle = os.open(file, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)
        try:
            if hasattr(os, "fchmod") and os.fstat(handle).st_mode & 0o077:
                os.fchmod(handle, 0o600)
        finally:
            os.close(handle)
    except OSError as err:
        raise _unfit(file, (err.strerror or str(err)).lower()) from None


def _is_another(file: Path) -> bool:
    """Whether a file is no database, or one with tables that are not ours; nothing is changed."""
    with file.open("rb") as begins:
        if begins.read(len(MAGIC)) != MAGIC:  # SQLite takes a short file for an empty one
            return True
    try:
        with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as found:
            names = {row[0] for row in found.execute("SELECT name FROM sqlite_master")}
            return bool(names) and VERSIONS not in names
    except sqlite3.DatabaseError:  # in use, torn, or not to be read: told when it is used
        return False


def _unfit(file: Path, reason: str) -> InputError:
    return InputError(
        Problem(f"the store cannot be kept there: {reason}", str(file), allowed="a file of its own",
                hint="name another with --store, or OUTLAY_STORE")
    )  # fmt: skip


@contextmanager
def told(place: Place) -> Iterator[None]:
    """What a database raises as errors of ours, which name the place and no statement."""
    raised: tuple[type[Exception], ...] = (DBAPIError, sqlite3.Error, OSError, *_unwrapped())
    try:
        yield
    except IntegrityError:
        raise _refused(place) from None
    except raised as err:
        whole = err.orig if isinstance(err, DBAPIError) and err.orig is not None else err
        code, words = server_said(whole)
        said = " ".join(words.split())[:200]
        if code.startswith(REFUSED):
            raise _refused(place) from None
        if code in BUSY_CODES or any(word in said.lower() for word in BUSY):
            raise StoreBusy(f"{place.shown}: others write into the store: {said}") from None
        raise StoreBroken(f"{place.shown}: {said}") from None
    except PoolTimeoutError:
        raise StoreBusy(f"{place.shown}: every connection is in use") from None


def _unwrapped() -> tuple[type[Exception], ...]:
    """Errors of the driver alone: they come bare where a server goes down as one connects."""
    driver = sys.modules.get("pg8000.exceptions")
    return () if driver is None else (driver.Error,)


def _refused(place: Place) -> StoreBroken:
    return StoreBroken(f"{place.shown}: refused by the store's own rules")
