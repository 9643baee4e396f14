"""The workers as the server holds them: each does one work and ends; another takes its place."""

from __future__ import annotations

import subprocess
import threading
import time
from contextlib import suppress

from outlay.core.apart import ApartError, started
from outlay.core.spawned import OwnFolder
from outlay.workbench.live.frames import packed
from outlay.workbench.live.limits import Room, environment, long_lived
from outlay.workbench.live.worker import UNWANTED

__all__ = ["Crew"]

SOON_S, LATE_S = 0.2, 10.0
"""How long after the end of a worker the next begins; twice as long after each that ended at once
without having done its work, up to the second."""


class Crew:
    """As many workers as there is room for."""

    def __init__(self, room: Room) -> None:
        self._room, self._closed = room, threading.Event()
        self._guard = threading.Lock()
        self._there: set[subprocess.Popen[bytes]] = set()
        self._threads = [
            threading.Thread(target=self._keep, args=(reads,), daemon=True)
            for reads in (*[False] * room.workers, *[True] * room.readings)
        ]
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        """End every worker; what it did is done again by who comes next."""
        self._closed.set()
        with self._guard:
            for process in self._there:
                process.kill()
        for thread in self._threads:
            thread.join(timeout=5.0)

    def _keep(self, reads: bool) -> None:
        wait = SOON_S
        while not self._closed.is_set():
            began, code = time.monotonic(), 1
            with suppress(ApartError), OwnFolder() as folder:
                code = self._one(folder, reads)
            well = code in (0, UNWANTED) or time.monotonic() - began > LATE_S
            wait = SOON_S if well else min(2 * wait, LATE_S)
            self._closed.wait(wait)

    def _one(self, folder: str, reads: bool) -> int:
        limits = long_lived(self._room.memory)
        process = started(
            "outlay.workbench.live.worker", (), limits, folder, environment(), heard=False
        )
        with self._guard:
            self._there.add(process)
            if self._closed.is_set():
                process.kill()
        assert process.stdin is not None
        try:
            with suppress(OSError):  # it ended before it was told
                told = {"store": self._room.store, "lease_s": self._room.lease_s, "reads": reads}
                process.stdin.write(packed(told))
                process.stdin.flush()
            return process.wait()
        finally:
            with self._guard:
                self._there.discard(process)
            with suppress(OSError):
                process.stdin.close()
