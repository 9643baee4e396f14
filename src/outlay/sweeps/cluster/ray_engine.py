"""Workers of a sweep through Ray: a cluster's, or those of one begun here for this sweep alone.

What is begun here listens on this machine's own address (127.0.0.1), has no dashboard and asks
everyone for a token made for it. A cluster is named by its address and asked with the user's token;
none is looked for. Nothing lives in Ray: each row is journalled here as it comes.
"""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import queue
import re
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import IO

from outlay.core.errors import InputError, OutlayError, Problem
from outlay.core.spawned import OwnFolder
from outlay.sweeps.cluster.driver import Asked, Said
from outlay.sweeps.executor import Batch, Outcome
from outlay.sweeps.local import CASE_S, ONE_THREAD
from outlay.sweeps.worker import read_frame, write_frame

__all__ = ["OnRay", "address_of"]

MODULE = "outlay.sweeps.cluster.driver"
BEGIN_S = 600.0
END_S = 9.0
ANSWERS_S = 5.0
PORT = re.compile(r"(?P<host>[A-Za-z0-9._-]+|\[[0-9a-fA-F:]+\]):(?P<port>[0-9]{1,5})")
LOCAL = {
    "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",  # Ray's own switch for "loopback only"
    "RAY_AUTH_MODE": "token",
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_gcs_rpc_server_reconnect_timeout_s": "10",  # a lost head is said soon
    "RAY_DEDUP_LOGS": "0",
}


def address_of(text: str) -> tuple[str, int]:
    """Host and port of a cluster. Raises InputError for what is no address, `auto` included."""
    found = PORT.fullmatch(text)
    if found is None or not 0 < int(found["port"]) < 65536:
        hint = "as `ray start --head` prints it; none is looked for"
        raise InputError(Problem("not the address of a cluster", "--address", text[:80],
                                 "HOST:PORT", hint))  # fmt: skip
    return found["host"].strip("[]"), int(found["port"])


