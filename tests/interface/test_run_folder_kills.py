"""A run that is killed, or that finds the disk full, at any moment: the folder holds the run before
whole or the new one whole, and the next run works. Readers take no changed byte from it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import outlay
from outlay.core.errors import InputError
from outlay.runs.folder.commit import run_folder
from outlay.runs.folder.verify import verify
from support.small import SMALL

HERE = Path(__file__).resolve().parents[1]
FEW = ("result.json", "inputs/study.yaml", "report.html", "memo.pdf", "tables/orders.csv",
       "pictures/capex.svg")  # fmt: skip
"""Of a real plan's files, some of each sort, and of each its first bytes, so that many commits take
seconds: what is stopped are the steps, whatever is written."""
SHORT = b'{"outlay": {"version": "1"}, "kind": "plan", "record": {"result_hash": "valid"}}'
MEMORY = Path("/dev/shm")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a plan."""
    out = tmp_path_factory.mktemp("whole") / "run"
    outlay.plan(SMALL, worlds=20, out=out)
    return out


@pytest.fixture
def runs(whole: Path) -> Iterator[Path]:
    """Two runs in a folder, in memory where that can be: a disk is waited for at every file."""
    there = Path(tempfile.mkdtemp(dir=MEMORY if os.access(MEMORY, os.W_OK) else None))
    for run in ("a", "b"):
        for name in FEW:
            (there / run / name).parent.mkdir(parents=True, exist_ok=True)
            data = SHORT if name == "result.json" else (whole / name).read_bytes()[:2_000]
            (there / run / name).write_bytes(data)
    (there / "b" / "report.html").write_bytes(b"another report")
    result = (there / "b" / "result.json").read_bytes()
    (there / "b" / "result.json").write_bytes(result.replace(b'"valid"', b'"INVALID"'))
    yield there
    shutil.rmtree(there)


def tried(runs: Path, how: str, steps: str, times: int = 0, before: str = "") -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, HERE / "support" / "kills.py", runs, how, steps, str(times), before],
        capture_output=True, text=True, check=False, timeout=900,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(HERE), *sys.path])},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


@pytest.mark.parametrize("before", ["", "waits"])
@pytest.mark.parametrize("steps", ["one", "two"])
def test_a_kill_before_each_change_leaves_one_run_whole(
    steps: str, before: str, runs: Path
) -> None:
    found = tried(runs, "kill", steps, before=before)
    assert found["points"] > 70, "every opening, renaming and removing was a moment"
    assert set(found["held"]) == {"old", "new"}, "never the answer alone where a report was"
    assert found["codes"] == {"-9": found["points"] - 1, "0": 1}


@pytest.mark.parametrize("before", ["", "waits"])
def test_two_hundred_kills_by_chance_leave_one_run_whole(before: str, runs: Path) -> None:
    found = tried(runs, "chance", "one", 200, before)
    assert set(found["held"]) <= {"old", "new"}
    assert sum(found["held"].values()) == 201
    assert found["codes"]["-9"] > 50


@pytest.mark.parametrize("steps", ["one", "two"])
def test_a_full_disk_at_each_change_leaves_one_run_whole_and_names_the_path(
    steps: str, runs: Path
) -> None:
    found = tried(runs, "fail", steps, 90)
    assert set(found["held"]) <= {"old", "answer", "new"}
    assert set(found["codes"]) <= {"0", "1"}, "an error of the system with its path, or none"
    assert found["codes"]["1"] > 20


def test_a_changed_byte_in_any_file_is_found(whole: Path, tmp_path: Path) -> None:
    """Each file in turn, the manifest among them; at its begin, middle and end."""
    folder = Path(shutil.copytree(whole, tmp_path / "run"))
    assert verify(folder).extra == ()
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    assert len(files) > 30
    for file in files:
        data = file.read_bytes()
        for at in (0, len(data) // 2, len(data) - 1):
            file.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
            with pytest.raises(InputError) as found:
                verify(folder)
            assert file.name in found.value.problems()[0].where
        for other in (b"", data[:-1], data + b"\n"):
            file.write_bytes(other)
            with pytest.raises(InputError):
                verify(folder)
        file.unlink()
        with pytest.raises(InputError):
            verify(folder)
        file.write_bytes(data)
    verify(folder)


@pytest.mark.parametrize(
    "name", ["manifest.json", "result.json", "inputs/study.yaml", "memo.pdf", "pictures/capex.png"]
)
def test_replay_compare_and_explain_take_no_changed_byte(
    name: str, whole: Path, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(whole, tmp_path / "run"))
    data = (folder / name).read_bytes()
    at = len(data) // 2
    (folder / name).write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
    for asked in (
        lambda: outlay.replay(folder),
        lambda: outlay.compare(whole, folder),
        lambda: outlay.compare(folder, whole),
        lambda: outlay.explain(folder, "expected_cost"),
        lambda: outlay.plan(SMALL, quick=True, against=folder),
        lambda: outlay.session(SMALL, out=folder),
    ):
        with pytest.raises(InputError) as found:
            asked()
        assert Path(name).name in found.value.problems()[0].where
        assert found.value.exit_code == 2


def test_replay_and_compare_take_no_changed_byte_of_an_answer_that_waits(
    whole: Path, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(whole, tmp_path / "run"))
    answer = {
        name: (whole / name).read_bytes()
        for name in verify(whole).manifest.files
        if name in ("result.json", "calculation.npz") or name.startswith("inputs/")
    }
    with run_folder(folder) as home:
        home.answer(answer, ["report.html", "memo.pdf"])
    waits = tmp_path / "run.next"
    assert outlay.replay(waits).same
    assert outlay.compare(folder, waits).difference == 0.0
    assert outlay.explain(waits, "expected_cost").value is not None
    files = [p for p in waits.rglob("*") if p.is_file()]
    assert len(files) == len(answer) + 1
    for file in files:
        data = file.read_bytes()
        for at in (0, len(data) // 3, len(data) - 1):
            file.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
            for asked in (
                lambda: outlay.replay(waits),
                lambda: outlay.compare(folder, waits),
                lambda: outlay.explain(waits, "expected_cost"),
            ):
                with pytest.raises(InputError) as found:
                    asked()
                assert file.name in found.value.problems()[0].where
        file.write_bytes(data)
    verify(folder)
    assert outlay.plan(SMALL, worlds=20, out=folder).missing == {}
    assert not waits.exists()
