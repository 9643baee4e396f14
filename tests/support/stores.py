"""Stores for tests: the folder of a run written by hand, and all that a store holds."""

from __future__ import annotations

from functools import cache

from sqlalchemy import text

from outlay.results.schema import to_text
from outlay.runs.folder.manifest import made_of, sealed_bytes
from outlay.store.opened import Store

PICTURE = b"<svg>" + b"a picture " * 200 + b"</svg>"


@cache
def run_files(language: str = "en") -> dict[str, bytes]:
    """The files of a run's folder, as a plan writes them; of the small study by hand."""
    from support.tiny_run import tiny_result

    files = {
        "result.json": to_text(tiny_result()).encode(),
        "inputs/study.yaml": b"title: by hand\n",
        "pictures/a.svg": PICTURE,
        "report.html": f"<html lang={language}>".encode(),
        "empty.csv": b"",
    }
    missing = {"memo.pdf": "no room"}
    return {**files, "manifest.json": sealed_bytes(made_of(files, missing))}


def rows(store: Store) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table, in an order that does not change."""
    from outlay.store.database.tables import Kept

    with store._doors.reading() as conn:
        return {
            name: sorted(
                (tuple(r) for r in conn.execute(text(f'SELECT * FROM "{name}"'))), key=repr
            )
            for name in sorted(Kept.metadata.tables)
        }


def write(store: Store, line: str, **values: object) -> None:
    """Change the database behind the store's back."""
    with store._doors.writing() as conn:
        conn.execute(text(line), values)


def emptied(store: Store) -> None:
    """Take everything out of a store in PostgreSQL, whose owner may do so."""
    from outlay.store.database.tables import Kept

    with store._doors.writing() as conn:
        conn.execute(text("SET LOCAL session_replication_role = replica"))
        for name in Kept.metadata.tables:
            conn.execute(text(f"DELETE FROM {name}"))
