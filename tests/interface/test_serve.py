"""`outlay serve`: what it refuses to start, what it prints, how one comes in, how it ends."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path

import pytest

from outlay.app.cli.main import main
from outlay.results.kept.workbench import Who
from outlay.store.opened import open_store
from outlay.workbench.put_in import put_in
from support.shared import ROOT

LAB = ROOT / "examples" / "lab-training" / "study.yaml"


@pytest.fixture(autouse=True)
def no_server_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that is started by mistake would wait here without an end."""

    def started(*_: object) -> None:
        raise AssertionError("it was started")

    monkeypatch.setattr("outlay.workbench.guard.running.server_of", started)


def refused(capsys: pytest.CaptureFixture[str], *args: str) -> str:
    """What is said of a server that is not started."""
    with pytest.raises(SystemExit) as stop:
        main(["serve", *args])
    assert stop.value.code == 2
    said = capsys.readouterr()
    assert said.out == ""
    return said.err


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("--host", "0.0.0.0"), "an address that others reach"),
        (("--host", "192.0.2.7"), "--team --origin https://"),
        (("--host", ""), "nothing is said"),
        (("--origin", "https://x.example"), "of a team's server alone"),
        (("--team",), "nothing is said of what browsers call the server"),
        (("--team", "--origin", "http://plan.example.org"), "tokens would travel in the clear"),
        (("--team", "--origin", "https://plan.example.org/x"), "not an origin"),
        (("--team", "--origin", "plan.example.org"), "not an origin"),
        (("--team", "--origin", "https://plan.example.org:443"), "a port that browsers leave out"),
        (("--team", "--origin", "https://a.example", "--identity", "X-User"), "one without the"),
        (("--team", "--origin", "https://a.example", "--proxy", "all", "--identity", "X-User"),
         "not an address"),
        (("--team", "--origin", "https://a.example", "--proxy", "10.0.0.1", "--identity", "X User"),
         "not the name of a header"),
        (("--port", "70000"), "--port"), (("--port", "x"), "--port"),
        (("--prot", "1"), "--port"), (("--store", "mysql://x/y"), "store"),
        (("--store", "/proc/none/store.db"), "/proc/none"),
        (("no-such.yaml",), "no-such.yaml"), (("--workers", "0"), "--workers"),
    ],
)  # fmt: skip
def test_what_lets_in_anybody_or_nobody_is_not_started(
    args: tuple[str, ...], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = () if "--store" in args else ("--store", str(tmp_path / "s.db"))
    assert said in refused(capsys, *args, *own)


def test_a_port_that_is_taken_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        said = refused(capsys, "--port", str(port), "--store", str(tmp_path / "s.db"))
    assert f"a program listens there already (found {port})" in said.replace("\n", " ") or (
        "a program listens there already" in said and str(port) in said
    )
    assert "--port 0" in said


def test_a_study_is_put_in_once_and_a_changed_one_on_top(tmp_path: Path) -> None:
    store = open_store(str(tmp_path / "s.db"))
    try:
        who: Who = store.first_admin("me")
        path = tmp_path / "study.yaml"
        path.write_bytes(LAB.read_bytes())
        first = put_in(store, who, path)
        assert (put_in(store, who, path).id, first.version) == (first.id, 1)
        path.write_text(f"# seen again\n{LAB.read_text(encoding='utf-8')}", encoding="utf-8")
        again = put_in(store, who, path)
        assert (again.id, again.version, again.text) == (first.id, 2, path.read_text("utf-8"))
        assert len(store.studies(who)) == 1
    finally:
        store.close()


@contextmanager
def server(*args: str) -> Iterator[tuple[subprocess.Popen[str], list[str]]]:
    """The command in a process of its own, and the lines that it printed."""
    found = subprocess.Popen(
        [sys.executable, "-m", "outlay", "serve", "--no-browser", "--port", "0", *args],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT,
    )  # fmt: skip
    try:
        assert found.stdout is not None
        yield found, [found.stdout.readline() for _ in range(4)]
    finally:
        found.kill()
        found.wait()


def children(pid: int) -> list[int]:
    """Processes that a process began, and those that they began."""
    path = Path(f"/proc/{pid}/task/{pid}/children")
    own = [int(p) for p in path.read_text().split()] if path.exists() else []
    return [*own, *(p for o in own for p in children(o))]


@pytest.mark.skipif(os.name == "nt", reason="signals of Unix")
def test_one_link_lets_one_browser_in_and_ctrl_c_ends_all(tmp_path: Path) -> None:
    with server(str(LAB), "--store", str(tmp_path / "s.db")) as (process, lines):
        link = re.fullmatch(r"Open (http://127\.0\.0\.1:\d+/enter\?token=[\w-]{43})\n", lines[0])
        assert link, lines
        assert str(tmp_path / "s.db") in lines[2]
        jar = CookieJar()
        browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
        address = link[1].partition("/enter")[0]
        assert urllib.request.urlopen(f"{address}/health").read() == b'{"status": "ok"}'
        with browser.open(link[1]) as page:
            assert re.fullmatch(rf"{address}/s/[0-9a-f]+", page.url)
        assert [c.name for c in jar] == [f"outlay-{address.rpartition(':')[2]}"]
        with browser.open(f"{address}/api/v1/studies") as found:
            assert b"A laboratory's training run" in found.read()
        with pytest.raises(urllib.error.HTTPError, match="401"):
            urllib.request.urlopen(link[1])
        begun = children(process.pid)
        process.send_signal(signal.SIGINT)
        said = process.communicate(timeout=20)[1]
        assert process.returncode == 0
        assert "everything that was finished is kept" in said
        assert "Traceback" not in said
        until = time.monotonic() + 5
        while time.monotonic() < until and any(Path(f"/proc/{p}").exists() for p in begun):
            time.sleep(0.05)
        assert not [p for p in begun if Path(f"/proc/{p}").exists()]
