"""Stores for tests: the folder of a run written by hand, and all that a store holds."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from sqlalchemy import text

from outlay.results.kept.storage import Storage
from outlay.results.kept.workbench import HeldCount, HeldRun, HeldToken, Who
from outlay.results.schema import to_text
from outlay.runs.folder.manifest import made_of, sealed_bytes
from outlay.store.held.keeping import COUNTED
from outlay.store.held.shelf import ROLES
from outlay.store.opened import Store

WHO = tuple(Who(f"{n:032x}", f"who {n}", "f" * 32, r) for n, r in enumerate(ROLES))
TOKENS = tuple(
    HeldToken("e" * 32, "0" * 32, "who 0", kind, "editor", "for CI", "2026-01-01", "2026-02-01")
    for kind in ("token", "session")
)
RUNS = tuple(
    HeldRun(
        "a" * 64, "", 0, "A study", name, "", (), "valid", 1.0, "CNY", "2026-01-01T00:00", "ann"
    )
    for name in ("", "best")
)
_KEPT = Storage(place="store.db", database="sqlite", revision="0003", done="show")
STORAGES = (
    replace(_KEPT, counts=tuple(HeldCount(n, 3) for n in COUNTED), bytes=5_000),
    replace(_KEPT, done="check"),
    replace(_KEPT, done="check", broken_line=7, broken_files=("a" * 64,)),
    replace(_KEPT, done="runs"), replace(_KEPT, done="runs", runs=RUNS),
    replace(_KEPT, done="export", runs=RUNS[:1], written="folder"),
    replace(_KEPT, done="import", runs=RUNS[:1], left=("notes.txt",)),
    replace(_KEPT, done="backup", written="file"),
    replace(_KEPT, done="people", people=WHO), replace(_KEPT, done="add", people=WHO[:1]),
    replace(_KEPT, done="remove", people=WHO[:1]), replace(_KEPT, done="tokens", tokens=TOKENS),
    replace(_KEPT, done="token", people=WHO[:1], secret="outlay_x"),
    replace(_KEPT, done="revoke", tokens=TOKENS[:1]),
)  # fmt: skip
"""What `outlay store` answers, one of each sort."""
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
