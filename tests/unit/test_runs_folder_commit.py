"""The folder of a run while it is made: where it may be, who may write, what is moved aside."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from outlay.core.errors import InputError
from outlay.core.ingest.files import take
from outlay.core.written import write_atomic
from outlay.results.schema import from_json, json_schema, to_json, to_text
from outlay.runs.folder import swap
from outlay.runs.folder.commit import run_folder
from outlay.runs.folder.manifest import made_of, read_manifest, sealed_bytes
from outlay.runs.folder.names import AGAIN, short_name
from outlay.runs.folder.verify import folder_of, means_run, verify
from support.plans import hand_made

FILES = {
    "result.json": to_text(hand_made()).encode(),
    "inputs/study.yaml": b"outlay: 1\n",
    "plan.xlsx": b"a workbook",
    "tables/orders.csv": b"offer\nbuy\n",
}


def save(out: Path, files: dict[str, bytes] = FILES) -> list[str]:
    said: list[str] = []
    with run_folder(out, said.append) as home:
        home.commit(files, {})
    return said


def tree(folder: Path) -> set[str]:
    return {
        str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_symlink() or not p.is_dir()
    }


def problem(out: Path) -> str:
    with pytest.raises(InputError) as found:
        save(out)
    (one,) = found.value.problems()
    assert (found.value.exit_code, one.where) == (2, "--out")
    return f"{one.what} | {one.allowed}{one.hint}"


def test_an_answer_waits_beside_a_whole_run(tmp_path: Path) -> None:
    out, newer = tmp_path / "x", tmp_path / "x.next"
    old, new = ({**FILES, "report.html": text} for text in (b"old", b"new"))
    with run_folder(out) as home:
        home.answer(old, ["memo.pdf"])
        assert (out / "report.html").read_bytes() == b"old"
        assert (home.kept_in, list(verify(out).manifest.missing)) == (out, ["memo.pdf"])
    said: list[str] = []
    with run_folder(out) as home:  # stopped after its answer
        home.answer(FILES, ["report.html"])
        assert home.kept_in == newer
    assert (out / "report.html").read_bytes() == b"old"
    assert verify(newer).manifest.missing == {
        "report.html": "not made yet: the run went on after its answer was written, or was stopped "
        "there; then it takes the place of x"
    }
    verify(out, said.append)
    assert said[-1:] == [f"{out}: a newer answer, whose report was not made, lies in {newer}"]
    with run_folder(out) as home:
        home.answer(FILES, ["report.html"])
        home.commit(new, {})
        assert home.kept_in == out
    assert (out / "report.html").read_bytes() == b"new"
    assert [p.name for p in tmp_path.iterdir()] == ["x"]


def test_an_answer_whose_report_fails_takes_its_place_and_the_report_before_goes_aside(
    tmp_path: Path,
) -> None:
    out, aside = tmp_path / "x", tmp_path / "x.aside"
    save(out, {**FILES, "report.html": b"old"})
    said: list[str] = []
    full = {"report.html": "No space left on device"}
    for _ in range(2):
        with run_folder(out, said.append) as home:
            home.answer(FILES, ["report.html"])
            home.settle(full)
            assert home.kept_in == out
        assert verify(out).manifest.missing == full
        assert sorted(p.name for p in tmp_path.iterdir()) == ["x", "x.aside"]
    assert said == [f"warning: moved aside to {aside}: the run before, with its report.html"]
    assert (aside / "report.html").read_bytes() == b"old"
    verify(aside)
    save(out, {**FILES, "report.html": b"new"})
    with run_folder(out, said.append) as home:
        home.answer(FILES, ["report.html"])
        home.commit(FILES, {"report.html": "not enough memory", "pictures/a.svg": "no glyph"})
    assert said[1:] == [f"warning: moved aside to {aside}-2: the run before, with its report.html"]
    assert (tmp_path / "x.aside-2" / "report.html").read_bytes() == b"new"


def test_a_last_word_needs_no_room_on_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, _: bytes) -> None:
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr("outlay.runs.folder.commit.write_atomic", full)
    missing = {"report.html": "No space left on device"}
    for _ in range(2):
        with run_folder(tmp_path / "x") as home:
            home.answer(FILES, ["report.html"])
            home.settle(missing)
        assert verify(tmp_path / "x").manifest.missing == missing
    assert [p.name for p in tmp_path.iterdir()] == ["x"]


def test_a_folder_that_is_called_as_a_waiting_answer_is_left_alone(tmp_path: Path) -> None:
    out, mine = tmp_path / "x", tmp_path / "x.next"
    save(out)
    save(mine)
    for _ in range(2):
        with run_folder(out) as home:
            home.answer(FILES, ["report.html"])
            assert home.kept_in == tmp_path / "x.next-2"
    assert verify(mine).manifest.missing == {}
    assert save(out) == []
    assert sorted(p.name for p in tmp_path.iterdir()) == ["x", "x.next"]


def test_owner_group_and_mode_of_what_was_there_are_kept(tmp_path: Path) -> None:
    out = tmp_path / "x"
    save(out)
    team = next((g for g in os.getgroups() if g != os.getgid()), os.getgid())
    if os.geteuid() == 0:
        team = 4242
    wanted = {".": 0o2770, "tables": 0o2750, "result.json": 0o640, "tables/orders.csv": 0o600}
    for name, mode in wanted.items():
        os.chown(out / name, -1, team)
        os.chmod(out / name, mode)
    with run_folder(out) as home:
        home.answer(FILES, ["report.html"])
        assert stat.S_IMODE(home.kept_in.stat().st_mode) == 0o2770
        home.commit({**FILES, "tables/more.csv": b""}, {})
    for name, mode in wanted.items():
        found = (out / name).stat()
        assert (name, oct(stat.S_IMODE(found.st_mode)), found.st_gid) == (name, oct(mode), team)
    assert (out / "tables" / "more.csv").stat().st_gid == team, "as its folder hands it down"


def test_a_group_that_cannot_be_given_leaves_no_other_group_its_rights(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "x"
    save(out)
    os.chmod(out, 0o770)
    here = os.lstat

    def another(path: Path) -> os.stat_result:
        found = list(here(path))
        if path == out:
            found[5] += 1
        return os.stat_result(found)

    def refused(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "lstat", another)
    monkeypatch.setattr(os, "chown", refused)
    save(out)
    monkeypatch.undo()
    assert stat.S_IMODE(out.stat().st_mode) == 0o700


def test_a_folder_holds_its_files_and_their_manifest_and_nothing_lies_beside(
    tmp_path: Path,
) -> None:
    out = tmp_path / "deep" / "run"
    assert save(out) == []
    assert tree(tmp_path) == {f"deep/run/{n}" for n in (*FILES, "manifest.json")}
    found = verify(out)
    assert found.manifest.result == hand_made().record.result_hash
    assert found.manifest.files["plan.xlsx"].bytes == 10
    assert save(out, {**FILES, "memo.pdf": b"%PDF"}) == []
    assert tree(tmp_path) == {f"deep/run/{n}" for n in (*FILES, "memo.pdf", "manifest.json")}
    assert oct(out.stat().st_mode) == oct((tmp_path / "deep").stat().st_mode)


def test_a_manifest_is_a_document_with_one_spelling_and_a_seal(tmp_path: Path) -> None:
    import jsonschema

    save(tmp_path / "run")
    data = (tmp_path / "run" / "manifest.json").read_bytes()
    jsonschema.validate(json.loads(data), json_schema("manifest"))
    found = from_json(data, "manifest")
    assert to_json(found) == json.loads(data)
    for other in (
        data.replace(b" ", b"  ", 1),
        data.replace(b'"bytes": 10', b'"bytes": 11'),
        data.replace(b'"missing": {}', b'"missing": {"memo.pdf": "no"}'),
        data.replace(b'"version"', b'"Version"'),
        data[:-1],
    ):
        assert other != data
        (tmp_path / "run" / "manifest.json").write_bytes(other)
        with pytest.raises(InputError, match=r"manifest\.json"):
            read_manifest(tmp_path / "run")


@pytest.mark.parametrize("name", ["../x", "/etc/x", "a/../../x", "./a", "", "manifest.json"])
def test_no_name_leads_out_of_the_folder(name: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not a path in a run's folder"):
        save(tmp_path / "run", {**FILES, name: b""})
    (tmp_path / "run").mkdir()
    sealed = sealed_bytes(made_of({**FILES, name: b""}, {}))
    (tmp_path / "run" / "manifest.json").write_bytes(sealed)
    with pytest.raises(InputError, match="names files that are not in its folder"):
        read_manifest(tmp_path / "run")


def test_a_change_of_a_result_is_named_by_its_field(tmp_path: Path) -> None:
    out = tmp_path / "run"
    save(out)
    text = (out / "result.json").read_text("utf-8")
    for old, new, said in (
        ('"expected_cost": 411000000.0', '"expected_cost": 1.0', "expected_cost was changed"),
        ('"USD"', '"CNY"', "currency, "),
        ('"kind": "plan"', '"kind":"plan"', "was changed"),
        ("{", "", "was changed"),
    ):
        assert old in text
        (out / "result.json").write_text(text.replace(old, new), "utf-8")
        with pytest.raises(InputError) as found:
            verify(out)
        (one,) = found.value.problems()
        assert one.what.startswith(said)
        assert one.where == str(out / "result.json")
        assert "plan the study into the folder again" in one.hint


def test_every_file_that_was_changed_is_named_and_others_are_a_note(tmp_path: Path) -> None:
    out = tmp_path / "run"
    save(out)
    (out / "notes.txt").write_text("mine")
    said: list[str] = []
    assert verify(out, said.append).extra == ("notes.txt",)
    assert said == [f"{out}: holds files that are not the run's: notes.txt"]
    (out / "plan.xlsx").write_bytes(b"a w0rkbook")
    (out / "tables" / "orders.csv").unlink()
    with pytest.raises(InputError) as found:
        verify(out)
    assert [(p.what, p.where) for p in found.value.problems()] == [
        ("was changed after the run", str(out / "plan.xlsx")),
        ("a file of the run that is not there", str(out / "tables" / "orders.csv")),
    ]


def test_what_is_not_the_runs_is_moved_aside_and_named(tmp_path: Path) -> None:
    out = tmp_path / "run"
    save(out)
    (out / "plan.xlsx").write_bytes(b"a workbook with notes")
    (out / "notes").mkdir()
    (out / "notes" / "mine.txt").write_text("mine")
    (out / "tables" / "~$orders.csv").write_text("open")
    (out / ".DS_Store").write_bytes(b"\0")
    (out / "link").symlink_to(tmp_path)
    said = save(out)
    assert said == [
        f"warning: moved aside to {tmp_path / 'run.aside'}: link, notes, plan.xlsx (changed)"
    ]
    aside = tmp_path / "run.aside"
    assert tree(aside) == {"link", "notes/mine.txt", "plan.xlsx"}
    assert (aside / "plan.xlsx").read_bytes() == b"a workbook with notes"
    assert (aside / "link").is_symlink()
    assert tree(out) == {*FILES, "manifest.json"}
    (out / "plan.xlsx").write_bytes(b"again")
    assert save(out) == [f"warning: moved aside to {tmp_path / 'run.aside-2'}: plan.xlsx (changed)"]
    assert (aside / "plan.xlsx").read_bytes() == b"a workbook with notes"
    assert save(out) == []


def test_until_the_new_run_is_there_the_old_one_stays_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also what was changed of it, which has a second name by then."""
    out = tmp_path / "run"
    save(out)
    (out / "plan.xlsx").write_bytes(b"notes")

    def fails(*_: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr("outlay.runs.folder.commit.put_in_place", fails)
    with pytest.raises(OSError, match="Input/output") as found:
        save(out)
    assert found.value.filename == str(out)
    assert (out / "plan.xlsx").read_bytes() == b"notes"
    assert tree(out) == {*FILES, "manifest.json"}
    assert not [p for p in tmp_path.iterdir() if p.name.startswith(".")]


@pytest.mark.parametrize("kind", ["an older run", "a spoilt manifest"])
def test_a_run_that_does_not_say_what_is_its_own_goes_aside_whole(
    kind: str, tmp_path: Path
) -> None:
    out = tmp_path / "run"
    save(out)
    if kind == "an older run":
        (out / "manifest.json").unlink()
    else:
        (out / "manifest.json").write_bytes((out / "manifest.json").read_bytes() + b" ")
    before = tree(out)
    assert save(out) == [f"warning: moved aside to {tmp_path / 'run.aside'}: what was there before"]
    assert tree(tmp_path / "run.aside") == before
    verify(out)


def test_a_folder_of_somebody_elses_files_is_refused(tmp_path: Path) -> None:
    for n in range(7):
        (tmp_path / f"photo-{n}.jpg").touch()
    assert problem(tmp_path) == (
        "holds what is no run of Outlay's: photo-0.jpg, photo-1.jpg, photo-2.jpg, photo-3.jpg, "
        "photo-4.jpg and 2 more | a folder of its own, such as --out plan"
    )
    (tmp_path / "result.json").write_text('{"kind": "plan"}')
    assert "result.json" not in problem(tmp_path)
    assert len(tree(tmp_path)) == 8


def test_an_empty_folder_or_one_that_was_looked_at_is_taken(tmp_path: Path) -> None:
    out = tmp_path / "run"
    out.mkdir()
    assert save(out) == []
    seen = tmp_path / "seen"
    seen.mkdir()
    for name in (".DS_Store", "~$plan.xlsx", ".~lock.plan.xlsx#", "Thumbs.db", "._plan.xlsx"):
        (seen / name).write_bytes(b"0")
    assert save(seen) == [], "nobody's work: no place is refused for it, and none is kept for it"
    for name in ("desktop.ini", "~$plan.xlsx", "tables/.DS_Store", "inputs/.~lock.study.yaml#"):
        (seen / name).write_bytes(b"0")
    said: list[str] = []
    assert verify(seen, said.append).extra == ()
    assert said + save(seen) + save(seen) == []
    assert sorted(p.name for p in tmp_path.iterdir()) == ["run", "seen"]
    assert tree(seen) == {*FILES, "manifest.json"}


def test_a_place_that_cannot_be_replaced_whole_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    assert problem(Path()).startswith("the working folder: a run replaces its folder whole")
    assert problem(here).startswith("the working folder")
    assert problem(Path("..")).startswith("a folder above the working folder")
    assert problem(tmp_path.parent).startswith("a folder above the working folder")
    assert problem(Path("/")).startswith("a folder above the working folder")
    file = tmp_path / "file"
    file.touch()
    assert problem(file).startswith("not a folder")
    assert problem(file / "run").startswith("not a folder")
    assert problem(Path("/dev/null")).startswith("not a folder")
    assert problem(Path("a\0b")).startswith("not a path")
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    with pytest.raises(InputError):
        save(loop)
    monkeypatch.setattr(os.path, "ismount", lambda p: Path(p) == tmp_path / "disk")
    assert problem(tmp_path / "disk").startswith("the root of a file system")
    monkeypatch.setattr(os, "access", lambda *_: False)
    assert problem(tmp_path / "a" / "run").startswith("a folder that cannot be written to")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["file", "here", "loop"]
    monkeypatch.undo()
    monkeypatch.chdir(here)
    here.rmdir()
    assert problem(Path("run")).startswith("the working folder is not there any more")


def test_a_link_to_a_folder_is_followed(tmp_path: Path) -> None:
    (tmp_path / "far").mkdir()
    (tmp_path / "run").symlink_to(tmp_path / "far")
    save(tmp_path / "run")
    save(tmp_path / "run")
    assert (tmp_path / "run").is_symlink()
    verify(tmp_path / "far")


def test_a_name_as_long_as_names_may_be_is_a_folder(tmp_path: Path) -> None:
    out = tmp_path / ("计" * 85)
    assert len(short_name(out)) == 32
    save(out)
    save(out)
    verify(out)


def test_a_second_run_into_the_same_folder_is_refused_at_once(tmp_path: Path) -> None:
    out = tmp_path / "run"
    with run_folder(out) as home:
        said = problem(out)
        assert said.startswith("another run writes into this folder | one run at a time")
        assert f"process {os.getpid()} since 2" in said
        save(tmp_path / "other")
        home.commit(FILES, {})
        assert "another run" in problem(out)
    assert save(out) == []
    assert {p.name for p in tmp_path.iterdir()} == {"run", "other"}


def test_the_lock_of_a_process_that_was_killed_is_free(tmp_path: Path) -> None:
    code = (
        "import os, signal, sys\nfrom outlay.runs.folder.commit import run_folder\n"
        "with run_folder(sys.argv[1]):\n    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, tmp_path / "run"], check=False)
    assert done.returncode == -9
    assert (tmp_path / ".run.lock").exists()
    save(tmp_path / "run")
    assert {p.name for p in tmp_path.iterdir()} == {"run"}


def test_a_run_that_comes_to_nothing_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), run_folder(tmp_path / "a" / "b" / "run"):
        raise ZeroDivisionError
    assert not list(tmp_path.iterdir())


def test_two_steps_that_were_stopped_between_are_mended_by_whoever_comes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(swap, "exchange", lambda one, other: False)
    out = tmp_path / "run"
    save(out)
    save(out)
    assert {p.name for p in tmp_path.iterdir()} == {"run"}
    out.rename(tmp_path / ".run.old")
    assert folder_of(out) == out  # a reader
    verify(out)
    assert {p.name for p in tmp_path.iterdir()} == {"run"}
    with run_folder(out):  # the steps are being made: a reader leaves them to who makes them
        out.rename(tmp_path / ".run.old")
        monkeypatch.setattr("outlay.runs.folder.verify.PATIENCE_S", 0.1)
        assert folder_of(out) is None
        (tmp_path / ".run.old").rename(out)
    out.rename(tmp_path / ".run.old")
    with run_folder(out):  # a writer, also where it comes to nothing
        pass
    verify(out)


def test_exchange_says_whether_it_was_done(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    for folder in (one, other):
        folder.mkdir()
        (folder / folder.name).touch()
    if swap.exchange(one, other):
        assert tree(one) == {"other"}
        assert tree(other) == {"one"}
    with pytest.raises(OSError, match="No such file"):
        swap.exchange(one, tmp_path / "none")


def test_files_that_were_put_there_while_the_run_was_replaced_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "run"
    save(out)
    place = swap.put_in_place

    def late(new: Path, home: Path) -> Path | None:
        (home / "late.txt").write_text("mine")
        return place(new, home)

    monkeypatch.setattr("outlay.runs.folder.commit.put_in_place", late)
    assert save(out) == [f"warning: moved aside to {tmp_path / 'run.aside'}: late.txt"]
    assert (tmp_path / "run.aside" / "late.txt").read_text() == "mine"
    assert tree(out) == {*FILES, "manifest.json"}


@pytest.mark.parametrize("held", ["beside a manifest", "alone"])
def test_what_is_large_and_no_result_is_refused_by_its_first_bytes(
    held: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from outlay.runs.folder import verify as module

    out = tmp_path / "run"
    save(out)
    monkeypatch.setattr(module, "MODEST", 10)
    monkeypatch.setattr(module, "take", None)  # nothing is read
    (out / "result.json").write_bytes(b"[" * 100)
    if held == "alone":
        (out / "manifest.json").unlink()
    with pytest.raises(InputError) as found:
        module.result_bytes(out / "result.json")
    said = "not a document of kind plan" if held == "alone" else "was changed after the run"
    assert found.value.problems()[0].what == said


@pytest.mark.parametrize(
    ("out", "said"),
    [
        ("~/x", "`~` stands for your home folder in a shell only"),
        ("~", "`~` stands for your home folder in a shell only"),
        ("a" * 256, "too long for a name"),
        ("é" * 128, "too long for a name"),
        ("/".join(["a" * 200] * 21), "too long for a path"),
    ],
)
def test_what_nobody_means_by_a_path_is_refused_to_writers_and_readers(
    out: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", "/home/ada")
    assert problem(Path(out)).startswith(said)
    for ask in (
        folder_of,
        means_run,
        lambda p: take(p, most=1),
        lambda p: write_atomic(p, b""),
        hand_made().save,
    ):
        with pytest.raises(InputError) as found:
            ask(Path(out))
        (one,) = found.value.problems()
        assert one.what.startswith(said)
        assert one.hint == (f"write /home/ada{out[1:]}" if "~" in out else "")
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "~x").write_bytes(b"mine")
    assert take(Path("~x"), most=9).data == b"mine", "a file that is called so is a file"


@pytest.mark.skipif(os.name != "posix", reason="owners of folders")
def test_another_users_folder_that_may_not_be_renamed_is_refused_before_the_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "run"
    save(out)
    os.chmod(tmp_path, 0o1777)
    monkeypatch.setattr(os, "geteuid", lambda: out.stat().st_uid + 1)
    assert problem(out).startswith("another user's, in a folder in which each may replace only")
    os.chmod(tmp_path, 0o777)
    assert save(out) == []


def test_files_that_are_not_there_are_one_problem_with_one_hint(tmp_path: Path) -> None:
    out = tmp_path / "run"
    save(out)
    (out / "plan.xlsx").write_bytes(b"a w0rkbook")
    shutil.rmtree(out / "tables")
    shutil.rmtree(out / "inputs")
    with pytest.raises(InputError) as found:
        verify(out)
    changed, gone = found.value.problems()
    assert (changed.what, changed.hint) == ("was changed after the run", "")
    assert gone.what == (
        "2 files of the run that are not there: inputs/study.yaml, tables/orders.csv"
    )
    assert (gone.where, gone.hint) == (str(out), AGAIN)
    manifest = out / "manifest.json"
    manifest.write_bytes(manifest.read_bytes()[:200])
    with pytest.raises(InputError, match="not JSON") as found:
        verify(out)
    (one,) = found.value.problems()
    assert one.hint == AGAIN
    assert one.where.startswith(f"{manifest}:")
