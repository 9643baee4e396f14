"""Readers as the server holds them: a few processes that are asked in turn, and the folders of runs
that they read."""

from __future__ import annotations

import copy
import itertools
import json
import threading
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from outlay.core.apart import Company, Limits
from outlay.core.errors import OutlayError
from outlay.core.spawned import OwnFolder

__all__ = ["Desk", "Queue", "RefusedError"]

LIMITS = Limits(wall_s=120.0, memory=4 << 30, output=100_000_000, cpu_s=100, reserves=True)
FOLDERS = 16
"""Runs whose folders lie on disk for the readers."""


class RefusedError(OutlayError):
    """What a reader said is wrong: a document of kind `error` and the status it is sent with."""

    def __init__(self, document: dict[str, object], status: int) -> None:
        super().__init__("refused by a reader")
        self.document, self.status = document, status


class Queue:
    """Whose turn it is: of those who wait, who has the fewest readers, then who was served longest
    ago; so who asks a hundred things keeps nobody waiting for more than one of them."""

    def __init__(self) -> None:
        self._waiting: Counter[str] = Counter()
        self._served: Counter[str] = Counter()
        self._last: dict[str, int] = {}
        self._turn = itertools.count(1)

    @contextmanager
    def waits(self, name: str) -> Iterator[None]:
        """Stand in the queue."""
        self._waiting[name] += 1
        try:
            yield
        finally:
            self._waiting -= Counter({name: 1})

    def is_next(self, name: str) -> bool:
        """Whether the next reader is theirs."""
        return self._rank(name) == min(map(self._rank, self._waiting))

    def takes(self, name: str) -> None:
        """They have one reader more."""
        self._served[name] += 1
        self._last[name] = next(self._turn)

    def gives(self, name: str) -> None:
        """They have one reader less; who neither has one nor waits is forgotten."""
        self._served -= Counter({name: 1})
        for gone in [n for n in self._last if n not in self._served and n not in self._waiting]:
            del self._last[gone]

    def _rank(self, name: str) -> tuple[int, int]:
        return self._served[name], self._last.get(name, 0)


class Desk:
    """A few readers. Each answers one question at a time."""

    def __init__(self, readers: int) -> None:
        self._free = [_reader() for _ in range(readers)]
        self._all = tuple(self._free)
        self._bell = threading.Condition()
        self._queue, self._asker = Queue(), ""
        self._folders: OrderedDict[str, OwnFolder] = OrderedDict()
        self._held: dict[str, threading.Lock] = {}

    def of(self, asker: str) -> Desk:
        """This desk as somebody stands before it."""
        out = copy.copy(self)
        out._asker = asker
        return out

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
        name, queue = self._asker, self._queue
        with self._bell:
            with queue.waits(name):
                self._bell.wait_for(lambda: bool(self._free) and queue.is_next(name))
                reader = self._free.pop()
            queue.takes(name)
            self._bell.notify_all()
        try:
            yield reader
        finally:
            with self._bell:
                self._free.append(reader)
                queue.gives(name)
                self._bell.notify_all()


def _reader() -> Company:
    return Company("outlay.workbench.live.reader", LIMITS)
