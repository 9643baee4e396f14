"""Where a store may be, how an older one is moved on, and what is refused and left as it is."""

from __future__ import annotations

import os
import sqlite3
import ssl
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from outlay.core.errors import InputError, OutlayError
from outlay.store import opened
from outlay.store.database import moved
from outlay.store.database.postgres import postgres_engine
from outlay.store.database.tables import Kept
from outlay.store.errors import StoreBroken, StoreBusy, StoreNewer
from outlay.store.opened import open_store
from outlay.store.place import default_url, place_of
from support.postgres import database, server
from support.shared import ROOT
from support.stores import rows

OLD = ROOT / "tests" / "data" / "store" / "r0001.sql"
"""A store of the first revision, as one was written then."""


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    with server() as url:
        yield url


@pytest.fixture
def old(tmp_path: Path) -> Path:
    path = tmp_path / "store.db"
    with closing(sqlite3.connect(path)) as db:
        db.executescript(OLD.read_text())
    return path


def _engine(url: str) -> sqlalchemy.Engine:
    """Somebody else's way to a database."""
    if url.startswith("sqlite"):
        return sqlalchemy.create_engine(url)
    return postgres_engine(place_of(url), 30.0)


def _revision(path: Path) -> str:
    with closing(sqlite3.connect(path)) as db:
        return str(db.execute("SELECT version_num FROM outlay_revision").fetchone()[0])


