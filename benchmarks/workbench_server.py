"""A server of the workbench in a process of its own, for the benchmarks that load it or kill it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx

ROOT = Path(__file__).parents[1]
SMALL = ROOT / "tests" / "data" / "small.yaml"


class Server:
    """`outlay serve` on loopback. store: where all is kept; workers: processes for plans."""

    def __init__(self, store: str, study: Path = SMALL, *, workers: int = 1) -> None:
        self.store, self.study, self.workers = store, study, workers
        self.running: subprocess.Popen[str] | None = None
        self.base = self.link = ""

    def start(self, *, with_study: bool = True) -> float:
        """Start it; the seconds until it told its link."""
        study = [str(self.study)] if with_study else []
        command = [sys.executable, "-m", "outlay", "serve", *study, "--port", "0", "--no-browser",
                   "--store", self.store, "--workers", str(self.workers)]  # fmt: skip
        path = os.pathsep.join(p for p in (str(ROOT / "src"), os.environ.get("PYTHONPATH")) if p)
        env = {**os.environ, "PYTHONUNBUFFERED": "1", "PYTHONPATH": path}
        began = time.perf_counter()
        self.running = subprocess.Popen(
            command, env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        assert self.running.stdout is not None
        for line in self.running.stdout:
            if found := re.search(r"(http://[^\s/]+)/enter\?token=(\S+)", line):
                self.base, self.link = found[1], f"/enter?token={found[2]}"
                return time.perf_counter() - began
        raise SystemExit(f"the server ended ({self.running.wait()})")

    def cookies(self) -> dict[str, str]:
        """Of a browser that came in by the link."""
        with httpx.Client(base_url=self.base, timeout=60) as client:
            client.get(self.link, follow_redirects=False)
            return dict(client.cookies)

    def kill(self) -> None:
        """As kill -9 does."""
        assert self.running is not None
        self.running.send_signal(signal.SIGKILL)
        self.running.wait()

    def stop(self) -> None:
        if self.running is not None and self.running.poll() is None:
            self.running.send_signal(signal.SIGINT)
            try:
                self.running.wait(30)
            except subprocess.TimeoutExpired:
                self.running.kill()

    def family(self) -> list[int]:
        """The server's process and all below it."""
        assert self.running is not None
        parents: dict[int, int] = {}
        for place in Path("/proc").glob("[0-9]*/stat"):
            try:
                parents[int(place.parent.name)] = int(
                    place.read_text().rpartition(")")[2].split()[1]
                )
            except (OSError, ValueError):
                continue
        out = [self.running.pid]
        for pid in out:
            out += [p for p, up in parents.items() if up == pid]
        return out


def memory_mb(pid: int) -> float:
    """Resident memory that is the process's own."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(float(x.split()[1]) for x in lines if x.startswith("Private_")) / 1024
