"""A study's solver process as the server holds it: questions go in by tab, the newest of each tab
wins, and what is found comes out as events."""

from __future__ import annotations

import asyncio
import itertools
import subprocess
import threading
import time
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from outlay.core.apart import ended, started
from outlay.core.errors import OutlayError
from outlay.core.spawned import OwnFolder
from outlay.workbench.live.frames import Message, packed, read_message, texts
from outlay.workbench.live.limits import Room, environment, long_lived
from outlay.workbench.live.solver import wrong

__all__ = ["PING_S", "SEQ", "Event", "Files", "Studio", "Wanted"]

AGAIN = 1
"""How often a question is put again to a new process where the one it was put to is gone."""
SEQ = itertools.count(1)
"""Numbers of questions."""
PING_S = 15.0
"""After which a stream says that it is still there."""
Files = Callable[[], Mapping[str, bytes]]


@dataclass(frozen=True, slots=True)
class Event:
    """What is told of a question: `begun`, `progress`, `coarse`, `exact`, `first`, `problem`,
    `superseded`, `end`; and `ping`, which is nothing but a sign of life."""

    name: str
    data: object


@dataclass(frozen=True, slots=True)
class Wanted:
    """A question. what: `live` (headlines) or `first` (the first screen of the exact plan).
    currency: that its money is shown in; empty: the study's."""

    tab: str
    version: int
    changes: tuple[str, ...]
    scenario: str = ""
    language: str = "en"
    what: str = "live"
    currency: str = ""


@dataclass
class _Open:
    """A question in flight."""

    seq: int
    wanted: Wanted
    loop: asyncio.AbstractEventLoop
    events: asyncio.Queue[Event] = field(default_factory=asyncio.Queue)
    again: int = 0

    def tell(self, name: str, data: object) -> None:
        with suppress(RuntimeError):  # the loop is closed: nobody listens
            self.loop.call_soon_threadsafe(self.events.put_nowait, Event(name, data))


class Studio:
    """One study, kept solved by a process that may be killed at any time."""

    def __init__(self, room: Room) -> None:
        self.used, self.wanted = time.monotonic(), 0
        self._room, self._guard = room, threading.RLock()
        self._open: dict[int, _Open] = {}
        self._process: subprocess.Popen[bytes] | None = None
        self._folder: OwnFolder | None = None
        self._held: tuple[int, dict[str, str]] = (0, {})
        self._sent = 0

    @property
    def busy(self) -> bool:
        """Whether a question is in flight, or about to be."""
        return bool(self._open) or self.wanted > 0

    async def ask(self, wanted: Wanted, files: Files) -> AsyncGenerator[Event]:
        """Events of a question, to its end; who stops listening ends it.

        files: gives the study's own under `study.yaml`, and those that it names, where they are
        not held yet.
        """
        asked = _Open(next(SEQ), wanted, asyncio.get_running_loop())
        yield Event("begun", {"seq": asked.seq})
        try:
            await asyncio.to_thread(self._begin, asked, files)
            while True:
                try:
                    event = await asyncio.wait_for(asked.events.get(), PING_S)
                except TimeoutError:
                    event = Event("ping", None)
                yield event
                if event.name in ("end", "superseded"):
                    return
        finally:
            self._leave(asked.seq)

    def close(self, why: str = "") -> None:
        """End the process and every question; why: what is told to whoever asked one."""
        with self._guard:
            for asked in self._open.values():
                if why:
                    asked.tell("problem", wrong(OutlayError(why)))
                asked.tell("end", None)
            self._open.clear()
            self._end()

    # within -------------------------------------------------------------------------------

    def _begin(self, asked: _Open, files: Files) -> None:
        held = self._held[0] == asked.wanted.version
        given = {} if held else texts(files())
        with self._guard:
            self.used = time.monotonic()
            for other in list(self._open.values()):
                same = (other.wanted.tab, other.wanted.what) == (
                    asked.wanted.tab,
                    asked.wanted.what,
                )
                if same or (other.wanted.tab == asked.wanted.tab and other.wanted.what == "first"):
                    self._leave(other.seq)
                    other.tell("superseded", {"seq": other.seq, "by": asked.seq})
            if self._held[0] != asked.wanted.version and given:
                self._held, self._sent = (asked.wanted.version, given), 0
            self._open[asked.seq] = asked
            self._put(asked)

    def _put(self, asked: _Open) -> None:
        w = asked.wanted
        try:
            self._send({"ask": w.what, "seq": asked.seq, "version": w.version,
                        "changes": list(w.changes), "scenario": w.scenario,
                        "language": w.language, "currency": w.currency})  # fmt: skip
        except OutlayError as err:
            self._open.pop(asked.seq, None)
            asked.tell("problem", wrong(err))
            asked.tell("end", None)

    def _send(self, message: Message) -> None:
        process = self._process if self._process and self._process.poll() is None else self._new()
        assert process.stdin is not None
        version, files = self._held
        with suppress(OSError):  # it is gone: its listener says so, and puts the question again
            if self._sent != version:
                process.stdin.write(packed({"hold": version, "files": files}))
                self._sent = version
            process.stdin.write(packed(message))
            process.stdin.flush()

    def _new(self) -> subprocess.Popen[bytes]:
        """A new process. Raises ApartError where none can be started."""
        self._end()
        self._folder, self._sent = OwnFolder(), 0
        limits = long_lived(self._room.memory)
        self._process = started(
            "outlay.workbench.live.solver",
            (),
            limits,
            self._folder.name,
            environment(),
            heard=False,
        )
        threading.Thread(target=self._listen, args=(self._process,), daemon=True).start()
        return self._process

    def _listen(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdout is not None
        with suppress(OSError, ValueError):  # closed under us
            while (message := read_message(process.stdout)) is not None:
                self._heard(message)
        code = process.wait()
        with self._guard:
            if self._process is process:
                self._lost(ended(code))

    def _heard(self, message: dict[str, object]) -> None:
        name, seq = str(message["event"]), int(str(message["seq"]))
        with self._guard:
            asked = self._open.get(seq)
            if name == "end":
                self._open.pop(seq, None)
            self.used = time.monotonic()
        if asked is not None:
            asked.tell(name, message["data"])

    def _lost(self, how: str) -> None:
        """The process is gone: what it was asked is put to a new one, once."""
        self._process = None
        for asked in list(self._open.values()):
            if asked.again < AGAIN:
                asked.again += 1
                asked.tell("progress", {"said": f"the solver ended ({how}); it is started anew",
                                        "share": None})  # fmt: skip
                self._put(asked)
            else:
                self._open.pop(asked.seq, None)
                asked.tell("problem", wrong(OutlayError(f"the solver ended twice ({how})")))
                asked.tell("end", None)

    def _leave(self, seq: int) -> None:
        with self._guard:
            if self._open.pop(seq, None) is None or self._process is None:
                return
            if self._process.poll() is None:
                with suppress(OSError):
                    self._send({"stop": seq})

    def _end(self) -> None:
        if self._process is not None:
            process, self._process = self._process, None
            process.kill()
            process.wait()
            with suppress(OSError):
                process.stdin.close() if process.stdin else None
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None
