"""`outlay store` from the terminal: what an owner of a store does, and what is refused."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import pytest

from outlay.app.cli.main import main
from outlay.results.kept.storage import Storage
from outlay.results.schema import from_json
from outlay.store.opened import open_store
from support.stores import run_files


@pytest.fixture
def run(tmp_path: Path) -> Path:
    folder = tmp_path / "run"
    for name, data in run_files().items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


class Terminal:
    def __init__(self, place: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.place, self._capsys = place, capsys

    def __call__(self, *words: str, code: int = 0) -> str:
        """What is printed; on standard error where it fails."""
        try:
            main(["store", *words, "--store", str(self.place)])
            ended = 0
        except SystemExit as stop:
            ended = int(stop.code or 0)
        out, err = self._capsys.readouterr()
        assert ended == code, err
        return out if ended == 0 else out + err

    def document(self, *words: str) -> Storage:
        found = from_json(self(*words, "--json"), "store")
        assert isinstance(found, Storage)
        return found


@pytest.fixture
def store(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Terminal:
    return Terminal(tmp_path / "kept" / "store.db", capsys)


def test_a_run_goes_in_and_comes_out_as_it_was(store: Terminal, run: Path, tmp_path: Path) -> None:
    assert "is kept: A small study" in store("import", str(run))
    (held,) = store.document("runs").runs
    assert held.id[:12] in store("runs")
    assert "lies in" in store("export", held.id[:8], "--out", str(tmp_path / "again"))
    again = tmp_path / "again"
    assert {p.relative_to(again).as_posix() for p in again.rglob("*") if p.is_file()} == set(
        run_files()
    )
    assert all((again / k).read_bytes() == v for k, v in run_files().items())
    assert "something is there already" in store("export", held.id, "--out", str(again), code=2)
    (run / "report.html").write_text("another")
    assert "report.html" in store("import", str(run), code=2)


def test_people_get_tokens_that_are_shown_once(store: Terminal) -> None:
    assert "Olga" in store("add", "Olga", "--role", "viewer")
    told = store("token", "Olga", "--said", "for CI", "--days", "2")
    secret = told.split()[-1]
    held = open_store(str(store.place))
    who = held.who_of(secret)
    assert who is not None
    assert (who.name, who.role) == ("Olga", "viewer")
    assert secret not in store("tokens")
    assert "for CI" in store("tokens")
    assert "viewer" in store("token", "Olga", "--role", "admin", code=2)
    assert "over" in store("revoke", "for CI")
    assert held.who_of(secret) is None
    assert "Olga" in store("people")
    store("remove", "Olga")
    assert "Olga" not in store("people")
    assert "did you mean" in store("token", "Olg", code=2) or "no such person" in store(
        "token", "Olg", code=2
    )
    held.close()


def test_the_owner_lets_people_into_another_workspace_and_sees_what_it_holds(
    store: Terminal, run: Path, tmp_path: Path
) -> None:
    told = store("add", "Eve", "--workspace", "The others", "--role", "viewer")
    assert told.strip().endswith("outlay store token Eve --workspace 'The others'")
    assert "no such person" in store("token", "Eve", code=2)
    there = ("--workspace", "The others")
    secret = store("token", "Eve", *there).split()[-1]
    held = open_store(str(store.place))
    eve = held.who_of(secret)
    assert eve is not None
    assert [w.name for w in store.document("people", *there).people] == ["Eve"]
    assert "Eve" in store("tokens", *there)
    assert "Eve" not in store("tokens")
    store("import", str(run), *there)
    assert [r.made_by for r in held.runs(eve)] == ["(an admin of the first workspace)"]
    assert not store.document("runs").runs
    store("export", held.runs(eve)[0].id, "--out", str(tmp_path / "again"), *there)
    assert "did you mean 'The others'" in store("people", "--workspace", "The other", code=2)
    assert "all workspaces" in store("check", *there, code=2)
    assert [e.did for e in held.trail(replace(eve, role="admin"))][:2] == [
        "person.add", "token.make",
    ]  # fmt: skip
    assert "as it was put in" in store("check")
    held.close()


def test_no_request_is_made_in_the_name_of_the_stores_owner() -> None:
    code = (p.read_text() for p in Path(str(files("outlay.workbench"))).rglob("*.py"))
    assert not any("keeper(" in text for text in code)


def test_check_reads_every_file_and_line_and_ends_with_1_where_one_was_changed(
    store: Terminal, run: Path, tmp_path: Path
) -> None:
    (run / "notes.txt").write_text("mine", "utf-8")
    assert "notes.txt" in store("import", str(run)), "what is not the run's is not kept in silence"
    assert store.document("import", str(run)).left == ("notes.txt",)
    assert "as it was put in" in store("check")
    store("backup", "--out", str(tmp_path / "copy.db"))
    assert (tmp_path / "copy.db").stat().st_mode & 0o777 == 0o600
    with closing(sqlite3.connect(store.place)) as db:
        (sha,) = db.execute("SELECT sha256 FROM blobs WHERE size > 500 LIMIT 1").fetchone()
        db.execute("UPDATE blobs SET data = 'x' WHERE sha256 = ?", (sha,))
        db.execute("DROP TRIGGER trail_kept")
        db.execute("DELETE FROM trail WHERE number = 2")
        db.commit()
    said = store("check", code=1)
    assert sha in said
    assert "Line 2 of the trail" in said
    store.place = tmp_path / "copy.db"
    assert "as it was put in" in store("check")


def test_show_counts_what_is_kept(store: Terminal, run: Path) -> None:
    held = open_store(str(store.place))
    ann = held.first_admin("ann")
    study = held.add_study(ann, "A study", "x", {"a.txt": b"1234567"})
    held.save_scenario(ann, study.id, "high", 0, "", ())
    for name in ("plan", "read"):
        held.ask(ann, name, study.id, {})
    sweep = held.begin_sweep(ann, "ab", "{}", 9)
    held.put_rows(ann, sweep, [(n, b"row") for n in range(5)])
    held.close()
    store("import", str(run))
    found = store.document()
    size = 7 + sum(map(len, run_files().values()))
    assert {c.name: c.count for c in found.counts} == {
        "workspaces": 1, "people": 1, "studies": 1, "scenarios": 1, "runs": 1, "works": 2,
        "sweeps": 1, "cases": 5, "readings": 0, "files": 7, "trail": 7,
    }  # fmt: skip
    assert found.bytes == size
    assert "cases of sweeps: 5" in store()
    assert f"files: 7, {size / 1e3:.3g} kB" in store()
    assert "扫描算例：5" in store("show", "--language", "zh")


def test_what_is_asked_wrongly_is_told_and_makes_no_store(store: Terminal, tmp_path: Path) -> None:
    assert "did you mean 'check'" in store("chek", code=2)
    assert "there is no store yet" in store("show", code=2)
    assert "there is no store yet" in store("check", code=2)
    assert "nothing is named" in store("export", "--out", str(tmp_path / "x"), code=2)
    assert "takes no name" in store("people", "x", code=2)
    assert "writes nothing" in store("runs", "--out", str(tmp_path / "x"), code=2)
    assert "needs a place" in store("backup", code=2)
    assert not list(tmp_path.iterdir())
    assert json.loads(store("add", "Olga", "--json"))["people"][0]["name"] == "Olga"
    assert "last admin" in store("remove", store.document("people").people[0].name, code=2)
