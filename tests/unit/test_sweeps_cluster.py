"""Sweeps through Ray: what is asked before anything begins, what a lost worker or head costs."""

from __future__ import annotations

import importlib.util
import os
import signal
import socket
import sys
import time
from pathlib import Path

import pytest

from outlay.api.sweeps.sweep import sweep
from outlay.core.errors import InputError, OutlayError
from outlay.sweeps.cases import Cases
from outlay.sweeps.cluster.driver import differing
from outlay.sweeps.cluster.on_node import made_of
from outlay.sweeps.cluster.ray_engine import OnRay, address_of
from outlay.sweeps.executor import Batch, Outcome
from support.small import SMALL
from support.sweeping import GRID, asked, common_bytes


@pytest.mark.parametrize(
    "wrong",
    ["auto", "local", "ray://10.0.0.1:10001", "10.0.0.1", ":6379", "h:0", "h:70000", "a b:1"],
)
def test_a_cluster_is_named_by_host_and_port(wrong: str) -> None:
    with pytest.raises(InputError, match="not the address of a cluster"):
        address_of(wrong)
    with pytest.raises(InputError, match="not the address of a cluster"):
        sweep(SMALL, vary=["seed=1|2"], engine="ray", address=wrong)


def test_an_address_is_host_and_port() -> None:
    assert address_of("head-1.example:6379") == ("head-1.example", 6379)
    assert address_of("[::1]:6379") == ("::1", 6379)


def test_an_address_is_for_ray_alone() -> None:
    with pytest.raises(InputError, match="an address without --engine ray"):
        sweep(SMALL, vary=["seed=1|2"], address="10.0.0.1:6379")


def test_a_cluster_without_a_token_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("RAY_AUTH_TOKEN", "RAY_AUTH_TOKEN_PATH"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(InputError, match="no token for the cluster"):
        OnRay(2, "127.0.0.1:6379")
    (tmp_path / ".ray").mkdir()
    (tmp_path / ".ray" / "auth_token").write_text("x" * 64)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(InputError, match="nobody answers"):
        OnRay(2, f"127.0.0.1:{port}").begin(b"")


def test_without_ray_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(InputError, match=r"outlay\[ray\]"):
        OnRay(2)


def test_machines_that_would_give_other_digits_are_named() -> None:
    here = made_of()
    assert differing(here, {"a": dict(here), "b": dict(here)}) == []
    other = {**here, "highspy": "1.0"}
    del other["scipy"]
    said = differing(here, {"a": dict(here), "b": other})
    assert [line.split(", ")[0] for line in said] == ["b has highspy 1.0", "b has scipy not"]


def of_session(leader: int, name: str) -> list[int]:
    """Processes of a session, by how their command begins."""
    out = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            session = int((place / "stat").read_text().rpartition(")")[2].split()[3])
            command = (place / "cmdline").read_bytes().split(b"\0")[0].decode()
        except (OSError, IndexError):
            continue
        if session == leader and command and command.rpartition("/")[2].startswith(name):
            out.append(int(place.name))
    return out


def listens_elsewhere(pids: list[int]) -> list[str]:
    """Addresses beside this machine's own on which any of the processes listens."""
    inodes = set()
    for pid in pids:
        for held in Path(f"/proc/{pid}/fd").glob("*"):
            try:
                inodes.add(os.readlink(held).removeprefix("socket:[").removesuffix("]"))
            except OSError:
                continue
    own = ("0100007F", "0000000000000000FFFF00000100007F", "00000000000000000000000001000000")
    out = []
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            row = line.split()
            if row[3] == "0A" and row[9] in inodes and row[1].split(":")[0] not in own:
                out.append(row[1])
    return out


def came(executor: OnRay, many: int) -> dict[tuple[int, ...], Outcome]:
    out: dict[tuple[int, ...], Outcome] = {}
    until = time.monotonic() + 120.0
    while len(out) < many and time.monotonic() < until:
        out |= {o.batch.cases: o for o in executor.wait(1.0)}
    return out


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_rows_are_those_of_this_process_and_what_is_killed_is_said() -> None:
    common = common_bytes(asked(*GRID))
    executor = OnRay(1)
    try:
        executor.begin(common)
        leader = executor.pid
        assert executor.room == 2
        # Nothing that was begun can be reached from another machine.
        assert listens_elsewhere(of_session(leader, "")) == []
        batches = [Batch((0, 5)), Batch((3,))]
        for batch in batches:
            executor.submit(batch)
        found = came(executor, 2)
        row = Cases(common).row
        assert {c: o.rows for c, o in found.items()} == {
            b.cases: tuple(map(row, b.cases)) for b in batches
        }
        # A killed worker takes its batch along, and is followed by another.
        os.kill(of_session(leader, "ray::Worker")[0], signal.SIGKILL)
        executor.submit(Batch((4,)))
        lost = came(executor, 1)[(4,)]
        assert (lost.rows, lost.lost, lost.why) == ((), True, "its process ended")
        executor.submit(Batch((4,)))
        assert came(executor, 1)[(4,)].rows == (row(4),)
        # A killed head ends the work, and what comes next is said.
        for name in ("gcs_server", "raylet"):
            for pid in of_session(leader, name):
                os.kill(pid, signal.SIGKILL)
        executor.submit(Batch((6,)))
        with pytest.raises(OutlayError, match=r"Ray is gone .* goes on from there"):
            came(executor, 2)
    finally:
        executor.close()
    assert of_session(leader, "") == []
