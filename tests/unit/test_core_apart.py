"""Processes of ours: what of the user's folder they see (nothing), their limits, and their end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from outlay.core.apart import ApartError, Company, Limits, run_apart

STRANGERS = (
    "json", "re", "runpy", "threading", "struct", "typing", "sitecustomize", "usercustomize",
    "outlay", "trafilatura", "pdfplumber", "python_calamine", "vl_convert", "typst",
)  # fmt: skip
OURS = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2] / "src")}
ECHO = """
from outlay.core.apart import answer_all
def answer(asked):
    if asked == b"die": import os; os._exit(3)
    if asked == b"sleep": import time; time.sleep(60)
    if asked == b"spin":
        while True: pass
    if asked == b"print": print("noise")
    if asked == b"leave": import os; os._exit(0)
    if asked == b"soon":
        import threading, os; threading.Timer(0.2, os._exit, (0,)).start()
    return asked * 2
answer_all(answer)
"""


def plant(folder: Path, mark: Path) -> None:
    """Modules of the user's folder, each of which says that it was run."""
    code = f"open({str(mark)!r}, 'a').write(__name__ + '\\n')\nraise ImportError('planted')\n"
    for name in STRANGERS:
        (folder / f"{name}.py").write_text(code)
    (folder / "outlay").mkdir()
    (folder / "outlay" / "__init__.py").write_text(code)


@pytest.fixture
def echo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Company]:
    """A process that says everything twice."""
    (tmp_path / "says_twice.py").write_text(ECHO)
    monkeypatch.syspath_prepend(str(tmp_path))
    company = Company("says_twice", Limits(wall_s=2.0, output=1000, cpu_s=1))
    yield company
    company.close()


def test_nothing_of_the_current_folder_is_run(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    here = tmp_path / "here"
    here.mkdir()
    plant(here, mark)
    (here / "stranger.py").write_text("")
    code = (
        "import sys, os; here = os.getcwd(); os.chdir('/'); sys.path.insert(0, here); "
        "sys.path.remove(here); from outlay.core.apart import run_apart; import outlay; "
        "os.chdir(here); sys.path.insert(0, here); "
        "asks = 'import json, re, outlay, importlib.util as u; print(outlay, u.find_spec(`s`))'; "
        "asks = asks.replace('`s`', repr('stranger')); "
        "done = run_apart('timeit', ['-n1', '-r1', asks]); "
        "print(done.output.decode(), done.said, done.code)"
    )
    environment = {**OURS, "PYTHONSTARTUP": str(here / "json.py"), "PYTHONSAFEPATH": "1"}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=here, env=environment, capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    assert not mark.exists(), mark.read_text()
    assert "src/outlay/__init__.py'> None" in done.stdout


def test_a_folder_on_the_path_hides_no_module_of_the_installation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark = tmp_path / "mark"
    here = tmp_path / "here"
    here.mkdir()
    plant(here, mark)
    monkeypatch.syspath_prepend(str(here))
    done = run_apart("timeit", ["-n1", "-r1", "import json, re, runpy, outlay, pdfplumber"])
    assert done.code == 0, done.said
    assert not mark.exists(), mark.read_text()


def test_a_folder_that_was_taken_away_is_no_hindrance(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    assert run_apart("timeit", ["-n1", "-r1", "pass"]).code == 0


def test_time_of_the_processor_is_a_limit_by_name() -> None:
    with pytest.raises(ApartError, match="more than 1 s of the processor"):
        run_apart("timeit", ["-n1", "while True: pass"], limits=Limits(cpu_s=1))


def test_a_company_answers_one_after_another(echo: Company) -> None:
    assert echo.ask(b"ab") == b"abab"
    assert echo.fresh
    assert echo.ask(b"print") == b"printprint"  # what is printed is no answer
    assert not echo.fresh
    assert echo.ask(b"") == b""


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (b"die", r"ended early \(exit 3\)"),
        (b"sleep", "longer than 2 s"),
        (b"spin", r"ended early \(SIGXCPU\)|longer than 2 s"),
        (b"x" * 600, "more than 1,000 bytes"),
    ],
)
def test_a_company_that_fails_is_begun_anew(echo: Company, asked: bytes, said: str) -> None:
    assert echo.ask(b"a") == b"aa"
    with pytest.raises(ApartError, match=said):
        echo.ask(asked)
    assert echo.ask(b"b") == b"bb"
    assert echo.fresh


def test_a_company_that_left_unasked_is_begun_anew(echo: Company) -> None:
    """As its process does when nobody has asked for long; who asks next is not told."""
    assert echo.ask(b"soon") == b"soonsoon"
    first = echo._process
    assert first is not None
    assert first.wait(10) == 0
    assert echo.ask(b"b") == b"bb"
    assert echo.fresh
    with pytest.raises(ApartError, match=r"ended early \(exit 0\)"):  # a new one left as well
        echo.ask(b"leave")


def test_each_answer_has_the_whole_time(echo: Company) -> None:
    """The processor's time is an answer's, not the process's."""
    for _ in range(3):
        assert echo.ask(b"a") == b"aa"
    assert not echo.fresh


