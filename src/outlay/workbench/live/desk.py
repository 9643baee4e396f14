"""Readers as the server holds them: a few processes that are asked in turn, and the folders of runs
that they read."""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from outlay.core.apart import Company, Limits
from outlay.core.errors import OutlayError
from outlay.core.spawned import OwnFolder

__all__ = ["Desk", "RefusedError"]

LIMITS = Limits(wall_s=120.0, memory=4 << 30, output=100_000_000, cpu_s=100, reserves=True)
FOLDERS = 16
"""Runs whose folders lie on disk for the readers."""


class RefusedError(OutlayError):
    """What a reader said is wrong: a document of kind `error` and the status it is sent with."""

    def __init__(self, document: dict[str, object], status: int) -> None:
        super().__init__("refused by a reader")
        self.document, self.status = document, status


class Desk:
    """A few readers. Each answers one question at a time."""

    def __init__(self, readers: int) -> None:
        self._free = [_reader() for _ in range(readers)]
        self._all = tuple(self._free)
        self._bell = threading.Condition()
        self._folders: OrderedDict[str, OwnFolder] = OrderedDict()
        self._held: dict[str, threading.Lock] = {}

    def ask(self, do: str, **asked: object) -> str:
        """The text of the answer. Raises RefusedError for what is wrong with the question,
        ApartError where it takes more than it may."""
        with self._reader() as reader:
            said = json.loads(reader.ask(json.dumps({"do": do, **asked}).encode()))
        if "error" in said:
            raise RefusedError(said["error"], int(said["status"]))
        return str(said["text"])

    def folder(self, run: str, make: Callable[[Path], object]) -> str:
        """The folder of a run, made where it is not there."""
        with self._bell:
            lock = self._held.setdefault(run, threading.Lock())
        with lock:
            with self._bell:
                if run in self._folders:
                    self._folders.move_to_end(run)
                    return str(Path(self._folders[run].name) / "run")
            home = OwnFolder()
            make(Path(home.name) / "run")
            with self._bell:
                self._folders[run] = home
                while len(self._folders) > FOLDERS:
                    self._folders.popitem(last=False)[1].cleanup()
            return str(Path(home.name) / "run")

    def forget(self, run: str) -> None:
        """Take the folder of a run away."""
        with self._bell:
            home = self._folders.pop(run, None)
        if home is not None:
            home.cleanup()

    def close(self) -> None:
        """End every reader."""
        for reader in self._all:
            reader.close()
        with self._bell:
            for home in self._folders.values():
                home.cleanup()
            self._folders.clear()

    @contextmanager
    def _reader(self) -> Iterator[Company]:
        with self._bell:
            self._bell.wait_for(lambda: bool(self._free))
            reader = self._free.pop()
        try:
            yield reader
        finally:
            with self._bell:
                self._free.append(reader)
                self._bell.notify()


def _reader() -> Company:
    return Company("outlay.workbench.live.reader", LIMITS)
