"""What is kept is found again: studies in versions, scenarios, runs, work, sweeps, people, trail.

Each test runs on SQLite and on PostgreSQL.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import threading
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from outlay.core.errors import InputError, OutlayError
from outlay.results.kept.workbench import Assumed, Who
from outlay.store.database.trail import first_broken
from outlay.store.errors import NotAllowed, NotThere, Stale, StoreBroken
from outlay.store.held import works
from outlay.store.opened import Store, open_store
from support.postgres import database, server
from support.stores import PICTURE, emptied, rows, run_files, write

TEXT = "title: A study\n"
FILES = {"documents/a.txt": b"what it says\n" * 60, "b.csv": b""}
VALUE = Assumed("supply.h200.price", "30_000 USD", "a letter", "2026-01-02", "ann")


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with a store in which nothing is."""
    path = tmp_path_factory.mktemp("empty") / "store.db"
    open_store(str(path)).close()
    return path


@pytest.fixture(scope="module")
def postgres() -> Iterator[Store]:
    with server() as url:
        found = open_store(database(url))
        yield found
        found.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    if request.param == "postgresql":
        found = request.getfixturevalue("postgres")
        yield found
        emptied(found)
        return
    shutil.copy(request.getfixturevalue("empty"), tmp_path / "store.db")
    found = open_store(str(tmp_path / "store.db"))
    yield found
    found.close()


@pytest.fixture
def ann(store: Store) -> Who:
    return store.first_admin("ann")


@pytest.fixture
def ed(store: Store, ann: Who) -> Who:
    return store.add_person(ann, "ed", "editor")


def test_a_study_is_kept_in_every_version_with_its_files(store: Store, ed: Who) -> None:
    first = store.add_study(ed, "A study", TEXT, FILES)
    assert (first.version, first.text, first.updated_by) == (1, TEXT, "ed")
    assert first.files == ("b.csv", "documents/a.txt")
    second = store.save_study(ed, first.id, 1, "Another", TEXT + "# more\n")
    third = store.save_study(ed, first.id, 2, "Another", TEXT, {"b.csv": b"1"})
    assert store.study(ed, first.id) == third
    assert store.study(ed, first.id, 1) == first
    assert store.study_files(ed, first.id, 1) == store.study_files(ed, first.id, 2) == FILES
    assert store.study_files(ed, first.id) == {"b.csv": b"1"}
    assert [v.version for v in store.versions(ed, first.id)] == [3, 2, 1]
    assert [v.files for v in store.versions(ed, first.id)] == [
        s.files for s in (third, second, first)
    ]
    (listed,) = store.studies(ed)
    assert (listed.title, listed.version, listed.text, listed.files) == (
        "Another",
        3,
        "",
        ("b.csv",),
    )
    for version in (0, 4, 10**12):
        with pytest.raises(NotThere):
            store.study(ed, first.id, version)


def test_a_stale_save_is_told_who_saved_what_and_changes_nothing(
    store: Store, ann: Who, ed: Who
) -> None:
    study = store.add_study(ann, "A study", TEXT)
    store.save_study(ed, study.id, 1, "Of ed", "title: of ed\n")
    before = rows(store)
    for version in (0, 1, 3, 10**12):
        with pytest.raises(Stale) as told:
            store.save_study(ann, study.id, version, "Of ann", TEXT)
        assert (told.value.version, told.value.by, told.value.text) == (2, "ed", "title: of ed\n")
        assert told.value.current == store.study(ann, study.id)
        with pytest.raises(Stale):
            store.remove_study(ann, study.id, version)
    assert rows(store) == before


def test_a_removed_study_is_gone_with_the_files_that_nothing_else_names(
    store: Store, ed: Who
) -> None:
    one = store.add_study(ed, "One", TEXT, FILES)
    two = store.add_study(ed, "Two", TEXT, {"a.txt": FILES["documents/a.txt"]})
    store.save_scenario(ed, one.id, "high", 0, "", ())
    store.remove_study(ed, one.id, 1)
    with pytest.raises(NotThere):
        store.study(ed, one.id)
    assert store.studies(ed) == (store.studies(ed)[0],)
    assert store.study_files(ed, two.id) == {"a.txt": FILES["documents/a.txt"]}
    found = rows(store)
    assert len(found["blobs"]) == 1
    assert not found["scenario_versions"]
    assert len(found["study_versions"]) == 1


