"""Where the store is: what its address may be, and the place of one that nobody named."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from outlay.core.errors import InputError, Problem
from outlay.core.ingest.names import hidden, path_problem

__all__ = ["ALLOWED", "Place", "default_url", "place_of"]

ALLOWED = "a file, sqlite:////folder/store.db or postgresql://user@host/database"
NAME = "store.db"
DRIVER = "postgresql+pg8000"


@dataclass(frozen=True, slots=True)
class Place:
    """url: what opens it from any folder. file: of SQLite; None: PostgreSQL. shown: without a
    password."""

    file: Path | None
    url: str
    shown: str


def default_url() -> str:
    """`$OUTLAY_STORE`, else a file among the user's data. Raises InputError for a user without a
    home who names none."""
    if named := os.environ.get("OUTLAY_STORE"):
        return named
    base = os.environ.get("XDG_DATA_HOME") or os.environ.get("LOCALAPPDATA")
    if base and os.path.isabs(base):
        return str(Path(base) / "outlay" / NAME)
    try:
        return str(Path.home() / ".local" / "share" / "outlay" / NAME)
    except RuntimeError:
        raise InputError(
            Problem("nobody knows where your data lie", "OUTLAY_STORE", allowed=ALLOWED)
        ) from None


def place_of(url: str) -> Place:
    """What an address means; raises InputError for one that means no store."""
    if not url.strip() or hidden(url):
        raise _not(ascii(url)[1:-1][:80])
    if "://" not in url:
        return _file(url)
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        found = make_url(url)
    except (ArgumentError, ValueError):
        raise _not("") from None  # it may hold a password
    kind = found.drivername
    if kind in ("sqlite", "sqlite+pysqlite"):
        if found.query or found.host or not found.database or found.database == ":memory:":
            raise _not(url[:80])
        return _file(found.database)
    if kind not in ("postgresql", "postgres", DRIVER):
        raise _not(kind[:80])
    if not found.database:
        raise _not("no database named")
    if not found.username:
        raise _not("no user named")
    whole = found.set(drivername=DRIVER)
    shown = whole.difference_update_query(["password"]).render_as_string(hide_password=True)
    return Place(None, whole.render_as_string(hide_password=False), shown)


def _file(name: str) -> Place:
    if problem := path_problem(name):
        raise InputError(problem)
    path = Path(name).absolute()
    return Place(path, str(path), str(path))


def _not(value: str) -> InputError:
    return InputError(Problem("not the address of a store", "store", value, ALLOWED))
