"""Ctrl-C at several stages of a real process: what is said to be kept is there, and it goes on."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from outlay.results.schema import from_json
from outlay.serving.store import default_folder
from support.small import SMALL

STOP = """
import os, signal, sys
from outlay.app.cli import progress
shown = progress.Shown.__call__

def stop_at(self, line):
    shown(self, line)
    if str(line).startswith({at!r}):
        os.kill(os.getpid(), signal.SIGINT)

progress.Shown.__call__ = stop_at
if {large}:  # any programme is taken for one that is solved branch by branch and kept
    from outlay.planning.solver.tree import branches
    branches.SIMPLEX_BELOW = 0
from outlay.app.cli.main import main
main(sys.argv[1:])
"""
"""A process that gets the signal of Ctrl-C as soon as it has said a line."""


def stopped(
    at: str, cache: Path, *args: str, large: bool = False
) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "OUTLAY_CACHE": str(cache)}
    return subprocess.run(
        [sys.executable, "-c", STOP.format(at=at, large=large), *args],
        capture_output=True, text=True, check=False, env=env, timeout=300,
    )  # fmt: skip


def solved(cache: Path) -> int:
    return len(list((cache / "solved").glob("*.npz")))


KEPT = "the solved programme is kept in the cache"


@pytest.mark.parametrize(
    ("large", "at", "said", "there"),
    [
        (False, "demand", "interrupted; nothing was written into {out}\n", 0),
        (False, "accounts", "interrupted; nothing was written into {out}\n", 0),
        (True, "evidence", "interrupted; nothing was written into {out}\n", 0),
        (True, "accounts", "interrupted; nothing was written into {out}; " + KEPT, 1),
        (True, "outlook: sampled", "nothing was written into {out}; " + KEPT, 1),
        (True, "writing", "the answer is in {out} (result.json), its report is not; " + KEPT, 1),
        (False, "writing", "the answer is in {out} (result.json), its report is not\n", 0),
    ],
)
def test_an_interruption_says_what_is_kept_and_it_is(
    large: bool, at: str, said: str, there: int, tmp_path: Path
) -> None:
    """A small programme is solved in one piece, which is not worth keeping."""
    out, cache = tmp_path / "out", tmp_path / "cache"
    done = stopped(at, cache, "plan", str(SMALL), "--out", str(out), "--worlds", "300", large=large)
    assert done.returncode == 130, done.stderr
    assert said.format(out=out) in done.stderr
    assert "Traceback" not in done.stderr
    assert (solved(cache) > 0) == bool(there)
    assert (out / "result.json").is_file() == (at == "writing")
    assert not (out / "report.html").exists()
    assert bool(done.stdout) == (at == "writing"), "the answer was shown before its report"
    if at == "writing":
        from_json((out / "result.json").read_bytes(), "plan")


def test_under_json_an_interruption_is_one_document(tmp_path: Path) -> None:
    done = stopped("accounts", tmp_path, "plan", str(SMALL), "--json", large=True)
    assert done.returncode == 130
    found = json.loads(done.stdout)
    assert found["kind"] == "error"
    assert KEPT in found["errors"][0]["what"]


def test_capacities_that_were_simulated_are_counted_and_kept(tmp_path: Path) -> None:
    study = tmp_path / "study.yaml"
    text = SMALL.read_text(encoding="utf-8")
    longer = text.replace("input: 12600 tokens", "input: 12601 tokens")
    assert longer != text
    study.write_text(longer, encoding="utf-8")
    cache = tmp_path / "cache"
    compiled = default_folder()
    if compiled is not None and (compiled / "numba").is_dir():
        cache.mkdir()
        (cache / "numba").symlink_to(compiled / "numba")  # the compiler is not under test
    done = stopped("capacities simulated", cache, "plan", str(study), "--quick")
    assert done.returncode == 130, done.stderr
    assert " capacities that had to be simulated are kept in the cache" in done.stderr
    assert "the same command goes on from there" in done.stderr
    told = int(done.stderr.rpartition("interrupted; ")[2].split("; ")[1].split()[0])
    assert len(list((cache / "capacity").rglob("*.json"))) >= told >= 1


def test_the_signal_of_a_terminal_reaches_the_workers_without_a_word(tmp_path: Path) -> None:
    """Ctrl-C goes to the whole group; the processes that work through the worlds say nothing."""
    process = subprocess.Popen(
        [sys.executable, "-m", "outlay", "plan", str(SMALL), "--worlds", "40000"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
        env={**os.environ, "OUTLAY_CACHE": str(tmp_path)},
    )  # fmt: skip
    assert process.stderr is not None
    seen = ""
    while "outlook: sampled worlds" not in seen:
        line = process.stderr.readline()
        assert line, seen
        seen += line
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=120)
    assert process.returncode == 130
    assert "Traceback" not in err
    assert "error: interrupted; nothing was written\n" in err
    assert out == ""