def test_a_scenario_keeps_value_source_date_and_approver(store: Store, ann: Who, ed: Who) -> None:
    study = store.add_study(ed, "A study", TEXT).id
    with pytest.raises(NotThere):
        store.save_scenario(ed, study, "high", 1, "", ())
    saved = store.save_scenario(ed, study, "high", 0, "dear chips", (VALUE,))
    assert saved == store.scenario(ed, study, "high")
    assert store.scenarios(ed, study) == (saved,)
    assert (saved.version, saved.values, saved.updated_by) == (1, (VALUE,), "ed")
    newer = store.save_scenario(ann, study, "high", 1, "cheap", ())
    for version in (0, 1, 3):
        with pytest.raises(Stale) as told:
            store.save_scenario(ed, study, "high", version, "", (VALUE,))
        assert told.value.current == newer
        assert json.loads(told.value.text) == []
        with pytest.raises(Stale):
            store.remove_scenario(ed, study, "high", version)
    store.remove_scenario(ed, study, "high", 2)
    assert store.scenarios(ed, study) == ()
    with pytest.raises(NotThere):
        store.scenario(ed, study, "high")
    again = store.save_scenario(ed, study, "high", 0, "", ())
    assert again.version == 4  # who saw version 1 of the one before is stale


def test_a_run_comes_back_byte_for_byte_and_is_kept_once(
    store: Store, ed: Who, tmp_path: Path
) -> None:
    files = run_files()
    assert store.keep_run(ed, files).name == ""
    run = store.keep_run(ed, files, name="first")
    assert run.name == "first"
    assert store.keep_run(ed, files) == store.keep_run(ed, files, name="second") == run
    assert store.runs(ed) == (run,)
    assert (run.title, run.verdict, run.currency) == (
        "A small study that plans in a second",
        "valid",
        "CNY",
    )
    assert run.id == json.loads(files["manifest.json"])["result"]
    assert store.run_files(ed, run.id) == {k: len(v) for k, v in files.items()}
    assert all(store.run_file(ed, run.id, k) == v for k, v in files.items())
    out = tmp_path / "out" / "run"
    store.export_run(ed, run.id, out)
    assert {
        p.relative_to(out).as_posix(): p.read_bytes() for p in out.rglob("*") if p.is_file()
    } == files
    assert [p.name for p in out.parent.iterdir()] == ["run"]
    with pytest.raises(InputError, match="something is there already"):
        store.export_run(ed, run.id, out)
    (out / "notes.txt").write_text("of mine")
    assert store.import_run(ed, out) == run
    assert store.name_run(ed, run.id, "best").name == "best"
    store.remove_run(ed, run.id)
    assert store.runs(ed) == ()
    assert not rows(store)["blobs"]


def test_runs_of_other_makings_are_others_and_share_their_bytes(store: Store, ed: Who) -> None:
    study = store.add_study(ed, "A study", TEXT).id
    alone = store.keep_run(ed, run_files())
    blobs = rows(store)["blobs"]
    of_study = store.keep_run(ed, run_files(), study, 1, scenario="high", changes=["a=1"])
    assert of_study.id != alone.id
    assert (of_study.study, of_study.study_version, of_study.scenario, of_study.changes) == (
        study,
        1,
        "high",
        ("a=1",),
    )
    assert store.keep_run(ed, run_files(), study, 1, scenario="high", changes=["a=1"]) == of_study
    assert rows(store)["blobs"] == blobs
    assert store.runs(ed, study) == (of_study,)
    assert len(store.runs(ed)) == 2
    store.remove_run(ed, alone.id)
    assert store.run_file(ed, of_study.id, "report.html") == run_files()["report.html"]


def test_a_run_without_its_report_gets_it_later(store: Store, ed: Who) -> None:
    from outlay.runs.folder.manifest import made_of, sealed_bytes

    whole = run_files()
    half = {k: v for k, v in whole.items() if k not in ("report.html", "manifest.json")}
    half["manifest.json"] = sealed_bytes(made_of(half, {"report.html": "no room"}))
    run = store.keep_run(ed, half)
    assert store.keep_run(ed, whole) == run
    assert store.run_files(ed, run.id).keys() == whole.keys()
    assert store.run_file(ed, run.id, "manifest.json") == whole["manifest.json"]
    assert store.keep_run(ed, half) == run
    assert store.run_files(ed, run.id).keys() == whole.keys()


