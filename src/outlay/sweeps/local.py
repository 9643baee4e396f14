"""Workers of a sweep on this machine: processes that are begun anew where they end, and limited."""

from __future__ import annotations

import os
import queue
import subprocess
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from outlay.core.apart import Limits, started
from outlay.core.errors import OutlayError
from outlay.core.spawned import OwnFolder
from outlay.sweeps.executor import Batch, Outcome
from outlay.sweeps.worker import WORN_OUT, read_frame, write_frame

__all__ = ["Local"]

MODULE = "outlay.sweeps.worker"
MEMORY = 6 << 30
"""Bytes that one worker may hold."""
CASE_S = 1800.0
"""Seconds that one case may take."""
START_S = 600.0
"""Seconds until a worker has read what all cases share."""
ENDS_S = 1.0
"""Seconds that a worker has to end by itself once it says no more."""
STARTS = 3
"""Workers in a row that may end before they are ready."""
LARGEST = 1 << 30
"""Bytes of the rows of one batch."""
ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
"""Each worker is one of several, and sums in one order."""


@dataclass
class _Process:
    process: subprocess.Popen[bytes]
    folder: OwnFolder
    over: bool = False

    def late(self) -> None:
        """Its time is over."""
        self.over = True
        self.process.kill()

    def end(self) -> int:
        """End it; how it ended, by itself where it was about to."""
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(ENDS_S)
        self.process.kill()
        code = self.process.wait()
        for stream in (self.process.stdin, self.process.stdout):
            with suppress(OSError):
                stream.close() if stream else None
        self.folder.cleanup()
        return code


class Local:
    """An `Executor` of `workers` processes here.

    memory: bytes that each may hold. case_s: seconds that a case may take.
    """

    def __init__(self, workers: int, *, memory: int = MEMORY, case_s: float = CASE_S) -> None:
        self._limits = Limits(memory=memory, cpu_s=10**9, reserves=True)
        self._case_s = case_s
        self._common = b""
        self._todo: queue.SimpleQueue[Batch | None] = queue.SimpleQueue()
        self._done: queue.SimpleQueue[Outcome | OutlayError] = queue.SimpleQueue()
        self._guard, self._closed = threading.Lock(), False
        self._running: set[int] = set()
        self._processes: dict[int, _Process] = {}
        self._failed = 0
        self._threads = [
            threading.Thread(target=self._serve, args=(i,), daemon=True) for i in range(workers)
        ]

    @property
    def room(self) -> int:
        """Twice the workers: each has its next batch at hand."""
        return 2 * len(self._threads)

    def begin(self, common: bytes) -> None:
        """As of `Executor`."""
        self._common = common
        for thread in self._threads:
            thread.start()

    def submit(self, batch: Batch) -> None:
        """As of `Executor`."""
        self._todo.put(batch)

    def wait(self, seconds: float) -> Sequence[Outcome]:
        """As of `Executor`."""
        out = list[Outcome]()
        try:
            found = self._done.get(timeout=seconds)
            while True:
                if isinstance(found, OutlayError):
                    raise found
                out.append(found)
                found = self._done.get_nowait()
        except queue.Empty:
            return out

    def close(self) -> None:
        """As of `Executor`."""
        with self._guard:
            self._closed = True
            for held in self._processes.values():
                held.process.kill()
        for _ in self._threads:
            self._todo.put(None)
        until = time.monotonic() + 10.0
        for thread in self._threads:
            if thread.ident is not None:
                thread.join(max(0.0, until - time.monotonic()))

    def _serve(self, number: int) -> None:
        """One worker after another, for as long as there are batches."""
        held: _Process | None = None
        try:
            while (batch := self._todo.get()) is not None and not self._closed:
                held = held or self._begun(number)
                if held is None:
                    return
                rows = self._asked(held, batch)
                if rows is None:
                    why = self._ended(number, held)
                    held = None
                    self._done.put(Outcome(batch, why=why, lost=True))
                else:
                    self._done.put(Outcome(batch, rows))
        finally:
            if held is not None:
                self._ended(number, held)

    def _begun(self, number: int) -> _Process | None:
        """A worker that is ready; None where none can be had, which the next `wait` says."""
        while not self._closed:
            try:
                held = self._process()
            except OutlayError as err:
                self._done.put(err)
                return None
            with self._guard:
                self._processes[number] = held
                if self._closed:
                    held.process.kill()
            if self._told(held, self._common, START_S) is not None:
                self._failed = 0
                return held
            why = self._ended(number, held)
            self._failed += 1
            if self._failed >= STARTS:
                self._done.put(OutlayError(f"no worker could begin: {why}"))
                return None
        return None

    def _process(self) -> _Process:
        folder = OwnFolder()
        told = dict.fromkeys(ONE_THREAD, "1")
        if cache := os.environ.get("OUTLAY_CACHE"):
            told["OUTLAY_CACHE"] = cache if cache == "off" else str(Path(cache).absolute())
        return _Process(started(MODULE, (), self._limits, folder.name, told, heard=False), folder)

    def _asked(self, held: _Process, batch: Batch) -> tuple[bytes, ...] | None:
        asked = ",".join(map(str, batch.cases)).encode()
        answer = self._told(held, asked, self._case_s * len(batch.cases))
        if answer is None:
            return None
        rows = tuple(answer.split(b"\n"))  # no JSON that we write holds a line's end
        return rows if len(rows) == len(batch.cases) else None

    @staticmethod
    def _told(held: _Process, data: bytes, seconds: float) -> bytes | None:
        """The answer to a frame; None where the worker is gone or its time is over."""
        assert held.process.stdin is not None
        assert held.process.stdout is not None
        timer = threading.Timer(seconds, held.late)
        timer.daemon = True
        timer.start()
        try:
            write_frame(held.process.stdin, data)
            return read_frame(held.process.stdout, LARGEST)
        except (OSError, ValueError):  # it ended before it had read all
            return None
        finally:
            timer.cancel()

    def _ended(self, number: int, held: _Process) -> str:
        with self._guard:
            self._processes.pop(number, None)
        code = held.end()
        if held.over:
            return "it took too long"
        if code == WORN_OUT:
            return f"it needed more than {self._limits.memory / (1 << 30):.3g} GiB of memory"
        return (
            f"its process ended (exit {code})"
            if code >= 0
            else (f"its process was ended by signal {-code}")
        )