def _all(path: Path) -> dict[str, list[tuple[object, ...]]]:
    with closing(sqlite3.connect(path)) as db:
        names = [n for (n,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {n: db.execute(f'SELECT * FROM "{n}"').fetchall() for n in sorted(names)}


def test_an_older_store_is_moved_on_whole_and_a_copy_lies_beside(old: Path) -> None:
    before = _all(old)
    store = open_store(str(old))
    assert store.copy is not None
    assert _all(store.copy) == before
    assert stat.S_IMODE(store.copy.stat().st_mode) == 0o600
    assert _revision(old) == moved.NEWEST
    after = _all(old)
    assert after.pop("readings") == []
    assert {k: v for k, v in after.items() if k != "outlay_revision"} == {
        k: v for k, v in before.items() if k != "outlay_revision"
    }
    ann = store.first_admin("x")
    (study,) = store.studies(ann)
    assert store.study_files(ann, study.id, 1) == {"documents/a.txt": b"what it says\n" * 60}
    assert store.scenario(ann, study.id, "high").values[0].value == "30_000 USD"
    (sweep,) = store.sweeps(ann)
    assert dict(store.sweep_rows(ann, sweep.id)) == {0: b"zero", 2: b"two"}
    assert store.check_trail() is None
    store.close()
    again = open_store(str(old))
    assert again.copy is None
    again.close()


def test_a_move_that_fails_leaves_the_old_store(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before, upgrade = _all(old), moved._upgrade

    def stopped(conn: sqlalchemy.Connection) -> None:
        upgrade(conn)
        raise OutlayError("stopped")

    monkeypatch.setattr(moved, "_upgrade", stopped)
    with pytest.raises(OutlayError, match="stopped"):
        open_store(str(old))
    assert _all(old) == before
    monkeypatch.undo()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("outlay.store.database.moved.os.fsync", full)
    with pytest.raises(StoreBroken, match="nothing was changed"):
        open_store(str(old))
    assert _all(old) == before


def test_the_revisions_make_the_tables_that_the_code_reads(
    old: Path, tmp_path: Path, postgres: str
) -> None:
    new = str(tmp_path / "new.db")
    for url, engine_url in (
        (str(old), f"sqlite:///{old}"), (new, f"sqlite:///{new}"),
        (made := database(postgres),) * 2,
    ):  # fmt: skip
        open_store(url).close()
        engine = _engine(engine_url)
        with engine.connect() as conn:
            context = MigrationContext.configure(
                conn, opts={"version_table": "outlay_revision", "compare_type": url != made}
            )
            assert compare_metadata(context, Kept.metadata) == []
        engine.dispose()


def test_the_newest_revision_is_the_last_of_the_files() -> None:
    folder = Path(moved.__file__).parents[1] / "migrations"
    script = ScriptDirectory(str(folder))
    assert script.get_current_head() == moved.NEWEST
    assert tuple(r.revision for r in reversed(list(script.walk_revisions()))) == moved.KNOWN


def test_an_older_store_in_postgresql_is_moved_on_and_copied(
    postgres: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = database(postgres)
    monkeypatch.setattr(moved, "NEWEST", "0001")
    store = open_store(url)
    ann = store.first_admin("ann")
    study = store.add_study(ann, "A study", "title: A study\n")
    store.close()
    monkeypatch.undo()
    store = open_store(url)
    assert store.study(ann, study.id) == study
    with store._doors.reading() as conn:
        schemas = sqlalchemy.inspect(conn).get_schema_names()
        (copy,) = [s for s in schemas if s.startswith("outlay_before_0001")]
        assert (
            conn.exec_driver_sql(f"SELECT title FROM {copy}.study_versions").scalar() == "A study"
        )
    store.close()


def test_a_newer_store_is_refused_and_left_as_it_is(tmp_path: Path, postgres: str) -> None:
    path = tmp_path / "store.db"
    open_store(str(path)).close()
    with closing(sqlite3.connect(path)) as db:
        db.execute("UPDATE outlay_revision SET version_num = '9999'")
        db.commit()
    held = _all(path)
    with pytest.raises(StoreNewer, match="9999"):
        open_store(str(path))
    assert _all(path) == held
    assert [p.name for p in tmp_path.iterdir()] == ["store.db"]
    url = database(postgres)
    open_store(url).close()
    engine = _engine(url)
    with engine.begin() as conn:
        conn.exec_driver_sql("UPDATE outlay_revision SET version_num = '9999'")
    engine.dispose()
    with pytest.raises(StoreNewer, match="9999"):
        open_store(url)


def test_a_store_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "data" / "outlay" / "store.db"
    store = open_store(str(path))
    store.first_admin("ann")
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert {stat.S_IMODE(p.stat().st_mode) for p in path.parent.iterdir()} == {0o600}
    assert len(list(path.parent.iterdir())) == 3  # with its journal
    store.close()
    path.chmod(0o644)
    open_store(str(path)).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with store._doors.reading() as conn:
        said = [
            conn.exec_driver_sql(f"PRAGMA {k}").scalar()
            for k in ("journal_mode", "synchronous", "foreign_keys")
        ]
    assert said == ["wal", 2, 1]
    store.close()


def _text(path: Path) -> None:
    path.write_text("notes of mine\n" * 500)


def _short(path: Path) -> None:
    path.write_text("x")


def _tables(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE other (a)")
        db.commit()


def _pipe(path: Path) -> None:
    os.mkfifo(path)


def _folder(path: Path) -> None:
    path.mkdir()


@pytest.mark.parametrize("make", [_text, _short, _tables, _pipe, _folder])
def test_what_is_no_store_is_refused_and_left_as_it_is(make, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "mine"
    make(path)
    path.chmod(0o755)
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(InputError, match="the store cannot be kept there"):
        open_store(str(path))
    assert stat.S_IMODE(path.stat().st_mode) == 0o755
    assert (path.read_bytes() if path.is_file() else None) == before
    assert [p.name for p in tmp_path.iterdir()] == ["mine"]


def test_a_database_of_others_tables_is_left_as_it_is(postgres: str) -> None:
    url = database(postgres)
    engine = _engine(url)
    with engine.begin() as conn:
        conn.exec_driver_sql("CREATE TABLE runs (a int)")
    with pytest.raises(InputError, match="other things"):
        open_store(url)
    with engine.begin() as conn:
        assert sqlalchemy.inspect(conn).get_table_names() == ["runs"]
    engine.dispose()


def test_a_torn_store_is_told(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    store = open_store(str(path))
    ann = store.first_admin("ann")
    study = store.add_study(ann, "A study", "x" * 100_000)
    store.close()
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])

    def read() -> None:
        torn = open_store(str(path))
        torn.study(ann, study.id)

    with pytest.raises(StoreBroken, match=r"store\.db"):
        read()


def test_a_full_disk_keeps_what_was_there(tmp_path: Path) -> None:
    store = open_store(str(tmp_path / "store.db"))
    ann = store.first_admin("ann")
    study = store.add_study(ann, "A study", "x")
    before = rows(store)
    store.close()

    def small(db: sqlite3.Connection, *_: object) -> None:
        (pages,) = db.execute("PRAGMA page_count").fetchone()
        db.execute(f"PRAGMA max_page_count={pages}")

    sqlalchemy.event.listen(store._doors._engine, "connect", small)
    with pytest.raises(StoreBroken, match="full"):
        store.save_study(ann, study.id, 1, "A study", "x" * 100_000)
    assert rows(store) == before
    store.close()
    sqlalchemy.event.remove(store._doors._engine, "connect", small)
    assert store.save_study(ann, study.id, 1, "A study", "x" * 100_000).version == 2
    store.close()


def test_who_waits_too_long_for_another_writer_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("outlay.store.database.engines.BUSY_S", 0.05)
    store = open_store(str(tmp_path / "store.db"))
    ann = store.first_admin("ann")
    with closing(sqlite3.connect(tmp_path / "store.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert store.studies(ann) == ()  # readers wait for nobody
        with pytest.raises(StoreBusy):
            store.add_study(ann, "A study", "x")
    assert store.add_study(ann, "A study", "x").version == 1
    store.close()


BAD = (
    "mysql://a:secret@host/x", "sqlite://", "sqlite:///:memory:", "sqlite:////x.db?mode=ro",
    "postgresql://u:secret@localhost", "postgresql://u:secret@[::1/x", "http://x/y", " ", "\0",
    "a\nb", "~/x.db", "postgresql://u@localhost/x?password=secret",
    "postgresql://u:secret@h/x?sslmode=maybe", "x" * 5000, "postgresql://u:secret@localhost:ab/x",
    "postgresql://localhost/secret", "postgresql:///x?host=/run/secret",
)  # fmt: skip


@pytest.mark.parametrize("url", BAD, ids=ascii)
def test_what_is_no_address_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(InputError) as told:
        open_store(url)
    assert "secret" not in str(told.value)


def test_a_server_that_is_not_there_is_told_without_the_password() -> None:
    pytest.importorskip("pg8000")
    with pytest.raises(StoreBroken, match=r"u:\*\*\*@") as told:
        open_store("postgresql://u:secret@127.0.0.1:1/x")
    assert "secret" not in str(told.value)


def test_the_place_of_a_store_that_nobody_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("OUTLAY_STORE", "XDG_DATA_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert place_of(default_url()).file == tmp_path / ".local/share/outlay/store.db"
    monkeypatch.setenv("XDG_DATA_HOME", "not/absolute")
    assert place_of(default_url()).file == tmp_path / ".local/share/outlay/store.db"
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    assert place_of(default_url()).file == tmp_path / "data/outlay/store.db"
    monkeypatch.setenv("OUTLAY_STORE", str(tmp_path / "a?b %41.db"))
    store = opened.open_store()
    store.close()
    assert (tmp_path / "a?b %41.db").exists()
    monkeypatch.chdir(tmp_path)
    for url in ("a?b %41.db", "sqlite:///other.db", "postgresql://u:pw@host/team"):
        place = place_of(url)
        monkeypatch.chdir("/")
        assert place_of(place.url) == place  # a process elsewhere opens the same
        monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OUTLAY_STORE", "postgresql://u:pw@host/team")
    assert place_of(default_url()).shown == "postgresql+pg8000://u:***@host/team"


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("postgresql://u@db.example/x", ssl.CERT_REQUIRED),
        ("postgresql://u@db.example/x?sslmode=verify-full", ssl.CERT_REQUIRED),
        ("postgresql://u@db.example/x?sslmode=require", True),
        ("postgresql://u@db.example/x?sslmode=disable", False),
        ("postgresql://u@localhost/x", None),
        ("postgresql://u@/x?host=/run/postgresql", None),
    ],
)
def test_a_server_elsewhere_has_to_prove_who_it_is(
    url: str, told: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("pg8000")
    asked: dict[str, object] = {}

    def connect(*_: object, **options: object) -> None:
        asked.update(options)
        raise OSError("no server")

    monkeypatch.setattr("pg8000.dbapi.connect", connect)
    monkeypatch.setattr("pg8000.connect", connect)
    with pytest.raises(OSError, match="no server"):
        postgres_engine(place_of(url), 30.0).connect()
    way = asked["ssl_context"]
    if isinstance(way, ssl.SSLContext):
        assert way.check_hostname
        way = way.verify_mode
    assert way == told
    assert asked.get("unix_sock") == ("/run/postgresql/.s.PGSQL.5432" if "run" in url else None)
    assert asked["password"] == ""  # without one the driver fails at a server that asks for it
    assert asked["startup_params"] == {"synchronous_commit": "on", "lock_timeout": "30s"}


@pytest.mark.parametrize("raised", ["reset", "driver"])
def test_a_database_that_goes_down_meanwhile_is_said_as_ours(raised: str) -> None:
    """As a connection is made, and as one is tried, the driver's errors come bare."""
    from outlay.store.database.engines import told
    from outlay.store.errors import StoreBroken
    from outlay.store.place import place_of

    driver = pytest.importorskip("pg8000.exceptions")
    err = ConnectionResetError(104, "Connection reset by peer")
    place = place_of("postgresql://me@127.0.0.1/store")
    with (
        pytest.raises(StoreBroken, match=r"127\.0\.0\.1.*(reset by peer|network error)"),
        told(place),
    ):
        raise err if raised == "reset" else driver.InterfaceError("network error")
