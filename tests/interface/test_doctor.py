"""`outlay doctor` on machines that lack something: a word and what to do, never a traceback."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from outlay.api.machine import bounds, libraries, places, trials
from outlay.api.machine.bounds import group_memory
from outlay.api.machine.libraries import MODULES, within
from outlay.api.machine.trials import COST, try_all
from outlay.core.apart import Apart, ApartError
from outlay.report.words.machine.doctor import doctor_lines, doctor_sections, doctor_verdict
from support.machines import CRIPPLED, SOUND
from support.shared import ROOT


def asked(
    *args: str, flags: tuple[str, ...] = (), limit: int = 0, env: dict[str, str] | None = None,
    gone: tuple[str, ...] = (), cwd: Path | None = None,
) -> subprocess.CompletedProcess[str]:  # fmt: skip
    """A real process, with some of the environment, and of memory's addresses so many bytes."""
    kept = {k: v for k, v in os.environ.items() if k not in gone}

    def lessen() -> None:
        if limit:
            resource.setrlimit(resource.RLIMIT_AS, (limit, limit))

    return subprocess.run(
        [sys.executable, *flags, "-m", "outlay", *args],
        env={**kept, "PYTHONPATH": str(ROOT / "src"), **(env or {})}, cwd=cwd, preexec_fn=lessen,
        capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip


def states(found: dict[str, Any], part: str, key: str) -> dict[str, str]:
    return {row[key]: row["status"] for row in found[part]}


def test_a_sound_machine_plans(tmp_path: Path) -> None:
    done = asked("doctor", "--json", env={"OUTLAY_CACHE": str(tmp_path)})
    assert (done.returncode, done.stderr) == (0, "")
    found = json.loads(done.stdout)
    assert {t["name"]: t["said"] for t in found["trials"]} == dict.fromkeys(
        ("apart", "study", "plan", "picture", "memo", "folder"), ""
    )
    assert set(states(found, "libraries", "name").values()) == {"ok"}
    assert [x["name"] for x in found["libraries"]] == list(MODULES)
    assert found["program"]["folder"] == str(ROOT / "src" / "outlay")
    assert found["status"] in ("ok", "warning")


def test_a_crippled_machine_is_told_what_it_lacks(tmp_path: Path) -> None:
    """No home, the cache a file, few addresses, ASCII; a module of its folder hides none."""
    (tmp_path / "cache").write_text("mine", encoding="utf-8")
    (tmp_path / "typst.py").write_text("raise SystemExit('the folder was run')", encoding="utf-8")
    done = asked(
        "doctor", limit=6_000_000_000, gone=("HOME",), cwd=tmp_path,
        env={"OUTLAY_CACHE": str(tmp_path / "cache"), "LC_ALL": "C", "PYTHONIOENCODING": "ascii",
             "COLUMNS": "400"},
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (1, "")
    lines = [" ".join(line.split()) for line in done.stdout.splitlines()]
    bad = [line for line in lines if line.startswith(("look", "FAILED"))]
    bad = [line for line in bad if not line.startswith("look Chinese letters")]  # of this machine
    assert len(bad) == 4
    cache, terminal, space, picture = bad
    assert cache.startswith(f"look cache {tmp_path / 'cache'}: a file lies in its place each run")
    assert terminal.startswith("look Terminal ascii, no terminal signs may be lost")
    assert space.startswith("look address space 6 GB pictures cannot be drawn below ")
    assert picture.startswith("FAILED a picture is drawn DrawingError: ")
    assert "This machine does not plan as it is; failed: 1." in lines
    assert (tmp_path / "cache").read_text(encoding="utf-8") == "mine"


def test_without_any_library_it_still_answers() -> None:
    done = asked("doctor", flags=("-S",))
    assert (done.returncode, done.stderr) == (1, "")
    assert "  FAILED: numpy: arrays; none: ModuleNotFoundError" in done.stdout
    assert "pip install 'typer'" in done.stdout
    other = asked("check", "study.yaml", flags=("-S",))
    assert other.returncode == 1
    assert other.stderr == (
        "error: a library of Outlay cannot be loaded: No module named 'typer'\n"
        "  hint: `outlay doctor` says what is missing\n"
    )


def test_a_folder_that_is_gone_is_said(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    code = f"import os; os.chdir({str(gone)!r}); os.rmdir({str(gone)!r}); import outlay;"
    done = subprocess.run(
        [sys.executable, "-c", code + "d = outlay.doctor(); print(d.places[-1].said, d.status)"],
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")}, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.stderr == ""
    assert done.stdout.startswith("no such file or directory ")


def test_the_small_study_costs_what_is_worked_out_by_hand() -> None:
    """Two chips at 2 USD/h: 4,344 hours of two quarters, and the other half of the year."""
    assert COST == 2 * 2 * (4344 + 4383) == 34_908


def test_a_plan_of_another_cost_or_with_a_broken_identity_fails(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    held = SimpleNamespace(name="money", status="holds")
    found = SimpleNamespace(verdict="valid", expected_cost=COST * 1.001, invariants=(held,))
    monkeypatch.setattr("outlay.api.plans.plan.plan", lambda *_, **__: found)
    with pytest.raises(ValueError, match=r"it costs 34942\.9\d*, where 34908\.0 is right"):
        trials._plan()
    found.expected_cost = COST
    trials._plan()
    held.status = "broken"
    with pytest.raises(ValueError, match="identities are broken: money"):
        trials._plan()


def test_a_trial_that_ends_its_process_is_said_and_the_others_go_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def run(_: str, names: list[str], **__: object) -> Apart:
        told = "noise\n"
        for name in names:
            told += json.dumps({"begins": name}) + "\n"
            if name == "picture":
                return Apart(told.encode() + b'{"nam', "boom\n", -5)
            done = {"name": name, "seconds": 0.5, "said": "", "found": []}
            told += json.dumps(done) + "\n"
        return Apart(told.encode(), "", 0)

    monkeypatch.setattr(trials, "run_apart", run)
    done = list(try_all(["plan", "picture", "memo"]))
    assert [(t.name, t.said) for t in done] == [
        ("plan", ""), ("picture", "its process ended with SIGTRAP: boom"), ("memo", ""),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("error", "said"),
    [(ApartError("took longer than 60 s"), "took longer than 60 s"),
     (OSError(11, "Resource temporarily unavailable"), "resource temporarily unavailable")],
)  # fmt: skip
def test_a_process_that_does_not_begin_is_said(
    error: Exception, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(*_: object, **__: object) -> Apart:
        raise error

    monkeypatch.setattr(trials, "run_apart", run)
    assert [(t.name, t.said) for t in try_all(["a", "b"])] == [("a", said), ("b", said)]


def test_a_process_that_never_came_to_a_trial_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trials, "run_apart", lambda *_, **__: Apart(b"", "oh\nno\n", 3))
    said = "not begun: its process ended with exit 3: no"
    assert [(t.name, t.said) for t in try_all(["a"])] == [("a", said)]


@pytest.mark.parametrize(
    ("version", "wanted", "fits"),
    [
        ("2.2", ">=2.2", True), ("2.2.0", ">=2.2", True), ("2.1.9", ">=2.2", False),
        ("1.16.4", "<1.17,>=1.16", True), ("1.17.0rc1", "<1.17,>=1.16", False),
        ("1.9.0.post1", ">=1.8", True), ("10.0", ">=9", True), ("anything", "", True),
        ("1.0", "!=2", True),
    ],
)  # fmt: skip
def test_a_version_lies_in_its_range(version: str, wanted: str, fits: bool) -> None:
    assert within(version, wanted) is fits


def test_a_library_is_judged_by_what_it_is_for(monkeypatch: pytest.MonkeyPatch) -> None:
    versions = dict.fromkeys(MODULES, "2.0") | {"numpy": "1.0", "pdfplumber": ""}
    monkeypatch.setattr(libraries, "_installed", lambda name: versions[name])
    monkeypatch.setattr(libraries, "_declared", lambda: {"numpy": ">=2.2"})
    monkeypatch.setitem(sys.modules, "trafilatura", None)
    found = {x.name: x for x in libraries.libraries({"scipy": "ImportError: torn"})}
    assert {n: x.status for n, x in found.items() if x.status != "ok"} == {
        "numpy": "warning", "scipy": "failed", "trafilatura": "warning", "pdfplumber": "warning",
    }  # fmt: skip
    assert found["scipy"].said == "ImportError: torn"
    assert "trafilatura" in found["trafilatura"].said


def test_the_least_of_the_groups_above_is_the_memory(tmp_path: Path) -> None:
    groups, own = tmp_path / "cgroup", tmp_path / "own"
    (groups / "a" / "b").mkdir(parents=True)
    (groups / "memory" / "old").mkdir(parents=True)
    own.write_text("0::/a/b\n5:cpu,memory:/old\nnonsense\n", encoding="utf-8")
    assert group_memory(groups, own) is None
    (groups / "a" / "b" / "memory.max").write_text("max\n", encoding="ascii")
    (groups / "a" / "memory.max").write_text("3000000000\n", encoding="ascii")
    assert group_memory(groups, own) == 3e9
    (groups / "memory" / "old" / "memory.limit_in_bytes").write_text("1000\n", encoding="ascii")
    assert group_memory(groups, own) == 1000
    (groups / "memory.max").write_text("9223372036854771712\n", encoding="ascii")  # no limit
    assert group_memory(groups, tmp_path / "none") is None


def test_a_limit_below_what_a_plan_needs_is_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "group_memory", lambda: 5e8)
    found = {b.name: b for b in bounds.bounds()}
    assert (found["memory"].value, found["memory"].status) == (5e8, "warning")
    assert found["processors"].status == "ok"


def test_a_folder_that_cannot_be_written_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setenv("OUTLAY_CACHE", str(tmp_path / "not" / "yet"))
    assert {p.use: (p.writable, p.status) for p in places.places()} == dict.fromkeys(
        ("cache", "temporary", "current"), (True, "ok")
    )
    assert not (tmp_path / "not").exists()
    monkeypatch.setattr(places.tempfile, "TemporaryFile", refuse)
    assert {p.use: (p.said, p.status) for p in places.places()} == {
        "cache": ("read-only file system", "warning"),
        "temporary": ("read-only file system", "failed"),
        "current": ("read-only file system", "warning"),
    }


def test_a_machine_is_told_of_in_words() -> None:
    assert doctor_verdict(SOUND)[0] == "All is right: this machine plans."
    assert doctor_verdict(CRIPPLED)[0] == "This machine does not plan as it is; failed: 7."
    parts = dict(doctor_sections(SOUND))
    assert not [line for lines in parts.values() for line in lines if line.do]
    assert list(parts) == [
        "The program", "Libraries", "Folders", "Kept between runs", "Fonts", "Terminal",
        "Processors and limits", "A small plan, tried",
    ]  # fmt: skip
    worst = [line for _, lines in doctor_sections(CRIPPLED) for line in lines]
    said = {"Outlay", "system", "locale", "processors"}
    assert {line.what for line in worst if not line.do} - {"cache"} == (
        said | {"it is solved, and costs what it must"}
    )
    lines = list(doctor_lines(CRIPPLED))
    assert "  FAILED: numpy: arrays; none (declared >=1.5): no module named 'numpy'; pip install " \
        "'numpy>=1.5'" in lines  # fmt: skip
    assert "  look: memory; 1 GB; a plan may be ended on its way: give it 1.5 GB" in lines
    assert "  look: processor time; 60 s; a plan may be ended on its way: give it 120 s" in lines
    assert "  look: temporary files; /temporary, 1 kB free; make room: a plan with its pictures " \
        "takes tens of megabytes" in lines  # fmt: skip