def _alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")
def test_processes_end_with_the_one_that_began_them(tmp_path: Path) -> None:
    """Killed outright, so that it can end nobody itself."""
    (tmp_path / "waits.py").write_text(
        f"import os, time; open({str(tmp_path / 'pid')!r}, 'w').write(str(os.getpid())); "
        "time.sleep(600)"
    )
    code = (
        f"import sys; sys.path.append({str(tmp_path)!r}); "
        "from outlay.core.apart import run_apart; run_apart('waits')"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], cwd="/", env=OURS)
    pid = _when(tmp_path / "pid")
    assert _alive(pid)
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    assert _ends(pid)


def _when(path: Path) -> int:
    """The number that a process writes when it has begun."""
    for _ in range(600):
        if path.exists() and (text := path.read_text()):
            return int(text)
        time.sleep(0.1)
    raise AssertionError("it never began")


def _ends(pid: int) -> bool:
    for _ in range(300):
        if not _alive(pid):
            return True
        time.sleep(0.1)
    return False


SPAWN = """
import os, sys, time
from outlay.planning.solver.isolated import call_isolated
from outlay.risk.policy.evaluate import evaluate_worlds
from outlay.risk.worlds.worlds import draw_worlds
from support.risk_policies import Sum
from test_risk_worlds import MODEL
from {test} import begun

if __name__ == "__main__":
    os.chdir({here!r})
    before = os.environ.get("PYTHONSAFEPATH")
    call_isolated(time.sleep, (0,), 60.0, 4000.0)
    evaluate_worlds(Sum(), draw_worlds(MODEL, 600, 1), workers=2)
    assert os.environ.get("PYTHONSAFEPATH") == before
    if sys.argv[1:] == ["stay"]:
        call_isolated(begun, ({pid!r},), 600.0, 4000.0)
"""


def begun(path: str) -> None:
    """Says who it is, and stays."""
    Path(path).write_text(str(os.getpid()))
    time.sleep(600)


def _spawning(tmp_path: Path, *args: str) -> subprocess.Popen[bytes]:
    """A program that begins processes of `multiprocessing` in a stranger's folder."""
    here, tests = tmp_path / "here", Path(__file__).parents[1]
    here.mkdir()
    plant(here, tmp_path / "mark")
    for name in ("multiprocessing", "pickle", "socket", "numpy", "concurrent"):
        (here / f"{name}.py").write_text((here / "json.py").read_text())
    script = tmp_path / "program" / "script.py"
    script.parent.mkdir()
    script.write_text(
        SPAWN.format(test="test_core_apart", here=str(here), pid=str(tmp_path / "pid"))
    )
    src = str(tests.parent / "src")
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONSAFEPATH"}
    path = (src, str(tests), str(tests / "unit"), str(tests / "property"))
    environment["PYTHONPATH"] = os.pathsep.join(path)
    return subprocess.Popen([sys.executable, str(script), *args], env=environment)


def test_processes_of_a_pool_run_nothing_of_the_current_folder(tmp_path: Path) -> None:
    done = _spawning(tmp_path).wait()
    assert not (tmp_path / "mark").exists(), (tmp_path / "mark").read_text()
    assert done == 0


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")
def test_a_solve_apart_ends_with_the_one_that_began_it(tmp_path: Path) -> None:
    parent = _spawning(tmp_path, "stay")
    pid = _when(tmp_path / "pid")
    assert _alive(pid)
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    assert _ends(pid)


@pytest.mark.skipif(os.name != "posix", reason="locks that end with their process")
def test_the_folder_of_a_killed_process_goes_with_the_next_and_no_other(
    tmp_path: Path,
) -> None:
    ours = {**OURS, "TMPDIR": str(tmp_path)}
    begin = "import os, sys; from outlay.core.spawned import OwnFolder; one = OwnFolder(); "
    wait = "print(one.name, flush=True); sys.stdin.read()"
    kill = "open(one.name + '/memo', 'w').close(); os.kill(os.getpid(), 9)"
    own, notes = tmp_path / "outlay-apart-mine", tmp_path / "outlay-12345678"
    own.mkdir()
    notes.mkdir()
    (tmp_path / "outlay-apart-abcdefgh").symlink_to(own)
    with subprocess.Popen(
        [sys.executable, "-c", begin + wait], env=ours, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    ) as alive:  # fmt: skip
        assert alive.stdin is not None
        assert alive.stdout is not None
        there = Path(alive.stdout.readline().strip())
        begun = {p.name for p in tmp_path.iterdir()}
        done = subprocess.run([sys.executable, "-c", begin + kill], env=ours, check=False)
        assert done.returncode == -signal.SIGKILL
        assert len({p.name for p in tmp_path.iterdir()} - begun) == 1
        subprocess.run([sys.executable, "-c", begin], env=ours, check=True)
        assert {p.name for p in tmp_path.iterdir()} == begun
        assert there.is_dir()
        alive.stdin.close()
        assert alive.wait(60) == 0
    assert not there.exists()