class OnRay:
    """An `Executor` on Ray.

    workers: processes; None: one a processor, of this machine or of the cluster's. address: of a
    cluster, HOST:PORT; empty: one is begun here. Raises InputError where Ray is not installed, the
    address is none, or no token for it is found.
    """

    def __init__(self, workers: int | None, address: str = "", *, case_s: float = CASE_S) -> None:
        if importlib.util.find_spec("ray") is None:
            raise InputError(Problem("Ray is not installed", "--engine", "ray", "local",
                                     "pip install 'outlay[ray]'"))  # fmt: skip
        if address:
            address_of(address)
            _token_there()
        count = workers or (0 if address else os.cpu_count() or 1)
        self._folder = OwnFolder()
        told = dict.fromkeys(ONE_THREAD, "1")
        if not address and (cache := os.environ.get("OUTLAY_CACHE")):
            told["OUTLAY_CACHE"] = cache if cache == "off" else str(Path(cache).absolute())
        self._asked = Asked(address, count, self._folder.name, case_s, told)
        self._process: subprocess.Popen[bytes] | None = None
        self._workers = max(count, 1)
        self._done: queue.SimpleQueue[Outcome | OutlayError] = queue.SimpleQueue()
        self._flying: dict[int, Batch] = {}
        self._number, self._closed = 0, False

    @property
    def room(self) -> int:
        """Twice the workers: the next batch is there before one asks."""
        return 2 * self._workers

    @property
    def pid(self) -> int:
        """Of the process that speaks to Ray."""
        assert self._process is not None
        return self._process.pid

    def begin(self, common: bytes) -> None:
        """As of `Executor`."""
        if self._asked.address:
            _answers(self._asked.address)
        self._process = self._started()
        told = json.dumps(asdict(self._asked)).encode()
        with contextlib.suppress(OSError):  # it ended: its answer says so
            for frame in (told, common):
                write_frame(self._in, frame)
        timer = threading.Timer(BEGIN_S, self._process.kill)
        timer.daemon = True
        timer.start()
        answer = self._heard()
        timer.cancel()
        if answer is None or "error" in answer:
            why = self._complaint() if answer is None else answer["error"]
            self.close()
            same = "; its token and its version of Ray must be those of this machine"
            raise OutlayError(f"Ray could not begin: {why}{same if self._asked.address else ''}")
        self._workers = answer["workers"]
        threading.Thread(target=self._listen, daemon=True).start()

    def submit(self, batch: Batch) -> None:
        """As of `Executor`."""
        self._number += 1
        self._flying[self._number] = batch
        with contextlib.suppress(OSError, ValueError):  # `wait` says that it is gone
            write_frame(self._in, json.dumps([self._number, batch.cases]).encode())

    def wait(self, seconds: float) -> Sequence[Outcome]:
        """As of `Executor`."""
        out = list[Outcome]()
        try:
            found = self._done.get(timeout=seconds)
            while True:
                if isinstance(found, OutlayError):
                    if out:  # the rows that came first
                        self._done.put(found)
                        return out
                    raise found
                out.append(found)
                found = self._done.get_nowait()
        except queue.Empty:
            return out

    def close(self) -> None:
        """As of `Executor`."""
        self._closed = True
        process, self._process = self._process, None
        if process is not None:
            with contextlib.suppress(OSError):
                assert process.stdin is not None
                process.stdin.close()
            until = time.monotonic() + END_S
            while not _over(process.pid) and time.monotonic() < until:
                time.sleep(0.05)
            for left in _of_session(process.pid):  # and what of Ray it left behind
                with contextlib.suppress(OSError):
                    os.kill(left, signal.SIGKILL)
            process.wait()
        self._folder.cleanup()

    @property
    def _in(self) -> IO[bytes]:
        assert self._process is not None
        assert self._process.stdin is not None
        return self._process.stdin

    def _started(self) -> subprocess.Popen[bytes]:
        env = dict(os.environ)
        env["PYTHONPATH"] = os.pathsep.join(p for p in sys.path if p)
        if not self._asked.address:
            env |= {**LOCAL, "RAY_AUTH_TOKEN": secrets.token_hex(32)}
            env.pop("RAY_ADDRESS", None)
        else:
            env |= {"RAY_AUTH_MODE": "token", "RAY_gcs_rpc_server_reconnect_timeout_s": "10"}
        with open(self._said, "wb") as said:
            return subprocess.Popen(
                [sys.executable, "-P", "-m", MODULE], stdin=subprocess.PIPE,
                stdout=subprocess.PIPE, stderr=said, cwd=self._folder.name, env=env,
                start_new_session=True,
            )  # fmt: skip

    @property
    def _said(self) -> Path:
        return Path(self._folder.name) / "said"

    def _complaint(self) -> str:
        """The last that its process said before it ended."""
        with contextlib.suppress(OSError):
            lines = self._said.read_text("utf-8", "replace").splitlines()
            return next((x.strip()[:300] for x in reversed(lines) if x.strip()), "it said nothing")
        return "it said nothing"

    def _heard(self) -> Said | None:
        assert self._process is not None
        assert self._process.stdout is not None
        with contextlib.suppress(OSError, ValueError):
            frame = read_frame(self._process.stdout)
            if frame is not None:
                said: Said = json.loads(frame)
                return said
        return None

    def _listen(self) -> None:
        while not self._closed and self._process is not None:
            answer = self._heard()
            if answer is None or "error" in answer:
                if not self._closed:
                    why = self._complaint() if answer is None else answer["error"]
                    kept = "the rows that came are kept, and the same command goes on from there"
                    self._done.put(OutlayError(f"Ray is gone ({why}); {kept}"))
                return
            batch = self._flying.pop(answer["number"])
            if "rows" in answer:
                self._done.put(Outcome(batch, tuple(r.encode() for r in answer["rows"])))
            else:
                self._done.put(Outcome(batch, why=answer["why"], lost=True))


def _over(pid: int) -> bool:
    """Whether a process of ours has ended; its number stays its own until it is waited for."""
    try:
        return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
    except ChildProcessError:
        return True


def _of_session(leader: int) -> list[int]:
    """Processes of a session that we began, its leader among them."""
    out = []
    for place in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError, IndexError, ValueError):  # it ended meanwhile
            after_name = place.read_text("utf-8", "replace").rpartition(")")[2].split()
            if int(after_name[3]) == leader:
                out.append(int(place.parent.name))
    return out


def _token_there() -> None:
    """Raises InputError where no token for a cluster is found where Ray looks for one."""
    named = os.environ.get("RAY_AUTH_TOKEN_PATH", "")
    places = [Path(named)] if named else [Path.home() / ".ray" / "auth_token"]
    if not os.environ.get("RAY_AUTH_TOKEN") and not any(p.is_file() for p in places):
        raise InputError(
            Problem("no token for the cluster", "--address", str(places[0]),
                    "RAY_AUTH_TOKEN, RAY_AUTH_TOKEN_PATH or ~/.ray/auth_token",
                    "a cluster without one works for anybody; begin it with RAY_AUTH_MODE=token")
        )  # fmt: skip


def _answers(address: str) -> None:
    """Raises InputError where nothing listens there."""
    try:
        socket.create_connection(address_of(address), ANSWERS_S).close()
    except OSError as err:
        why = (err.strerror or str(err)).lower()
        raise InputError(Problem(f"nobody answers: {why}", "--address", address)) from None
