"""All studies that are kept solved: as many at once as there is room for, shared by the workspaces.

Who needs room has it of what is longest idle: of their own, or of a workspace that has more than
they. A workspace that keeps all of the room busy gives up what it used longest ago to one that has
less, after a moment. Whoever lost a study so is told, at once or when they ask for it again.

Exact answers are kept by what was asked: a link that somebody opens later is answered at once, and
its study is solved meanwhile, for whoever moves something then.
"""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections import Counter
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing, contextmanager
from dataclasses import replace

from outlay.core.errors import OutlayError
from outlay.workbench.live.limits import Room
from outlay.workbench.live.solver import wrong
from outlay.workbench.live.studio import SEQ, Event, Files, Studio, Wanted
from outlay.workbench.parts.kept import Shelf

__all__ = ["Floor"]

LOOK_S = 5.0
WAIT_S, LOOK_AGAIN_S = 10.0, 0.1
"""How long a question waits for room, and how often it looks."""
HOLD_S = 2.0
"""How long a workspace that has more keeps what it is busy with, while one that has less waits."""
MOST_TOLD = 1000
"""Studies of which it is remembered why they were let go of."""
LAST = ("exact", "first")
"""What a question comes to: its exact headline, or the first screen."""
Key = tuple[str, str]


class Floor:
    """Studies kept solved, by workspace and id."""

    def __init__(self, room: Room) -> None:
        self._room, self._guard = room, threading.Lock()
        self._studios: dict[Key, Studio] = {}
        self._waiting: Counter[str] = Counter()
        self._why: dict[Key, str] = {}
        self._answers = Shelf[str](room.answers)
        self._tasks: set[asyncio.Task[None]] = set()
        self._closed = threading.Event()
        threading.Thread(target=self._look, daemon=True).start()

    async def ask(self, key: Key, wanted: Wanted, files: Files) -> AsyncGenerator[Event]:
        """Events of a question about the study of that workspace and id."""
        state = (key, replace(wanted, tab=""))
        if (kept := self._answers.held(state)) is not None:
            for event in _again(json.loads(kept)):
                yield event
            if key not in self._studios:
                self._warm(key, replace(wanted, tab="warm", changes=(), scenario="", what="live"),
                           files)  # fmt: skip
            return
        began = time.monotonic()
        with self._waits(key[0]):
            while (studio := self._studio(key, time.monotonic() - began)) is None:
                if time.monotonic() - began > WAIT_S:
                    yield Event("problem", wrong(OutlayError(self._full(key[0]))))
                    yield Event("end", None)
                    return
                await asyncio.sleep(LOOK_AGAIN_S)
        try:
            if why := self._why.pop(key, ""):
                yield Event("progress", {"said": why, "share": None})
            async with aclosing(studio.ask(wanted, files)) as found:
                async for event in found:
                    if event.name in LAST:
                        self._answers.put(state, json.dumps([event.name, event.data]))
                    yield event
        finally:
            with self._guard:
                studio.wanted -= 1

    def forget(self, key: Key) -> None:
        """End the process of a study that is removed."""
        with self._guard:
            found = self._studios.pop(key, None)
        if found is not None:
            found.close()

    def close(self) -> None:
        """End every process."""
        self._closed.set()
        with self._guard:
            found = list(self._studios.values())
            self._studios.clear()
        for studio in found:
            studio.close()

    def _warm(self, key: Key, wanted: Wanted, files: Files) -> None:
        """Have the study solved for who moves something next; nobody waits for it."""

        async def drained() -> None:
            async with aclosing(self.ask(key, wanted, files)) as found:
                async for _ in found:
                    pass

        task = asyncio.get_running_loop().create_task(drained())
        self._tasks.add(task)  # a task that nobody holds may go
        task.add_done_callback(self._tasks.discard)

    @contextmanager
    def _waits(self, workspace: str) -> Iterator[None]:
        with self._guard:
            self._waiting[workspace] += 1
        try:
            yield
        finally:
            with self._guard:
                self._waiting -= Counter({workspace: 1})

    def _studio(self, key: Key, waited: float) -> Studio | None:
        """The study's, or a new one where there is room, or where others make some."""
        with self._guard:
            if key not in self._studios:
                held = Counter(workspace for workspace, _ in self._studios)
                mine = held[key[0]]
                if len(self._studios) >= self._room.sessions:
                    gone = self._who_goes(key[0], held, waited)
                    if gone is None:
                        return None
                    self._let_go(gone, key)
                elif any(held[other] < mine for other in self._waiting):
                    return None  # who has less and waits comes first
                self._studios[key] = Studio(self._room)
            found = self._studios[key]
            found.wanted += 1  # so that nobody takes its place before it is asked
            return found

    def _who_goes(self, workspace: str, held: Counter[str], waited: float) -> Key | None:
        """Whose study is let go of for one of the workspace; None: nobody's yet."""
        mine = held[workspace]

        def place(key: Key) -> tuple[bool, bool, float]:
            """Of workspaces that have far more first, then the workspace's own."""
            return held[key[0]] <= mine + 1, key[0] != workspace, self._studios[key].used

        idle = [k for k, s in self._studios.items()
                if not s.busy and (k[0] == workspace or held[k[0]] > mine)]  # fmt: skip
        if idle:
            return min(idle, key=place)
        busy = [k for k in self._studios if held[k[0]] > mine + 1] if waited >= HOLD_S else []
        return min(busy, key=place, default=None)

    def _let_go(self, gone: Key, taken_by: Key) -> None:
        n = self._room.sessions
        whose = "another study of yours" if gone[0] == taken_by[0] else "another workspace"
        why = f"this study was let go of for {whose} ({n} are kept solved at once); solved anew"
        self._why[gone] = why
        while len(self._why) > MOST_TOLD:
            self._why.pop(next(iter(self._why)))
        self._studios.pop(gone).close(f"room was needed for {whose}: {n} studies are kept solved "
                                      "at once; move something to have it solved anew")  # fmt: skip

    def _full(self, workspace: str) -> str:
        mine = sum(w == workspace for w, _ in self._studios)
        return (f"{self._room.sessions} studies are being solved, which is all there is room for, "
                f"{mine} of them of your workspace; try again soon")  # fmt: skip

    def _look(self) -> None:
        while not self._closed.wait(LOOK_S):
            with self._guard:
                old = time.monotonic() - self._room.idle_s
                for key, studio in list(self._studios.items()):
                    if not studio.busy and studio.used < old:
                        self._studios.pop(key).close()


def _again(kept: list[object]) -> Iterator[Event]:
    """An answer that is kept as the answer to a new question."""
    name, data, seq = str(kept[0]), kept[1], next(SEQ)
    yield Event("begun", {"seq": seq})
    yield Event(name, {**data, "seq": seq} if isinstance(data, dict) else data)
    yield Event("end", None)