def _changed(files: dict[str, bytes], how: str) -> dict[str, bytes]:
    new = dict(files)
    if how == "torn":
        del new["report.html"]
    elif how == "no manifest":
        del new["manifest.json"]
    elif how == "extra":
        new["more.txt"] = b""
    elif how == "led out":
        new["../more.txt"] = b""
    else:
        new[how] = new[how][:-1] + b"!"
    return new


CHANGED = {
    "report.html": "report.html", "result.json": "result.json", "empty.csv": "empty.csv",
    "manifest.json": "manifest.json", "torn": "report.html", "no manifest": "manifest.json",
    "extra": "more.txt", "led out": "more.txt",
}  # fmt: skip
"""How a run was changed, and the file that has to be named."""


def test_a_torn_or_changed_run_is_refused_by_the_name_of_the_file(store: Store, ed: Who) -> None:
    before = rows(store)
    for how, named in CHANGED.items():
        with pytest.raises(InputError, match=named):
            store.keep_run(ed, _changed(run_files(), how))
    assert rows(store) == before


def test_a_run_whose_numbers_were_changed_with_its_manifest_is_refused(
    store: Store, ed: Who
) -> None:
    from outlay.runs.folder.manifest import made_of, sealed_bytes

    files = {k: v for k, v in run_files().items() if k != "manifest.json"}
    result = json.loads(files["result.json"])
    result["objective"] += 1.0
    files["result.json"] = json.dumps(result).encode()
    with pytest.raises(InputError, match="result_hash"):
        store.keep_run(ed, {**files, "manifest.json": sealed_bytes(made_of(files, {}))})


def test_bytes_that_were_changed_in_the_database_are_not_given_out(
    store: Store, ed: Who, tmp_path: Path
) -> None:
    run = store.keep_run(ed, run_files())
    sha = hashlib.sha256(run_files()["pictures/a.svg"]).hexdigest()
    same_size = zlib.compress(PICTURE[:-1] + b"!", 1)
    for data in (same_size, b"other", b"", b"x\x9c", "a text"):
        write(store, "UPDATE blobs SET data = :data WHERE sha256 = :sha", data=data, sha=sha)
        with pytest.raises(StoreBroken, match=r"pictures/a\.svg"):
            store.run_file(ed, run.id, "pictures/a.svg")
        with pytest.raises(StoreBroken, match=r"pictures/a\.svg"):
            store.export_run(ed, run.id, tmp_path / "out")
        assert not list(tmp_path.glob("*out*"))


def test_work_is_taken_once_heard_of_and_finished(store: Store, ed: Who) -> None:
    asked = store.ask(ed, "plan", "", {"set": ["a=1"]})
    later = store.ask(ed, "sweep", "", {})
    assert store.take("w", ("read",), 60) is None
    taken = store.take("w", ("plan", "sweep"), 60)
    assert taken is not None
    work, who, request = taken
    assert (work.id, work.state, work.tries, who, request) == (
        asked.id,
        "running",
        1,
        ed,
        {"set": ["a=1"]},
    )
    assert store.take("v", ("plan",), 60) is None
    assert store.beat(asked.id, "w", 60, 0.5, "half")
    assert not store.beat(asked.id, "v", 60, 0.9, "not mine")
    assert (store.work(ed, asked.id).share, store.work(ed, asked.id).said) == (0.5, "half")
    assert not store.finish(asked.id, "v", "other")
    assert store.finish(asked.id, "w", "ab" * 32)
    assert not store.finish(asked.id, "w", "again")
    done = store.work(ed, asked.id)
    assert (done.state, done.result, done.share) == ("done", "ab" * 32, 1.0)
    assert done.ended_at
    assert [w.id for w in store.works(ed)] == [later.id, asked.id]
    assert store.take("w", ("sweep",), 60) is not None
    assert store.fail(later.id, "w", "INFEASIBLE")
    assert (store.work(ed, later.id).state, store.work(ed, later.id).why) == (
        "failed",
        "INFEASIBLE",
    )


