"""A store's tables made, or moved on to the newest revision after a copy of them was put by."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, column, inspect, select, table, text

from outlay.core.errors import InputError, Problem
from outlay.core.written import sync_folder
from outlay.store.database.engines import VERSIONS, Doors
from outlay.store.database.tables import Kept
from outlay.store.errors import StoreBroken, StoreNewer

__all__ = ["KNOWN", "NEWEST", "copied_file", "move_on"]

KNOWN = ("0001", "0002", "0003")
"""Revisions, the oldest first."""
NEWEST = KNOWN[-1]


def move_on(doors: Doors) -> Path | None:
    """Bring the tables to the newest revision; where the copy of an older store lies, if any.

    Raises StoreNewer, and InputError for a database that holds something else.
    """
    with doors.reading() as conn:
        if _revision(conn) == NEWEST:
            return None
    with doors.writing() as conn:  # one at a time; another may have done it meanwhile
        found = _revision(conn)
        if found == NEWEST:
            return None
        if found and found not in KNOWN:
            raise StoreNewer(doors.place.shown, found)
        if not found:
            _refuse_others(conn, doors.place.shown)
        copy = _copied(conn, doors, found) if found else None
        _upgrade(conn)
    return copy


def _revision(conn: Connection) -> str:
    if not inspect(conn).has_table(VERSIONS):
        return ""
    found = table(VERSIONS, column("version_num"))
    return conn.execute(select(found.c.version_num)).scalar() or ""


def _refuse_others(conn: Connection, shown: str) -> None:
    there = set(inspect(conn).get_table_names()) & set(Kept.metadata.tables)
    if there:
        raise InputError(
            Problem("a database that holds other things", shown, ", ".join(sorted(there)[:5]),
                    "a place of its own")
        )  # fmt: skip


def _upgrade(conn: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parents[1] / "migrations"))
    config.attributes["connection"] = conn
    command.upgrade(config, NEWEST)


def _copied(conn: Connection, doors: Doors, revision: str) -> Path | None:
    """Put a copy by while nobody else can write."""
    stamp = f"{revision}-{datetime.now(UTC):%Y%m%dT%H%M%S}"
    file = doors.place.file
    if file is None:
        schema = f"outlay_before_{stamp.replace('-', '_').lower()}"
        conn.execute(text(f"CREATE SCHEMA {schema}"))
        for name in inspect(conn).get_table_names():
            if name in Kept.metadata.tables or name == VERSIONS:
                conn.execute(text(f"CREATE TABLE {schema}.{name} AS TABLE {name}"))
        return None
    copy = file.with_name(f"{file.name}.before-{stamp}")
    copied_file(file, copy)
    return copy


def copied_file(file: Path, copy: Path) -> None:
    """Put a whole copy of a store's file under a name that nothing has; raises StoreBroken."""
    try:
        os.close(os.open(copy, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except OSError as err:
        raise _uncopied(copy, err) from None
    try:
        with closing(sqlite3.connect(file)) as old, closing(sqlite3.connect(copy)) as new:
            old.backup(new)
            if new.execute("PRAGMA quick_check").fetchone() != ("ok",):
                raise StoreBroken(f"{file}: cannot be copied whole; nothing was changed")
        with open(copy, "rb+") as handle:
            os.fsync(handle.fileno())
        sync_folder(copy.parent)
    except (OSError, sqlite3.Error, StoreBroken) as err:
        copy.unlink(missing_ok=True)
        if isinstance(err, StoreBroken):
            raise
        raise _uncopied(copy, err) from None


def _uncopied(copy: Path, err: Exception) -> StoreBroken:
    return StoreBroken(f"{copy}: no copy could be put by, so nothing was changed: {err}")