def test_work_whose_worker_is_gone_is_tried_three_times_and_then_interrupted(
    store: Store, ed: Who, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = 0.0
    clock = works._clock
    monkeypatch.setattr(works, "_clock", lambda conn: clock(conn) + late)
    work = store.ask(ed, "plan", "", {})
    for tries in (1, 2, 3):
        taken = store.take(f"w{tries}", ("plan",), 60)
        assert taken is not None
        assert taken[0].tries == tries
        assert store.take("other", ("plan",), 60) is None
        late += 50
        assert store.beat(work.id, f"w{tries}", 60, None, "")
        late += 50
        assert store.reap() == 0  # it was heard of
        late += 11
        if tries == 2:  # who takes needs no reaper
            assert store.reap() == 1
            assert store.work(ed, work.id).state == "queued"
    assert store.take("w4", ("plan",), 60) is None
    assert store.reap() == 1
    found = store.work(ed, work.id)
    assert (found.state, found.tries) == ("interrupted", 3)
    assert "3 times" in found.why
    assert not store.beat(work.id, "w3", 60, None, "")
    assert not store.finish(work.id, "w3", "too late")
    assert store.reap() == 0


def test_cancelled_work_tells_its_worker_and_keeps_no_result(
    store: Store, ann: Who, ed: Who
) -> None:
    waiting, running = store.ask(ed, "plan", "", {}), store.ask(ed, "read", "", {})
    assert store.take("w", ("read",), 60) is not None
    for work in (waiting, running):
        assert store.cancel(ann, work.id).state == "cancelled"
        assert store.work(ed, work.id).why == "cancelled by ann"
    assert not store.beat(running.id, "w", 60, None, "")
    assert not store.finish(running.id, "w", "result")
    assert store.take("w", ("plan",), 60) is None
    lines = len(store.trail(ann))
    assert store.cancel(ann, waiting.id).state == "cancelled"
    assert len(store.trail(ann)) == lines


def test_a_sweep_goes_on_where_it_was_and_no_row_changes(store: Store, ed: Who) -> None:
    id = store.begin_sweep(ed, "ab" * 32, '{"a": 1, "b": 2}', 2500)
    assert store.begin_sweep(ed, "ab" * 32, '{"b":2,"a":1}', 2500) == id
    assert store.begin_sweep(ed, "ab" * 32, '{"b":2,"a":1}', 2501) != id
    assert store.begin_sweep(ed, "ac" * 32, '{"b":2,"a":1}', 2500) != id
    store.put_rows(ed, id, [(n, b"%d" % n) for n in range(2499, 9, -1)])
    store.put_rows(ed, id, [(3, b"three"), (10, b"other")])
    store.put_rows(ed, id, [])
    store.quarantine(ed, id, 4, "gone")
    store.quarantine(ed, id, 4, "gone again")
    found = dict(store.sweep_rows(ed, id))
    assert list(found) == [3, *range(10, 2500)]
    assert (found[3], found[10], found[2499]) == (b"three", b"10", b"2499")
    sweep = store.sweep(ed, id)
    assert (sweep.cases, sweep.done) == (2500, 2491)
    assert [(o.case, o.why) for o in sweep.outcasts] == [(4, "gone")]
    assert sweep in store.sweeps(ed)
    for case in (-1, 2500, 10**12):
        with pytest.raises(NotThere):
            store.put_rows(ed, id, [(5, b"five"), (case, b"")])
    assert 5 not in dict(store.sweep_rows(ed, id))


def test_a_token_lets_in_until_it_is_over_and_is_kept_as_a_hash(
    store: Store, ann: Who, ed: Who, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = store.make_token(ann, ed.id, "viewer", 1.0, "for a script")
    assert store.who_of(token) == Who(ed.id, "ed", ed.workspace, "viewer")
    assert token not in repr(rows(store))
    assert hashlib.sha256(token.encode()).hexdigest() in repr(rows(store))
    for other in ("", token[:-1], token + "x", token.upper(), "x" * 10_000, "\0", "é", "\ud800"):
        assert store.who_of(other) is None
    (held,) = store.tokens(ann)
    assert (held.person, held.role, held.said, held.kind) == (
        ed.id,
        "viewer",
        "for a script",
        "token",
    )
    with pytest.raises(NotAllowed):
        store.make_token(ann, ed.id, "admin", 1.0)
    store.revoke(ann, held.id)
    assert store.who_of(token) is None
    assert store.tokens(ann) == ()
    session = store.make_token(ed, ed.id, "editor", 1.0, kind="session")
    store.leave(session)
    assert store.who_of(session) is None
    last = store.make_token(ann, ed.id, "editor", 1.0)
    monkeypatch.setattr("outlay.store.held.people.now", lambda: "2999-01-01T00:00:00.000+00:00")
    assert store.who_of(last) is None
    for days in (0.0, -1.0, float("nan"), float("inf"), 1e9):
        with pytest.raises(InputError):
            store.make_token(ann, ed.id, "viewer", days)


def test_who_is_removed_comes_in_no_more_and_the_last_admin_stays(
    store: Store, ann: Who, ed: Who
) -> None:
    token = store.make_token(ann, ed.id, "editor", 1.0)
    assert store.people(ann) == (ann, ed)
    assert store.who_named("ed") == ed
    asked = [store.ask(ed, "plan", "", {}).id for _ in range(3)]
    mine = store.ask(ann, "plan", "", {}).id
    assert store.take("w", ("plan",), 60) is not None
    assert store.take("v", ("plan",), 60) is not None
    assert store.finish(asked[1], "v", "result")
    store.remove_person(ann, ed.id)
    assert not store.finish(asked[0], "w", "too late")
    states = {work.id: work.state for work in store.works(ann)}
    assert states == {
        asked[0]: "cancelled",
        asked[1]: "done",
        asked[2]: "cancelled",
        mine: "queued",
    }
    assert store.who_of(token) is None
    assert store.who_named("ed") is None
    assert store.people(ann) == (ann,)
    with pytest.raises(InputError, match="last admin"):
        store.remove_person(ann, ann.id)
    again = store.add_person(ann, "ed", "viewer")
    assert again.id != ed.id
    with pytest.raises(InputError, match="has that name"):
        store.add_person(ann, "ed", "viewer")
    assert store.first_admin("somebody else") == ann


@pytest.mark.parametrize("role", ["viewer", "editor", "admin"])
def test_a_role_does_what_it_may_and_no_more(role: str, store: Store, ann: Who) -> None:
    who = ann if role == "admin" else store.add_person(ann, role, role)  # type: ignore[arg-type]
    study = store.add_study(ann, "A study", TEXT).id
    (
        store.studies(who),
        store.scenarios(who, study),
        store.runs(who),
        store.works(who),
        store.sweeps(who),
    )
    editing: list[Callable[[], object]] = [
        lambda: store.add_study(who, "Mine", TEXT),
        lambda: store.save_scenario(who, study, "high", 0, "", ()),
        lambda: store.keep_run(who, run_files()),
        lambda: store.ask(who, "plan", study, {}),
        lambda: store.begin_sweep(who, "ab", "{}", 1),
        lambda: store.save_study(who, study, 1, "A study", TEXT),
    ]
    ruling: list[Callable[[], object]] = [
        lambda: store.people(who),
        lambda: store.tokens(who),
        lambda: store.trail(who),
        lambda: store.add_person(who, "new", "viewer"),
        lambda: store.make_token(who, ann.id, "viewer", 1.0),
    ]
    for act, least in [*((a, "editor") for a in editing), *((a, "admin") for a in ruling)]:
        if role == "admin" or role == least:
            act()
            continue
        before = rows(store)
        with pytest.raises(NotAllowed):
            act()
        assert rows(store) == before
    forged = Who(who.id, who.name, who.workspace, "owner")  # type: ignore[arg-type]
    with pytest.raises(NotAllowed):
        store.studies(forged)


def test_every_change_has_its_line_and_the_chain_holds(store: Store, ann: Who, ed: Who) -> None:
    study = store.add_study(ed, "A study", TEXT).id
    store.save_study(ed, study, 1, "A study", TEXT)
    store.save_scenario(ed, study, "high", 0, "", (VALUE,))
    store.keep_run(ed, run_files())
    lines = store.trail(ann)
    assert [e.did for e in lines] == [
        "person.add",
        "person.add",
        "study.add",
        "study.save",
        "scenario.save",
        "run.keep",
    ]
    assert [e.number for e in lines] == [1, 2, 3, 4, 5, 6]
    assert {e.who for e in lines[2:]} == {"ed"}
    assert json.loads(lines[4].detail)["values"][0]["approver"] == "ann"
    assert lines[0].before == "0" * 64
    assert [e.before for e in lines[1:]] == [e.hash for e in lines[:-1]]
    for e in lines:
        said = [e.number, e.at, e.who, e.did, e.what, e.detail, e.before]
        whole = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
        assert e.hash == hashlib.sha256(whole.encode()).hexdigest()
    assert store.trail(ann, after=4) == lines[4:]
    assert store.check_trail() is None


SAME = "at, who, did, what, detail, before, hash"
REFUSED = (
    "UPDATE trail SET who = 'nobody'", "DELETE FROM trail", "DELETE FROM trail WHERE number = 2",
    f"INSERT INTO trail SELECT workspace, number + 7, {SAME} FROM trail",
    f"INSERT OR REPLACE INTO trail SELECT workspace, number, {SAME} FROM trail WHERE number = 2",
    "TRUNCATE trail CASCADE",
)  # fmt: skip


def test_the_database_itself_refuses_a_change_of_the_trail(store: Store, ann: Who, ed: Who) -> None:
    before = store.trail(ann)
    for line in REFUSED:
        with pytest.raises(StoreBroken):
            write(store, line)
        assert store.trail(ann) == before


FORGED = {
    **{f"UPDATE trail SET {field} = 'x' WHERE number = 2": 2
       for field in ("at", "who", "did", "what", "detail", "before", "hash")},
    "DELETE FROM trail WHERE number = 1": 1, "DELETE FROM trail WHERE number = 2": 2,
    "DELETE FROM trail WHERE number = 3": 3, "DELETE FROM trail": 1,
}  # fmt: skip
"""What somebody does who owns the database, and the line that is the first to be broken."""


class _BackError(Exception):
    """Takes a change back."""


def test_a_line_that_was_changed_or_taken_away_is_found(store: Store, ann: Who, ed: Who) -> None:
    store.add_study(ed, "A study", TEXT)

    def forge(line: str, number: int, *, back: bool) -> None:
        with store._doors.writing() as conn:
            if conn.dialect.name == "sqlite":
                for name in ("trail_unchanged", "trail_kept", "trail_in_order"):
                    conn.exec_driver_sql(f"DROP TRIGGER {name}")
            else:
                conn.exec_driver_sql("SET LOCAL session_replication_role = replica")
            conn.exec_driver_sql(line)
            assert first_broken(conn, ann.workspace) == number, line
            if back:
                raise _BackError

    for line, number in FORGED.items():
        with pytest.raises(_BackError):
            forge(line, number, back=True)
        assert store.check_trail() is None
    forge(*next(iter(FORGED.items())), back=False)
    assert store.check_trail() == 2


BAD_TEXTS = ("\0", "\ud800", "\u202e", "a\x1bb")
BAD_NAMES = (*BAD_TEXTS, "", "x" * 201, "=1+1")
BAD_FILES = (
    *BAD_TEXTS,
    "",
    "x" * 2000,
    "/etc/x",
    "../x",
    "a/../../x",
    "a//b",
    "./a",
    "c:x",
    "a\\b",
)


def test_a_text_that_cannot_be_shown_is_refused_and_nothing_is_kept(store: Store, ann: Who) -> None:
    study = store.add_study(ann, "A study", TEXT).id
    run = store.keep_run(ann, run_files()).id
    before = rows(store)

    def laid(bad: str, **field: str) -> None:
        value = replace(VALUE, **field)
        store.save_scenario(ann, study, "a", 0, bad, (value,))

    for bad in BAD_NAMES:
        acts: list[Callable[[], object]] = [
            lambda bad=bad: store.add_study(ann, bad, TEXT),  # type: ignore[misc]
            lambda bad=bad: store.save_study(ann, study, 1, bad, TEXT),  # type: ignore[misc]
            lambda bad=bad: store.save_scenario(ann, study, bad, 0, "", ()),  # type: ignore[misc]
            lambda bad=bad: laid("", path=bad),  # type: ignore[misc]
            lambda bad=bad: store.add_person(ann, bad, "viewer"),  # type: ignore[misc]
            lambda bad=bad: store.add_person(ann, "new", bad),  # type: ignore[misc]
            lambda bad=bad: store.add_person(ann, "new", "viewer", bad),  # type: ignore[misc]
            lambda bad=bad: store.ask(ann, bad, study, {}),  # type: ignore[misc]
        ]
        if bad:
            acts.append(lambda bad=bad: store.name_run(ann, run, bad))  # type: ignore[misc]
            acts.append(
                lambda bad=bad: store.keep_run(ann, run_files(), scenario=bad)  # type: ignore[misc]
            )
        for act in acts:
            with pytest.raises(InputError):
                act()
    for bad in BAD_TEXTS:
        acts = [
            lambda bad=bad: store.add_study(ann, "A", TEXT + bad),  # type: ignore[misc]
            lambda bad=bad: laid(bad),  # type: ignore[misc]
            lambda bad=bad: laid("", source=bad),  # type: ignore[misc]
            lambda bad=bad: laid("", value=bad),  # type: ignore[misc]
            lambda bad=bad: laid("", date=bad),  # type: ignore[misc]
            lambda bad=bad: store.keep_run(ann, run_files(), changes=[bad]),  # type: ignore[misc]
            lambda bad=bad: store.make_token(ann, ann.id, "viewer", 1, bad),  # type: ignore[misc]
        ]
        for act in acts:
            with pytest.raises(InputError):
                act()
    for bad in BAD_FILES:
        with pytest.raises(InputError):
            store.add_study(ann, "A", TEXT, {bad: b""})
    with pytest.raises(InputError):
        store.ask(ann, "plan", study, {"set": ["\ud800"]})
    with pytest.raises(InputError, match="each path once"):
        store.save_scenario(ann, study, "a", 0, "", (VALUE, VALUE))
    with pytest.raises(InputError, match="not a date"):
        laid("", date="soon")
    assert rows(store) == before


BAD_IDS = (
    "", "x", "../x", "A" * 32, "0" * 32, "0" * 31 + "\0", "é" * 16, "0" * 1000, "\ud800" * 16, "%",
    "0" * 16 + "'",
)  # fmt: skip


def test_an_id_that_nothing_has_is_not_there(store: Store, ann: Who) -> None:
    before = rows(store)
    for id in BAD_IDS:
        acts: list[Callable[[str], object]] = [
            lambda x: store.study(ann, x), lambda x: store.study_files(ann, x),
            lambda x: store.versions(ann, x), lambda x: store.save_study(ann, x, 1, "A", TEXT),
            lambda x: store.remove_study(ann, x, 1), lambda x: store.scenarios(ann, x),
            lambda x: store.scenario(ann, x, "a"), lambda x: store.run(ann, x),
            lambda x: store.save_scenario(ann, x, "a", 0, "", ()),
            lambda x: store.run_files(ann, x), lambda x: store.run_file(ann, x, "report.html"),
            lambda x: store.name_run(ann, x, "a"), lambda x: store.remove_run(ann, x),
            lambda x: store.work(ann, x), lambda x: store.cancel(ann, x),
            lambda x: store.sweep(ann, x), lambda x: list(store.sweep_rows(ann, x)),
            lambda x: store.put_rows(ann, x, [(0, b"")]), lambda x: store.revoke(ann, x),
            lambda x: store.quarantine(ann, x, 0, ""), lambda x: store.remove_person(ann, x),
            lambda x: store.make_token(ann, x, "viewer", 1.0),
        ]  # fmt: skip
        if id:  # an empty one says that it is of none
            acts.append(lambda x: store.ask(ann, "plan", x, {}))
            acts.append(lambda x: store.keep_run(ann, run_files(), x))
        for act in acts:
            with pytest.raises(NotThere):
                act(id)
    assert store.runs(ann, "0" * 32) == ()
    assert rows(store) == before


def test_who_take_at_once_get_each_their_own(store: Store, ed: Who) -> None:
    asked = [store.ask(ed, "plan", "", {}).id for _ in range(12)]
    taken: list[str] = []

    def take(worker: int) -> None:
        while (found := store.take(f"w{worker}", ("plan",), 60)) is not None:
            taken.append(found[0].id)

    threads = [threading.Thread(target=take, args=(n,)) for n in range(8)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert sorted(taken) == sorted(asked)


def test_what_fails_within_a_change_leaves_nothing_of_it(
    store: Store, ann: Who, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = store.add_study(ann, "A study", TEXT, FILES).id
    before = rows(store)

    def broken(*_: object) -> None:
        raise OutlayError("the last line cannot be written")

    monkeypatch.setattr("outlay.store.held.shelf.append", broken)
    for act in (
        lambda: store.add_study(ann, "B", TEXT, {"b": b"more"}),
        lambda: store.save_study(ann, study, 1, "B", TEXT, {"b": b"more"}),
        lambda: store.remove_study(ann, study, 1),
        lambda: store.save_scenario(ann, study, "a", 0, "", (VALUE,)),
        lambda: store.keep_run(ann, run_files()),
        lambda: store.ask(ann, "plan", study, {}),
        lambda: store.add_person(ann, "ed", "editor"),
        lambda: store.make_token(ann, ann.id, "admin", 1.0),
    ):
        with pytest.raises(OutlayError, match="last line"):
            act()
        assert rows(store) == before
